"""What a camera writes into a picture (place, time, device) is taken out; the picture itself stays as it is.

Only the orientation is written back. Nothing is drawn anew, so no quality is lost.
"""

import struct
import zlib

_EXIF = b"Exif\0\0"
_WORDS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_APP1, _APP2, _APP13, _COMMENT = 0xE1, 0xE2, 0xED, 0xFE
_SCAN, _END = 0xDA, 0xD9
_VP8X_EXIF, _VP8X_XMP = 0x08, 0x04


def without_metadata(
    media_type: str, content: bytes, orientation: int, exif: bytes = b"", xmp: bytes = b""
) -> bytes:
    """The same picture without what the camera told; `exif` and `xmp` are those of a HEIC file.

    Raises:
        ValueError: the file's own order is broken.
    """
    turned = _exif(orientation) if orientation in range(2, 9) else b""
    try:
        if media_type == "image/jpeg":
            return _jpeg(content, turned)
        if media_type == "image/png":
            return _png(content, turned)
        if media_type == "image/webp":
            return _webp(content, turned)
        return _in_boxes(content, exif, xmp)
    except (struct.error, IndexError):
        raise ValueError("broken picture") from None


def _exif(orientation: int) -> bytes:
    """The smallest TIFF that says how the camera was held."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _jpeg(content: bytes, turned: bytes) -> bytes:
    """Segment by segment to the picture's own end; what hangs behind it (films, other sizes) goes."""
    kept = [content[:2]]
    if turned:
        kept.append(struct.pack(">BBH", 0xFF, _APP1, len(turned) + 8) + _EXIF + turned)
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1  # padding
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == _END:
            return b"".join([*kept, content[at : at + 2]])
        after = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == _SCAN:
            after = _end_of_scan(content, after)
        if not _tells(marker, content[at + 4 : at + 8]):
            kept.append(content[at:after])
        at = after


def _tells(marker: int, start: bytes) -> bool:
    """EXIF and XMP, the list of further pictures, IPTC, comments; colour profiles stay."""
    return marker in (_APP1, _APP13, _COMMENT) or (marker == _APP2 and start == b"MPF\0")


def _end_of_scan(content: bytes, at: int) -> int:
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _png(content: bytes, turned: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("cut short")
        if name == b"IDAT" and turned:
            body = b"eXIf" + turned
            kept.append(struct.pack(">I", len(turned)) + body + struct.pack(">I", zlib.crc32(body)))
            turned = b""
        if name not in _WORDS:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(content: bytes, turned: bytes) -> bytes:
    kept: list[bytes] = []
    at, end = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise ValueError("cut short")
    extended = False
    while at < end:
        name, length = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + length + length % 2]
        if name == b"VP8X":
            extended = True
            flags = chunk[8] & ~(_VP8X_EXIF | _VP8X_XMP) | (_VP8X_EXIF if turned else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if name not in (b"EXIF", b"XMP "):
            kept.append(chunk)
        at += len(chunk)
    if turned and extended:
        kept.append(struct.pack("<4sI", b"EXIF", len(turned)) + turned)
    body = b"".join(kept)
    return content[:4] + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _in_boxes(content: bytes, exif: bytes, xmp: bytes) -> bytes:
    """Written over where it stands: nothing in the file moves. HEIC keeps its orientation elsewhere."""
    for told, instead in ((exif.removeprefix(_EXIF), _exif(1)), (xmp, b"")):
        if told and told not in content:
            raise ValueError("metadata in parts")
        if told:
            content = content.replace(told, instead[: len(told)].ljust(len(told), b"\0"))
    return content
