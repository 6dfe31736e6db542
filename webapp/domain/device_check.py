"""What a citizen's camera, microphone, speaker and line gave when they were tried on the page, in closed words.

Nothing of it names a person or a device: it says what to expect of the call, to the citizen and to the officer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from .call_modes import Mode
from .errors import InvalidInput
from .texts import N_

E = TypeVar("E", bound=StrEnum)


class Found(StrEnum):
    """What trying one part gave."""

    UNTRIED = "untried"
    WORKS = "works"
    SILENT = "silent"
    REFUSED = "refused"
    MISSING = "missing"
    TAKEN = "taken"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


FOUND_LABELS: dict[Found, str] = {
    Found.UNTRIED: N_("chưa thử"),
    Found.WORKS: N_("tốt"),
    Found.SILENT: N_("không có tiếng"),
    Found.REFUSED: N_("chưa được cho phép"),
    Found.MISSING: N_("máy không có"),
    Found.TAKEN: N_("ứng dụng khác đang dùng"),
    Found.UNSUPPORTED: N_("trình duyệt không cho dùng"),
    Found.FAILED: N_("không mở được"),
}


class Way(StrEnum):
    """How sound and picture would reach the other side: by the relay, directly, hardly, or nobody could be asked."""

    RELAY = "relay"
    DIRECT = "direct"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


WAY_LABELS: dict[Way, str] = {
    Way.RELAY: N_("nối qua máy trung chuyển"),
    Way.DIRECT: N_("nối thẳng được"),
    Way.UNLIKELY: N_("khó nối được tiếng"),
    Way.UNKNOWN: N_("chưa rõ đường nối"),
}


@dataclass(frozen=True)
class Line:
    """kbit/s that the line carries, the share of packets lost in percent (None: not seen), a round trip in ms.

    `starts_in` is how the room will begin on such a line, `carries` the most that it may reach.
    """

    kbits: int
    loss: int | None
    round_trip: int | None
    way: Way
    starts_in: Mode
    carries: Mode


@dataclass(frozen=True)
class Check:
    """One time of trying; a line that was not tried is None."""

    microphone: Found = Found.UNTRIED
    speaker: Found = Found.UNTRIED
    camera: Found = Found.UNTRIED
    line: Line | None = None


_MOST_KBITS, _MOST_MS = 100_000, 600_000


def read_check(told: Mapping[str, str]) -> Check:
    """What a page tells of its check. Raises InvalidInput: a word or a number that no page of ours sends."""
    line = None
    if told.get("kbits"):
        line = Line(
            kbits=_number(told, "kbits", _MOST_KBITS) or 0,
            loss=_number(told, "loss", 100),
            round_trip=_number(told, "round_trip", _MOST_MS),
            way=_word(Way, told, "way"),
            starts_in=_word(Mode, told, "starts_in"),
            carries=_word(Mode, told, "carries"),
        )
    parts = {name: _word(Found, told, name) for name in ("microphone", "speaker", "camera")}
    return Check(**parts, line=line)


class NotACheck(InvalidInput):
    """Words that no page of ours sends."""

    message = N_("Kết quả thử máy gửi lên thiếu hoặc sai. Hãy tải lại trang rồi thử lại.")


def _word(kind: type[E], told: Mapping[str, str], name: str) -> E:
    try:
        return kind(told.get(name, ""))
    except ValueError:
        raise NotACheck(field=name) from None


def _number(told: Mapping[str, str], name: str, most: int) -> int | None:
    text = told.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= most):
        raise NotACheck(field=name)
    return int(text)
