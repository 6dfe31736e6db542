"""What a recorder writes beside the sound (title, author, device, place, pictures) is taken out of it.

Nothing is recorded anew: what is heard stays as it is, byte for byte. MP3 loses its tags at both ends (ID3, APEv2,
Lyrics3); WAV keeps the chunks that are played and no other; in Ogg (Opus, Vorbis, FLAC, Speex: RFC 3533, 7845) the
comments are emptied where they stand, and the pages that held them are summed anew. AMR has no place for such words.
"""

import struct
import zlib
from collections.abc import Iterator

_PLAYED = (b"fmt ", b"fact", b"data")
_MOST = 500_000
"""More pages or chunks than any sound of 50 MB has; whatever stands behind so many stays as it is."""

_OGG_HEAD = struct.Struct("<4sBBqIIIB")
_COMMENTS = {b"OpusHead": b"OpusTags", b"\x01vorbis": b"\x03vorbis", b"Speex   ": b""}
"""How a stream begins, and how its second packet does, which holds the comments."""
_OGG_FLAC = b"\x7fFLAC"
_VORBIS_COMMENT, _APPLICATION, _PICTURE = 4, 2, 6

_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def without_metadata(media_type: str, content: bytes) -> bytes:
    """The same sound that tells nothing but itself; with nothing told the very same bytes."""
    clean = {"audio/mpeg": _mpeg, "audio/wav": _wav, "audio/ogg": _ogg}.get(media_type)
    return clean(content) if clean else content


def _mpeg(content: bytes) -> bytes:
    """What stands between the tags, which may stand behind one another."""
    start, end = 0, len(content)
    while content[start : start + 3] == b"ID3" and (length := _of_id3(content[start : start + 10])):
        start += length
    while (length := _tag_before(content, start, end)) and end - length >= start:
        end -= length
    # Sound there has to be: what is nothing but tags stays as it is.
    return content[start:end] if start < end else content


def _of_id3(head: bytes) -> int:
    """How long an ID3v2 tag is, by its head of ten bytes (id3.org, ID3v2.4 structure, 3.1)."""
    if len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + (20 if head[5] & 0x10 else 10)


def _tag_before(content: bytes, start: int, end: int) -> int:
    """How long the tag is that ends there; 0 when there is none."""
    tail = content[max(start, end - 355) : end]
    if tail[-128:-125] == b"TAG":
        return 355 if len(tail) == 355 and tail[:4] == b"TAG+" else 128
    if tail[-32:-24] == b"APETAGEX":
        size, flags = struct.unpack_from("<I4xI", tail, len(tail) - 20)
        return int(size) + (32 if flags & 0x8000_0000 else 0)
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    if tail[-10:-7] == b"3DI":
        return _of_id3(tail[-10:])
    return 0


def _wav(content: bytes) -> bytes:
    kept, at = [], 12
    for _ in range(_MOST):
        if len(content) - at < 8:
            break
        name, size = struct.unpack_from("<4sI", content, at)
        # A recorder that was cut off says 0, or more than there is.
        cut_off = name == b"data" and (size == 0 or at + 8 + size > len(content))
        after = len(content) if cut_off else at + 8 + size + size % 2
        if name in _PLAYED:
            kept.append(content[at:after])
        at = after
    body = b"".join(kept)
    if len(body) + 12 >= len(content):
        return content
    return b"RIFF" + struct.pack("<I", min(len(body) + 4, 0xFFFF_FFFF)) + b"WAVE" + body


def _ogg(content: bytes) -> bytes:
    """Packets may go over several pages, and pages of several streams stand between one another."""
    sound = bytearray(content)
    streams: dict[int, _Stream] = {}
    for page in _pages(content):
        stream = streams.get(page.serial)
        if stream is None or page.begins:
            stream = streams[page.serial] = _Stream()
        stream.take(sound, page)
    for stream in streams.values():
        stream.settle(sound)
    return bytes(sound)


class _Page:
    """One page: where it and what it carries stand, and its pieces of packets as (from, to, ends here)."""

    def __init__(self, content: bytes, at: int):
        _, _, kind, _, self.serial, _, _, count = _OGG_HEAD.unpack_from(content, at)
        self.at, self.begins = at, bool(kind & 2)
        laces = content[at + 27 : at + 27 + count]
        self.end = at + 27 + count + sum(laces)
        self.pieces: list[tuple[int, int, bool]] = []
        first = place = at + 27 + count
        for lace in laces:
            place += lace
            if lace < 255:
                self.pieces.append((first, place, True))
                first = place
        if place > first:
            self.pieces.append((first, place, False))


def _pages(content: bytes) -> Iterator[_Page]:
    at = 0
    for _ in range(_MOST):
        if content[at : at + 4] != b"OggS" or at + 27 > len(content):
            at = content.find(b"OggS", at + 1)
            if at < 0 or at + 27 > len(content):
                return
        page = _Page(content, at)
        if page.end > len(content):
            return
        yield page
        at = page.end


class _Stream:
    """One stream of an Ogg file: its first packets, until none can hold words any more."""

    def __init__(self) -> None:
        self._number = 0
        self._spans: list[tuple[int, int]] = []
        self._pages: list[_Page] = []
        self._kind = b""
        self._done = False

    def take(self, sound: bytearray, page: _Page) -> None:
        """Look at the packets that end on the page."""
        for first, last, ends in page.pieces:
            if self._done:
                return
            self._spans.append((first, last))
            if page not in self._pages:
                self._pages.append(page)
            if ends:
                self.settle(sound)

    def settle(self, sound: bytearray) -> None:
        """A packet is whole, or the file ends within it."""
        spans, pages = self._spans, self._pages
        self._spans, self._pages = [], []
        if self._done or not spans:
            return
        packet = b"".join(bytes(sound[first:last]) for first, last in spans)
        emptied = self._emptied(packet)
        self._number += 1
        if emptied is not None and emptied != packet:
            at = 0
            for first, last in spans:
                sound[first:last] = emptied[at : at + last - first]
                at += last - first
            for page in pages:
                _sum(sound, page)

    def _emptied(self, packet: bytes) -> bytes | None:
        """The packet without its words and as long as before; None when it has none."""
        if self._number == 0:
            self._kind = next((head for head in (*_COMMENTS, _OGG_FLAC) if packet.startswith(head)), b"")
            self._done = not self._kind
            return None
        if self._kind == _OGG_FLAC:
            block = packet[0] & 0x7F if packet else 0x7F
            self._done = not packet or packet[0] == 0xFF or bool(packet[0] & 0x80)
            if block == _VORBIS_COMMENT:
                return packet[:4] + _no_comments(len(packet) - 4)
            return packet[:4] + bytes(len(packet) - 4) if block in (_APPLICATION, _PICTURE) else None
        self._done = True
        head = _COMMENTS[self._kind]
        if not packet.startswith(head):
            return None
        frame = b"\x01" if self._kind == b"\x01vorbis" else b""
        return head + _no_comments(len(packet) - len(head), frame)


def _no_comments(length: int, frame: bytes = b"") -> bytes:
    """No vendor and no comment, and nothing behind them."""
    return (bytes(8) + frame).ljust(length, b"\0")[:length]


def _sum(sound: bytearray, page: _Page) -> None:
    """The page's checksum (RFC 3533, 6): CRC-32 from the other end of each byte, begun with nothing."""
    sound[page.at + 22 : page.at + 26] = bytes(4)
    turned = bytes(sound[page.at : page.end]).translate(_TURNED)
    crc = zlib.crc32(turned, 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    sound[page.at + 22 : page.at + 26] = struct.pack("<I", int(f"{crc:032b}"[::-1], 2))
