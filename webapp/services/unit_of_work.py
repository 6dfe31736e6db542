"""One write: a transaction of its own, and the announcements that follow its commit.

    with unit_of_work() as work:
        work.session.add(...)
        work.announce("visit:abc")

The writing session is apart from the reading one (`db.session`): on SQLite an earlier read in the
same session would silently lose BEGIN IMMEDIATE. A unit of work inside another joins it, so that
services can be composed. Nothing in a unit of work may yield to other green threads.
"""

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from ..database import write_engine
from ..domain.errors import Conflict
from ..extensions import db

P = ParamSpec("P")
R = TypeVar("R")

_LOCK_PATIENCE = 10.0  # seconds that a writer waits for SQLite's one place
_TURNED_AWAY = ("40P01", "40001")  # deadlock detected, could not serialize
_sqlite_writer = threading.Lock()
_current: ContextVar["Work | None"] = ContextVar("work", default=None)

listeners: list[Callable[[frozenset[str]], None]] = []
"""Told the topics of each committed unit of work; the realtime side subscribes here."""


class Work:
    """A writing session and the topics to announce once it is committed."""

    def __init__(self, session: Session):
        self.session = session
        self._topics: set[str] = set()

    def one_at_a_time(self, *names: str) -> None:
        """Whoever else says one of these names waits until this unit of work ends; then reads what it wrote.

        For limits: of what is not there yet, no row can be locked. SQLite has one writer at a time anyway.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            for name in sorted(set(names)):
                lock = func.pg_advisory_xact_lock(func.hashtextextended(name, 0))
                self.session.execute(select(lock))

    def announce(self, *topics: str) -> None:
        self._topics.update(topics)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(self._topics)


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """Commit at the end, roll back on any error, announce after the commit."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    # Whoever waits for the writer's place must hold no connection meanwhile: enough of them would
    # leave none for the one who has the place.
    db.session.rollback()
    engine = write_engine()
    embedded = engine.dialect.name == "sqlite"
    with _sqlite_writer if embedded else nullcontext():
        session = Session(engine, expire_on_commit=False)
        work = Work(session)
        token = _current.set(work)
        try:
            _begin(session)
            yield work
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _current.reset(token)
            session.close()
    if work.topics:
        for listener in listeners:
            listener(work.topics)


def _begin(session: Session) -> None:
    """Take the writer's place; another process may hold SQLite's for a moment."""
    patience = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            session.connection()
            return
        except OperationalError as problem:
            session.rollback()
            if "locked" not in str(problem.orig) or time.monotonic() > patience:
                raise
            time.sleep(random.uniform(0.002, 0.02))  # noqa: S311 - jitter, not a secret


def safe_to_repeat(function: Callable[P, R]) -> Callable[P, R]:
    """For writes with a request key: when two copies race, the loser runs again and finds the winner's.

    So does whoever the database turned away so that two who waited for each other go on.

    Raises:
        Conflict: it lost twice, so it was no copy but somebody else's change.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _current.get() is not None:
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except DBAPIError as problem:
            if not _lost(problem):
                raise
        try:
            return function(*args, **kwargs)
        except DBAPIError as problem:
            if not _lost(problem):
                raise
            raise Conflict from None

    return run


def _lost(problem: DBAPIError) -> bool:
    """Whether somebody else's write was in the way: by what it wrote, or by what it held (PostgreSQL's codes)."""
    return isinstance(problem, IntegrityError) or getattr(problem.orig, "sqlstate", None) in _TURNED_AWAY
