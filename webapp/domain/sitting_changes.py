"""What can happen to a sitting after it was published."""

from enum import StrEnum

from .texts import N_


class Change(StrEnum):
    """Marked in the public schedule (law art. 24.4)."""

    ADDED = "added"
    """One-off or extraordinary: announced later than the others of its week."""
    MOVED = "moved"
    """To another day or hour; its people go with it or are released."""
    CANCELLED = "cancelled"
    CHANGED = "changed"
    """Another host, place or content; the hour stands."""


CHANGE_LABELS = {
    Change.ADDED: N_("Thêm mới"),
    Change.MOVED: N_("Đổi giờ"),
    Change.CANCELLED: N_("Không tổ chức"),
    Change.CHANGED: N_("Có thay đổi"),
}
