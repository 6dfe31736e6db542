"""A sound tells nothing but itself: not who spoke, where, when or with what, and every packet of it stays."""

import hashlib
import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av
import pytest
from flask import Flask

from tests import files
from webapp.domain.media_types import of_file
from webapp.integrations import inspection, sound_metadata

PLACE, WHO, DEVICE = "+21.0750+105.4003/", "Nguyễn Văn Lành", "May cua ba Man"
TOLD = {"title": "Nhà bà Mận", "artist": WHO, "comment": f"{PLACE} {DEVICE}", "date": "2021-08-05"}
SECRETS = [text.encode() for text in (*TOLD.values(), PLACE, "Lavf")]
KINDS = {
    "audio/mpeg": ("mp3", "libmp3lame", 44_100),
    "audio/wav": ("wav", "pcm_s16le", 8_000),
    "audio/amr": ("amr", "libopencore_amrnb", 8_000),
    "audio/ogg": ("ogg", "libopus", 48_000),
    "audio/ogg; flac": ("ogg", "flac", 44_100),
    "audio/ogg; vorbis": ("ogg", "vorbis", 44_100),
    "audio/webm": ("webm", "libopus", 48_000),
    "audio/mp4": ("ipod", "aac", 44_100),
}


@pytest.fixture
def database() -> str:
    """Nothing here is kept in one."""
    return "sqlite"


@cache
def a_sound(kind: str, comment: str = TOLD["comment"]) -> bytes:
    """A second of sound, with all that recorders write beside it."""
    form, codec, rate = KINDS[kind]
    out = io.BytesIO()
    with av.open(out, "w", format=form) as file:
        file.metadata.update(TOLD | {"comment": comment})
        layout = "stereo" if codec == "vorbis" else "mono"
        options = {"strict": "-2"} if codec == "vorbis" else {}
        stream: Any = file.add_stream(codec, rate=rate, layout=layout, options=options)
        for start in range(0, rate, 800):
            frame = av.AudioFrame("s16", layout, 800)
            words = bytes((start // 800 * 7 + place) % 97 for place in range(frame.planes[0].buffer_size))
            frame.planes[0].update(words)
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def kept(content: bytes) -> bytes:
    return inspection.inspect(content).content


def heard(content: bytes) -> tuple[list[bytes], int]:
    """Its packets, and how many samples come out of them."""
    with av.open(io.BytesIO(content)) as file:
        packets = [bytes(packet) for packet in file.demux(file.streams.audio[0]) if packet.size]
    with av.open(io.BytesIO(content)) as file:
        return packets, sum(frame.samples for frame in file.decode(audio=0))


def told(content: bytes) -> set[str]:
    with av.open(io.BytesIO(content)) as file:
        tags = {**file.metadata, **file.streams.audio[0].metadata}
    return {value for key, value in tags.items() if value and key.lower() in {*TOLD, "encoder"}}


def secrets_in(content: bytes) -> list[bytes]:
    return [secret for secret in SECRETS if secret in content]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told_and_everything_is_heard(app: Flask, kind: str) -> None:
    content = a_sound(kind)
    assert kind == "audio/amr" or (told(content) and secrets_in(content))
    found = inspection.inspect(content)
    assert found.media_type == of_file(found.content) == kind.partition(";")[0]
    assert told(found.content) == set()
    # The first frame of an MP3 names the program that packed it, and how the sound begins and ends.
    assert [one for one in secrets_in(found.content) if (kind, one) != ("audio/mpeg", b"Lavf")] == []
    assert heard(found.content) == heard(content)
    assert kept(found.content) == found.content, "what is clean stays as it is"


def test_what_is_told_by_voice_on_the_page_tells_nothing_either_and_is_as_long_as_before(app: Flask) -> None:
    content = files.told(seconds=2)
    found = inspection.inspect(content)
    assert b"Lavf" in content and b"Lavf" not in found.content
    assert found.sound is not None and found.sound.duration_ms == pytest.approx(2000, abs=40)
    assert heard(found.content) == heard(content)


def test_tags_of_an_mp3_leave_from_both_ends_whatever_their_order(app: Flask) -> None:
    bare = kept(a_sound("audio/mpeg"))
    id3 = b"ID3\x03\0\0" + bytes([0, 0, 1, 0]) + WHO.encode().ljust(128, b"\0")
    ape = WHO.encode().ljust(40, b"\0")
    ape_tag = ape + b"APETAGEX" + struct.pack("<IIII", 2000, len(ape) + 32, 1, 0) + bytes(8)
    lyrics = b"LYRICSBEGIN" + WHO.encode()
    lyrics_tag = lyrics + b"%06d" % len(lyrics) + b"LYRICS200"
    old = b"TAG" + WHO.encode().ljust(125, b"\0")
    longer = b"TAG+" + WHO.encode().ljust(223, b"\0")
    for content in (
        id3 + id3 + bare + ape_tag + old,
        bare + lyrics_tag + old,
        bare + lyrics_tag + ape_tag,
        id3 + bare + longer + old,
    ):
        assert sound_metadata.without_metadata("audio/mpeg", content) == bare


def test_tags_that_lie_about_their_length_take_no_sound_with_them() -> None:
    bare = sound_metadata.without_metadata("audio/mpeg", a_sound("audio/mpeg"))
    huge = b"APETAGEX" + struct.pack("<IIII", 2000, 1 << 31, 1, 0) + bytes(8)
    for content in (bare + huge, bare + b"999999LYRICS200", b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bare[:500]):
        assert sound_metadata.without_metadata("audio/mpeg", content) == content


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def test_a_wav_keeps_what_is_played_and_no_other_chunk(app: Flask) -> None:
    bare = kept(a_sound("audio/wav"))
    more = b"".join(
        _chunk(name, WHO.encode() + b"!") for name in (b"bext", b"iXML", b"id3 ", b"LIST", b"cart")
    )
    content = b"RIFF" + struct.pack("<I", len(bare) - 8 + 2 * len(more)) + b"WAVE" + more + bare[12:] + more
    assert kept(content) == bare


def test_a_wav_that_was_cut_off_keeps_all_of_its_sound(app: Flask) -> None:
    bare = kept(a_sound("audio/wav"))
    at = bare.index(b"data") + 4
    for size in (0, 0xFFFF_FFFF):
        cut = bare[:at] + struct.pack("<I", size) + bare[at + 4 :]
        assert heard(kept(cut)) == heard(cut)
        assert kept(cut)[at + 4 :] == bare[at + 4 :]


def _pages(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        count = content[at + 26]
        end = at + 27 + count + sum(content[at + 27 : at + 27 + count])
        yield content[at:end]
        at = end


def _crc(page: bytes) -> int:
    """RFC 3533, 6, word for word."""
    crc = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C1_1DB7 if crc & 0x8000_0000 else crc << 1) & 0xFFFF_FFFF
    return crc


@pytest.mark.parametrize("kind", ["audio/ogg", "audio/ogg; flac", "audio/ogg; vorbis"])
def test_the_pages_of_an_ogg_are_summed_anew_also_when_the_words_go_over_several(
    app: Flask, kind: str
) -> None:
    content = a_sound(kind, comment=f"{PLACE} {DEVICE} " * 4000)
    found = kept(content)
    assert len(found) == len(content)
    assert secrets_in(found) == []
    assert heard(found) == heard(content)
    pages = list(_pages(found))
    assert len(pages) > 3
    assert [page for page in pages[:6] if struct.unpack_from("<I", page, 22)[0] != _crc(page)] == []


def test_streams_one_after_the_other_are_all_emptied(app: Flask) -> None:
    content = a_sound("audio/ogg") + a_sound("audio/ogg; flac")
    assert secrets_in(kept(content)) == []


@pytest.mark.parametrize("kind", ["audio/mpeg", "audio/wav", "audio/ogg"])
def test_what_is_broken_off_or_scrambled_stops_nothing(kind: str) -> None:
    content = a_sound(kind)
    for seed in range(60):
        chance = hashlib.sha256(bytes([seed])).digest()
        broken = bytearray(content[: len(content) * (chance[0] + 1) // 256])
        for place, byte in zip(chance[1:15], chance[15:], strict=False):
            if broken:
                broken[place % len(broken)] = byte
        assert len(sound_metadata.without_metadata(kind, bytes(broken))) <= len(broken)
