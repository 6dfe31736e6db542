"""Large contents: sealed on disk, whole or not at all, each in its own place only."""

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from webapp.integrations import objects


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
