"""What a browser's recorder hands out, made here: one take of sound and picture, in pieces."""

import io
import math
from array import array
from fractions import Fraction
from functools import cache
from typing import Any

import av


class _OneWay:
    """A recorder never goes back: so the file has neither its length nor an index."""

    def __init__(self) -> None:
        self.content = io.BytesIO()

    def write(self, part: bytes) -> int:
        return self.content.write(part)


def take(seconds: int = 6, pieces: int = 3, picture: bool = True, codec: str = "libvpx") -> list[bytes]:
    """The pieces of one take."""
    content = _recorded(seconds, picture, codec)
    size = math.ceil(len(content) / pieces)
    return [content[start : start + size] for start in range(0, len(content), size)]


@cache
def _recorded(seconds: int, picture: bool, codec: str) -> bytes:
    out = _OneWay()
    with av.open(out, "w", format="webm") as file:
        sound: Any = file.add_stream("libopus", rate=48000, layout="mono", bit_rate=24_000)
        shown: Any = None
        if picture:
            shown = file.add_stream(
                codec, rate=10, pix_fmt="yuv420p", width=640, height=240, bit_rate=100_000
            )
            shown.codec_context.gop_size = 20
        for tenth in range(seconds * 10):
            if picture:
                frame = av.VideoFrame(640, 240, "yuv420p")
                for plane in frame.planes:
                    plane.update(bytes([(tenth * 8) % 256]) * plane.buffer_size)
                frame.pts, frame.time_base = tenth, Fraction(1, 10)
                file.mux(shown.encode(frame))
            file.mux(sound.encode(_tone(tenth)))
        for stream in [sound, *([shown] if shown else [])]:
            file.mux(stream.encode(None))
    return out.content.getvalue()


_WAVE = array("h", (int(8000 * math.sin(2 * math.pi * 440 * n / 48000)) for n in range(4800))).tobytes()
"""Forty-four whole periods, so that one tenth of a second follows another without a break."""


def _tone(tenth: int) -> Any:
    frame = av.AudioFrame("s16", "mono", 4800)
    frame.planes[0].update(_WAVE)
    frame.sample_rate, frame.pts, frame.time_base = 48000, tenth * 4800, Fraction(1, 48000)
    return frame


def played(content: bytes) -> tuple[float, dict[str, int]]:
    """The length that the head tells, and how many frames of each kind can be seen and heard."""
    with av.open(io.BytesIO(content)) as file:
        frames = {stream.type: 0 for stream in file.streams}
        for packet in file.demux():
            frames[packet.stream.type] += len(packet.decode())
        return (file.duration or 0) / 1e6, frames


def wound_to(content: bytes, second: float) -> float:
    """Where playing begins after winding: the last whole picture before, or the sound there."""
    with av.open(io.BytesIO(content)) as file:
        file.seek(int(second * 1_000_000))
        stream = (file.streams.video or file.streams.audio)[0]
        return float(next(file.decode(stream)).time)


def loudness(content: bytes) -> list[float]:
    """The loudest sample, 0 to 1, of each whole second."""
    samples: array[int] = array("h")
    with av.open(io.BytesIO(content)) as file:
        to_plain = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in file.decode(audio=0):
            for plain in to_plain.resample(frame):
                samples.frombytes(bytes(plain.planes[0])[: plain.samples * 2])
    seconds = (samples[start : start + 8000] for start in range(0, len(samples) - 7999, 8000))
    return [max(map(abs, second)) / 32768 for second in seconds]
