"""The forms of the screens, from a citizen's phone number to an admin's accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    MultipleFileField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from ..domain.outcomes import GROUND_LABELS, OUTCOME_LABELS
from ..domain.participants import INVITED_ROLES, ROLE_LABELS
from . import Form, ManyField, PickField


class PhoneForm(Form):
    phone = StringField(_l("Số điện thoại"), [InputRequired(_l("Hãy ghi số điện thoại."))])


class CodeForm(Form):
    code = StringField(_l("Nhập 6 số trong tin nhắn"), [InputRequired(_l("Hãy nhập 6 số trong tin nhắn."))])
    shared = BooleanField(_l("Máy này dùng chung hoặc đi mượn: đóng trình duyệt là thoát"))


class StaffLoginForm(Form):
    username = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Hãy ghi tên đăng nhập."))])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy ghi mật khẩu."))])


class NewPasswordForm(Form):
    password = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("Hãy ghi mật khẩu."))])


class PlaceForm(Form):
    """A number in the sitting that is open (`sitting`), or a slot of a coming one."""

    sitting = HiddenField()
    slot = PickField(_l("Ông/Bà muốn gặp cán bộ lúc nào?"))
    place = PickField(_l("Ông/Bà gặp cán bộ ở đâu?"))
    priority = BooleanField(
        _l("Trên 75 tuổi, khuyết tật, mang thai, có con dưới 36 tháng, thương binh hoặc người có công")
    )
    reason = TextAreaField(_l("Vì sao Ông/Bà đổi hoặc hủy?"))


class PriorityForm(Form):
    priority = BooleanField(_l("Được ưu tiên"))
    reason = TextAreaField(_l("Lý do"))


class MessageForm(Form):
    body = TextAreaField(_l("Tin nhắn"))


class AttachmentForm(Form):
    file = FileField(_l("Gửi ảnh, giấy tờ"))


class EvidenceForm(Form):
    files = MultipleFileField(_l("Chụp hoặc chọn giấy tờ, ảnh"))
    shows_nothing = BooleanField(
        _l(
            "Trong các tệp này không có gì cho thấy tôi là ai: không có chữ viết tay, tên, mặt, giọng nói của tôi"
        )
    )


class CloseForm(Form):
    outcome = PickField(
        _l("Hướng xử lý"),
        [InputRequired(_l("Hãy chọn hướng xử lý."))],
        options=[(kind.value, label) for kind, label in OUTCOME_LABELS.items()],
    )
    ground = PickField(
        _l("Căn cứ từ chối"),
        options=[
            ("", _l("Chọn căn cứ")),
            *((g.value, f"{g.value}. {label}") for g, label in GROUND_LABELS.items()),
        ],
    )
    explanation = TextAreaField(_l("Kết quả, viết cho công dân đọc"))


class ReasonForm(Form):
    reason = TextAreaField(_l("Lý do"))


class PointTaskForm(Form):
    items = ManyField(_l("Các mục phải làm"))
    note = TextAreaField(_l("Ghi chú, nếu có"))


class PetitionCodeForm(Form):
    code = StringField(_l("Mã đơn"), [InputRequired(_l("Hãy ghi mã đơn."))])


class ReaderForm(Form):
    username = StringField(_l("Tên đăng nhập của người được mời"))
    struck = TextAreaField(_l("Che thêm những chữ này"))
    confirmed = BooleanField(_l("Tôi đã đọc bản đã che: không còn chỗ nào cho biết ai viết."))


class StatementForm(Form):
    statement = TextAreaField(_l("Bản ghi lời trình bày"))
    base = HiddenField()


class InviteForm(Form):
    role = PickField(
        _l("Vai trò"),
        options=[("", _l("Chọn vai trò")), *((role.value, ROLE_LABELS[role]) for role in INVITED_ROLES)],
    )
    name = StringField(_l("Tên hiện trong phòng"))
    unit = StringField(_l("Cơ quan, nơi ngồi"))
    holds = StringField(_l("Đường dẫn có hạn (phút)"), default="60")


class JoinForm(Form):
    sitting_there = TextAreaField(_l("Những người ngồi ở đây, mỗi người một dòng"))


class AccountForm(Form):
    username = StringField(_l("Tên đăng nhập"))
    full_name = StringField(_l("Họ và tên"))
    roles = ManyField(_l("Vai trò"))
    desk_rights = BooleanField(_l("Được ngồi bàn tiếp"))
    bridge_point_id = PickField(_l("Điểm cầu"))


WORKS = {"off": _l("Nghỉ"), "works": _l("Làm việc")}


class CalendarForm(Form):
    day = StringField(_l("Ngày"))
    works = PickField(_l("Hôm đó"), options=list(WORKS.items()), default="off")
    name = StringField(_l("Lý do"))
    seen = BooleanField(_l("Tôi đã xem các buổi này và sẽ đổi ngày hoặc báo không tổ chức"))
