"""Files that people bring, made here: good ones, and ones that are not what they seem."""

import io
import re
import struct
import zipfile
from fractions import Fraction
from functools import cache
from typing import Any

import av
import pikepdf
import pillow_heif
from PIL import Image

from webapp.domain.media_types import DOCX

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIZE = (96, 64)


def picture(seed: int = 0, size: tuple[int, int] = SIZE) -> Image.Image:
    """Upright when its left is red and its right is blue."""
    image = Image.new("RGB", size, (200, seed % 256, 30))
    image.paste((20, 40, 220), (size[0] // 2, 0, size[0], size[1]))
    return image


def exif(orientation: int = 6) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = "Camera of Man"
    told.get_ifd(0x8825).update({1: "N", 2: (21.0, 4.0, 30.0), 3: "E", 4: (105.0, 24.0, 1.0)})
    return told


def photo(form: str = "JPEG", seed: int = 0, orientation: int = 6, size: tuple[int, int] = SIZE) -> bytes:
    """A photo that tells where and by what it was taken."""
    out = io.BytesIO()
    image = picture(seed, size)
    if form == "HEIF":
        # Turned by a box of its own, as phones do; that EXIF and XMP say the same turns nothing.
        turned = f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/>Man</x:xmpmeta>'.encode()
        told = exif(orientation).tobytes()
        pillow_heif.from_pillow(image).save(out, exif=told, xmp=turned, quality=90)
    else:
        image.save(out, form, exif=exif(orientation).tobytes())
    return out.getvalue()


def pdf(pages: int = 1, script: str = "") -> bytes:
    """`script` names the place of a command in the file, some of them within an object stream."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        run = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        if script == "open":
            made.Root.OpenAction = made.make_indirect(run)
        elif script == "names":
            tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), run]))
            made.Root.Names = made.make_indirect(pikepdf.Dictionary(JavaScript=tree))
        elif script == "page":
            made.pages[0].obj.AA = pikepdf.Dictionary(O=run)
        elif script == "launch":
            link = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=link)
            made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(note)])
        elif script == "no-list":
            made.Root.AA = 5
        elif script == "goes-to-page":
            made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
        packed = pikepdf.ObjectStreamMode.generate
        made.save(out, object_stream_mode=packed, encryption=_locked() if script == "locked" else False)
    return out.getvalue()


def _locked() -> pikepdf.Encryption:
    return pikepdf.Encryption(user="bi mat", owner="bi mat")


def office(*more: tuple[str, bytes], compressed: bool = True) -> bytes:
    """A Word document, with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Default ContentType="{DOCX}"/></Types>')
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def spoiled_office(method: int) -> bytes:
    """A Word document whose links are packed in this way, and the packed bytes are no such thing."""
    name, out = "word/_rels/document.xml.rels", io.BytesIO(office())
    with zipfile.ZipFile(out, "a", method) as archive:
        archive.writestr(name, "<Relationships/>" * 9)
        at = archive.getinfo(name).header_offset + 30 + len(name)
    content = bytearray(out.getvalue())
    at += 9 if method == zipfile.ZIP_LZMA else 0  # its own head
    content[at : at + 8] = b"\xff" * 8
    return bytes(content)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("readme.txt", "xin chào")
    return out.getvalue()


def old_word(macros: bool = False) -> bytes:
    """The beginning of an old Word file: its directory names its streams."""
    streams = "WordDocument" + ("_VBA_PROJECT" if macros else "")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + streams.encode("utf-16-le") + bytes(512)


def film(place: bytes = b"+21.0750+105.4003/") -> bytes:
    """The boxes of a film, with the place where it was taken; what is put behind it is its pictures."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", len(body) + 8, name) + body

    handler = box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(13)))
    told = box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place)
    head = box(b"ftyp", b"isom\0\0\2\0isommp42") + box(b"moov", box(b"trak", handler) + box(b"udta", told))
    return head + struct.pack(">I4s", 0, b"mdat")


def voice(size: int = 4000) -> bytes:
    """The beginning of what a browser records."""
    return b"\x1aE\xdf\xa3" + b"webm A_OPUS" + bytes(size)


@cache
def _second(kbits: int) -> tuple[bytes, ...]:
    """A second of sound as Opus packets of 20 ms, each as heavy as the rate says."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate, encoder.time_base, encoder.options = 1000 * kbits, Fraction(1, 48_000), {"vbr": "off"}
    encoder.open()
    made = []
    for start in range(0, 48_000, 960):
        frame = av.AudioFrame("s16", "mono", 960)
        frame.planes[0].update((bytes([start % 251, 3]) * 960).ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(made)


@cache
def told(seconds: float = 3, kbits: int = 16) -> bytes:
    """What a browser records of somebody who tells for so long: Opus in WebM, without its length in the head."""
    out = io.BytesIO()
    packets = _second(kbits)
    with av.open(out, "w", format="webm", options={"live": "1"}) as file:
        stream: Any = file.add_stream("libopus", rate=48_000, layout="mono", bit_rate=1000 * kbits)
        for number in range(round(50 * seconds)):
            packet: Any = av.Packet(packets[number % len(packets)])
            packet.time_base, packet.duration = Fraction(1, 1000), 20
            packet.pts = packet.dts = 20 * number
            packet.stream = stream
            file.mux(packet)
    return out.getvalue()


@cache
def told_in_mp4(seconds: int = 3) -> bytes:
    """The same as an iPhone's browser records it: AAC in an MP4."""
    out = io.BytesIO()
    with av.open(
        out, "w", format="mp4", options={"movflags": "empty_moov+frag_keyframe", "brand": "mp42"}
    ) as file:
        stream: Any = file.add_stream("aac", rate=48_000, layout="mono", bit_rate=16_000)
        for start in range(0, 48_000 * seconds, 1024):
            frame = av.AudioFrame("fltp", "mono", 1024)
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def text_of_pdf(content: bytes) -> str:
    """The words of a PDF, read by its fonts' own tables (ToUnicode)."""
    words = []
    with pikepdf.open(io.BytesIO(content)) as opened:
        for page in opened.pages:
            letters = {name: _letters(font) for name, font in page.resources.Font.items()}
            font: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = letters[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            codes = bytes(part)
                            pairs = zip(codes[::2], codes[1::2], strict=True)
                            words.append("".join(font.get(high << 8 | low, "?") for high, low in pairs))
    return "".join(words)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for code, text in re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE):
        found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for first, last, text in re.findall(
        r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE
    ):
        start = int.from_bytes(bytes.fromhex(text), "big")
        for step in range(int(last, 16) - int(first, 16) + 1):
            found[int(first, 16) + step] = chr(start + step)
    return found
