"""Old Office files, made here: compound files ([MS-CFB]) with the streams in which Word, Excel, PowerPoint keep names."""

import struct
from collections.abc import Sequence

WHO = "Nguyễn Văn Lành"
WIDE = WHO.encode("utf-16-le")
SECTOR, FREE, END, NONE = 512, 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF
SUMMARY, MORE = "\x05SummaryInformation", "\x05DocumentSummaryInformation"


def compound(*streams: tuple[str, bytes], within: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A file of these streams, and of others in a storage of their own; short ones stand in small sectors."""
    entries = [("Root Entry", 5, b""), *((name, 2, body) for name, body in streams)]
    if within:
        entries += [("ObjectPool", 1, b""), *((name, 2, body) for name, body in within)]
    sectors: list[bytes] = []
    table: list[int] = []
    small, small_table, starts = b"", list[int](), list[int]()

    def put(body: bytes) -> int:
        first = len(sectors)
        pieces = [body[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(body), SECTOR)]
        sectors.extend(pieces)
        table.extend([*range(first + 1, first + len(pieces)), END])
        return first

    for _name, kind, body in entries:
        if kind == 2 and len(body) < 4096:
            starts.append(len(small_table) if body else END)
            count = -(-len(body) // 64)
            small_table += [*range(len(small_table) + 1, len(small_table) + count), END][:count]
            small += body.ljust(count * 64, b"\0")
        else:
            starts.append(put(body) if body else END)
    starts[0] = put(small) if small else END
    first_small = put(struct.pack(f"<{len(small_table)}I", *small_table)) if small_table else END
    lines = b"".join(
        _line(number, entries, starts[number], len(small), len(streams), len(within))
        for number in range(len(entries))
    )
    directory = put(lines.ljust(-(-len(lines) // SECTOR) * SECTOR, b"\0"))
    fats = 1
    while fats * SECTOR // 4 < len(sectors) + fats:
        fats += 1
    whole = [*table, *[0xFFFF_FFFD] * fats]
    whole += [FREE] * (fats * SECTOR // 4 - len(whole))
    first_fat = len(sectors)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head += bytes(10) + struct.pack("<III4xI", fats, directory, 0, 4096)
    head = head[:56] + struct.pack("<IIIII", 4096, first_small, int(first_small != END), END, 0)
    named = [*range(first_fat, first_fat + fats)]
    head += struct.pack("<109I", *named, *[FREE] * (109 - fats))
    return head + b"".join(sectors) + struct.pack(f"<{len(whole)}I", *whole)


def _line(
    number: int, entries: list[tuple[str, int, bytes]], start: int, small: int, outer: int, inner: int
) -> bytes:
    """One entry of the directory: each leads to the next one of its storage."""
    name, kind, body = entries[number]
    last = {outer + (1 if inner else 0), len(entries) - 1} if inner else {outer}
    right = NONE if kind == 5 or number in last else number + 1
    child = 1 if kind == 5 else number + 1 if kind == 1 else NONE
    size = small if kind == 5 else len(body)
    words = name.encode("utf-16-le")
    line = words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words) + 2, kind, 1, NONE, right, child)
    times = struct.pack("<QQ", 0x01CF_5575_0000_0000, 0x01CF_5575_0000_0001) if kind != 2 else bytes(16)
    return line + bytes(20) + times + struct.pack("<II4x", start, size)


def properties(size: int = 4096) -> bytes:
    """The beginning of a set of properties; its words stand where readers find them."""
    return (b"\xfe\xff\0\0" + bytes(44) + WHO.encode() + b" 2014-04-11").ljust(size, b"\0")


def word(flags: int = 0x0200) -> list[tuple[str, bytes]]:
    """The streams of a Word file: its head says where in its table names and dates stand."""
    saved = struct.pack("<HHHH", 0xFFFF, 1, 0, len(WHO)) + WIDE
    parts = [b"", b"Normal.dotm".decode().encode("utf-16-le"), WIDE]
    told = b"".join(struct.pack("<H", len(part) // 2) + part for part in parts)
    associated = struct.pack("<HHH", 0xFFFF, len(parts), 0) + told
    dates = bytes(20) + b"\x11" * 18 + bytes(50)
    table = b"styles".ljust(64, b"s") + saved + associated + dates + b"the rest"
    head = bytearray(5000)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 10, flags)
    at = 64
    for place, part in ((0x2D2, saved), (0x19A, associated), (0x192, dates)):
        struct.pack_into("<II", head, place, at, len(part))
        at += len(part)
    head[4000:4020] = b"The words themselves"
    return [("WordDocument", bytes(head)), ("1Table", table)]


def excel(locked: bool = False, name: str = "Workbook") -> list[tuple[str, bytes]]:
    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    user = (struct.pack("<HB", len(WHO), 1) + WIDE).ljust(112, b" ")
    sharing = struct.pack("<HHHB", 0, 0, len(WHO), 1) + WIDE
    lock = record(0x2F, bytes(6)) if locked else b""
    body = (
        record(0x809, bytes(16))
        + lock
        + record(0x5C, user)
        + record(0x5B, sharing)
        + record(0x42, b"\xb0\x04")
    )
    return [(name, body + record(0x0A, b"") + record(0x809, bytes(16)) + b"the cells")]


def powerpoint() -> list[tuple[str, bytes]]:
    narrow = WHO.encode("cp1252", "replace")
    head = struct.pack("<HHIIIIHHBBH", 0, 0xFF6, 0, 0x14, 0xE391_C05F, 77, len(WHO), 0x3F4, 3, 0, 0)
    user = head + narrow + struct.pack("<I", 8) + WIDE
    return [("PowerPoint Document", b"slides".ljust(4200, b"s")), ("Current User", user)]
