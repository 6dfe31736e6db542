"""The forms of a petition: one for each question, and those for what comes after it was sent."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired

from ..domain.identity_papers import PAPER_LABELS
from ..domain.petition_kinds import KIND_LABELS
from ..domain.petition_matter import NEED_LABELS, SETTLED_LABELS, Need
from ..domain.representation import BEHALF_LABELS
from . import Form, PickField


def _told_aloud() -> BooleanField:
    return BooleanField(_l("Tôi không viết được: cán bộ ghi giúp"))


class KindForm(Form):
    kind = PickField(
        _l("Ông/Bà muốn trình bày việc gì?"),
        [InputRequired(_l("Hãy chọn một loại việc."))],
        options=[(kind.value, label) for kind, label in KIND_LABELS.items()],
    )


class ProtectionForm(Form):
    protection_wanted = PickField(
        _l("Ông/Bà có cần được bảo vệ, giữ bí mật tên tuổi không?"),
        [InputRequired(_l("Hãy chọn có hay không."))],
        options=[("yes", _l("Có, tôi cần được bảo vệ")), ("no", _l("Không cần"))],
    )


class BehalfForm(Form):
    on_behalf = PickField(
        _l("Ông/Bà trình bày cho ai?"),
        [InputRequired(_l("Hãy chọn một câu trả lời."))],
        options=[(one.value, label) for one, label in BEHALF_LABELS.items()],
    )


class RepresentedForm(Form):
    represented = StringField(
        _l("Họ và tên người đó, hoặc tên tổ chức"), [InputRequired(_l("Hãy ghi họ và tên."))]
    )


class GroupForm(Form):
    people = StringField(_l("Có bao nhiêu người, kể cả Ông/Bà?"), [InputRequired(_l("Hãy ghi số người."))])
    rep1_name = StringField(_l("Họ và tên"))
    rep1_phone = StringField(_l("Số điện thoại"))
    rep1_address = StringField(_l("Nơi ở"))
    rep2_name = StringField(_l("Họ và tên"))
    rep2_phone = StringField(_l("Số điện thoại"))
    rep2_address = StringField(_l("Nơi ở"))
    rep3_name = StringField(_l("Họ và tên"))
    rep3_phone = StringField(_l("Số điện thoại"))
    rep3_address = StringField(_l("Nơi ở"))
    rep4_name = StringField(_l("Họ và tên"))
    rep4_phone = StringField(_l("Số điện thoại"))
    rep4_address = StringField(_l("Nơi ở"))


class WhoForm(Form):
    full_name = StringField(_l("Họ và tên"), [InputRequired(_l("Hãy ghi họ và tên."))])
    birth_year = StringField(_l("Năm sinh"), [InputRequired(_l("Hãy ghi năm sinh."))])


class PaperForm(Form):
    paper_kind = PickField(
        _l("Loại giấy tờ"),
        [InputRequired(_l("Hãy chọn loại giấy tờ."))],
        options=[(kind.value, label) for kind, label in PAPER_LABELS.items()],
    )
    paper_number = StringField(_l("Số giấy tờ"), [InputRequired(_l("Hãy ghi số giấy tờ."))])


class SeenPaperForm(PaperForm):
    """The paper in the hands of whoever helps a person, and which of those who wait it is about."""

    visit = PickField(_l("Số thứ tự của bà con"), [InputRequired(_l("Hãy chọn số thứ tự."))])


class IssueForm(Form):
    """When and where a paper was issued."""

    issued_day = StringField(_l("Ngày"))
    issued_month = StringField(_l("Tháng"))
    issued_year = StringField(_l("Năm"))
    issued_by = StringField(_l("Nơi cấp"))


class OwnPaperForm(PaperForm, IssueForm):
    """One's own paper; what is on it beside its number may be left out."""


class HomeForm(Form):
    """`find` is what is looked for; `lives_in` the one chosen of what was found."""

    find = StringField(_l("Tìm xã, phường nơi Ông/Bà ở"))
    lives_in = PickField(
        _l("Xã, phường nơi Ông/Bà ở"), [InputRequired(_l("Hãy chọn xã hoặc phường nơi Ông/Bà ở."))]
    )
    village = StringField(_l("Thôn, xóm, tổ dân phố, số nhà"))
    old_address = StringField(_l("Địa chỉ cũ (thôn, xã, huyện trước tháng 7/2025)"))


class PlaceForm(Form):
    find = StringField(_l("Tìm xã, phường khác"))
    happened_in = PickField(
        _l("Xã, phường nơi xảy ra việc"), [InputRequired(_l("Hãy chọn xã hoặc phường nơi xảy ra việc."))]
    )


class HelpForm(Form):
    need_sign = BooleanField(_l(NEED_LABELS[Need.SIGN_LANGUAGE]))
    need_spoken = BooleanField(_l(NEED_LABELS[Need.INTERPRETER]))
    need_writing = BooleanField(_l(NEED_LABELS[Need.WRITER]))
    language = StringField(_l("Tiếng cần phiên dịch"))


class NarrativeForm(Form):
    narrative = TextAreaField(_l("Việc của Ông/Bà là gì?"))
    told_story = _told_aloud()


class SplitForm(Form):
    split = PickField(
        _l("Ông/Bà muốn gửi thế nào?"),
        [InputRequired(_l("Hãy chọn một cách."))],
        options=[("apart", _l("Tách làm hai đơn")), ("one", _l("Để chung một đơn"))],
    )


class AgainstForm(Form):
    against = TextAreaField(_l("Về quyết định, việc làm hay người nào?"))
    learned_day = StringField(_l("Ngày"))
    learned_month = StringField(_l("Tháng"))
    learned_year = StringField(_l("Năm"))
    told_against = _told_aloud()


class SettledForm(Form):
    settled = PickField(
        _l("Đã có ai giải quyết việc này chưa?"),
        [InputRequired(_l("Hãy chọn một câu trả lời."))],
        options=[(one.value, label) for one, label in SETTLED_LABELS.items()],
    )
    settled_by = TextAreaField(_l("Ai giải quyết, kết quả thế nào, số và ngày văn bản nếu có"))
    told_settled = _told_aloud()


class WishForm(Form):
    wish = TextAreaField(_l("Ông/Bà đề nghị điều gì?"))
    told_wish = _told_aloud()


class AdditionForm(Form):
    body = TextAreaField(_l("Điều muốn bổ sung"))


class ObjectionForm(Form):
    reason = TextAreaField(_l("Chỗ nào chưa đúng?"))


class WithdrawalForm(Form):
    reason = TextAreaField(_l("Lý do rút đơn"))
