"""What a person is told who follows a case: where it stands and who holds it, in neutral words."""

from dataclasses import dataclass
from enum import StrEnum

from .outcomes import OutcomeKind
from .texts import N_


class Standing(StrEnum):
    """Where a petition stands for the person who brought it."""

    RECEIVED = "received"
    IN_PERSON = "in_person"
    VISITING = "visiting"
    WITH_US = "with_us"
    ELSEWHERE = "elsewhere"
    YOUR_TURN = "your_turn"
    DONE = "done"


class Waits(StrEnum):
    """Whose turn it is."""

    OFFICE = "office"
    CITIZEN = "citizen"
    NOBODY = "nobody"


WAITS_LABELS = {
    Waits.OFFICE: N_("Cơ quan nhà nước"),
    Waits.CITIZEN: N_("Ông/Bà"),
    Waits.NOBODY: "",
}


@dataclass(frozen=True)
class Words:
    """How a standing is told: a short state, its tone, who holds the matter now, whose turn it is."""

    state: str
    tone: str
    holder: str
    waits: Waits = Waits.OFFICE


_BOARD = N_("Ban Tiếp công dân Thành phố Hà Nội")
STANDINGS = {
    Standing.RECEIVED: Words(N_("Đã nhận đơn"), "info", _BOARD),
    Standing.IN_PERSON: Words(N_("Chờ gặp riêng"), "info", _BOARD, Waits.CITIZEN),
    Standing.VISITING: Words(N_("Đang trong lượt tiếp"), "go", _BOARD),
    Standing.WITH_US: Words(N_("Đang xem xét"), "info", _BOARD),
    Standing.ELSEWHERE: Words(
        N_("Nơi khác đang giải quyết"), "info", N_("Cơ quan có thẩm quyền giải quyết việc này")
    ),
    Standing.YOUR_TURN: Words(
        N_("Ông/Bà cần gửi nơi khác"),
        "wait",
        N_("Ông/Bà: gửi đơn đến nơi cán bộ đã hướng dẫn"),
        Waits.CITIZEN,
    ),
    Standing.DONE: Words(
        N_("Đã xong"), "", N_("Không còn nơi nào giữ: việc này đã kết thúc ở đây"), Waits.NOBODY
    ),
}

AFTER_OUTCOME = {
    OutcomeKind.ACCEPTED: Standing.WITH_US,
    OutcomeKind.VERIFYING: Standing.WITH_US,
    OutcomeKind.GUIDED: Standing.YOUR_TURN,
    OutcomeKind.FORWARDED: Standing.ELSEWHERE,
    OutcomeKind.URGED: Standing.ELSEWHERE,
    OutcomeKind.ANSWERED: Standing.DONE,
    OutcomeKind.ENDED: Standing.DONE,
    OutcomeKind.REFUSED: Standing.DONE,
    OutcomeKind.WITHDRAWN: Standing.DONE,
    OutcomeKind.SPLIT: Standing.WITH_US,
}
