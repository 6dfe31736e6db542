"""How people in a room can talk at the moment; the order is from the best down.

Decree 154/2026 art. 21.2 wants the camera always on: every mode but `VIDEO` is a departure that the
record keeps with its time.
"""

from enum import StrEnum

from .texts import N_


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


CAUSE_LABELS: dict[Cause, str] = {
    Cause.START: N_("bắt đầu cuộc gọi"),
    Cause.NETWORK: N_("do mạng"),
    Cause.CHOICE: N_("theo ý người nói"),
    Cause.DEVICE: N_("do máy quay hoặc micro"),
    Cause.SEVERAL: N_("vì phòng có từ ba người"),
}
