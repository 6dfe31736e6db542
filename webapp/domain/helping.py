"""Helping people at a bridge point who do not come by themselves: what may be written for them, how they confirm it."""

from enum import StrEnum

from .petition_kinds import PetitionKind
from .texts import N_

WRITTEN_FOR_OTHERS = (PetitionKind.COMPLAINT, PetitionKind.RECOMMENDATION, PetitionKind.FEEDBACK)
"""Kinds that staff write down for somebody. Who denounces does so unheard by them (decree 154/2026 art. 20.4)."""


class Confirmed(StrEnum):
    """How the person made sure of what was written for them (decree 154/2026 art. 14.1)."""

    READ_BACK = "read_back"
    """It was read to them, and they said that it is right."""
    READ_ALONE = "read_alone"
    """They read it themselves, and said that it is right."""


class ToTell(StrEnum):
    """What of a place the staff of a point tell somebody in person, whom no message reaches."""

    MOVED = "moved"
    """To another hour."""
    PLACE = "place"
    """To another place, at the same hour."""
    GONE = "gone"
    ALLOWED = "allowed"
    """A leader lets them be received where they asked to be."""
    DECLINED = "declined"


TO_TELL_LABELS = {
    ToTell.MOVED: N_("Đổi giờ"),
    ToTell.PLACE: N_("Đổi nơi gặp, giờ giữ nguyên"),
    ToTell.GONE: N_("Chỗ hẹn không còn, xin chọn lại"),
    ToTell.ALLOWED: N_("Đề nghị về nơi gặp được đồng ý, xin chọn giờ"),
    ToTell.DECLINED: N_("Đề nghị về nơi gặp chưa được đồng ý"),
}

CONFIRMED_LABELS = {
    Confirmed.READ_BACK: N_("Tôi đã đọc lại từng phần, bà con nghe và nói là đúng"),
    Confirmed.READ_ALONE: N_("Bà con tự đọc và nói là đúng"),
}
CONFIRMED_SENTENCES = {
    Confirmed.READ_BACK: N_("Đã đọc lại cho công dân nghe, công dân nói là đúng."),
    Confirmed.READ_ALONE: N_("Công dân tự đọc và nói là đúng."),
}
"""The same for whoever reads the petition later."""
