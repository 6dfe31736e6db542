"""Fixtures: an application on a fresh migrated database, SQLite or PostgreSQL, and people in it.

What cannot be had is said aloud; with CI=true it is a failure (scripts/test.sh sees to that).
"""

import fcntl
import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import flask_migrate
import psycopg
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import Dialect, event
from werkzeug.routing import Rule

from bench.network import namespaces
from tests import openid, servers
from webapp import create_app
from webapp.config import Settings
from webapp.database import write_engine
from webapp.extensions import db

MISSING = {
    "postgres": None if servers.POSTGRES else "PostgreSQL's server is not installed",
    "redis": None if servers.REDIS else "redis-server is not installed",
    "janus": None if servers.JANUS else "janus is not installed",
    "browser": None if servers.CHROMIUM else "chromium is not installed",
    "relay": None if servers.COTURN else "coturn is not installed",
    "clamd": None if servers.CLAMD else "clamav-daemon is not installed",
    "links": namespaces.missing(),
}
NOT_EVERYWHERE = {"links"}
"""Needs rights over the machine that a runner may not have: left out aloud, in CI too."""


ALONE = {"links", "relay", "janus", "alone"}
"""Each of them wants the machine for itself, as every live call does; all others share it."""


class KnownRule(Rule):
    """Each test has an application of its own with the same addresses: to compile them was most of making one."""

    _known: ClassVar[dict[tuple[object, ...], "KnownRule"]] = {}

    def compile(self) -> None:
        what = (self.rule, self.subdomain, tuple((self.defaults or {}).items()))
        if what not in self._known:
            super().compile()
            self._known[what] = self
            return
        known = self._known[what]
        self._parts, self._trace, self._converters = known._parts, known._trace, known._converters
        self.arguments = known.arguments
        self._build, self._build_unknown = known._build, known._build_unknown


Flask.url_rule_class = KnownRule


def pytest_addoption(parser: pytest.Parser) -> None:
    about = "only tests that may run beside others, or only those that want the machine for themselves"
    parser.addoption("--machine", choices=["shared", "alone"], help=about)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if wanted := config.getoption("--machine"):
        others = [item for item in items if _wants(item) != wanted]
        items[:] = [item for item in items if _wants(item) == wanted]
        config.hook.pytest_deselected(items=others)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs a missing part, and say which; in CI that fails instead."""
    for name, reason in MISSING.items():
        if reason is None or not _needs(item, name):
            continue
        if os.environ.get("CI") == "true" and name not in NOT_EVERYWHERE:
            pytest.fail(f"CI=true and {reason}: nothing may be left out", pytrace=False)
        pytest.skip(f"left out: {reason}")


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def _wants(item: pytest.Item) -> str:
    return "alone" if any(item.get_closest_marker(name) for name in ALONE) else "shared"


def _needs(item: pytest.Item, name: str) -> bool:
    if item.get_closest_marker(name):
        return True
    callspec = getattr(item, "callspec", None)
    return name == "postgres" and callspec is not None and callspec.params.get("database") == "postgresql"


@pytest.fixture(scope="session")
def sqlite_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, copied for each test."""
    folder = tmp_path_factory.mktemp("base")
    app = create_app(_settings(folder, f"sqlite:///{folder / 'app.db'}"))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def demo_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo loaded, copied for each server; loaded once for all that test at a time."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with (folder.parent / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            loading = folder.with_name("demo-loading")
            loading.mkdir()
            servers.load_demo(loading)
            loading.rename(folder)
    return folder


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PostgreSQL with a migrated database named `base`."""
    with servers.postgres() as server:
        servers.create_database(server, "base", "template0")
        app = create_app(_settings(tmp_path_factory.mktemp("pgbase"), f"{server}/base"))
        with app.app_context():
            flask_migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one of the session: a second could not run beside it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def janus_server() -> Iterator[servers.Janus]:
    with servers.janus() as server:
        yield server


@pytest.fixture(scope="session")
def openid_server() -> Iterator[openid.OpenIdProvider]:
    """The provider of electronic identities, for whom tests' browsers are at http://localhost."""
    server = openid.OpenIdProvider(["http://localhost/login/electronic/back"])
    yield server
    server.stop()


_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Tests that take this run on both databases."""
    return str(request.param)


@pytest.fixture(scope="session")
def emptied_databases() -> list[str]:
    """Addresses in PostgreSQL that the next test may have."""
    return []


@pytest.fixture
def database_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty migrated database."""
    if database == "sqlite":
        base: Path = request.getfixturevalue("sqlite_base")
        shutil.copy(base / "app.db", tmp_path / "app.db")
        yield f"sqlite:///{tmp_path / 'app.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    emptied: list[str] = request.getfixturevalue("emptied_databases")
    if not emptied:
        name = f"t{next(_numbers)}"
        servers.create_database(server, name)
        emptied.append(f"{server}/{name}")
    address = emptied.pop()
    yield address
    with suppress(psycopg.OperationalError):
        servers.empty_database(address)
        emptied.append(address)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return _settings(tmp_path, database_url)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each test has an application of its own; their templates are the same."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def dialects() -> dict[str, tuple[Dialect, dict[Any, Any]]]:
    """Each test has an engine of its own, too; what statements become in a dialect is the same."""
    return {}


@pytest.fixture
def app(
    settings: Settings,
    compiled_templates: FileSystemBytecodeCache,
    dialects: dict[str, tuple[Dialect, dict[Any, Any]]],
) -> Iterator[Flask]:
    """The application, with its context pushed for services; its disk need not outlive a power cut."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        if db.engine.dialect.name not in dialects:
            db.engine.connect().close()  # by which the dialect learns whom it speaks to
            dialects[db.engine.dialect.name] = (db.engine.dialect, {})
        for engine in (db.engine, write_engine()):
            engine.dialect, compiled = dialects[engine.dialect.name]
            engine.update_execution_options(compiled_cache=compiled)
        if db.engine.dialect.name == "sqlite":
            event.listen(
                db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
            )
        yield app
        db.session.remove()
        db.engine.dispose()


def _settings(folder: Path, url: str) -> Settings:
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    return Settings(
        instance_path=folder, database_url=url, demo=True, secret_key="tests", rate_limits=False, testing=True
    )
