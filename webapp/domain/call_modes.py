"""How people in a room can talk at the moment; the order is from the best down.

Decree 154/2026 art. 21.2 wants the camera always on: every mode but `VIDEO` is a departure that the
record keeps with its time.
"""

from enum import StrEnum

from .texts import N_
from .visit_flow import By


class Mode(StrEnum):
    """What the line between the two ends carries."""

    VIDEO = "video"
    SMALL_VIDEO = "small_video"
    STILL = "still"
    VOICE = "voice"
    MESSAGES = "messages"
    CALL_BACK = "call_back"


MODE_LABELS: dict[Mode, str] = {
    Mode.VIDEO: N_("Có hình và tiếng"),
    Mode.SMALL_VIDEO: N_("Hình nhỏ và tiếng"),
    Mode.STILL: N_("Ảnh đứng yên và tiếng"),
    Mode.VOICE: N_("Chỉ có tiếng"),
    Mode.MESSAGES: N_("Chỉ nhắn tin"),
    Mode.CALL_BACK: N_("Gọi lại bằng điện thoại"),
}


class Cause(StrEnum):
    """Why the mode changed."""

    START = "start"
    NETWORK = "network"
    CHOICE = "choice"
    DEVICE = "device"
    SEVERAL = "several"
    CITIZEN_HUNG_UP = "citizen_hung_up"
    OFFICER_HUNG_UP = "officer_hung_up"


HUNG_UP = {By.CITIZEN: Cause.CITIZEN_HUNG_UP, By.OFFICER: Cause.OFFICER_HUNG_UP}
"""Who ended the call and went on in words."""

CAUSE_LABELS: dict[Cause, str] = {
    Cause.START: N_("bắt đầu cuộc gọi"),
    Cause.NETWORK: N_("do mạng"),
    Cause.CHOICE: N_("theo ý người nói"),
    Cause.DEVICE: N_("do máy quay hoặc micro"),
    Cause.SEVERAL: N_("vì phòng có từ ba người"),
    Cause.CITIZEN_HUNG_UP: N_("công dân gác máy, tiếp tục bằng chữ"),
    Cause.OFFICER_HUNG_UP: N_("cán bộ gác máy, tiếp tục bằng chữ"),
}
