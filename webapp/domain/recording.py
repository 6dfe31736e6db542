"""The recording of a reception (decree 154/2026 art. 18.2c and 24): its states, and what may be missing."""

from datetime import timedelta
from enum import StrEnum

from .texts import N_

LAST_PIECES = timedelta(seconds=60)
"""How long after the visit's end the last pieces may still arrive."""
STALLED = timedelta(seconds=20)
"""Without a piece for so long, people are told that nothing is being recorded."""
SILENCE = timedelta(seconds=2)
"""A shorter time between two takes is no gap that anyone could hear."""
SERVER_TAKE = "server-"
"""How the keys of takes begin that the server made of what the mixer recorded."""
RAW_TAKE = f"{SERVER_TAKE}raw-"
"""How the keys of takes begin that hold one voice as the mixer writes it; what is heard is mixed of them."""
RAW_EVERY = timedelta(seconds=5)
"""How long what the mixer wrote may lie unsealed."""
PIECE_MOST = 512 * 1024
"""Bytes of one piece; five seconds are 50 kB."""


class Unplayable(Exception):
    """In what was recorded there is nothing that can be played."""


class RecordingState(StrEnum):
    """Where a recording stands; `FAILED` has no file, but its pieces are kept. Of what is `DISPOSED` of hashes stay."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHING = "finishing"
    FINISHED = "finished"
    FAILED = "failed"
    DISPOSED = "disposed"


OPEN = frozenset({RecordingState.RUNNING, RecordingState.PAUSED})
TAKES_PIECES = OPEN | {RecordingState.FINISHING}


class Missing(StrEnum):
    """What a gap lacks: sound and picture of the others, of the officer, or everything."""

    SOUND = "sound"
    PICTURE = "picture"
    OFFICER_SOUND = "officer_sound"
    OFFICER_PICTURE = "officer_picture"
    EVERYTHING = "everything"


class GapReason(StrEnum):
    """Why it is missing."""

    SILENT = "silent"
    MUTED = "muted"
    NO_PICTURE = "no_picture"
    CAMERA_OFF = "camera_off"
    VOICES_ONLY = "voices_only"
    UNSUPPORTED = "unsupported"
    NOT_BEGUN = "not_begun"
    STALLED = "stalled"
    BETWEEN = "between"
    AWAY = "away"
    LOST_PIECES = "lost_pieces"
    PAUSED = "paused"


REASON_LABELS = {
    GapReason.SILENT: N_("không nghe thấy tiếng công dân"),
    GapReason.MUTED: N_("micro đang tắt"),
    GapReason.NO_PICTURE: N_("chưa có hình"),
    GapReason.CAMERA_OFF: N_("máy quay đang tắt"),
    GapReason.VOICES_ONLY: N_("phòng nhiều bên đang chỉ có tiếng"),
    GapReason.UNSUPPORTED: N_("trình duyệt của cán bộ không ghi được"),
    GapReason.NOT_BEGUN: N_("máy của cán bộ chưa bắt đầu ghi"),
    GapReason.STALLED: N_("máy chủ chưa nhận được bản ghi"),
    GapReason.BETWEEN: N_("máy của cán bộ ngừng giữa chừng"),
    GapReason.AWAY: N_("lượt tiếp đang ngừng"),
    GapReason.LOST_PIECES: N_("một số đoạn không đến được máy chủ"),
    GapReason.PAUSED: N_("cán bộ cho tạm dừng"),
}

KIND_LABELS = {
    Missing.SOUND: N_("Thiếu tiếng"),
    Missing.PICTURE: N_("Thiếu hình"),
    Missing.OFFICER_SOUND: N_("Thiếu tiếng cán bộ"),
    Missing.OFFICER_PICTURE: N_("Thiếu hình cán bộ"),
    Missing.EVERYTHING: N_("Không ghi được gì"),
}


class Decision(StrEnum):
    """What the chair decides when something is missing (decree 154/2026 art. 21.2)."""

    GO_ON = "go_on"
    PAUSE = "pause"


DECISION_LABELS = {
    Decision.GO_ON: N_("Cán bộ quyết định tiếp tục"),
    Decision.PAUSE: N_("Cán bộ quyết định tạm dừng"),
}


MEDIA_TYPES = {"video/webm": "webm", "audio/webm": "webm", "video/mp4": "mp4", "audio/mp4": "mp4"}
"""What browsers record, and the container that holds it."""
