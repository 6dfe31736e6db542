"""The application, and the launcher that serves it.

Run as a program it serves; imported (by `flask --app wsgi`, by tests) it only builds the app. It is
the one file that names eventlet, so that another loop is a change of this file.
"""

import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

SERVING = __name__ == "__main__"
if SERVING:
    os.environ.setdefault("ASYNC_MODE", "eventlet")
    if os.environ["ASYNC_MODE"] == "eventlet":
        warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
        # psycopg waits in C unless it is told to wait where the loop can see it.
        os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
        import eventlet

        eventlet.monkey_patch()

from webapp import create_app  # noqa: E402 - after the patch, before everything else
from webapp.config import SettingsError, load_settings  # noqa: E402

try:
    app = create_app(load_settings())
except SettingsError as problem:
    sys.exit(str(problem))


def serve() -> None:
    """Serve until told to stop."""
    import gc

    from webapp.extensions import socketio
    from webapp.integrations import relays
    from webapp.realtime import timers

    settings = app.config["SETTINGS"]
    timers.start(app)
    relays.start(app, socketio.start_background_task, socketio.sleep)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    if settings.async_mode != "eventlet":
        socketio.run(app, host=settings.host, port=settings.port, allow_unsafe_werkzeug=True)
        return

    from eventlet import wsgi

    from webapp.services.passwords import use_thread_pool

    refuse_blocking_driver(settings.database_url)
    use_thread_pool(thread_pool())
    listener = listen(settings.host, settings.port)
    stopped = told_to_stop()
    eventlet.spawn(
        wsgi.server,
        listener,
        hanging_up(without_deflate(app)),
        # Every websocket holds one green thread; the default of 1,024 would stop all answers.
        max_size=20_000,
        log_output=False,
        minimum_chunk_size=1,
        socket_timeout=75,
    )
    stopped.wait()


def listen(host: str, port: int) -> Any:
    """Where to accept from. What is accepted sends at once.

    Otherwise each small message that follows another waits for the first one's acknowledgement: a round
    trip more for a socket to open, and for each word of a call that is being made.
    """
    import socket

    import eventlet

    listener = eventlet.listen((host, port), backlog=4096)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited by every connection
    return listener


def told_to_stop() -> Any:
    """An event that comes with SIGTERM or Ctrl-C.

    An exception raised by a signal would strike whichever green thread runs at that moment, and some
    libraries swallow whatever strikes theirs.
    """
    import signal

    from eventlet.event import Event
    from eventlet.hubs import get_hub

    stopped = Event()

    def stop(*_: Any) -> None:
        if not stopped.ready():
            get_hub().schedule_call_global(0, lambda: stopped.ready() or stopped.send())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def thread_pool() -> Callable[..., Any]:
    """Runs a function in a real thread, on as many cores at once as leave one to the loop.

    Without the limit twenty password checks keep the loop from its core for up to half a second.
    """
    from eventlet import tpool
    from eventlet.semaphore import Semaphore

    turns = Semaphore(max(1, (os.cpu_count() or 1) - 1))

    def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with turns:
            return tpool.execute(function, *args, **kwargs)

    return run


def refuse_blocking_driver(database_url: str) -> None:
    """A driver that waits in C would stop the whole process at each query."""
    if not database_url.startswith("postgresql"):
        return
    from psycopg import waiting

    if waiting.wait is not waiting.wait_selector:
        sys.exit("psycopg does not wait where the loop can see it: set PSYCOPG_WAIT_FUNC=wait_selector.")


def without_deflate(application):  # type: ignore[no-untyped-def]
    """Refuse permessage-deflate: it costs 158 KB a connection for the thousands who wait."""

    def run(environ, start_response):  # type: ignore[no-untyped-def]
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return application(environ, start_response)

    return run


def hanging_up(application):  # type: ignore[no-untyped-def]
    """Where an answer says that the connection ends, read no more of what comes on it.

    The server itself would first read a refused upload to its end, over a line that may take minutes for it.
    """
    import socket

    def run(environ, start_response):  # type: ignore[no-untyped-def]
        def start(status, headers, *more):  # type: ignore[no-untyped-def]
            if ("Connection", "close") in headers:
                environ["wsgi.input"].sock.shutdown(socket.SHUT_RD)
            return start_response(status, headers, *more)

        return application(environ, start)

    return run


if SERVING:
    serve()
