"""Where the contents lie, and a take's pieces read as the one stream that they were."""

import hashlib
import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag

from ...models import Recording, RecordingPiece

DAMAGED = (OSError, InvalidTag, LookupError, ValueError)
"""What opening a content raises when it is gone, was changed, or was sealed by an unknown key."""


class Store(Protocol):
    """Large contents by name, as `integrations.objects` keeps them."""

    def put_once(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def writing(self, name: str) -> AbstractContextManager[Any]: ...
    def reading(self, name: str) -> Any: ...


def piece_name(recording: Recording, take: str, number: int) -> str:
    """A piece by its take's key and its number."""
    return f"recording/{recording.code}/{take}-{number}"


def whole_name(recording: Recording) -> str:
    """The one file; each attempt to make it writes its own."""
    return whole_name_of(recording, recording.attempts)


def whole_name_of(recording: Recording, attempt: int) -> str:
    """The one file as this attempt wrote it."""
    return f"recording/{recording.code}/whole-{attempt}"


def sha256_of(file: Any) -> str:
    """The hash over a whole file, read in little memory."""
    digest = hashlib.sha256()
    while part := file.read(256 * 1024):
        digest.update(part)
    return digest.hexdigest()


def is_whole(recording: Recording, piece: RecordingPiece, store: Store) -> bool:
    """Whether the piece on disk is what arrived."""
    try:
        content = store.get(piece_name(recording, piece.take.key, piece.number))
    except DAMAGED:
        return False
    return hashlib.sha256(content).hexdigest() == piece.sha256


class TakeReader(io.RawIOBase):
    """Pieces one behind the other; only the one at hand lies in memory."""

    def __init__(self, names: Sequence[tuple[str, int]], store: Store):
        super().__init__()
        self._names, self._store = names, store
        self._starts = [0]
        for _name, size in names:
            self._starts.append(self._starts[-1] + size)
        self._at, self._place, self._content = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        since = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, since + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._starts[-1]:
            return 0
        place = bisect_right(self._starts, self._at) - 1
        if place != self._place:
            self._place, self._content = place, self._store.get(self._names[place][0])
        start = self._at - self._starts[place]
        part = self._content[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
