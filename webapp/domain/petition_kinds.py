"""Kinds of petition (đơn), the denunciation gate, and the limits of what is told."""

from enum import StrEnum

from .errors import InvalidInput
from .texts import N_, clean_text


class PetitionKind(StrEnum):
    """What the citizen brings; `UNSURE` until an officer classifies it."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    RECOMMENDATION = "recommendation"
    FEEDBACK = "feedback"
    UNSURE = "unsure"


KIND_LABELS = {
    PetitionKind.COMPLAINT: N_("Khiếu nại"),
    PetitionKind.DENUNCIATION: N_("Tố cáo"),
    PetitionKind.RECOMMENDATION: N_("Kiến nghị"),
    PetitionKind.FEEDBACK: N_("Phản ánh"),
    PetitionKind.UNSURE: N_("Tôi chưa rõ"),
}

_NOT_SAID = N_("Cán bộ xác định khi xem đơn")
OPEN_LABELS = KIND_LABELS | {PetitionKind.DENUNCIATION: _NOT_SAID, PetitionKind.UNSURE: _NOT_SAID}
"""For what may lie about where others see it: a denunciation reads as a petition that is not classified yet."""

KIND_LABELS_FOR_STAFF = KIND_LABELS | {PetitionKind.UNSURE: N_("Chưa rõ loại")}
"""Somebody else's answer "I am not sure" is no sentence of the officer's."""

KIND_HINTS = {
    PetitionKind.COMPLAINT: N_(
        "Một quyết định hay việc làm của cơ quan nhà nước gây thiệt cho tôi, tôi đề nghị xem xét lại."
    ),
    PetitionKind.DENUNCIATION: N_("Tôi báo người có việc làm trái pháp luật. Tên tôi được giữ kín."),
    PetitionKind.RECOMMENDATION: N_("Tôi có đề xuất để cơ quan nhà nước làm tốt hơn."),
    PetitionKind.FEEDBACK: N_("Tôi báo một việc chưa tốt ở nơi tôi sống."),
    PetitionKind.UNSURE: N_("Nhờ cán bộ nghe và chọn giúp."),
}


class Gate(StrEnum):
    """Whether a petition may be received online (decree 154/2026 art. 20.4)."""

    OPEN = "open"
    AWAITING = "awaiting"
    IN_PERSON = "in_person"


NARRATIVE_MIN, NARRATIVE_MAX = 50, 20_000


def gate_for(kind: PetitionKind, protection_wanted: bool | None) -> Gate:
    """Where a new petition stands at the gate.

    A denunciation goes online only when its author asks for no protection of identity and an
    officer found it complex and confidentiality assured; until then it awaits that decision.

    Raises:
        InvalidInput: a denouncer was not asked, or did not answer.
    """
    if kind is not PetitionKind.DENUNCIATION:
        return Gate.OPEN
    if protection_wanted is None:
        raise InvalidInput("Hãy chọn có hay không.", "protection_wanted")
    return Gate.IN_PERSON if protection_wanted else Gate.AWAITING


def clean_narrative(typed: str, *, told: bool = False) -> str:
    """What happened, as it is kept; of what is told by word of mouth nothing need be written.

    Raises:
        InvalidInput: shorter than 50 or longer than 20,000 characters.
    """
    text = clean_text(typed)
    if len(text) < NARRATIVE_MIN and not told:
        raise InvalidInput("Hãy kể thêm, ít nhất 50 chữ cái, để cán bộ hiểu việc.", "narrative")
    if len(text) > NARRATIVE_MAX:
        raise InvalidInput(
            "Bài dài quá 20.000 chữ cái. Hãy rút bớt, phần còn lại kể khi gặp cán bộ.", "narrative"
        )
    return text
