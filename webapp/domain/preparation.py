"""What must be done before people are received online at bridge points, and by when (decree 154/2026 art. 23).

The decree lays all three duties on the central point, and on component points to work along with it
(art. 23.2); so each point signs its own three tasks, and the central point may sign any point's.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

from .texts import N_
from .working_days import HANOI, WorkingDay, before_working_days, day_in_hanoi


class Task(StrEnum):
    """One of the three checklists, in the order of their times."""

    NOTICE = "notice"
    """People and agencies are told, the system and the points are set up (art. 23.1, first paragraph)."""
    TEST = "test"
    """A test connection between the points has succeeded (second paragraph)."""
    CONNECTED = "connected"
    """All points are connected, see and hear each other (third paragraph)."""


class Said(StrEnum):
    """What somebody put on record about a task; nothing is ever taken out of the record."""

    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    OVERRULED = "overruled"
    """The officer receives people there although the point is not signed as connected."""


TASK_LABELS = {
    Task.NOTICE: N_("Thông báo và thiết lập điểm cầu"),
    Task.TEST: N_("Kết nối thử"),
    Task.CONNECTED: N_("Kết nối xong"),
}

TASK_RULES = {
    Task.NOTICE: N_("Chậm nhất 5 ngày làm việc trước ngày tiếp (Nghị định 154/2026, Điều 23)"),
    Task.TEST: N_("Chậm nhất 1 ngày làm việc trước ngày tiếp (Nghị định 154/2026, Điều 23)"),
    Task.CONNECTED: N_("Chậm nhất 1 giờ trước khi tiếp (Nghị định 154/2026, Điều 23)"),
}

TASK_DUTIES = {
    Task.NOTICE: N_(
        "Điểm cầu trung tâm thông báo và chuẩn bị hệ thống; "
        "điểm cầu thành phần phối hợp về tài khoản, mật khẩu để kết nối."
    ),
    Task.TEST: N_("Điểm cầu trung tâm tổ chức kết nối thử; điểm cầu thành phần cùng làm tại chỗ."),
    Task.CONNECTED: N_("Điểm cầu trung tâm tổ chức kết nối; điểm cầu thành phần giữ máy và kết nối tại chỗ."),
}
"""Who is to do what."""

WORKING_DAYS_BEFORE = {Task.NOTICE: 5, Task.TEST: 1}
"""Counted back from the day of the reception, which is none of them."""
CONNECTED_BEFORE = timedelta(hours=1)
CONNECTED_NOT_BEFORE = timedelta(hours=24)
"""Nobody can say the day before yesterday that a connection stands; this one is ours, not the decree's."""

_REMINDED_BEFORE = {
    Task.NOTICE: timedelta(hours=16),
    Task.TEST: timedelta(hours=16),
    Task.CONNECTED: timedelta(hours=1),
}
"""Of what is due by the end of a day, at eight in the morning of that day."""

_ITEMS: Mapping[Task, Mapping[str, str]] = {
    Task.NOTICE: {
        # art. 23.1, first paragraph; art. 23.2
        "people": N_("Đã thông báo cho người khiếu nại, tố cáo, kiến nghị, phản ánh"),
        "agencies": N_("Đã thông báo cho các cơ quan tham gia buổi tiếp"),
        "system": N_("Đã chuẩn bị hệ thống và thiết lập điểm cầu này"),
        "account": N_("Hai đầu đã thống nhất tài khoản, mật khẩu để kết nối"),
    },
    Task.TEST: {
        # art. 18.2a, 18.2b, 18.3; art. 23.1, second paragraph
        "line": N_("Đường truyền ổn định, tiếng và hình liên tục"),
        "camera": N_("Máy ảnh thấy rõ mặt người ngồi trước bàn"),
        "sound": N_("Micro và loa nghe rõ"),
        "screen": N_("Màn hình thấy rõ đầu bên kia"),
        "room": N_("Phòng yên tĩnh, nghiêm túc, có chỗ riêng cho người trình bày"),
        "tried": N_("Đã kết nối thử thành công với điểm cầu bên kia"),
    },
    Task.CONNECTED: {
        # art. 23.1, third paragraph; art. 22.1, 22.2
        "seen": N_("Các điểm cầu nhìn thấy hình ảnh của nhau"),
        "heard": N_("Các điểm cầu nghe rõ âm thanh của nhau"),
        "switches": N_("Nút bật, tắt âm thanh sẵn sàng"),
        "people": N_("Có người trực máy; người phải dự ở điểm cầu này đã có mặt hoặc báo giờ đến"),
    },
}

_OF_CENTRAL: Mapping[Task, Mapping[str, str]] = {
    # art. 18.2c: recordings are made where the reception is organised
    Task.TEST: {"recording": N_("Ghi âm, ghi hình thử được và nghe lại được")},
}


def items_of(task: Task, *, central: bool) -> dict[str, str]:
    """What is ticked one by one before the task is signed: (name, words), in order."""
    return {**_ITEMS[task], **(_OF_CENTRAL.get(task, {}) if central else {})}


def due_of(task: Task, starts: datetime, works: WorkingDay) -> datetime:
    """The moment from which on the task is late, for a reception that begins then.

    Working days are whole days: what is due on one may be done until it ends.
    """
    if task is Task.CONNECTED:
        return starts - CONNECTED_BEFORE
    day = before_working_days(day_in_hanoi(starts), WORKING_DAYS_BEFORE[task], works)
    return datetime.combine(day + timedelta(days=1), time(), HANOI)


def remind_from(task: Task, due: datetime) -> datetime:
    """When whoever has not signed is reminded."""
    return due - _REMINDED_BEFORE[task]


def still_holds(task: Task, said_for: datetime, starts: datetime) -> bool:
    """Whether what was signed for a reception at one time counts when it is held at another.

    A notice and a test hold for their day; a connection for its hour.
    """
    if task is Task.CONNECTED:
        return said_for == starts
    return day_in_hanoi(said_for) == day_in_hanoi(starts)


class Stage(StrEnum):
    """How a task stands."""

    SIGNED = "signed"
    SIGNED_LATE = "signed_late"
    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"


def stage_of(task: Task, due: datetime, now: datetime, signed_late: bool | None) -> Stage:
    """`signed_late` is None where nobody has signed."""
    if signed_late is not None:
        return Stage.SIGNED_LATE if signed_late else Stage.SIGNED
    if now > due:
        return Stage.OVERDUE
    return Stage.SOON if now >= remind_from(task, due) else Stage.OPEN
