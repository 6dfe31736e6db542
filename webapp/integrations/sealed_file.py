"""A file sealed in chunks: a long one is written, and read from anywhere, in little memory.

Each chunk is bound to the file's name and to its own place. A file that was cut short still opens,
so whoever keeps one keeps its size and hash too.
"""

import io
import os
from pathlib import Path
from typing import Any

from ..keyring import OVERHEAD, keyring

CHUNK = 256 * 1024
_SEALED = CHUNK + OVERHEAD


class SealedFile(io.RawIOBase):
    """An open file; the chunk at hand lies in memory, the others sealed on disk.

    Reading raises cryptography's InvalidTag where the file was tampered with.
    """

    def __init__(self, path: Path, name: str, *, writing: bool = False):
        super().__init__()
        self._file = path.open("w+b" if writing else "rb")
        self._name, self._writing = name, writing
        whole, rest = divmod(self._file.seek(0, os.SEEK_END), _SEALED)
        self.size = whole * CHUNK + max(rest - OVERHEAD, 0)
        self._at, self._place, self._chunk, self._changed = 0, -1, bytearray(), False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._writing

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        since = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, since + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer, but for the file's end."""
        done, most = 0, min(len(buffer), self.size - self._at)
        while done < most:
            place, start = divmod(self._at, CHUNK)
            self._take(place)
            part = self._chunk[start : start + most - done]
            buffer[done : done + len(part)] = part
            done += len(part)
            self._at += len(part)
        return done

    def write(self, content: Any) -> int:
        """Write over what is there, or go on at the end. Raises ValueError behind the end."""
        if not self._writing or self._at > self.size:
            raise ValueError("this file cannot be written there")
        left = memoryview(content)
        while left:
            place, start = divmod(self._at, CHUNK)
            self._take(place)
            part = left[: CHUNK - start]
            self._chunk[start : start + len(part)] = part
            self._changed = True
            self._at += len(part)
            self.size = max(self.size, self._at)
            left = left[len(part) :]
        return len(content)

    def sync(self) -> None:
        """What was written survives a power cut."""
        self._keep()
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _take(self, place: int) -> None:
        """The chunk of this place into memory; behind the end an empty one."""
        if place == self._place:
            return
        self._keep()
        self._file.seek(place * _SEALED)
        sealed = self._file.read(_SEALED)
        self._chunk = bytearray(keyring.open(sealed, self._about(place))) if sealed else bytearray()
        self._place = place

    def _keep(self) -> None:
        if self._changed:
            self._file.seek(self._place * _SEALED)
            self._file.write(keyring.seal(bytes(self._chunk), self._about(self._place)))
            self._changed = False

    def _about(self, place: int) -> bytes:
        return f"{self._name}#{place}".encode()
