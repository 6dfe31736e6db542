"""Calls a second: fifty desks at one queue, each call followed by entering and closing."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import flask_migrate

from bench.report import keep
from tests import servers
from tests.scale import caller, hall
from webapp import create_app
from webapp.extensions import db

PEOPLE, DESKS = 1_000, 50


def measure() -> None:
    rows: list[list[object]] = []
    with ExitStack() as stack:
        server = stack.enter_context(servers.postgres())
        for database in ("SQLite", "PostgreSQL"):
            for processes in (1, 2):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = f"sqlite:///{folder / 'app.db'}"
                if database == "PostgreSQL":
                    servers.create_database(server, f"bench{processes}", "template0")
                    url = f"{server}/bench{processes}"
                seconds = _run(url, folder, processes)
                rows.append([database, processes, f"{seconds:.1f}", round(PEOPLE / seconds)])
    said = f"{DESKS} desks empty a queue of {PEOPLE}; each call is three transactions (call, enter, close)."
    keep("calls", said, ["database", "processes", "seconds", "calls/s"], rows)


def _run(url: str, folder: Path, processes: int) -> float:
    app = create_app(caller.settings_for(url, folder))
    with app.app_context():
        flask_migrate.upgrade()
        sitting, first_desk = hall.fill(PEOPLE, DESKS)
        db.session.remove()
        db.engine.dispose()
    shares = caller.in_processes(processes, url, folder, sitting.id, first_desk, DESKS)
    return max(seconds for _numbers, seconds in shares)
