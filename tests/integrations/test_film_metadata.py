"""A film tells nothing but itself: not where, when, with what or by whom it was made, and every frame stays."""

import io
import struct
import tempfile
from fractions import Fraction
from typing import Any

import av
import pytest
from flask import Flask

from tests import media
from webapp.domain import media_types
from webapp.integrations import inspection
from webapp.integrations.film_metadata import without_metadata

PLACE, MAKER, MODEL, PROGRAM = "+21.0750+105.4003/", "HangMay", "Dong may 15", "PhanMem 18.1"
TOLD = {
    "location": PLACE,
    "com.apple.quicktime.location.ISO6709": PLACE,
    "com.apple.quicktime.make": MAKER,
    "com.apple.quicktime.model": MODEL,
    "com.apple.quicktime.software": PROGRAM,
    "com.android.version": "14 cua ba Man",
    "make": MAKER,
    "model": MODEL,
    "title": "Nha ba Man",
    "comment": "0912345678",
    "encoder": PROGRAM,
    "creation_time": "2021-08-05T07:00:00.000000Z",
}
SECRETS = [
    text.encode() for text in (PLACE, "+21.0750", MAKER, MODEL, PROGRAM, "ba Man", "0912345678", "Lavf")
]


def a_film(kind: str, **options: str) -> bytes:
    """Two seconds of pictures and sound, with all that phones write into films."""
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as out:
        _write(out.name, kind, options)
        return out.read()


def _write(path: str, kind: str, options: dict[str, str]) -> None:
    with av.open(path, "w", format=kind, options=options) as film:
        film.metadata.update(TOLD)
        codecs = ("libvpx", "libopus") if kind == "webm" else ("mpeg4", "aac")
        shown: Any = film.add_stream(codecs[0], rate=10, width=64, height=48, pix_fmt="yuv420p")
        heard: Any = film.add_stream(codecs[1], rate=48_000, layout="mono")
        for stream in (shown, heard):
            stream.metadata.update({"handler_name": MODEL, "title": "ba Man"})
        for number in range(20):
            frame = av.VideoFrame(64, 48, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([(number * 11) % 256]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            film.mux(shown.encode(frame))
            film.mux(heard.encode(media._tone(number)))
        for stream in (shown, heard):
            film.mux(stream.encode(None))


KINDS: list[tuple[str, dict[str, str]]] = [
    ("mp4", {}),
    ("mp4", {"movflags": "use_metadata_tags"}),
    ("mp4", {"movflags": "faststart"}),
    ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
    ("mov", {"movflags": "use_metadata_tags"}),
    ("3gp", {}),
    ("webm", {}),
    ("webm", {"live": "1"}),
]


def packets(content: bytes) -> list[tuple[int, int | None, bytes]]:
    """All that is seen and heard, as it is coded."""
    with av.open(io.BytesIO(content)) as film:
        streams = [one for one in film.streams if one.type in ("video", "audio")]
        return [(one.stream.index, one.pts, bytes(one)) for one in film.demux(streams) if one.size]


def frames(content: bytes) -> int:
    with av.open(io.BytesIO(content)) as film:
        return sum(1 for _ in film.decode(video=0))


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_nothing_is_told_and_every_picture_and_sound_stays(kind: str, options: dict[str, str]) -> None:
    sent = a_film(kind, **options)
    assert any(secret in sent for secret in SECRETS), "so the search does look"
    kept = without_metadata(sent)
    assert [secret for secret in SECRETS if secret in kept] == []
    assert len(kept) == len(sent), "whatever points into the file still points right"
    assert packets(kept) == packets(sent)
    assert frames(kept) == 20
    with av.open(io.BytesIO(kept)) as film:
        told = [film.metadata, *(stream.metadata for stream in film.streams)]
        names = {name for one in told for name, value in one.items() if value.strip("\0 ")}
        assert names <= {
            "major_brand",
            "minor_version",
            "compatible_brands",
            "language",
            "vendor_id",
            "DURATION",
        }
    assert media_types.of_file(kept) == media_types.of_file(sent)
    assert without_metadata(kept) == kept, "a second time there is nothing left to take"


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


def with_a_sensor(film: bytes, readings: list[bytes]) -> bytes:
    """The film with a track of readings behind it, each a chunk, as drones and sports cameras write them."""
    at, chunks, told = len(film) + 8, [], b""
    for reading in readings:
        chunks.append(at + len(told))
        told += reading
    moov = film.rindex(b"moov") - 4
    [size] = struct.unpack_from(">I", film, moov)
    assert moov + size == len(film), "the head stands last, so that it can grow"
    numbers = len(readings)
    track = box(
        b"trak",
        box(b"tkhd", bytes(84)),
        box(
            b"mdia",
            box(b"mdhd", bytes(24)),
            box(b"hdlr", bytes(8), b"meta", bytes(12), b"\0"),
            box(
                b"minf",
                box(
                    b"stbl",
                    box(b"stsd", struct.pack(">II", 0, 1), box(b"gpmd", bytes(8))),
                    box(b"stts", struct.pack(">IIII", 0, 1, numbers, 1)),
                    box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
                    box(b"stsz", struct.pack(">III", 0, 0, numbers), *(struct.pack(">I", len(one)) for one in readings)),
                    box(b"stco", struct.pack(">II", 0, numbers), *(struct.pack(">I", one + 0) for one in chunks)),
                ),
            ),
        ),
    )  # fmt: skip
    head = film[:moov] + struct.pack(">I", size + len(track)) + film[moov + 4 :] + track
    moved = head.replace(
        b"".join(struct.pack(">I", one) for one in chunks),
        b"".join(struct.pack(">I", one + len(track)) for one in chunks),
    )
    return moved + box(b"mdat", told)


def test_what_sensors_wrote_beside_the_pictures_goes_with_its_track() -> None:
    film = a_film("mp4")
    readings = [b"GPS5 21.0750 105.4003 lan %d" % number for number in range(3)]
    sent = with_a_sensor(film, readings)
    assert all(reading in sent for reading in readings)
    kept = without_metadata(sent)
    assert b"GPS5" not in kept and b"21.0750" not in kept
    assert (len(kept), packets(kept)) == (len(sent), packets(film))


@pytest.mark.parametrize(
    "tail", [b"GPS lat 21.0750", b"\0\0\0\x20uuidGPS lat 21.0750 lon 105.40", b"SEFH" * 9]
)
def test_what_hangs_behind_or_between_is_no_part_of_the_film(tail: bytes) -> None:
    film = a_film("mp4")
    kept = without_metadata(film + tail)
    assert tail[-9:] not in kept and packets(kept) == packets(film)


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_film_cut_short_or_broken_is_cleaned_as_far_as_it_goes(kind: str) -> None:
    options = {"movflags": "faststart"} if kind == "mp4" else {}
    sent = a_film(kind, **options)
    for end in range(1, len(sent), max(len(sent) // 60, 1)):
        kept = without_metadata(sent[:end])
        assert len(kept) == end
        assert [secret for secret in SECRETS if secret in kept] == []


def test_tables_that_lie_cost_no_more_than_honest_ones() -> None:
    many = struct.pack(">I", 8) * 300_000
    lying = box(
        b"trak",
        box(
            b"mdia",
            box(b"hdlr", bytes(8), b"meta", bytes(13)),
            box(
                b"minf",
                box(
                    b"stbl",
                    box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 2**32 - 1, 1)),
                    box(b"stsz", struct.pack(">III", 0, 2**32 - 1, 2**32 - 1)),
                    box(b"stco", struct.pack(">II", 0, 2**32 - 1), many),
                ),
            ),
        ),
    )
    sent = box(b"ftyp", b"isom\0\0\2\0isommp42") + box(b"moov", lying)
    assert len(without_metadata(sent)) == len(sent)


def test_crumbs_without_end_are_not_all_read() -> None:
    """Half a million parts cost seconds; the rest is gone without a look."""
    head = b"\x1aE\xdf\xa3\x80" + b"".join(
        name + b"\x01" + b"\xff" * 7 for name in (b"\x18S\x80g", b"\x1fC\xb6u")
    )
    sent = head + b"\xa3\x80" * 600_000
    kept = without_metadata(sent)
    assert len(kept) == len(sent)
    assert not any(kept[-100_000:]) and any(kept[:100_000])


@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp"])
def test_a_sound_in_the_boxes_of_a_film_tells_as_little_and_sounds_the_same(kind: str, app: Flask) -> None:
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as out:
        with av.open(out.name, "w", format=kind, options={"movflags": "use_metadata_tags"}) as sound:
            sound.metadata.update(TOLD)
            heard: Any = sound.add_stream("aac", rate=48_000, layout="mono")
            heard.metadata.update({"handler_name": MODEL})
            for number in range(20):
                sound.mux(heard.encode(media._tone(number)))
            sound.mux(heard.encode(None))
        given = out.read()
    assert [secret for secret in SECRETS if secret in given] != []
    kept = inspection.inspect(given)
    assert kept.media_type == "audio/mp4"
    assert [secret for secret in SECRETS if secret in kept.content] == []
    assert _packets(kept.content) == _packets(given) != []


def _packets(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content)) as opened:
        return [bytes(packet) for packet in opened.demux(audio=0)]
