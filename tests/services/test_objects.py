"""Large contents: sealed on disk, whole or not at all, each in its own place only."""

import io
import random

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from webapp.integrations import objects
from webapp.integrations.sealed_file import CHUNK


@pytest.fixture
def database() -> str:
    """No database takes part."""
    return "sqlite"


def folder(app: Flask):  # type: ignore[no-untyped-def] - a path, whatever its kind
    return app.config["SETTINGS"].instance_path / "objects"


def test_what_was_put_comes_back_and_is_unreadable_on_disk(app: Flask) -> None:
    objects.put("recording/abc/1", b"ba con noi chuyen")
    assert objects.get("recording/abc/1") == b"ba con noi chuyen"
    (file,) = [one for one in folder(app).rglob("*") if one.is_file()]
    assert b"noi" not in file.read_bytes()


def test_putting_again_replaces_and_leaves_nothing_beside(app: Flask) -> None:
    objects.put("voice/abc/1", b"one")
    objects.put("voice/abc/1", b"two")
    assert objects.get("voice/abc/1") == b"two"
    assert len([one for one in folder(app).rglob("*") if one.is_file()]) == 1


def test_one_content_cannot_stand_in_for_another(app: Flask) -> None:
    objects.put("recording/abc/1", b"first")
    objects.put("recording/abc/2", b"second")
    (folder(app) / "recording/abc/1").replace(folder(app) / "recording/abc/2")
    with pytest.raises(InvalidTag):
        objects.get("recording/abc/2")


@pytest.mark.parametrize("name", ["../secret", "voice/../x", "/etc/passwd", "voice", "voice/a b", ""])
def test_a_name_leads_nowhere_else(app: Flask, name: str) -> None:
    with pytest.raises(ValueError, match="not an object"):
        objects.put(name, b"")


def test_what_was_removed_is_not_there(app: Flask) -> None:
    objects.put("voice/abc/1", b"one")
    objects.remove("voice/abc/1")
    objects.remove("voice/abc/1")
    with pytest.raises(FileNotFoundError):
        objects.get("voice/abc/1")


def test_a_name_kept_once_stays_as_it_is(app: Flask) -> None:
    objects.put_once("recording/abc/k-1", b"one")
    objects.put_once("recording/abc/k-1", b"one")
    with pytest.raises(FileExistsError):
        objects.put_once("recording/abc/k-1", b"two")
    assert objects.get("recording/abc/k-1") == b"one"
    assert len([one for one in folder(app).rglob("*") if one.is_file()]) == 1


def a_long_one(name: str = "recording/abc/whole") -> bytes:
    content = random.Random(1).randbytes(2 * CHUNK + 1000)  # noqa: S311 - any bytes will do
    with objects.writing(name) as file:
        for start in range(0, len(content), 30_000):
            file.write(content[start : start + 30_000])
        file.seek(5)
        file.write(b"-head-")
        file.seek(CHUNK - 3)
        file.write(b"-over-")
        file.seek(0, io.SEEK_END)
        file.write(b"-end-")
    changed = bytearray(content + b"-end-")
    changed[5:11] = b"-head-"
    changed[CHUNK - 3 : CHUNK + 3] = b"-over-"
    return bytes(changed)


def test_a_long_content_is_written_and_read_anywhere_and_is_unreadable_on_disk(app: Flask) -> None:
    content = a_long_one()
    with objects.reading("recording/abc/whole") as file:
        assert file.size == len(content)
        assert file.read() == content
        for place in (0, 3, CHUNK - 2, 2 * CHUNK + 990):
            file.seek(place)
            assert file.read(20) == content[place : place + 20]
        assert file.read(20) + file.read(20) == b""
    (kept,) = [one for one in folder(app).rglob("*") if one.is_file()]
    assert content[100:140] not in kept.read_bytes()
    assert b"-head-" not in kept.read_bytes()


def test_a_long_content_that_was_not_finished_is_not_there(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), objects.writing("recording/abc/whole") as file:
        file.write(b"half")
        raise ZeroDivisionError
    with pytest.raises(FileNotFoundError):
        objects.reading("recording/abc/whole")
    assert [one for one in folder(app).rglob("*") if one.is_file()] == []


def test_chunks_cannot_change_places_or_be_changed(app: Flask) -> None:
    a_long_one()
    kept = folder(app) / "recording/abc/whole"
    sealed, size = kept.read_bytes(), CHUNK + 29
    changed = bytearray(sealed)
    changed[100] ^= 1
    for wrong in (bytes(changed), sealed[size : 2 * size] + sealed[:size] + sealed[2 * size :]):
        kept.write_bytes(wrong)
        with objects.reading("recording/abc/whole") as file, pytest.raises(InvalidTag):
            file.read()
