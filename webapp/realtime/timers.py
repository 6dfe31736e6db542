"""The clock of the process that serves: calls expire, lost lines and recordings that stall are noticed.

Safe in several processes at once: every change is a conditional update.
"""

from datetime import datetime, timedelta

from flask import Flask

from ..clock import utc_now
from ..extensions import db, socketio
from ..logs import log
from ..services import participants, reception, recordings, sessions
from . import mixing, people

EVERY = 1.0
_LOOK_BACK = timedelta(seconds=10)


def start(app: Flask) -> None:
    """Begin ticking; told by the launcher only."""
    socketio.start_background_task(_run, app)


def tick(now: datetime) -> None:
    """What is due at this moment."""
    reception.expire_calls(now)
    reception.detect_lost(now)
    recordings.notice_stalls(now)
    if people.anyone_connected():
        for code in sessions.over_since(now - _LOOK_BACK, now=now):
            people.cut(code)
        for code in participants.removed_since(now - _LOOK_BACK):
            people.cut(code)
            mixing.put_out(code)
    mixing.tick()


def _run(app: Flask) -> None:
    while True:
        socketio.sleep(EVERY)
        with app.app_context():
            try:
                tick(utc_now())
            except Exception:
                # A clock that stops is worse than a missed tick: the next second tries again.
                log.exception("tick failed")
            finally:
                db.session.remove()
