"""What can be sent beside words: voice messages, pictures and files, and how much of each.

What something is, its content says, never its name or what the browser calls it.
"""

from datetime import timedelta
from enum import StrEnum

from .errors import InvalidInput
from .media_types import DOCX, ODT, PDF, PICTURES, XLSX, ZIP, by_head, has_picture_track, in_zip
from .texts import N_

PIECE = 8 * 1024
"""Bytes in a piece: three seconds at 20 kbit/s, so that a broken line loses little."""
VISIT_MOST = 60 * 1024 * 1024
"""Bytes that both sides together may send in one visit."""
VOICE_LONGEST = timedelta(minutes=2)
_CLOCK_SLACK = timedelta(seconds=2)


class AttachmentKind(StrEnum):
    VOICE = "voice"
    PICTURE = "picture"
    FILE = "file"


MOST = {
    AttachmentKind.VOICE: 400 * 1024,
    AttachmentKind.PICTURE: 2 * 1024 * 1024,
    AttachmentKind.FILE: 10 * 1024 * 1024,
}
_TOO_BIG = {
    AttachmentKind.VOICE: N_("Tin thoại dài quá. Hãy nói ngắn hơn hai phút rồi gửi."),
    AttachmentKind.PICTURE: N_("Ảnh nặng quá 2 MB. Hãy chụp lại ảnh nhỏ hơn rồi gửi."),
    AttachmentKind.FILE: N_("Tệp nặng quá 10 MB. Hãy gửi tệp nhỏ hơn."),
}
_WRONG = {
    AttachmentKind.VOICE: N_("Tin thoại này bị hỏng. Hãy nói lại rồi gửi."),
    AttachmentKind.PICTURE: N_("Tệp này không phải ảnh JPEG, PNG hoặc WebP. Hãy chọn ảnh khác."),
    AttachmentKind.FILE: N_(
        "Chỉ gửi được ảnh, PDF, Word, Excel (không có macro) hoặc ODT. Hãy chọn tệp khác."
    ),
}

ALLOWED = {
    AttachmentKind.VOICE: {"audio/webm", "audio/ogg", "audio/mp4"},
    AttachmentKind.PICTURE: PICTURES,
    AttachmentKind.FILE: PICTURES | {PDF, DOCX, XLSX, ODT},
}


def check_size(kind: AttachmentKind, size: int, duration: timedelta | None) -> None:
    """Raises InvalidInput: empty, too big, or too long to listen to."""
    if size < 1:
        raise InvalidInput("Tệp này trống. Hãy chọn tệp khác.", "file")
    long = duration is not None and duration > VOICE_LONGEST + _CLOCK_SLACK
    if size > MOST[kind] or long:
        raise InvalidInput(_TOO_BIG[kind], "file")


def check_start(kind: AttachmentKind, head: bytes) -> None:
    """Refuse by the first piece what the whole would be refused for, so that nobody sends it in vain.

    Raises:
        InvalidInput: it begins like nothing of this kind.
    """
    packed = kind is AttachmentKind.FILE and head.startswith(ZIP)
    if not packed and by_head(head) not in ALLOWED[kind]:
        raise InvalidInput(_WRONG[kind], "file")


def media_type_of(kind: AttachmentKind, content: bytes) -> str:
    """What the content is. Raises InvalidInput: nothing that this kind may be."""
    found = in_zip(content) if content.startswith(ZIP) else by_head(content)
    if found not in ALLOWED[kind] or (found.startswith("audio/") and not _is_sound(found, content)):
        raise InvalidInput(_WRONG[kind], "file")
    return found


def kind_of(content: bytes) -> AttachmentKind:
    """Of what was sent without a word about it: a small picture is a picture, all else a file."""
    picture = by_head(content) in PICTURES and len(content) <= MOST[AttachmentKind.PICTURE]
    return AttachmentKind.PICTURE if picture else AttachmentKind.FILE


def _is_sound(name: str, content: bytes) -> bool:
    """The same containers carry films: a voice message has a track of sound and no other."""
    if name == "audio/webm":
        return b"A_OPUS" in content[:PIECE] and b"V_VP" not in content[:PIECE]
    if name == "audio/ogg":
        return b"OpusHead" in content[:PIECE]
    return b"soun" in content and not has_picture_track(content)
