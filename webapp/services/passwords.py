"""Password hashing (argon2id), kept off the loop: see docs/decisions."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

P = ParamSpec("P")
R = TypeVar("R")

# OWASP's minimum for argon2id: 19 MiB, two passes; 35 ms here.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


_thread_pool: Callable[..., Any] = _call


def hash_password(password: str) -> str:
    return off_loop(_hasher.hash, password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no account."""
    try:
        return off_loop(_hasher.verify, password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def off_loop(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what computes for long in a real thread, so that the one loop goes on serving.

    Where no cooperative loop runs (threads, workers, commands) it is simply called. The server's
    launcher puts the loop's own thread pool here.
    """
    result: R = _thread_pool(function, *args, **kwargs)
    return result


def off_loop_here(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `off_loop`, but in this request's context: a store asks the application where it lies."""
    context = copy_context()
    return off_loop(lambda: context.run(function, *args, **kwargs))


def use_thread_pool(pool: Callable[..., Any]) -> None:
    """Told once by the launcher, where a cooperative loop serves."""
    global _thread_pool
    _thread_pool = pool
