"""The forms by which an account moves to another phone number."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from . import Form
from .petition import PaperForm


class NewPhoneForm(Form):
    phone = StringField(_l("Số điện thoại mới"), [InputRequired(_l("Hãy ghi số điện thoại."))])


class NewPhoneCodeForm(Form):
    code = StringField(
        _l("6 số trong tin nhắn gửi đến số mới"), [InputRequired(_l("Hãy nhập 6 số trong tin nhắn."))]
    )


class OldPhoneCodeForm(Form):
    code = StringField(
        _l("6 số trong tin nhắn gửi đến số cũ"), [InputRequired(_l("Hãy nhập 6 số trong tin nhắn."))]
    )


class PhoneAtDeskForm(PaperForm):
    old_phone = StringField(_l("Số điện thoại cũ"), [InputRequired(_l("Hãy ghi số điện thoại."))])
    new_phone = StringField(_l("Số điện thoại mới"), [InputRequired(_l("Hãy ghi số điện thoại."))])
    reason = TextAreaField(_l("Lý do"), [InputRequired(_l("Hãy ghi lý do."))])
