"""What the mixer records of a room on the server: one raw file for each voice, and how voices become one track.

The folder is shared with Janus (`JANUS_RECORD_DIR`), one in it for each visit.
"""

import contextlib
import hashlib
import heapq
import io
import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.error import FFmpegError
from flask import current_app

from ..domain.recording_parts import Stretch, apart
from ..logs import log
from . import mjr

MEDIA_TYPE = "audio/webm"
_SLOT = 960
"""Ticks of 20 ms, the step of all voices; a room's mixer takes no others."""
_SECOND = mjr.RATE // _SLOT
_PIECE = 5 * _SECOND
_NEAR = timedelta(seconds=2)
"""A shorter silence parts no stretches."""


def folder_of(visit_code: str) -> str | None:
    """Where the mixer is to write, made for it; nothing when the server does not record. Raises OSError."""
    root: Path | None = current_app.config["SETTINGS"].janus_record_dir
    if root is None:
        return None
    folder = root / visit_code
    folder.mkdir(exist_ok=True)
    # The mixer may run as another user of the shared group, and we must be able to delete.
    folder.chmod(0o2770)
    return str(folder)


def files_of(visit_code: str) -> "list[RawFile]":
    """The voices that the mixer writes of a visit, or wrote; those with a packet. Raises OSError."""
    root: Path | None = current_app.config["SETTINGS"].janus_record_dir
    if root is None or not (root / visit_code).is_dir():
        return []
    found = []
    for path in sorted((root / visit_code).glob("*.mjr*")):
        try:
            with path.open("rb") as file:
                found.append(RawFile(path, *mjr.head(file)))
        except mjr.Foreign as problem:
            _tell_foreign(visit_code, str(problem))
        except FileNotFoundError:
            continue  # it has just got its last name, by which it is found the next time
    return found


@cache
def _tell_foreign(visit_code: str, problem: str) -> None:
    """Once: it is looked at each second."""
    log.warning("foreign file beside recordings is left", visit=visit_code, problem=problem)


@cache
def _tell_unwiped(problem: str) -> None:
    log.warning("the mixer's files cannot be wiped: voices lie open until the visit is over", problem=problem)


def forget(files: "Sequence[RawFile]") -> None:
    """Delete the raw files; their folder goes with the last, a foreign one stays."""
    for file in files:
        file.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            file.path.parent.rmdir()


@dataclass(frozen=True)
class RawFile:
    """A voice as the mixer writes it: its beginning, when its first packet came, and the rest as it grows."""

    path: Path
    head: bytes
    began: float

    @property
    def key(self) -> str:
        """The same while it grows, although the mixer gives it another name at its end."""
        return hashlib.sha256(self.path.name.partition(".mjr")[0].encode()).hexdigest()[:32]

    def grown(self, since: int, most: int) -> list[mjr.Frame]:
        """The whole packets from this byte on, of so many bytes at most; a file may break off anywhere."""
        found: list[mjr.Frame] = []
        size = 0
        with self.path.open("rb") as file:
            file.seek(max(since, len(self.head)))
            for frame in mjr.frames(file, self.began):
                size += len(frame.content)
                if found and size > most:
                    break
                found.append(frame)
        return found

    def wipe(self, since: int, until: int) -> None:
        """Write nothing over what was said there, where we may. The head stays; the mixer goes on at the end."""
        since = max(since, len(self.head))
        try:
            with self.path.open("r+b") as file:
                file.seek(since)
                file.write(bytes(max(0, until - since)))
                file.flush()
                os.fdatasync(file.fileno())
        except FileNotFoundError:
            pass  # it has just got its last name: the next piece wipes this one too, or the file goes
        except OSError as problem:
            _tell_unwiped(type(problem).__name__)


@dataclass(frozen=True)
class Mixed:
    """A stretch in which someone was heard: WebM in pieces, each with the moment at which it ends."""

    began_at: datetime
    pieces: Iterator[tuple[bytes, datetime]]


Opener = Callable[[], BinaryIO]
_Voice = tuple[Opener, list[mjr.Run]]


def mixed(openers: Sequence[Opener], allowed: Sequence[Stretch]) -> Iterator[Mixed]:
    """What was heard in the allowed times, one stretch behind the other; each opener gives one voice anew."""
    voices = list(_readable(openers))
    for window in allowed:
        for began_at, ended_at in apart(window, _heard(voices))[1]:
            # Never a moment more than is allowed.
            first = math.ceil(began_at.timestamp() * _SECOND)
            last = math.floor(ended_at.timestamp() * _SECOND)
            if first < last:
                yield Mixed(_moment(first), _mixed(voices, first, last))


def _readable(openers: Sequence[Opener]) -> Iterator[_Voice]:
    for opened in openers:
        try:
            with opened() as file:
                yield opened, mjr.runs(file)
        except mjr.Foreign as problem:
            log.error("a voice cannot be read", problem=str(problem))


def _heard(voices: Sequence[_Voice]) -> list[Stretch]:
    spans = sorted(
        (run.began + since / mjr.RATE, run.began + (until + _SLOT) / mjr.RATE)
        for _opened, found in voices
        for run in found
        for since, until in run.spans
    )
    heard: list[Stretch] = []
    for began_at, ended_at in ((_at(since), _at(until)) for since, until in spans):
        if heard and began_at <= heard[-1][1] + _NEAR:
            heard[-1] = (heard[-1][0], max(heard[-1][1], ended_at))
        else:
            heard.append((began_at, ended_at))
    return heard


def _mixed(voices: Sequence[_Voice], first: int, last: int) -> Iterator[tuple[bytes, datetime]]:
    sounding = [_voice(opened, found) for opened, found in voices if found]
    by_slot = itemgetter(0)
    every = groupby(heapq.merge(*sounding, key=by_slot), key=by_slot)
    heard = ((slot, [sound for _slot, sound in together]) for slot, together in every)
    out, mix = _OneWay(), _Mix()
    with av.open(out, "w", format="webm", options={"cluster_time_limit": "5000"}) as file:
        track: Any = file.add_stream("libopus", rate=mjr.RATE, layout="mono", bit_rate=24_000)
        for slot, sounds in _without_holes(heard, first, last):
            frame = mix(sounds)
            frame.pts = (slot - first) * _SLOT
            file.mux(track.encode(frame))
            if (slot + 1 - first) % _PIECE == 0:
                yield from out.taken(slot + 1)
        file.mux(track.encode(None))
    yield from out.taken(last)


def _without_holes(
    heard: Iterator[tuple[int, list[bytes]]], first: int, last: int
) -> Iterator[tuple[int, list[bytes]]]:
    """Every slot from the first on; where nobody is heard there is silence."""
    expected = first
    for slot, sounds in heard:
        if slot < expected:
            continue
        yield from ((quiet, []) for quiet in range(expected, min(slot, last)))
        if slot >= last:
            return
        yield slot, sounds
        expected = slot + 1
    yield from ((quiet, []) for quiet in range(expected, last))


def _voice(opened: Opener, found: list[mjr.Run]) -> Iterator[tuple[int, bytes]]:
    """One voice, in slots of 20 ms; what cannot be decoded is silence."""
    decoder: Any = av.CodecContext.create("libopus", "r")
    decoder.layout, decoder.sample_rate = "mono", mjr.RATE
    size = 2 * _SLOT
    with opened() as file:
        for run, ticks, opus in mjr.voice(file):
            slot = _slot(found[run].began) + round(ticks / _SLOT)
            try:
                frames = decoder.decode(av.Packet(opus))
            except FFmpegError:
                continue
            sound = b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in frames)
            for number in range(len(sound) // size):
                yield slot + number, sound[number * size :][:size]


class _Mix:
    """Adds voices up without making any softer; what would be too loud is cut off."""

    def __init__(self) -> None:
        self._graphs: dict[int, tuple[Any, list[Any], Any]] = {}
        self._times: defaultdict[int, int] = defaultdict(int)

    def __call__(self, sounds: list[bytes]) -> Any:
        if len(sounds) < 2:
            return _frame(sounds[0] if sounds else bytes(2 * _SLOT))
        count = len(sounds)
        if count not in self._graphs:
            self._graphs[count] = _graph(count)
        _graph_lives, inputs, output = self._graphs[count]
        for entry, sound in zip(inputs, sounds, strict=True):
            frame = _frame(sound)
            frame.pts = self._times[count] * _SLOT
            entry.push(frame)
        self._times[count] += 1
        return output.pull()


def _graph(count: int) -> tuple[Any, list[Any], Any]:
    """A graph with its entries and its end, which do not keep it alive by themselves."""
    graph = av.filter.Graph()
    about: dict[str, Any] = {
        "sample_rate": mjr.RATE,
        "format": "s16",
        "layout": "mono",
        "time_base": Fraction(1, mjr.RATE),
    }
    inputs = [graph.add_abuffer(**about) for _ in range(count)]
    mix = graph.add("amix", f"inputs={count}:normalize=0:dropout_transition=0")
    shape = graph.add("aformat", "sample_fmts=s16:channel_layouts=mono")
    output = graph.add("abuffersink")
    for number, entry in enumerate(inputs):
        entry.link_to(mix, 0, number)
    mix.link_to(shape)
    shape.link_to(output)
    graph.configure()
    return graph, inputs, output


def _frame(sound: bytes) -> Any:
    frame = av.AudioFrame("s16", "mono", _SLOT)
    frame.planes[0].update(sound.ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate, frame.time_base = mjr.RATE, Fraction(1, mjr.RATE)
    return frame


class _OneWay:
    """A file that is only written on, and handed out as it grows."""

    def __init__(self) -> None:
        self._content = io.BytesIO()

    def write(self, part: bytes) -> int:
        return self._content.write(part)

    def taken(self, slot: int) -> Iterator[tuple[bytes, datetime]]:
        """What came since, if anything did; it ends where this slot begins."""
        content = self._content.getvalue()
        self._content = io.BytesIO()
        if content:
            yield content, _moment(slot)


def _slot(seconds: float) -> int:
    return round(seconds * _SECOND)


def _moment(slot: int) -> datetime:
    return _at(slot / _SECOND)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
