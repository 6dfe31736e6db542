"""What becomes of the mixer's raw files: read from the disk as a crash leaves them, each voice at its time."""

import io
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import tapes
from webapp.config import SettingsError, load_settings
from webapp.integrations import mjr, room_tape

BEGAN = datetime(2026, 11, 24, 2, 0, 0, tzinfo=UTC)
ALWAYS = [(BEGAN - timedelta(hours=1), BEGAN + timedelta(hours=1))]
LOW, MIDDLE, HIGH = 440, 700, 1000


def later(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def packets(content: bytes) -> list[mjr.Packet]:
    return list(mjr.packets(io.BytesIO(content)))


def voices(folder: Path, **contents: bytes) -> list[room_tape.Opener]:
    """A raw file of each, and how it is opened."""
    paths = [tapes.put(folder, name, content) for name, content in contents.items()]
    return [lambda path=path: path.open("rb") for path in paths]  # type: ignore[misc]


def stretches(
    found: list[room_tape.Opener], allowed: list[tuple[datetime, datetime]] | None = None
) -> list[tuple[float, bytes]]:
    """When each began, and its file."""
    return [
        ((one.began_at - BEGAN).total_seconds(), b"".join(content for content, _ended in one.pieces))
        for one in room_tape.mixed(found, allowed or ALWAYS)
    ]


def test_every_packet_is_read_with_its_time() -> None:
    content = tapes.voice(BEGAN, LOW, 2)
    found = packets(content)
    assert len(found) == 100
    assert [one.opus for one in found] == list(tapes.tone(LOW, 2))
    assert found[50].arrived == pytest.approx(later(1).timestamp())


def test_a_file_that_breaks_off_anywhere_gives_what_is_whole() -> None:
    content = tapes.voice(BEGAN, LOW, 1)
    whole, seen = packets(content), set()
    for length in range(8, len(content)):
        found = packets(content[:length])
        assert found == whole[: len(found)]
        seen.add(len(found))
    assert seen == set(range(50))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MJR0000",
        b"MJR00001" + bytes(40),
        b"\x1aE\xdf\xa3" + bytes(100),
        b"MJR00002\x00\x02{]",
        b"MJR00002\x00\x02[]",
        b"MJR00002\x00\x02{}",
        tapes.head(BEGAN, kind="v", codec="vp8"),
        tapes.head(BEGAN, codec="multiopus"),
        tapes.head(BEGAN).replace(b'"u": 1', b'"u": x'),
    ],
)
def test_what_is_no_recording_of_a_voice_is_told_apart(content: bytes) -> None:
    with pytest.raises(mjr.Foreign):
        mjr.runs(io.BytesIO(content))


def test_a_file_of_nothing_but_its_beginning_holds_nothing() -> None:
    for content in (b"MJR00002", tapes.head(BEGAN)):
        assert mjr.runs(io.BytesIO(content)) == []


def test_nonsense_among_the_packets_neither_stops_nor_breaks_anything() -> None:
    chance = random.Random(1)  # noqa: S311 - the same nonsense each time
    content = tapes.voice(BEGAN, LOW, 1)
    start = len(tapes.head(BEGAN))
    for _ in range(300):
        spoilt = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            spoilt[chance.randrange(start, len(spoilt))] = chance.randrange(256)
        assert len(list(mjr.voice(io.BytesIO(bytes(spoilt))))) <= 50
    short = tapes.head(BEGAN) + b"MEET" + bytes(4) + b"\x00\x03abc" + content[start:]
    assert len(packets(short)) == 50


def test_voices_are_heard_together_and_alone_at_their_times(tmp_path: Path) -> None:
    found = voices(
        tmp_path,
        a=tapes.voice(BEGAN, LOW, 6),
        b=tapes.voice(later(2), MIDDLE, 3),
        c=tapes.voice(later(4), HIGH, 4),
        nobody=b"MJR00002",
    )
    ((began, content),) = stretches(found)
    assert began == pytest.approx(0, abs=0.02)
    told = tapes.heard(content, (LOW, MIDDLE, HIGH))
    assert told == [
        {LOW},
        {LOW},
        {LOW, MIDDLE},
        {LOW, MIDDLE},
        {LOW, MIDDLE, HIGH},
        {LOW, HIGH},
        {HIGH},
        {HIGH},
    ]


def test_pieces_are_of_five_seconds_and_end_where_they_say(tmp_path: Path) -> None:
    (mixed,) = room_tape.mixed(voices(tmp_path, a=tapes.voice(BEGAN, LOW, 12)), ALWAYS)
    ends = [round((ended - BEGAN).total_seconds(), 1) for _content, ended in mixed.pieces]
    assert ends[-1] == 12
    assert set(ends) <= {5, 10, 12}


def test_a_silence_parts_stretches_and_times_that_are_not_allowed_leave_nothing(tmp_path: Path) -> None:
    found = voices(tmp_path, a=tapes.voice(BEGAN, LOW, 4), b=tapes.voice(later(10), MIDDLE, 4))
    assert [round(began) for began, _content in stretches(found)] == [0, 10]
    allowed = [(later(-5), later(2)), (later(12), later(13)), (later(20), later(30))]
    told = [
        (round(began), tapes.heard(content, (LOW, MIDDLE))) for began, content in stretches(found, allowed)
    ]
    assert told == [(0, [{LOW}, {LOW}]), (12, [{MIDDLE}])]


def spoilt(change: Callable[[list[tuple[int, int, bytes, int]]], list[tuple[int, int, bytes, int]]]) -> bytes:
    """A voice of six seconds whose packets were changed on the way: milliseconds, stamp, Opus, source."""
    usual = [(20 * n, tapes.STEP * n, opus, 7) for n, opus in enumerate(tapes.tone(LOW, 6))]
    return tapes.head(BEGAN) + b"".join(tapes.block(*one) for one in change(usual))


@pytest.mark.parametrize(
    "change",
    [
        lambda them: [(ms + (700 if 1000 < ms < 3000 else 0), *rest) for ms, *rest in them],
        lambda them: [
            one for n, pair in enumerate(zip(them[::2], them[1::2], strict=True)) for one in pair[::-1]
        ],
        lambda them: [one for one in them for _twice in range(2)],
        lambda them: [(ms, stamp, opus, 7 if ms < 3000 else 8) for ms, stamp, opus, _ssrc in them],
        lambda them: [(ms, stamp + (0 if ms < 3000 else 10**9), opus, 7) for ms, stamp, opus, _ssrc in them],
        lambda them: [
            (ms, stamp, opus if ms % 500 else b"\xff\xff\xff", 7) for ms, stamp, opus, _ssrc in them
        ],
        lambda them: [one for one in them if one[0] % 200],
    ],
    ids=["late", "overtaken", "twice", "another source", "another clock", "nonsense", "lost"],
)
def test_a_bad_line_moves_no_second(
    tmp_path: Path, change: Callable[..., list[tuple[int, int, bytes, int]]]
) -> None:
    ((began, content),) = stretches(voices(tmp_path, a=spoilt(change)))
    assert began == pytest.approx(0, abs=0.05)
    assert tapes.heard(content, (LOW,)) == [{LOW}] * 6


def test_a_clock_that_was_muted_for_long_goes_on_at_its_time(tmp_path: Path) -> None:
    content = spoilt(lambda them: [one for one in them if not 1000 <= one[0] < 5000])
    found = stretches(voices(tmp_path, a=content))
    assert [round(began) for began, _content in found] == [0, 5]


@pytest.mark.parametrize(
    ("folder", "url", "said"),
    [
        ("nowhere", "http://127.0.0.1:1/janus", "no folder that we can write in"),
        (".", "", "JANUS_URL is not"),
    ],
)
def test_a_folder_in_which_nothing_would_be_recorded_stops_the_start(
    tmp_path: Path, folder: str, url: str, said: str
) -> None:
    keys = {"JANUS_API_SECRET": "a", "JANUS_ADMIN_KEY": "b", "JANUS_URL": url}
    with pytest.raises(SettingsError, match=said):
        load_settings({"INSTANCE_PATH": str(tmp_path), "JANUS_RECORD_DIR": str(tmp_path / folder), **keys})
