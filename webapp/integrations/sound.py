"""Sounds that people recorded: how long they are, and a copy that every browser plays; with libav (PyPI's `av`)."""

import io
from fractions import Fraction

import av
from av.error import FFmpegError

from ..domain.evidence import Sound

_MP3_RATE, _MP3_BITS = 24_000, 32_000
"""Speech through MP3: 4 kB a second."""


def measured(content: bytes) -> Sound | None:
    """The sound of the file, by its packets: browsers write no length into its head. None: nothing can be heard."""
    try:
        with av.open(io.BytesIO(content), "r") as file:
            stream = next(iter(file.streams.audio), None)
            return _measured(file, stream) if stream is not None else None
    except (FFmpegError, ValueError):
        return None


def _measured(file: "av.container.InputContainer", stream: "av.AudioStream") -> Sound | None:
    first, last, size, lasting = None, Fraction(0), 0, Fraction(0)
    try:
        for packet in file.demux(stream):
            if packet.pts is None or packet.time_base is None:
                continue
            at, lasts = packet.pts * packet.time_base, (packet.duration or 0) * packet.time_base
            first = at if first is None else min(first, at)
            last, size, lasting = max(last, at + lasts), size + packet.size, lasting + lasts
    except FFmpegError:
        pass  # broken off: what stands before it can be heard
    if first is None:
        return None
    # Stamps may jump or stand still: what lasts longer counts.
    return Sound(stream.codec_context.name, round(1000 * max(last - first, lasting)), size)


def as_mp3(content: bytes) -> bytes | None:
    """The same sound as MP3, which every browser plays and can begin before all is there. None: nothing can be heard."""
    out = io.BytesIO()
    heard = False
    try:
        with av.open(io.BytesIO(content), "r") as file, av.open(out, "w", format="mp3") as made:
            track = made.add_stream("libmp3lame", rate=_MP3_RATE, layout="mono", bit_rate=_MP3_BITS)
            for frame in file.decode(audio=0):
                frame.pts = None  # by counting: stamps of a recorder may jump
                made.mux(track.encode(frame))
                heard = True
            if heard:
                made.mux(track.encode(None))
    except (FFmpegError, ValueError, IndexError):
        return None
    return out.getvalue() if heard else None
