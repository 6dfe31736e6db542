"""Where a picture ends by its own order: what stands behind is no part of it, and may be anything."""

import struct


def end_of_picture(media_type: str, content: bytes) -> int:
    """Rather too early than too late: where the order is broken, nothing of it counts as the picture."""
    try:
        if media_type == "image/jpeg":
            return _jpeg(content)
        if media_type == "image/png":
            return content.index(b"IEND\xaeB`\x82") + 8
        if media_type == "image/webp":
            return 8 + int(struct.unpack_from("<I", content, 4)[0])
        return _boxes(content)
    except (struct.error, IndexError, ValueError):
        return 0


def _jpeg(content: bytes) -> int:
    """Behind the segments of the head, which may hold another picture, the first mark of an end."""
    at = 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        at += 1 if content[at + 1] == 0xFF else 2 + struct.unpack_from(">H", content, at + 2)[0]
    return content.index(b"\xff\xd9", at) + 2


def _boxes(content: bytes) -> int:
    at = 0
    while at + 8 <= len(content):
        size = struct.unpack_from(">I", content, at)[0]
        if size == 1:
            size = struct.unpack_from(">Q", content, at + 8)[0]
        if size == 0:
            return len(content)  # the last one goes to the end
        if size < 8 or at + size > len(content):
            break
        at += size
    return at
