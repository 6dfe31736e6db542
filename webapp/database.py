"""How the databases are opened: SQLite's careful settings and the engine that writes.

SQLite: WAL, foreign keys, `synchronous=FULL` (what was acknowledged survives a power cut), a short
`busy_timeout` because a long one would stop the whole process under eventlet, and BEGIN sent by
us so that writes can say IMMEDIATE.
"""

from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from .extensions import db

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=50",
    "foreign_keys=ON",
    "recursive_triggers=ON",
)


def prepare_engine(app: Flask) -> None:
    """Hang the settings on the app's engine and keep its writing twin."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    app.extensions["write_engine"] = engine.execution_options(sqlite_begin="IMMEDIATE")


def write_engine() -> Engine:
    """The engine for writing sessions: on SQLite its transactions begin IMMEDIATE."""
    engine: Engine = current_app.extensions["write_engine"]
    return engine


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "DEFERRED"))
