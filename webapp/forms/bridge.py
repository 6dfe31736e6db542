"""The forms of a bridge point: whom its staff look for, register, write for."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired

from ..domain.helping import CONFIRMED_LABELS, WRITTEN_FOR_OTHERS
from ..domain.petition_kinds import KIND_LABELS
from ..domain.petition_matter import NEED_LABELS, SETTLED_LABELS, Need
from . import Form, PickField
from .petition import OwnPaperForm, WhoForm


class FindForm(Form):
    what = StringField(_l("Tìm người"), [InputRequired(_l("Hãy ghi số hoặc mã cần tìm."))])


class RegisterForm(WhoForm, OwnPaperForm):
    """Somebody without a phone; `find` is what is looked for, `lives_in` the one chosen of what was found."""

    find = StringField(_l("Tìm xã, phường nơi bà con ở"))
    lives_in = PickField(
        _l("Xã, phường nơi bà con ở"), [InputRequired(_l("Hãy chọn xã hoặc phường nơi bà con ở."))]
    )
    village = StringField(_l("Thôn, xóm, tổ dân phố, số nhà"))
    old_address = StringField(_l("Địa chỉ cũ (thôn, xã, huyện trước tháng 7/2025)"))
    seen = BooleanField(_l("Tôi đang cầm giấy tờ này, đã so ảnh với người"))


class WriteForm(Form):
    """What somebody tells; the last three only where their earlier petition does not say it."""

    kind = PickField(
        _l("Bà con muốn trình bày việc gì?"),
        options=[(kind.value, KIND_LABELS[kind]) for kind in WRITTEN_FOR_OTHERS],
    )
    narrative = TextAreaField(_l("Việc của bà con, ghi đúng lời kể"))
    find = StringField(_l("Tìm xã, phường khác"))
    happened_in = PickField(_l("Xã, phường nơi xảy ra việc"))
    against = TextAreaField(_l("Về quyết định, việc làm hay người nào?"))
    learned_day = StringField(_l("Ngày"))
    learned_month = StringField(_l("Tháng"))
    learned_year = StringField(_l("Năm"))
    settled = PickField(
        _l("Đã có ai giải quyết việc này chưa?"),
        options=[(one.value, label) for one, label in SETTLED_LABELS.items()],
    )
    settled_by = TextAreaField(_l("Ai giải quyết, kết quả thế nào, số và ngày văn bản nếu có"))
    wish = TextAreaField(_l("Bà con đề nghị điều gì?"))
    need_sign = BooleanField(_l(NEED_LABELS[Need.SIGN_LANGUAGE]))
    need_spoken = BooleanField(_l(NEED_LABELS[Need.INTERPRETER]))
    need_writing = BooleanField(_l(NEED_LABELS[Need.WRITER]))
    language = StringField(_l("Tiếng cần phiên dịch"))
    birth_year = StringField(_l("Năm sinh"))
    village = StringField(_l("Thôn, xóm, tổ dân phố, số nhà"))
    old_address = StringField(_l("Địa chỉ cũ (thôn, xã, huyện trước tháng 7/2025)"))


class ReadForm(Form):
    confirmed = PickField(
        _l("Bà con xác nhận thế nào?"),
        [InputRequired(_l("Hãy đọc lại cho bà con nghe, rồi chọn một câu."))],
        options=[(one.value, label) for one, label in CONFIRMED_LABELS.items()],
    )
    signed = BooleanField(_l("Đã in ra, bà con ký tên hoặc điểm chỉ vào bản in"))
