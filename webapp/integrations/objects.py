"""Large contents (voice messages, files, recordings): on disk, sealed, outside the database.

A name is made by us, never by people: `kind/code/number`. What was put is there whole or not at
all, also after a power cut, and cannot stand in for another (its name is authenticated with it).
"""

import os
import re
from pathlib import Path

from flask import current_app

from ..domain.codes import new_code
from ..keyring import keyring

_NAME = re.compile(r"[a-z0-9-]+(/[A-Za-z0-9_-]+)+")


def put(name: str, content: bytes) -> None:
    """Keep the content under the name; putting the same name again replaces it."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{new_code()}")
    with beside.open("wb") as file:
        file.write(keyring.seal(content, name.encode()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync_folder(path.parent)


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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
