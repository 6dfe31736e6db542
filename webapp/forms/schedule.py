"""The forms by which an admin plans sittings."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from ..models import SittingKind, SittingMode
from . import Form, ManyField, PickField

KINDS = {
    SittingKind.REGULAR: _l("Thường xuyên"),
    SittingKind.PERIODIC: _l("Định kỳ của lãnh đạo"),
    SittingKind.EXTRAORDINARY: _l("Đột xuất"),
}
MODES = {SittingMode.ONLINE: _l("Trực tuyến"), SittingMode.IN_PERSON: _l("Trực tiếp")}
WEEKDAYS = [
    ("0", _l("Thứ Hai")),
    ("1", _l("Thứ Ba")),
    ("2", _l("Thứ Tư")),
    ("3", _l("Thứ Năm")),
    ("4", _l("Thứ Sáu")),
    ("5", _l("Thứ Bảy")),
    ("6", _l("Chủ Nhật")),
]
EVERY = [
    ("0", _l("Mỗi tuần")),
    ("1", _l("Lần thứ nhất trong tháng")),
    ("2", _l("Lần thứ hai trong tháng")),
    ("3", _l("Lần thứ ba trong tháng")),
    ("4", _l("Lần thứ tư trong tháng")),
    ("5", _l("Lần thứ năm trong tháng, nếu có")),
]


class OverruleForm(Form):
    """What can be said to what speaks against it."""

    overrule = BooleanField(_l("Vẫn tổ chức, vì lý do đã ghi"))
    reason = StringField(_l("Lý do"))


class SittingForm(OverruleForm):
    """A one-off sitting; its frames stand in rows of their own."""

    day = StringField(_l("Ngày"))
    kind = PickField(_l("Loại"), options=[(one.value, words) for one, words in KINDS.items()])
    mode = PickField(_l("Cách tiếp"), options=[(one.value, words) for one, words in MODES.items()])
    host = StringField(_l("Ai tiếp"))
    content = TextAreaField(_l("Nội dung dự kiến"))
    frames = ManyField(_l("Khung giờ"))
    duties = ManyField(_l("Ai trực"))
    places = ManyField(_l("Nơi tiếp"))
    home_offered = BooleanField(_l("Tại nhà, khi văn bản quyết định cho phép"))
    ground = ManyField(_l("Căn cứ tiếp trực tuyến (Nghị định 154/2026, Điều 20)"))
    decision = StringField(_l("Văn bản quyết định"))
    moderated = BooleanField(_l("Người chủ trì cho phép mới được nói"))
    kept_percent = StringField(_l("Giữ cho người không hẹn (%)"), default="25")


class TemplateForm(SittingForm):
    """What returns."""

    weekday = PickField(_l("Vào"), options=WEEKDAYS)
    nth = PickField(_l("Lặp lại"), options=EVERY)
    first_day = StringField(_l("Từ ngày"))
    last_day = StringField(_l("Đến hết ngày"))


class MoveForm(OverruleForm):
    day = StringField(_l("Ngày mới"))
    starts = StringField(_l("Giờ bắt đầu mới"))


class PlacesForm(Form):
    """`instead`: where those go whose place is taken away."""

    places = ManyField(_l("Nơi tiếp"))
    home_offered = BooleanField(_l("Tại nhà, khi văn bản quyết định cho phép"))
    instead = PickField(_l("Người đã hẹn ở nơi bị bỏ"))
    reason = StringField(_l("Lý do"))
    overrule = BooleanField(_l("Vẫn đổi nơi và báo tin cho những người ấy"))


class ReviseForm(Form):
    host = StringField(_l("Ai tiếp"))
    content = TextAreaField(_l("Nội dung dự kiến"))
    reason = StringField(_l("Lý do"))


class CancelForm(Form):
    reason = StringField(_l("Lý do"))


class EndForm(Form):
    last_day = StringField(_l("Ngày cuối"))
    reason = StringField(_l("Lý do"))


class FrameForm(Form):
    desks = StringField(_l("Số bàn mở"))
    minutes = StringField(_l("Phút mỗi lượt"))
    shut = BooleanField(_l("Đóng khung giờ này"))
    duties = ManyField(_l("Ai trực"))
