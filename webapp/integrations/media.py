"""Joins what browsers recorded into one file that plays and can be wound, by libav (PyPI's `av`).

Packets are carried over as they came. Only where the takes differ in codec (an officer went on with
another browser) all is made anew, because one track of a file has one codec.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.error import FFmpegError

from ..domain.recording import Unplayable

_KINDS = ("audio", "video")
_WEBM = {"vp8", "vp9", "opus"}
_RATE = 48_000


@dataclass(frozen=True)
class Joined:
    """What came out; `begins_ms` says where in the file each take begins, or None for an empty one."""

    media_type: str
    duration_ms: int
    begins_ms: tuple[int | None, ...]


def join(takes: Sequence[BinaryIO], out: BinaryIO) -> Joined:
    """Write the takes behind one another, without the time between them.

    Raises:
        Unplayable: no take holds anything.
    """
    with ExitStack() as opened:
        sources = [_opened(opened, take) for take in takes]
        first = _first_streams(sources)
        alike = all(_signature(stream) == _signature(first[stream.type]) for stream in _all_streams(sources))
        suffix = "webm" if not alike or {one.codec_context.name for one in first.values()} <= _WEBM else "mp4"
        container = opened.enter_context(av.open(out, "w", format=suffix))
        kind_of_track = _Copied if alike else _Made
        tracks = {kind: kind_of_track(container, stream) for kind, stream in first.items()}
        end, begins = Fraction(0), []
        for source in sources:
            begun, end = end, _carry(source, tracks, end)
            begins.append(round(begun * 1000) if end > begun else None)
        if not end:
            raise Unplayable
        for track in tracks.values():
            track.finish()
    return Joined(f"{'video' if 'video' in tracks else 'audio'}/{suffix}", round(end * 1000), tuple(begins))


def _opened(opened: ExitStack, take: BinaryIO) -> Any:
    """The take's container, or nothing when it has not even a head."""
    try:
        return opened.enter_context(av.open(take, "r"))
    except (FFmpegError, ValueError):
        return None


def _all_streams(sources: Sequence[Any]) -> list[Any]:
    return [one for source in sources if source for one in source.streams if one.type in _KINDS]


def _first_streams(sources: Sequence[Any]) -> dict[str, Any]:
    """The first take that has sound, and the first that has a picture, say how the file has it."""
    first: dict[str, Any] = {}
    for stream in _all_streams(sources):
        first.setdefault(stream.type, stream)
    if not first:
        raise Unplayable
    return first


def _signature(stream: Any) -> tuple[object, ...]:
    """Streams alike in this can follow one another; other codecs keep needed settings in the head."""
    codec = stream.codec_context
    if codec.name in _WEBM:
        return codec.name, getattr(codec, "channels", None)
    return codec.name, bytes(codec.extradata or b"")


def _carry(source: Any, tracks: dict[str, Any], begin: Fraction) -> Fraction:
    """Put one take behind what is there, and tell where it ends."""
    end, since = begin, None
    for packet in _packets(source):
        at = packet.pts * packet.time_base
        since = at if since is None else since
        lasts = Fraction(packet.duration or 0) * packet.time_base
        end = max(end, begin - since + at + lasts)
        tracks[packet.stream.type].take(packet, begin - since)
    return end


def _packets(source: Any) -> Iterator[Any]:
    """Sound and picture in their order; a take that breaks off ends there."""
    if source is None:
        return
    try:
        for packet in source.demux([one for one in source.streams if one.type in _KINDS]):
            if packet.pts is not None:
                yield packet
    except FFmpegError:
        return


class _Copied:
    """A track that takes packets as they are."""

    def __init__(self, container: Any, like: Any):
        self._container, self._stream = container, container.add_stream_from_template(like)

    def take(self, packet: Any, shift: Fraction) -> None:
        ticks = round(shift / packet.time_base)
        packet.dts = (packet.pts if packet.dts is None else packet.dts) + ticks
        packet.pts += ticks
        packet.stream = self._stream
        self._container.mux(packet)

    def finish(self) -> None:
        """Nothing is held back."""


class _Made:
    """A track that is encoded anew."""

    def __init__(self, container: Any, like: Any):
        self._container = container
        self._from: tuple[Any, ...] = ()
        self._resampler: Any = None
        self._next = 0
        if like.type == "audio":
            self._stream = container.add_stream("libopus", rate=_RATE, layout="mono", bit_rate=24_000)
            self._stream.codec_context.format = "s16"
        else:
            size = {"width": like.codec_context.width, "height": like.codec_context.height}
            self._stream = container.add_stream(
                "libvpx", rate=10, pix_fmt="yuv420p", bit_rate=100_000, **size
            )
            self._stream.codec_context.time_base = Fraction(1, _RATE)

    def take(self, packet: Any, shift: Fraction) -> None:
        for frame in _frames(packet):
            at = frame.pts * frame.time_base + shift
            for fitting in self._fitting(frame):
                # Never before what was written: encoders refuse to go back even by a rounding.
                fitting.time_base = Fraction(1, _RATE)
                fitting.pts = self._next = max(self._next, round(at * _RATE))
                self._next += fitting.samples if self._stream.type == "audio" else 1
                self._container.mux(self._stream.encode(fitting))

    def _fitting(self, frame: Any) -> list[Any]:
        if self._stream.type == "video":
            size = {"width": self._stream.width, "height": self._stream.height}
            return [frame.reformat(format="yuv420p", **size)]
        comes_as = (frame.format.name, frame.layout.name, frame.sample_rate)
        if comes_as != self._from:
            self._from, self._resampler = comes_as, av.AudioResampler("s16", "mono", _RATE)
        return list(self._resampler.resample(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


def _frames(packet: Any) -> list[Any]:
    """What the packet holds; a damaged one holds nothing."""
    try:
        return [frame for frame in packet.decode() if frame.pts is not None]
    except FFmpegError:
        return []
