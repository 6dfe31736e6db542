"""How long what was recorded is, and how much of the line it took: by the file itself, with libav (PyPI's `av`)."""

import io
from fractions import Fraction

import av
from av.error import FFmpegError

from ..domain.evidence import Sound


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
