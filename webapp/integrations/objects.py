"""Large contents (voice messages, files, recordings): on disk, sealed, outside the database.

A name is made by us, never by people: `kind/code/number`. What was put is there whole or not at
all, also after a power cut, and cannot stand in for another (its name is authenticated with it).
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from ..domain.codes import new_code
from ..keyring import keyring
from .sealed_file import SealedFile

_NAME = re.compile(r"[a-z0-9-]+(/[A-Za-z0-9_-]+)+")


def put(name: str, content: bytes) -> None:
    """Keep the content under the name; putting the same name again replaces it."""
    path = _path(name)
    _written_beside(path, name, content).replace(path)
    _sync_folder(path.parent)


def put_once(name: str, content: bytes) -> None:
    """Keep the content under a name that stays as it is; the same content again is no second one.

    Raises:
        FileExistsError: the name holds another content.
    """
    path = _path(name)
    beside = _written_beside(path, name, content)
    try:
        os.link(beside, path)
        _sync_folder(path.parent)
    except FileExistsError:
        if get(name) != content:
            raise
    finally:
        beside.unlink()


@contextlib.contextmanager
def writing(name: str) -> Iterator[SealedFile]:
    """A long content, written piece by piece in little memory; there when the block ends well."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    try:
        with SealedFile(beside, name, writing=True) as file:
            yield file
            file.sync()
        beside.replace(path)
        _sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def reading(name: str) -> SealedFile:
    """What `writing` wrote, to be read anywhere. Raises FileNotFoundError."""
    return SealedFile(_path(name), name)


def get(name: str) -> bytes:
    """The content. Raises FileNotFoundError; cryptography's InvalidTag when it was tampered with."""
    return keyring.open(_path(name).read_bytes(), name.encode())


def remove(name: str) -> None:
    """Forget the content; one that is not there is forgotten already."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not an object's name: {name!r}")
    root: Path = current_app.config["SETTINGS"].instance_path
    return root / "objects" / name


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{new_code()}")


def _written_beside(path: Path, name: str, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    with beside.open("wb") as file:
        file.write(keyring.seal(content, name.encode()))
        file.flush()
        os.fsync(file.fileno())
    return beside


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
