"""What a phone writes into a film (place, time, device, software) is written over with nothing.

Nothing in the file moves and nothing is drawn anew: pictures and sound stay as they are, byte for byte, and
whatever points into the file still points right. Only what a film needs to be played is kept as it is; a box
that we do not know is not needed. Two families of files: ISO boxes (MP4, MOV, 3GP: ISO 14496-12, QuickTime File
Format) and Matroska (WebM: RFC 8794, 9559).
"""

import struct
import sys
from array import array
from collections.abc import Iterator

_SHOWN = (b"vide", b"soun")
"""Tracks that are seen and heard; others hold subtitles, time codes and what sensors told (GPS of drones)."""
_TOP = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra", b"prft"}
_INSIDE = {
    b"moov": {b"mvhd", b"trak", b"mvex"},
    b"trak": {b"tkhd", b"edts", b"mdia", b"tapt"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"},
    b"stbl": {
        b"stsd", b"stts", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"ctts", b"cslg", b"sdtp", b"sgpd",
        b"sbgp", b"stps", b"saiz", b"saio", b"subs",
    },
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sdtp", b"sgpd", b"sbgp", b"saiz", b"saio", b"subs"},
}  # fmt: skip
"""What is kept in each box that holds boxes; all else is made free space."""
_CLOCKS = {b"mvhd", b"tkhd", b"mdhd"}

_MOST = 500_000
"""More parts than any film of 50 MB has; whatever stands behind so many is written over unread."""

_EBML = b"\x1aE\xdf\xa3"
_SEGMENT, _INFO, _TRACKS, _TRACK, _CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675
_WITHIN = {0: {_SEGMENT}, _SEGMENT: {_INFO, _TRACKS}, _TRACKS: {_TRACK}}
"""Elements that are looked into, by the element in which they stand."""
_TELL = {
    0x1254C367,  # Tags
    0x1941A469,  # Attachments
    0x1043A770,  # Chapters
    0x4461,  # DateUTC
    0x7BA9,  # Title
    0x73A4,  # SegmentUID
    0x7384,  # SegmentFilename
    0x3CB923,  # PrevUID
    0x3C83AB,  # PrevFilename
    0x3EB923,  # NextUID
    0x3E83BB,  # NextFilename
    0x4444,  # SegmentFamily
    0x536E,  # Name of a track
    0xBF,  # CRC-32 of what is changed here
    0xEC,  # Void: whatever was left there
}
_SOFTWARE = {0x4D80, 0x5741}
"""MuxingApp and WritingApp have to be there, so they stay and say nothing."""
_VOID = 0xEC


def without_metadata(content: bytes) -> bytes:
    """The same film, of the same length, that tells nothing but itself; what cannot be read goes too."""
    film = bytearray(content)
    if content.startswith(_EBML):
        _clean_elements(film, 0, len(film), 0)
    else:
        _clean_boxes(film, 0, len(film), _TOP)
    return bytes(film)


def _boxes(film: bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """(name, where it begins, where its body begins, where it ends); a last one may be cut short."""
    for _ in range(_MOST):
        if end - at < 8:
            break
        size, name = struct.unpack_from(">I4s", film, at)
        body = at + 8
        if size == 1 and end - at >= 16:
            size, body = struct.unpack_from(">Q", film, body)[0], at + 16
        after = end if size == 0 else at + size
        if after < body or (after > end and name != b"mdat"):
            break
        yield name, at, body, min(after, end)
        at = after
    film[at:end] = bytes(max(end - at, 0))


def _clean_boxes(film: bytearray, at: int, end: int, kept: set[bytes]) -> None:
    for name, begin, body, after in _boxes(film, at, end):
        kind = _kind_of(film, body, after) if name == b"trak" else b""
        if name == b"trak" and kind not in _SHOWN:
            _forget_samples(film, body, after)
        if name not in kept or (name == b"trak" and kind not in _SHOWN):
            film[begin + 4 : begin + 8] = b"free"
            film[body:after] = bytes(after - body)
        elif name in _INSIDE:
            _clean_boxes(film, body, after, _INSIDE[name])
        elif name in _CLOCKS:
            _forget_times(film, body, after)
        elif name == b"hdlr":
            film[body + 12 : after] = bytes(max(after - body - 12, 0))
        if name == b"trak":
            _forget_makers(film, body, after, pictures=kind == b"vide")


def _find(film: bytearray, at: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """The body of the first box along the path."""
    for name, _begin, body, after in _boxes(film, at, end):
        if name == path[0]:
            return _find(film, body, after, *path[1:]) if path[1:] else (body, after)
    return None


def _kind_of(film: bytearray, at: int, end: int) -> bytes:
    found = _find(film, at, end, b"mdia", b"hdlr")
    return bytes(film[found[0] + 8 : found[0] + 12]) if found else b""


def _forget_times(film: bytearray, body: int, after: int) -> None:
    """When the film was made and changed: two times after version and flags."""
    size = 16 if film[body : body + 1] == b"\x01" else 8
    film[body + 4 : min(body + 4 + size, after)] = bytes(min(size, max(after - body - 4, 0)))


def _forget_makers(film: bytearray, at: int, end: int, *, pictures: bool) -> None:
    """In each description of samples the vendor, and with pictures the name of the encoder."""
    found = _find(film, at, end, b"mdia", b"minf", b"stbl", b"stsd")
    if found is None:
        return
    for _name, begin, _body, after in _boxes(film, found[0] + 8, found[1]):
        for first, last in ((20, 24), (50, 82)) if pictures else ((20, 24),):
            if begin + last <= after:
                film[begin + first : begin + last] = bytes(last - first)


def _forget_samples(film: bytearray, at: int, end: int) -> None:
    """What a hidden track points to, written over: chunk after chunk."""
    table = _find(film, at, end, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    found = {name: (body, after) for name, _begin, body, after in _boxes(film, *table)}
    if not {b"stsz", b"stsc"} <= set(found):
        return
    left = 2 * len(film)  # tables that lie must not cost more than honest ones
    for chunk, length in zip(_chunks(film, found), _lengths(film, found), strict=False):
        stop = min(chunk + length, len(film))
        film[chunk:stop] = bytes(max(stop - chunk, 0))
        left -= max(stop - chunk, 0) + 32
        if left < 0:
            return


def _chunks(film: bytearray, found: dict[bytes, tuple[int, int]]) -> "array[int]":
    """Where the chunks begin."""
    if b"stco" in found:
        return _numbers(film, "I", found[b"stco"], 8)
    return _numbers(film, "Q", found[b"co64"], 8) if b"co64" in found else array("I")


def _lengths(film: bytearray, found: dict[bytes, tuple[int, int]]) -> Iterator[int]:
    """How long the chunks are: by how many samples each holds, and how long those are."""
    runs, sizes = _numbers(film, "I", found[b"stsc"], 8), _numbers(film, "I", found[b"stsz"], 12)
    same = _numbers(film, "I", found[b"stsz"], 4)[:1]
    firsts, counts = runs[0::3], runs[1::3]
    chunk = run = number = 0
    while counts:
        chunk += 1
        while run + 1 < len(firsts) and firsts[run + 1] <= chunk:
            run += 1
        yield same[0] * counts[run] if same and same[0] else sum(sizes[number : number + counts[run]])
        number += counts[run]


def _numbers(film: bytearray, letter: str, where: tuple[int, int], skip: int) -> "array[int]":
    """A table's whole numbers, after what stands before them in its box."""
    told = array(letter)
    body = film[where[0] + skip : where[1]]
    told.frombytes(bytes(body[: len(body) // told.itemsize * told.itemsize]))
    if sys.byteorder == "little":
        told.byteswap()
    return told


def _clean_elements(film: bytearray, at: int, end: int, parent: int) -> None:
    """Elements in their order. A cluster that does not say how long it is has its blocks behind it."""
    for _ in range(_MOST):
        name, body = _number(film, at, end, marked=True)
        size, body = _number(film, body, end, marked=False)
        if body > end:
            break
        after = end if size is None else body + size
        if name == _CLUSTER and parent == _SEGMENT:
            after = body if size is None else min(after, end)
        elif name in _WITHIN.get(parent, ()):
            after = min(after, end)
            _clean_elements(film, body, after, name or 0)
        elif size is None or after > end:
            break
        elif name in _TELL:
            _make_void(film, at, after)
        elif name in _SOFTWARE:
            film[body:after] = bytes(size)
        at = after
    film[at:end] = bytes(max(end - at, 0))


def _number(film: bytearray, at: int, end: int, *, marked: bool) -> tuple[int | None, int]:
    """A number that tells its own length (RFC 8794), and where it ends; None: "unknown", or none at all."""
    first = film[at] if at < end else 0
    length = 9 - first.bit_length()
    if first == 0 or at + length > end:
        return None, end + 1
    value = int.from_bytes(film[at : at + length], "big")
    if marked:
        return value, at + length
    value &= (1 << (7 * length)) - 1
    return (None if value == (1 << (7 * length)) - 1 else value), at + length


def _make_void(film: bytearray, at: int, after: int) -> None:
    """Free space of the same length."""
    total = after - at
    width = 1 if total < 100 else 8
    size = (total - 1 - width) | (1 << (7 * width))
    film[at:after] = bytes([_VOID]) + size.to_bytes(width, "big") + bytes(total - 1 - width)
