"""What can go wrong in the domain, each with the words that a person may read.

The message is a Vietnamese msgid; `webapp.errors` turns the class into a status and the
message into the reader's language.
"""

from .texts import N_


class DomainError(Exception):
    """A rule was not met; the message says which, in words for the person who asked."""

    message = N_("Chưa làm được việc này.")

    def __init__(self, message: str | None = None, field: str | None = None):
        super().__init__(message or self.message)
        self.message = message or self.message
        self.field = field


class InvalidInput(DomainError):
    """What was typed cannot be taken; `field` names the place."""


class NotAllowed(DomainError):
    """The person may not do this."""

    message = N_("Ông/Bà không có quyền làm việc này.")


class NotFound(DomainError):
    """There is no such thing, or it belongs to someone else."""

    message = N_("Không tìm thấy.")


class Conflict(DomainError):
    """The thing has moved on since the person looked at it."""

    message = N_("Việc này vừa thay đổi, hãy xem lại trang.")


class FormUsed(Conflict):
    """The form's key belongs to what was sent with it before, which said something else."""

    message = N_("Trang này đã dùng để gửi một lần. Bài vừa viết còn ở đây: hãy bấm gửi lần nữa.")


class TooMany(DomainError):
    """Asked too often; `retry_after` seconds say when it may be tried again."""

    message = N_("Ông/Bà thử nhiều lần quá. Hãy chờ một lát rồi thử lại.")

    def __init__(self, message: str | None = None, retry_after: int = 60):
        super().__init__(message)
        self.retry_after = retry_after


class IllegalMove(Conflict):
    """A visit's state does not allow this action."""

    message = N_("Lượt tiếp đã chuyển sang bước khác, hãy xem lại trang.")


class SlotFull(Conflict):
    """The last place of the slot has just been taken, or the slot is no longer offered."""

    message = N_("Giờ này vừa hết chỗ. Hãy chọn một giờ khác còn chỗ.")


class QueueEmpty(Conflict):
    """Nobody is waiting for this desk."""

    message = N_("Hiện không còn ai chờ.")


class PointNotReady(Conflict):
    """The bridge point where the person sits is not signed as connected (decree 154/2026 art. 23.1)."""

    message = N_(
        "Điểm cầu của người này chưa ký là đã nối xong, nên chưa tiếp được. "
        "Hãy gọi người khác, hoặc ghi lý do vẫn tiếp ở trang Điểm cầu của buổi tiếp."
    )


class DeskTaken(Conflict):
    """Another officer holds the desk."""

    message = N_("Bàn này đang có cán bộ khác ngồi.")


class DeskBusy(Conflict):
    """The desk already has a visit in hand."""

    message = N_("Bàn đang có lượt tiếp. Hãy kết thúc hoặc trả số trước khi gọi tiếp.")
