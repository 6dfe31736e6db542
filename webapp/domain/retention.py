"""How long a recording is kept (decree 154/2026 art. 24.3, which points to the law on archives).

Nothing is ever destroyed by itself: when a term is over, the archive's head decides, and the decision is named.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .petition_kinds import PetitionKind
from .texts import N_


class RetentionClass(StrEnum):
    """What a recording belongs to; `RECEPTION` until somebody has set a term for such."""

    RECEPTION = "reception"
    CASE = "case"


@dataclass(frozen=True)
class Retention:
    """The name of a class, its years (None: no term is set, so it is kept), and where they come from."""

    label: str
    years: int | None
    source: str


RETENTION = {
    RetentionClass.RECEPTION: Retention(
        N_("Lượt tiếp công dân"),
        None,
        N_("Nghị định 154/2026, Điều 24.3: theo pháp luật về lưu trữ. Chưa định thời hạn nên được giữ."),
    ),
    RetentionClass.CASE: Retention(
        N_("Hồ sơ giải quyết vụ việc"),
        15,
        N_(
            "Thông tư 09/2011/TT-BNV. Vụ việc nghiêm trọng giữ vĩnh viễn; trước khi hủy phải đối chiếu quy định mới."
        ),
    ),
}


def retention_class_of(kind: PetitionKind) -> RetentionClass:
    """The class of what is recorded about a petition of this kind."""
    of_case = kind in (PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION)
    return RetentionClass.CASE if of_case else RetentionClass.RECEPTION


def kept_until(kind: RetentionClass, ended_on: date) -> date | None:
    """The last day of the term, which counts from the year in which the work ended. None: it has no end."""
    years = RETENTION[kind].years
    return None if years is None else date(ended_on.year + years, 12, 31)
