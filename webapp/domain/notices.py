"""What people are told of their cases and their data outside the pages: the same words for every kind of petition.

Text messages and letters are read by whoever holds the phone or the letter box. They are sent in the language
that their reader chose, so each text is marked for the catalogue; an SMS stays one message of the phone's own
letters in every language.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten

from .texts import N_


class Notice(StrEnum):
    """Something that happened of which its person is told."""

    RECEIVED = "received"
    ADDED_TO = "added_to"
    WITHDRAWN = "withdrawn"
    STATEMENT_WRITTEN = "statement_written"
    ASKED = "asked"
    ANSWERED = "answered"
    PHONE_CHANGED = "phone_changed"
    BOOKED = "booked"
    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"
    HOUR_BEFORE_AT_POINT = "hour_before_at_point"
    NUMBER = "number"
    SITTING_MOVED = "sitting_moved"
    SITTING_CANCELLED = "sitting_cancelled"
    PLACE_MOVED = "place_moved"
    PLACE_GONE = "place_gone"
    NOT_REACHED = "not_reached"
    NEARLY = "nearly"
    CALLED = "called"
    PLACE_ALLOWED = "place_allowed"
    PLACE_DECLINED = "place_declined"
    GIVEN_UP_AT_POINT = "given_up_at_point"


@dataclass(frozen=True)
class Words:
    """One notice by SMS, without marks so that it is one message, and by letter; neither where it is empty."""

    sms: str
    letter: str


NOTICES = {
    Notice.RECEIVED: Words(
        N_(
            "Tiep cong dan Ha Noi: Da nhan don cua Ong/Ba, ma {code}. Xem tai trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Chúng tôi đã nhận đơn của Ông/Bà. Mã đơn: {code}.\n"
            "Đơn đến đâu, ai đang giữ: xem ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    # Whoever adds something reads on the page that it has come: no SMS for each of several additions.
    Notice.ADDED_TO: Words(
        "",
        N_(
            "Chúng tôi đã nhận phần bổ sung vào đơn của Ông/Bà. Mã đơn: {code}.\n"
            "Nếu không phải Ông/Bà gửi, hãy gọi số hỗ trợ."
        ),
    ),
    Notice.WITHDRAWN: Words(
        N_("Tiep cong dan Ha Noi: Da ghi nhan viec Ong/Ba rut don. Xem tai trang Tiep cong dan truc tuyen."),
        N_(
            "Chúng tôi đã ghi nhận việc Ông/Bà rút đơn. Mã đơn: {code}.\n"
            "Nếu không phải Ông/Bà rút, hãy gọi số hỗ trợ."
        ),
    ),
    Notice.STATEMENT_WRITTEN: Words(
        N_(
            "Tiep cong dan Ha Noi: Co ban ghi cho Ong/Ba doc, xem da dung chua. "
            "Xem tai trang Tiep cong dan truc tuyen, muc Viec cua toi."
        ),
        N_(
            "Cán bộ đã ghi lại thành văn bản điều Ông/Bà kể. Mã đơn: {code}.\n"
            "Xin Ông/Bà đọc ở trang Tiếp công dân trực tuyến, mục Việc của tôi, "
            "rồi cho biết bản ghi đúng hay có chỗ chưa đúng."
        ),
    ),
    Notice.ASKED: Words(
        N_(
            "Tiep cong dan truc tuyen: da nhan yeu cau ve du lieu cua Ong/Ba. "
            "Tra loi cham nhat ngay {day}. Xem o trang Du lieu cua toi."
        ),
        N_(
            "Chúng tôi đã nhận yêu cầu về dữ liệu của Ông/Bà và trả lời chậm nhất ngày {day}.\n"
            "Xem ở trang Tiếp công dân trực tuyến, mục Dữ liệu của tôi. "
            "Nếu không phải Ông/Bà gửi, hãy gọi số hỗ trợ."
        ),
    ),
    Notice.ANSWERED: Words(
        N_(
            "Tiep cong dan truc tuyen: da tra loi yeu cau ve du lieu cua Ong/Ba. Xem o trang Du lieu cua toi."
        ),
        N_(
            "Chúng tôi đã trả lời yêu cầu về dữ liệu của Ông/Bà.\n"
            "Xem câu trả lời ở trang Tiếp công dân trực tuyến, mục Dữ liệu của tôi."
        ),
    ),
    Notice.BOOKED: Words(
        N_(
            "Tiep cong dan Ha Noi: Da giu cho luc {time} ngay {day}, so {number}, tai {place}. "
            "Xem, doi, huy tren trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Đã giữ chỗ cho Ông/Bà lúc {time} ngày {day}, số {number}.\nNơi gặp: {place}.\n"
            "Giấy hẹn, cách đổi giờ hoặc hủy: xem ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.DAY_BEFORE: Words(
        N_(
            "Tiep cong dan Ha Noi: Nhac Ong/Ba co hen luc {time} ngay {day}, so {number}. "
            "Neu ban, xin doi hoac huy tren trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Xin nhắc: Ông/Bà có hẹn lúc {time} ngày {day}, số {number}.\n"
            "Nếu bận, xin đổi giờ hoặc hủy ở trang Tiếp công dân trực tuyến, mục Việc của tôi, "
            "để người khác có chỗ."
        ),
    ),
    Notice.HOUR_BEFORE: Words(
        N_(
            "Tiep cong dan Ha Noi: {time} hom nay Ong/Ba co hen, so {number}. "
            "Truoc gio hen 30 phut, xin bam Toi da co mat tren trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Xin nhắc: {time} hôm nay Ông/Bà có hẹn, số {number}.\n"
            "Từ 30 phút trước giờ hẹn, xin bấm Tôi đã có mặt trên giấy hẹn, "
            "ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.HOUR_BEFORE_AT_POINT: Words(
        N_(
            "Tiep cong dan Ha Noi: {time} hom nay Ong/Ba co hen, so {number}, tai {place}. "
            "Xin den truoc 15 phut, bao voi nguoi o diem cau."
        ),
        N_(
            "Xin nhắc: {time} hôm nay Ông/Bà có hẹn, số {number}.\nNơi gặp: {place}.\n"
            "Xin đến trước giờ hẹn 15 phút, báo với người ở điểm cầu."
        ),
    ),
    # To the number that was left: whoever holds it now learns neither the new one nor what the account is for.
    Notice.PHONE_CHANGED: Words(
        N_(
            "Tiep cong dan truc tuyen: so nay khong con dung de dang nhap tai khoan da dung truoc day. "
            "Neu khong phai Ong/Ba doi, hay goi so ho tro."
        ),
        N_(
            "Tài khoản của Ông/Bà từ nay đăng nhập bằng số điện thoại khác.\n"
            "Nếu không phải Ông/Bà đổi, hãy gọi số hỗ trợ ngay."
        ),
    ),
    Notice.SITTING_MOVED: Words(
        N_(
            "Tiep cong dan Ha Noi: Buoi hen cua Ong/Ba doi sang luc {at}. "
            "Xem o trang Tiep cong dan truc tuyen, muc Viec cua toi."
        ),
        N_(
            "Buổi hẹn của Ông/Bà đổi sang lúc {at}. Chỗ của Ông/Bà vẫn được giữ.\n"
            "Không đến được giờ mới thì chọn lại ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.SITTING_CANCELLED: Words(
        N_(
            "Tiep cong dan Ha Noi: Buoi hen luc {at} cua Ong/Ba khong to chuc. "
            "Xin chon buoi khac o trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Buổi hẹn lúc {at} của Ông/Bà không tổ chức. Xin lỗi Ông/Bà vì sự thay đổi này.\n"
            "Xin chọn buổi khác ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.PLACE_MOVED: Words(
        N_(
            "Tiep cong dan Ha Noi: Noi gap luc {at} cua Ong/Ba da doi, gio giu nguyen. "
            "Xem noi moi o trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Nơi gặp trong buổi hẹn lúc {at} của Ông/Bà đã đổi. Giờ và số giữ nguyên.\n"
            "Xem nơi mới, hoặc chọn lại, ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.PLACE_GONE: Words(
        N_(
            "Tiep cong dan Ha Noi: Buoi hen luc {at} khong con tiep o noi Ong/Ba da chon. "
            "Xin chon lai o trang Tiep cong dan truc tuyen."
        ),
        N_(
            "Buổi hẹn lúc {at} không còn tiếp ở nơi Ông/Bà đã chọn. Xin lỗi Ông/Bà vì sự thay đổi này.\n"
            "Xin chọn nơi khác hoặc buổi khác ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.NOT_REACHED: Words(
        N_(
            "Tiep cong dan Ha Noi: Het gio buoi {at} ma chua goi den Ong/Ba, xin loi Ong/Ba. "
            "Xin chon buoi hoac noi khac tren trang Tiep cong dan."
        ),
        N_(
            "Buổi tiếp lúc {at} đã hết giờ mà chưa gọi đến Ông/Bà. Xin lỗi Ông/Bà vì đã để chờ.\n"
            "Chưa có buổi sau ở nơi Ông/Bà đã chọn. Xin chọn buổi khác hoặc nơi khác ở trang "
            "Tiếp công dân trực tuyến, mục Việc của tôi. Đơn vẫn còn nguyên."
        ),
    ),
    Notice.PLACE_ALLOWED: Words(
        N_(
            "Tiep cong dan Ha Noi: De nghi ve noi gap cua Ong/Ba duoc dong y. "
            "Xin chon gio o trang Tiep cong dan truc tuyen, muc Viec cua toi."
        ),
        N_(
            "Đề nghị về nơi gặp cán bộ của Ông/Bà được đồng ý. Mã đơn: {code}.\n"
            "Xin xem quyết định và chọn giờ ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.PLACE_DECLINED: Words(
        N_(
            "Tiep cong dan Ha Noi: Da co tra loi de nghi ve noi gap cua Ong/Ba. "
            "Xem o trang Tiep cong dan truc tuyen, muc Viec cua toi."
        ),
        N_(
            "Đã có trả lời đề nghị về nơi gặp cán bộ của Ông/Bà. Mã đơn: {code}.\n"
            "Xin xem câu trả lời, và các nơi gặp khác, ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    Notice.GIVEN_UP_AT_POINT: Words(
        N_(
            "Tiep cong dan Ha Noi: Diem cau da huy cho so {number} cua Ong/Ba theo loi nho. "
            "Neu khong phai Ong/Ba nho, hay goi so ho tro."
        ),
        N_(
            "Điểm cầu đã hủy chỗ số {number} của Ông/Bà theo lời nhờ.\n"
            "Nếu không phải Ông/Bà nhờ, hãy gọi số hỗ trợ. "
            "Chọn chỗ khác ở trang Tiếp công dân trực tuyến, mục Việc của tôi."
        ),
    ),
    # In time or not at all: no letters.
    Notice.NUMBER: Words(
        N_(
            "Tiep cong dan Ha Noi: So cua Ong/Ba la {number}, tai {place}. "
            "Xem luot, in phieu hoac huy tren trang Tiep cong dan truc tuyen."
        ),
        "",
    ),
    Notice.NEARLY: Words(
        N_(
            "Tiep cong dan truc tuyen: so {number} sap den luot, phia truoc con {ahead} nguoi. "
            "Hay mo trang va chuan bi giay to."
        ),
        "",
    ),
    Notice.CALLED: Words(
        N_(
            "Tiep cong dan truc tuyen: da den luot so {number}, ban {desk}. "
            "Hay mo trang, vao phong tiep truoc {time}."
        ),
        "",
    ),
}

AT_HOME = Words(N_("nha, qua dien thoai"), N_("ở nhà, qua điện thoại"))
"""Where somebody is received who comes to no point."""

_PLACE_MOST = 32
"""Letters of a place's name that leave an SMS one message."""


def place_for_sms(name: str) -> str:
    """A place's name in the phone's own letters, short enough for one message.

    >>> place_for_sms("Điểm cầu phường Nghĩa Đô")
    'Diem cau phuong Nghia Do'
    """
    plain = unicodedata.normalize("NFD", name.translate({0x110: "D", 0x111: "d"}))
    letters = plain.encode("ascii", "ignore").decode()
    return shorten(letters, _PLACE_MOST, placeholder="...")


GREETING = N_("Kính gửi Ông/Bà,")
SIGNED = N_(
    "Ban Tiếp công dân Thành phố Hà Nội\n"
    "Thư này máy tự gửi, xin đừng trả lời. "
    "Không muốn nhận thư nữa thì xóa địa chỉ thư ở mục Dữ liệu của tôi."
)
"""How every letter to a citizen ends."""

LETTER_WITH_CODE = N_(
    "Mã xác nhận địa chỉ thư: {code}\n"
    "Nhập mã này ở trang đã xin mã, trong 30 phút. Nếu Ông/Bà không xin mã, hãy bỏ qua thư này."
)

Speak = Callable[[str], str]
"""One of our texts in the reader's language."""


def letter(words: str, speak: Speak) -> str:
    """A whole letter to a citizen, around words that are in their language already."""
    return f"{speak(GREETING)}\n\n{words}\n\n{speak(SIGNED)}\n"
