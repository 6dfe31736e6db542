"""The forms of whoever follows a case, rates a reception, or asks about their own data."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired

from ..domain.data_requests import ANSWER_LABELS, KEPT_LABELS, Answer
from ..domain.ratings import SCORE_LABELS
from . import Form, PickField


class TrackForm(Form):
    code = StringField(_l("Mã đơn"), [InputRequired(_l("Hãy ghi mã đơn."))])
    phone = StringField(
        _l("Số điện thoại Ông/Bà dùng để đăng nhập"), [InputRequired(_l("Hãy ghi số điện thoại."))]
    )


class RatingForm(Form):
    score = PickField(
        _l("Ông/Bà thấy buổi tiếp thế nào?"),
        options=[(str(score), label) for score, label in SCORE_LABELS.items()],
    )
    words = TextAreaField(_l("Ông/Bà muốn góp ý gì thêm?"))
    named = BooleanField(_l("Ghi đây là nhận xét của tôi, để sửa được trong bảy ngày"))


class ContactForm(Form):
    full_name = StringField(_l("Họ và tên"))
    email = StringField(_l("Thư điện tử"))
    address = StringField(_l("Địa chỉ"))


class MailCodeForm(Form):
    code = StringField(_l("6 số trong thư"))


class DeletionForm(Form):
    wish = TextAreaField(_l("Ông/Bà muốn xóa gì?"), [InputRequired(_l("Hãy ghi Ông/Bà muốn xóa gì."))])


class AnswerForm(Form):
    answer = PickField(
        _l("Cách trả lời"),
        [InputRequired(_l("Hãy chọn cách trả lời."))],
        options=[(one.value, label) for one, label in ANSWER_LABELS.items() if one is not Answer.OPEN],
    )
    kept_because = PickField(
        _l("Quy định buộc phải giữ phần còn lại"),
        [InputRequired(_l("Hãy chọn quy định buộc phải giữ phần còn lại."))],
        options=[(one.value, label) for one, label in KEPT_LABELS.items()],
    )
    words = TextAreaField(
        _l("Trả lời, viết cho công dân đọc"), [InputRequired(_l("Hãy ghi câu trả lời để công dân đọc."))]
    )
