"""What people are told of their cases and their data outside the pages: the same words for every kind of petition.

Text messages and letters are read by whoever holds the phone or the letter box.
"""

from dataclasses import dataclass
from enum import StrEnum


class Notice(StrEnum):
    """Something that happened of which its person is told."""

    RECEIVED = "received"
    ADDED_TO = "added_to"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Words:
    """One notice by SMS, without marks so that it is one message, and by letter; no SMS where it is empty."""

    sms: str
    letter: str


NOTICES = {
    Notice.RECEIVED: Words(
        "Tiep cong dan Ha Noi: Da nhan don cua Ong/Ba, ma {code}. Xem tai trang Tiep cong dan truc tuyen.",
        "Chúng tôi đã nhận đơn của Ông/Bà. Mã đơn: {code}.\n"
        "Đơn đến đâu, ai đang giữ: xem ở trang Tiếp công dân trực tuyến, mục Việc của tôi.",
    ),
    # Whoever adds something reads on the page that it has come: no SMS for each of several additions.
    Notice.ADDED_TO: Words(
        "",
        "Chúng tôi đã nhận phần bổ sung vào đơn của Ông/Bà. Mã đơn: {code}.\n"
        "Nếu không phải Ông/Bà gửi, hãy gọi số hỗ trợ.",
    ),
    Notice.WITHDRAWN: Words(
        "Tiep cong dan Ha Noi: Da ghi nhan viec Ong/Ba rut don. Xem tai trang Tiep cong dan truc tuyen.",
        "Chúng tôi đã ghi nhận việc Ông/Bà rút đơn. Mã đơn: {code}.\n"
        "Nếu không phải Ông/Bà rút, hãy gọi số hỗ trợ.",
    ),
    Notice.ANSWERED: Words(
        "Tiep cong dan truc tuyen: da tra loi yeu cau ve du lieu cua Ong/Ba. Xem o trang Du lieu cua toi.",
        "Chúng tôi đã trả lời yêu cầu về dữ liệu của Ông/Bà.\n"
        "Xem câu trả lời ở trang Tiếp công dân trực tuyến, mục Dữ liệu của tôi.",
    ),
}

SIGNED = (
    "Ban Tiếp công dân Thành phố Hà Nội\n"
    "Thư này máy tự gửi, xin đừng trả lời. "
    "Không muốn nhận thư nữa thì xóa địa chỉ thư ở mục Dữ liệu của tôi."
)
"""How every letter ends."""

LETTER_WITH_CODE = (
    "Mã xác nhận địa chỉ thư: {code}\n"
    "Nhập mã này ở mục Dữ liệu của tôi trong 30 phút. Nếu Ông/Bà không xin mã, hãy bỏ qua thư này."
)


def letter(words: str) -> str:
    """A whole letter."""
    return f"Kính gửi Ông/Bà,\n\n{words}\n\n{SIGNED}\n"
