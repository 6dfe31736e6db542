"""An individual case: somebody asks to be received where no standing decision lets them (decree 154/2026 art. 20).

The head, for whom a leader decides, names the deciding document, the place and the last day.
"""

from datetime import date, timedelta
from enum import StrEnum

from .errors import InvalidInput
from .petition_kinds import Gate, PetitionKind
from .texts import N_, clean_line, clean_text


class Ground(StrEnum):
    """The decree's own numbers, art. 20.1 to 20.5."""

    COMPLEX = "1"
    FAR_OR_FRAIL = "2"
    HINDERED = "3"
    DENUNCIATION = "4"
    OTHER = "5"


GROUND_LABELS: dict[Ground, str] = {
    Ground.COMPLEX: N_(
        "Việc phức tạp, kéo dài, cần nhiều cơ quan cùng giải quyết, hoặc cần lãnh đạo ở các nơi khác nhau đối thoại"
    ),
    Ground.FAR_OR_FRAIL: N_(
        "Ở vùng sâu, vùng xa, vùng đặc biệt khó khăn; hoặc là đối tượng chính sách, người già yếu, người khuyết tật"
    ),
    Ground.HINDERED: N_("Thiên tai, dịch bệnh, hoặc lý do an ninh, trật tự nên khó đến gặp trực tiếp"),
    Ground.DENUNCIATION: N_(
        "Việc phức tạp, người trình bày không yêu cầu bảo vệ danh tính, và nơi tiếp bảo đảm được bảo mật"
    ),
    Ground.OTHER: N_("Lý do thực tế khác"),
}
"""That of denunciations does not say the word: it may stand on a screen that others see."""


class Decided(StrEnum):
    """How a request ended."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


DECIDED_LABELS: dict[Decided, str] = {
    Decided.APPROVED: N_("Đã đồng ý"),
    Decided.DECLINED: N_("Không đồng ý"),
    Decided.WITHDRAWN: N_("Đã rút đề nghị"),
}

A_DAY = 5
"""Requests about one petition within a day."""
_LEAST, _LONGEST, _LONGEST_DECISION = 10, 1_000, 200
_FURTHEST = timedelta(days=366)


def may_ask(gate: Gate, *, protection_wanted: bool | None, withdrawn: bool) -> bool:
    """Whether anything online may be asked for: never for who wants their identity protected (art. 20.4)."""
    return not withdrawn and not protection_wanted and gate is not Gate.IN_PERSON


def grounds_for(kind: PetitionKind) -> tuple[Ground, ...]:
    """The grounds that can hold for such a petition: a denunciation goes online by art. 20.4 alone."""
    if kind is PetitionKind.DENUNCIATION:
        return (Ground.DENUNCIATION,)
    return tuple(one for one in Ground if one is not Ground.DENUNCIATION)


def read_ground(typed: str, kind: PetitionKind) -> Ground:
    """Raises InvalidInput: none, or one that cannot hold for this kind of petition."""
    found = next((one for one in grounds_for(kind) if one.value == typed), None)
    if found is None:
        raise InvalidInput("Hãy chọn một lý do trong danh sách.", "ground")
    return found


def clean_reason(typed: str) -> str:
    """Why the person cannot come where others are received. Raises InvalidInput: too short or too long."""
    text = clean_text(typed)
    if len(text) < _LEAST:
        raise InvalidInput("Hãy ghi rõ vì sao, ít nhất 10 chữ cái.", "reason")
    return _short_enough(text)


def clean_words(typed: str, *, needed: bool) -> str:
    """What the person is told beside the decision. Raises InvalidInput: nothing where it is needed, or too long."""
    text = clean_text(typed)
    if needed and len(text) < _LEAST:
        raise InvalidInput("Hãy ghi lý do không đồng ý, ít nhất 10 chữ cái, để công dân đọc.", "reason")
    return _short_enough(text)


def _short_enough(text: str) -> str:
    if len(text) > _LONGEST:
        raise InvalidInput("Dài quá 1000 chữ cái. Hãy rút bớt.", "reason")
    return text


def clean_decision(typed: str) -> str:
    """Number and date of the deciding document. Raises InvalidInput."""
    line = clean_line(typed)
    if not any(ch.isdigit() for ch in line):
        raise InvalidInput("Hãy ghi số và ngày của văn bản quyết định.", "decision")
    if len(line) > _LONGEST_DECISION:
        raise InvalidInput("Dài quá 200 chữ cái. Chỉ cần số và ngày của văn bản.", "decision")
    return line


def read_until(typed: str, *, today: date) -> date:
    """The last day on which the decision holds. Raises InvalidInput: no day, one that is past, or over a year away."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise InvalidInput("Hãy chọn ngày cuối cùng được dùng quyết định này.", "until") from None
    if not today <= day <= today + _FURTHEST:
        raise InvalidInput("Ngày cuối phải từ hôm nay đến một năm sau.", "until")
    return day
