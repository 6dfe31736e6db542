"""Forms of individual cases: asking for a place, and what a leader decides."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from . import Form, PickField


class PlaceRequestForm(Form):
    place = PickField(_l("Ông/Bà muốn gặp cán bộ ở đâu?"))
    ground = PickField(_l("Vì sao cần gặp ở đó?"))
    reason = TextAreaField(_l("Nói rõ thêm"))


class ProposalForm(Form):
    place = PickField(_l("Nơi đề nghị"))
    ground = PickField(_l("Căn cứ (Nghị định 154/2026, Điều 20)"))
    reason = TextAreaField(_l("Lý do"))


class VerdictForm(Form):
    decision = StringField(_l("Văn bản quyết định"))
    place = PickField(_l("Nơi được gặp"))
    until = StringField(_l("Được dùng đến hết ngày"))
    reason = TextAreaField(_l("Lý do, viết cho công dân đọc"))
