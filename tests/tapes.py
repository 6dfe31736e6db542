"""What the mixer writes on the server, made here: raw files of voices, each a tone."""

import io
import json
import math
import struct
from array import array
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av

STEP = 960
"""Ticks of 20 ms."""


@cache
def tone(hertz: int, seconds: int, loud: int = 6000) -> tuple[bytes, ...]:
    """Opus packets of 20 ms."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 24_000, Fraction(1, 48_000)
    encoder.open()
    made = []
    for start in range(0, seconds * 48_000, STEP):
        wave = (int(loud * math.sin(2 * math.pi * hertz * n / 48_000)) for n in range(start, start + STEP))
        frame = av.AudioFrame("s16", "mono", STEP)
        frame.planes[0].update(array("h", wave).tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(made)


def head(began: datetime, kind: str = "a", codec: str = "opus") -> bytes:
    told = {"t": kind, "c": codec, "s": 1, "u": int(began.timestamp() * 1e6)}
    text = json.dumps(told).encode()
    return b"MJR00002" + struct.pack(">H", len(text)) + text


def block(milliseconds: int, stamp: int, opus: bytes, ssrc: int = 7, number: int = 0) -> bytes:
    """One packet as it stands in the file."""
    rtp = struct.pack(">BBHII", 0x80, 111, number % 65536, stamp % 2**32, ssrc) + opus
    return b"MEET" + struct.pack(">IH", milliseconds, len(rtp)) + rtp


def voice(began: datetime, hertz: int, seconds: int, first_stamp: int = 4_294_960_000) -> bytes:
    """A whole file; its stamps run over their end on the way."""
    blocks = (
        block(20 * n, first_stamp + STEP * n, opus, number=n) for n, opus in enumerate(tone(hertz, seconds))
    )
    return head(began) + b"".join(blocks)


def put(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audiobridge-room-user-{name}-1-audio.mjr"
    path.write_bytes(content)
    return path


def heard(content: bytes, hertz: tuple[int, ...]) -> list[set[int]]:
    """Which of the tones sound in each second of a file that plays."""
    samples = array("h")
    with av.open(io.BytesIO(content)) as file:
        shape = av.AudioResampler("s16", "mono", 8_000)
        for frame in file.decode(file.streams.audio[0]):
            for one in shape.resample(frame):
                samples.frombytes(bytes(one.planes[0])[: 2 * one.samples])
    return [{one for one in hertz if _strength(second, one) > 500} for second in _seconds(samples)]


def _seconds(samples: "array[int]") -> Iterator["array[int]"]:
    yield from (samples[start : start + 8_000] for start in range(0, len(samples) - 4_000, 8_000))


def _strength(samples: "array[int]", hertz: int) -> float:
    """How high the tone is, by Goertzel."""
    turn = 2 * math.cos(2 * math.pi * hertz / 8_000)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    return 2 * math.sqrt(max(0.0, before**2 + last**2 - turn * before * last)) / len(samples)
