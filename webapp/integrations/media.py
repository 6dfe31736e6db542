"""Joins what browsers recorded into one file that plays and can be wound, by libav (PyPI's `av`).

Packets are carried over as they came. Only where the takes differ in codec (an officer went on with
another browser) all is made anew, because one track of a file has one codec.
"""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any, BinaryIO

import av
from av.error import FFmpegError

from ..domain.recording import Unplayable
from ..domain.recording_parts import Part

_KINDS = ("audio", "video")
_WEBM = {"vp8", "vp9", "opus"}
_RATE = 48_000
_APART = 1
"""Seconds that sound and picture of one moment may lie apart in a take."""


@dataclass(frozen=True)
class Joined:
    """What came out."""

    media_type: str
    duration_ms: int


def join(stretches: Sequence[Sequence[tuple[BinaryIO, Part]]], out: BinaryIO) -> Joined:
    """Write the stretches behind one another, without the time between them.

    Each is of parts of takes that run side by side, each part with an open file of its own.

    Raises:
        Unplayable: no take holds anything.
    """
    with ExitStack() as opened:
        found = [[(_opened(opened, take), part) for take, part in stretch] for stretch in stretches]
        sources = [source for stretch in found for source, _part in stretch]
        first = _first_streams(sources)
        alike = all(_signature(stream) == _signature(first[stream.type]) for stream in _all_streams(sources))
        suffix = "webm" if not alike or {one.codec_context.name for one in first.values()} <= _WEBM else "mp4"
        container = opened.enter_context(av.open(out, "w", format=suffix))
        kind_of_track = _Copied if alike else _Made
        tracks = {kind: kind_of_track(container, stream) for kind, stream in first.items()}
        end = Fraction(0)
        for stretch in found:
            end = _carry(stretch, tracks, end)
        if not end:
            raise Unplayable
        for track in tracks.values():
            track.finish()
    return Joined(f"{'video' if 'video' in tracks else 'audio'}/{suffix}", round(end * 1000))


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


def _carry(stretch: Sequence[tuple[Any, Part]], tracks: dict[str, Any], begin: Fraction) -> Fraction:
    """Put one stretch behind what is there, and tell where it ends."""
    end = begin
    together = [_cut(source, part) for source, part in stretch]
    for at, packet in heapq.merge(*together, key=itemgetter(0)):
        lasts = Fraction(packet.duration or 0) * packet.time_base
        end = max(end, begin + at + lasts)
        tracks[packet.stream.type].take(packet, begin + at - packet.pts * packet.time_base)
    return end


def _cut(source: Any, part: Part) -> Iterator[tuple[Fraction, Any]]:
    """The packets of the part, with their time in the stretch; a picture begins with a whole one."""
    since, shown, begin = Fraction(round(part.since * 1000), 1000), False, None
    for packet in _packets(source):
        at = packet.pts * packet.time_base
        begin = at if begin is None else begin
        at -= begin
        if at > part.until + _APART:
            return
        is_picture = packet.stream.type == "video"
        if not since <= at < part.until or not (is_picture or part.sound):
            continue
        shown = shown or (is_picture and packet.is_keyframe)
        if shown or not is_picture:
            yield at - since + Fraction(round(part.at * 1000), 1000), packet


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
