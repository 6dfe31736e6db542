"""What an old Office file (DOC, XLS, PPT) tells of its makers is written over where it stands.

Author, company, who saved it last and where, and when: in the properties that every such file has, and in the places
of their own that Word, Excel and PowerPoint write names in. Nothing moves, so what points into the file still points
right. What is read in it stays; comments and tracked changes keep their authors, for they are part of what it says.
A file that is signed or cannot be read stays as it is, and so does what a password encrypts.

Sources: [MS-CFB] 2.2-2.6 (the file), [MS-OLEPS] 2.21 (properties), [MS-DOC] 2.5, 2.7.2, 2.9.277 (Word), [MS-XLS] 2.4.115,
2.4.117, 2.4.349 (Excel), [MS-PPT] 2.3.2 (PowerPoint).
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFF_FFFA
"""Numbers from here on are no sectors."""
_STORAGES, _STREAM = (1, 5), 2
_MOST_ENTRIES = 20_000
_PROPERTIES = {
    "\x05SummaryInformation": "e0859ff2f94f6810ab9108002b27b3d9",
    "\x05DocumentSummaryInformation": "02d5cdd59c2e1b10939708002b2cf9ae",
}
_SIGNATURES = ("_signatures", "_xmlsignatures")


class _Unreadable(Exception):
    """No whole compound file, or none that we understand."""


_UNREADABLE = (_Unreadable, struct.error, IndexError)


def without_makers(content: bytes) -> bytes:
    """The same file, of the same length, that tells nothing of its makers; with none the very same bytes."""
    try:
        file = _File(bytearray(content))
    except _UNREADABLE:
        return content
    if any(entry.name in _SIGNATURES for entry in file.entries):
        return content
    for entry in file.entries:
        _forget_properties(file, entry)
    for folder in file.folders():
        for forget in (_in_word, _in_excel, _in_powerpoint):
            with suppress(*_UNREADABLE):
                forget(file, folder)
    return bytes(file.content)


@dataclass(frozen=True)
class _Entry:
    """A line of the file's directory: where it stands, its name, kind, first sector, size, and its neighbours."""

    at: int
    name: str
    kind: int
    start: int
    size: int
    beside: tuple[int, int]
    inside: int


_Folder = dict[str, _Entry]
"""What stands in one storage, by its name; a document within a document has a storage of its own."""


class _File:
    """A compound file: a small file system of sectors, and of smaller ones for what is short."""

    def __init__(self, content: bytearray):
        self.content = content
        if not content.startswith(_HEAD):
            raise _Unreadable
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise _Unreadable
        self._sector = 1 << shift
        first, self._cutoff, first_mini = struct.unpack_from("<I4xII", content, 48)
        self._table = self._read_table(*struct.unpack_from("<II", content, 68))
        self.entries = list(self._directory(first))
        self._mini_table = self._numbers(self._chain(first_mini)) if first_mini < _LAST else ()
        root = next((entry for entry in self.entries if entry.kind == 5), None)
        self._mini = self._chain(root.start) if root and root.start < _LAST else []

    def _place(self, sector: int) -> int:
        """Where a sector begins; the last one may be cut short."""
        place = (sector + 1) * self._sector
        if place >= len(self.content):
            raise _Unreadable
        return place

    def _numbers(self, sectors: list[int]) -> tuple[int, ...]:
        size = self._sector
        whole = b"".join(bytes(self.content[self._place(one) :][:size]) for one in sectors)
        return struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4])

    def _read_table(self, more: int, count: int) -> tuple[int, ...]:
        """The table of which sector follows which: its own sectors are named in the head, then in a list."""
        named = [*struct.unpack_from("<109I", self.content, 76)]
        for _ in range(min(count, len(self.content) // self._sector)):
            if more >= _LAST:
                break
            numbers = self._numbers([more])
            if not numbers:
                raise _Unreadable  # cut short within the list
            *names, more = numbers
            named += names
        return self._numbers([one for one in named if one < _LAST])

    def _chain(self, sector: int) -> list[int]:
        return _followed(sector, self._table)

    def _directory(self, first: int) -> Iterator[_Entry]:
        number = 0
        self._numbered: dict[int, _Entry] = {}
        for sector in self._chain(first):
            for at in range(self._place(sector), self._place(sector) + self._sector, 128):
                name, length, kind = struct.unpack_from("<64sHB", self.content, at)
                left, right, inside = struct.unpack_from("<III", self.content, at + 68)
                start, size = struct.unpack_from("<II", self.content, at + 116)
                if number >= _MOST_ENTRIES:
                    raise _Unreadable
                if kind:
                    words = name[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                    entry = _Entry(at, words, kind, start, size, (left, right), inside)
                    self._numbered[number] = entry
                    yield entry
                number += 1

    def folders(self) -> Iterator[_Folder]:
        """What stands in each storage: a tree in which each leads to those before and behind it."""
        for storage in self.entries:
            if storage.kind not in _STORAGES:
                continue
            folder: _Folder = {}
            seen, waiting = set[int](), [storage.inside]
            while waiting:
                number = waiting.pop()
                entry = self._numbered.get(number)
                if entry is not None and number not in seen:
                    seen.add(number)
                    waiting += entry.beside
                    if entry.kind == _STREAM:
                        folder[entry.name] = entry
            yield folder

    def opened(self, entry: _Entry) -> "_Stream":
        if entry.size >= self._cutoff:
            size, places = self._sector, [self._place(one) for one in self._chain(entry.start)]
        else:
            size, a_sector = 64, self._sector // 64
            short = _followed(entry.start, self._mini_table) if entry.size else []
            places = [self._place(self._mini[one // a_sector]) + one % a_sector * size for one in short]
        if len(places) * size < entry.size:
            raise _Unreadable
        return _Stream(self.content, entry.size, size, places)


def _followed(sector: int, table: tuple[int, ...]) -> list[int]:
    """The sectors of a chain. Raises _Unreadable: it goes round in a ring, or nowhere."""
    chain: list[int] = []
    while sector < _LAST:
        if sector >= len(table) or len(chain) > len(table):
            raise _Unreadable
        chain.append(sector)
        sector = table[sector]
    return chain


class _Stream:
    """The bytes of one stream, read and written where they stand."""

    def __init__(self, content: bytearray, size: int, piece: int, places: list[int]):
        self._content, self.size, self._piece, self._places = content, size, piece, places

    def read(self, at: int = 0, length: int | None = None) -> bytes:
        end = self.size if length is None else at + length
        if at < 0 or end > self.size:
            raise _Unreadable
        return b"".join(bytes(self._content[first:last]) for first, last in self._spans(at, end))

    def write(self, at: int, words: bytes) -> None:
        if at < 0 or at + len(words) > self.size:
            raise _Unreadable
        written = 0
        for first, last in self._spans(at, at + len(words)):
            self._content[first:last] = words[written : written + last - first]
            written += last - first

    def _spans(self, at: int, end: int) -> Iterator[tuple[int, int]]:
        while at < end:
            number, inside = divmod(at, self._piece)
            length = min(self._piece - inside, end - at)
            first = self._places[number] + inside
            if first + length > len(self._content):
                raise _Unreadable
            yield first, first + length
            at += length


def _forget_properties(file: _File, entry: _Entry) -> None:
    if entry.kind in _STORAGES:
        file.content[entry.at + 100 : entry.at + 116] = bytes(16)  # when it was made and changed
    elif entry.kind == _STREAM and entry.name in _PROPERTIES:
        with suppress(*_UNREADABLE):
            stream = file.opened(entry)
            stream.write(0, _no_properties(_PROPERTIES[entry.name]).ljust(stream.size, b"\0")[: stream.size])


def _no_properties(kind: str) -> bytes:
    """A set of properties with none in it."""
    return struct.pack("<HHI16xI16sIII", 0xFFFE, 0, 0x0002_0006, 1, bytes.fromhex(kind), 48, 8, 0)


_SAVED_BY, _ASSOCIATED, _DATES = 0x2D2, 0x19A, 0x192
"""Where Word says in which place of its tables stand: who saved it where, author and template, dates."""


def _in_word(file: _File, folder: _Folder) -> None:
    if "WordDocument" not in folder:
        return
    word = file.opened(folder["WordDocument"])
    version, flags = struct.unpack("<2xH6xH", word.read(0, 12))
    table_name = "1Table" if flags & 0x0200 else "0Table"
    if version < 0xC1 or flags & 0x0100 or table_name not in folder:
        return  # before Word 97 it is laid out otherwise; or a password encrypts it
    table = file.opened(folder[table_name])
    at, length = struct.unpack("<II", word.read(_SAVED_BY, 8))
    if length:
        table.write(at, bytes(length))
        word.write(_SAVED_BY, bytes(8))
    at, length = struct.unpack("<II", word.read(_ASSOCIATED, 8))
    if length >= 6:
        told = table.read(at, 6)
        mark, count, more = struct.unpack("<HHH", told)
        if mark == 0xFFFF and 6 + (2 + more) * count <= length:
            empty = told + bytes((2 + more) * count)
            table.write(at, empty.ljust(length, b"\0"))
            word.write(_ASSOCIATED + 4, struct.pack("<I", len(empty)))
    at, length = struct.unpack("<II", word.read(_DATES, 8))
    if length >= 0x26:
        table.write(at + 0x14, bytes(0x26 - 0x14))  # made, changed and printed when, how often, how long


_FILE_PASS, _WRITE_ACCESS, _FILE_SHARING, _END = 0x2F, 0x5C, 0x5B, 0x0A


def _records(book: _Stream) -> Iterator[tuple[int, int, int]]:
    """The records before the first sheet: (kind, where its body begins, how long it is)."""
    at = 0
    while at + 4 <= book.size:
        kind, length = struct.unpack("<HH", book.read(at, 4))
        if at + 4 + length > book.size:
            return
        yield kind, at + 4, length
        if kind == _END:
            return
        at += 4 + length


def _in_excel(file: _File, folder: _Folder) -> None:
    # Names of one letter, a space: how long one is, is told in two bytes and a third, or before Excel 97 in one.
    for name, nobody in (("Workbook", b"\x01\0\0"), ("Book", b"\x01")):
        if name not in folder:
            continue
        book = file.opened(folder[name])
        for kind, at, length in _records(book):
            if kind == _FILE_PASS:
                break  # what follows is encrypted
            if kind == _WRITE_ACCESS:
                book.write(at, nobody.ljust(length, b" ")[:length])
            elif kind == _FILE_SHARING and length > 4 + len(nobody):
                book.write(at + 4 + len(nobody), b" " * (length - 4 - len(nobody)))


def _in_powerpoint(file: _File, folder: _Folder) -> None:
    """Who had it open last: a name in letters of one byte, and again in letters of two behind a version."""
    if "Current User" not in folder:
        return
    user = file.opened(folder["Current User"])
    length = struct.unpack("<H", user.read(20, 2))[0]
    user.write(28, b" " * length)
    wide = 28 + length + 4
    if user.size >= wide + 2 * length:
        user.write(wide, b" \0" * length)
