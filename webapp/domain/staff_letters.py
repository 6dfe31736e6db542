"""What waits for people on duty, told by letter: nobody's name, nothing of what a case is about."""

from enum import StrEnum

from .notices import Speak
from .texts import N_


class StaffNotice(StrEnum):
    """Something that waits for somebody on duty; told by letter alone, for staff have no phone here."""

    DATA_REQUEST_CAME = "came"
    DATA_REQUEST_HALF = "half"
    DATA_REQUEST_LATE = "late"
    SITTING_CHANGED = "sitting_changed"
    POINT_SOON = "soon"
    POINT_LATE = "overdue"
    OWED_MOVED = "owed_moved"
    OWED_PLACE = "owed_place"
    OWED_GONE = "owed_gone"
    OWED_ANSWER = "owed_answer"


STAFF_LETTERS = {
    StaffNotice.DATA_REQUEST_CAME: N_(
        "Có một yêu cầu mới về dữ liệu cá nhân. Trả lời chậm nhất ngày {day}.\n"
        "Xem ở trang Tiếp công dân trực tuyến, mục Dữ liệu cá nhân."
    ),
    StaffNotice.DATA_REQUEST_HALF: N_(
        "Một yêu cầu về dữ liệu cá nhân đã qua nửa thời hạn mà chưa trả lời. Trả lời chậm nhất ngày {day}.\n"
        "Xem ở trang Tiếp công dân trực tuyến, mục Dữ liệu cá nhân."
    ),
    StaffNotice.DATA_REQUEST_LATE: N_(
        "Một yêu cầu về dữ liệu cá nhân đã quá hạn: lẽ ra phải trả lời chậm nhất ngày {day}.\n"
        "Hãy trả lời ngay, ở trang Tiếp công dân trực tuyến, mục Dữ liệu cá nhân."
    ),
    StaffNotice.SITTING_CHANGED: N_(
        "Buổi tiếp ngày {day} mà anh/chị trực có thay đổi.\n"
        "Xem ở trang Tiếp công dân trực tuyến, mục Lịch tiếp."
    ),
    StaffNotice.POINT_SOON: N_(
        "Buổi tiếp ngày {day}, điểm cầu {place}: còn một việc phải xong {due}.\n"
        "Việc: {what}.\n"
        "Làm xong thì ký ở trang Tiếp công dân trực tuyến, mục Điểm cầu."
    ),
    StaffNotice.POINT_LATE: N_(
        "Buổi tiếp ngày {day}, điểm cầu {place}: có một việc đã quá hạn, lẽ ra phải xong {due}.\n"
        "Việc: {what}.\n"
        "Hãy làm ngay rồi ký ở trang Tiếp công dân trực tuyến, mục Điểm cầu. Ký muộn vẫn được, máy ghi là muộn."
    ),
    StaffNotice.OWED_MOVED: N_(
        "Người giữ số {number} không có điện thoại. Hẹn lúc {was} nay đổi sang lúc {at}.\n"
        "Xin báo tận nơi, rồi đánh dấu ở trang Tiếp công dân trực tuyến, mục Điểm cầu."
    ),
    StaffNotice.OWED_PLACE: N_(
        "Người giữ số {number} không có điện thoại. Hẹn lúc {was}: giờ giữ nguyên, nơi gặp đã đổi.\n"
        "Xin báo tận nơi, rồi đánh dấu ở trang Tiếp công dân trực tuyến, mục Điểm cầu."
    ),
    StaffNotice.OWED_GONE: N_(
        "Người giữ số {number} không có điện thoại. Chỗ hẹn lúc {was} không còn.\n"
        "Xin báo tận nơi, rồi đánh dấu ở trang Tiếp công dân trực tuyến, mục Điểm cầu."
    ),
    StaffNotice.OWED_ANSWER: N_(
        "Một người không có điện thoại đã có trả lời về nơi gặp cán bộ.\n"
        "Xin báo tận nơi, rồi đánh dấu ở trang Tiếp công dân trực tuyến, mục Điểm cầu."
    ),
}

BEFORE = N_("trước {at}")
UNTIL_END_OF_DAY = N_("chậm nhất hết ngày {day}")
"""By when something is due, in a letter to staff."""

STAFF_GREETING = N_("Kính gửi anh/chị,")
STAFF_SIGNED = N_(
    "Tiếp công dân trực tuyến\n"
    "Thư này máy tự gửi, xin đừng trả lời. "
    "Không muốn nhận thư nữa thì xóa địa chỉ thư ở mục Tài khoản của tôi."
)


def staff_letter(words: str, speak: Speak) -> str:
    """A whole letter to somebody on duty."""
    return f"{speak(STAFF_GREETING)}\n\n{words}\n\n{speak(STAFF_SIGNED)}\n"
