"""What every write can rely on: all or nothing, alone while it writes, announced only when it is kept."""

import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.people import NINE
from webapp import create_app
from webapp.config import Settings
from webapp.domain.errors import Conflict
from webapp.extensions import db, socketio
from webapp.models import Desk
from webapp.realtime import announcer
from webapp.services import unit_of_work as module
from webapp.services.unit_of_work import Work, safe_to_repeat, unit_of_work

pytestmark = pytest.mark.usefixtures("app")
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """What was announced; whoever hears it sees what it is about."""
    heard: list[frozenset[str]] = []
    monkeypatch.setattr(module, "listeners", [heard.append])
    return heard


def test_an_announcement_comes_after_the_commit_once_for_each_topic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[frozenset[str], list[int]]] = []
    monkeypatch.setattr(module, "listeners", [lambda topics: seen.append((topics, _numbers_elsewhere()))])
    with unit_of_work() as work:
        _add(work, 1)
        work.announce("desks", "queue:1")
        work.announce("desks")
        assert seen == []
        assert _numbers_elsewhere() == [], "nobody reads what is not kept yet"
    assert seen == [({"desks", "queue:1"}, [1])]


def test_without_a_topic_nothing_is_announced(told: list[frozenset[str]]) -> None:
    with unit_of_work() as work:
        _add(work, 1)
    assert told == []


@pytest.mark.parametrize("problem", [Conflict, RuntimeError, KeyboardInterrupt])
def test_an_error_keeps_nothing_and_announces_nothing(
    problem: type[BaseException], told: list[frozenset[str]]
) -> None:
    with pytest.raises(problem), unit_of_work() as work:
        _add(work, 1)
        work.announce("desks")
        raise problem
    assert _numbers() == []
    assert told == []
    with unit_of_work() as work:
        _add(work, 2)
    assert _numbers() == [2], "and the next one works as usual"


def test_a_commit_that_the_database_refuses_announces_nothing(told: list[frozenset[str]]) -> None:
    with pytest.raises(IntegrityError), unit_of_work() as work:
        work.announce("desks")
        work.session.add_all([Desk(number=1), Desk(number=1)])
    assert _numbers() == []
    assert told == []


def test_a_lost_announcement_is_no_failed_write_and_holds_no_other_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emitted: list[str] = []

    def emit(_event: str, _content: object, to: str) -> None:
        if to == "aside:1":
            raise ConnectionError("the message queue is away")
        emitted.append(to)

    monkeypatch.setattr(announcer, "coalescer", announcer.Coalescer())
    monkeypatch.setattr(socketio, "emit", emit)
    with unit_of_work() as work:
        _add(work, 1)
        work.announce("aside:1", "aside:2")
    assert _numbers() == [1]
    assert emitted == ["aside:2"]


def test_a_unit_inside_another_is_part_of_it(told: list[frozenset[str]]) -> None:
    with unit_of_work() as outer:
        _add(outer, 1)
        outer.announce("outer")
        with unit_of_work() as inner:
            assert inner.session is outer.session
            _add(inner, 2)
            inner.announce("inner")
        assert (told, _numbers_elsewhere()) == ([], []), "the inner one's end is not yet the end"
    assert _numbers() == [1, 2]
    assert told == [{"outer", "inner"}]


def test_when_the_outer_unit_fails_the_inner_one_is_undone_too(told: list[frozenset[str]]) -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        with unit_of_work() as inner:
            _add(inner, 1)
            inner.announce("inner")
        raise RuntimeError
    assert (_numbers(), told) == ([], [])


def test_one_persons_unit_is_not_anothers(app: Flask) -> None:
    with suppress(RuntimeError), unit_of_work() as work:
        thread = threading.Thread(target=_write_in_a_thread, args=(app, 2))
        thread.start()
        thread.join(0.3)
        _add(work, 1)
        raise RuntimeError
    thread.join()
    assert _numbers() == [2], "what failed here undoes nothing there"


def test_the_reading_side_sees_what_was_just_written() -> None:
    assert _numbers() == []
    with unit_of_work() as work:
        _add(work, 1)
    assert _numbers() == [1]


@on_sqlite
def test_a_unit_holds_the_writers_place_from_its_beginning(database: str, tmp_path: Path) -> None:
    _numbers()  # a read before, as every page makes, changes nothing
    with unit_of_work() as work, closing(_another_process(tmp_path)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM desk").fetchone() == (0,), "readers never wait"
        _add(work, 1)
    with closing(_another_process(tmp_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT number FROM desk").fetchall() == [(1,)]


@on_sqlite
def test_a_read_takes_nobodys_place(database: str, tmp_path: Path) -> None:
    _numbers()
    with closing(_another_process(tmp_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO desk (number) VALUES (7)")
        other.execute("COMMIT")
    db.session.rollback()
    assert _numbers() == [7]


@on_sqlite
def test_a_unit_waits_while_another_process_writes(database: str, tmp_path: Path) -> None:
    held = threading.Event()

    def write_for_a_while() -> None:
        with closing(_another_process(tmp_path)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(0.4)
            other.execute("INSERT INTO desk (number) VALUES (1)")
            other.execute("COMMIT")

    thread = threading.Thread(target=write_for_a_while)
    thread.start()
    held.wait(5)
    with unit_of_work() as work:
        assert list(work.session.scalars(select(Desk.number))) == [1]
        _add(work, 2)
    thread.join()
    assert _numbers() == [1, 2]


@on_sqlite
def test_what_is_kept_is_on_the_disk_before_it_is_announced(settings: Settings) -> None:
    with create_app(settings).app_context():
        with unit_of_work() as work:
            asked = {
                pragma: work.session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar()
                for pragma in ("synchronous", "journal_mode", "foreign_keys")
            }
        db.engine.dispose()
    assert asked == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_of_two_copies_that_race_the_loser_finds_the_winners() -> None:
    runs: list[int] = []

    @safe_to_repeat
    def once() -> list[int]:
        runs.append(1)
        with unit_of_work() as work:
            if len(runs) == 1:
                work.session.add_all([Desk(number=5), Desk(number=5)])
            return list(work.session.scalars(select(Desk.number)))

    assert once() == []
    assert len(runs) == 2


def test_what_loses_twice_was_somebody_elses_change() -> None:
    with unit_of_work() as work:
        _add(work, 1)
    with pytest.raises(Conflict):
        safe_to_repeat(_write)(1)


def _write(number: int) -> None:
    with unit_of_work() as work:
        _add(work, number)


def _write_in_a_thread(app: Flask, number: int) -> None:
    with app.app_context():
        _write(number)


def _add(work: Work, number: int) -> None:
    work.session.add(Desk(number=number, opened_at=NINE))
    work.session.flush()


def _numbers() -> list[int]:
    return list(db.session.scalars(select(Desk.number).order_by(Desk.number)))


def _numbers_elsewhere() -> list[int]:
    """As someone else reads them now."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(Desk.number).order_by(Desk.number)))


def _another_process(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "app.db", timeout=0, isolation_level=None)
