"""What can be sent beside words: voice messages, pictures and files, and how much of each.

What something is, its content says, never its name or what the browser calls it.
"""

import io
import re
import zipfile
from datetime import timedelta
from enum import StrEnum

from .errors import InvalidInput
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

_PICTURES = {"image/jpeg", "image/png", "image/webp"}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TEXT, _TABLE = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"
_OPEN_TEXT = "application/vnd.oasis.opendocument.text"
ALLOWED = {
    AttachmentKind.VOICE: {"audio/webm", "audio/ogg", "audio/mp4"},
    AttachmentKind.PICTURE: _PICTURES,
    AttachmentKind.FILE: _PICTURES | {"application/pdf", _TEXT, _TABLE, _OPEN_TEXT},
}
SUFFIXES = {
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    _TEXT: ".docx",
    _TABLE: ".xlsx",
    _OPEN_TEXT: ".odt",
}
_HEADS = (
    (re.compile(rb"\x1aE\xdf\xa3"), "audio/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"....ftyp", re.DOTALL), "audio/mp4"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)
_ZIP = b"PK\x03\x04"
_PICTURE_TRACK = re.compile(rb"hdlr.{8}vide", re.DOTALL)


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
    packed = kind is AttachmentKind.FILE and head.startswith(_ZIP)
    if not packed and _by_head(head) not in ALLOWED[kind]:
        raise InvalidInput(_WRONG[kind], "file")


def media_type_of(kind: AttachmentKind, content: bytes) -> str:
    """What the content is. Raises InvalidInput: nothing that this kind may be."""
    found = _in_zip(content) if content.startswith(_ZIP) else _by_head(content)
    if found not in ALLOWED[kind] or (found.startswith("audio/") and not _is_sound(found, content)):
        raise InvalidInput(_WRONG[kind], "file")
    return found


def kind_of(content: bytes) -> AttachmentKind:
    """Of what was sent without a word about it: a small picture is a picture, all else a file."""
    picture = _by_head(content) in _PICTURES and len(content) <= MOST[AttachmentKind.PICTURE]
    return AttachmentKind.PICTURE if picture else AttachmentKind.FILE


def _by_head(content: bytes) -> str:
    return next((name for head, name in _HEADS if head.match(content)), "")


def _is_sound(name: str, content: bytes) -> bool:
    """The same containers carry films: a voice message has a track of sound and no other."""
    if name == "audio/webm":
        return b"A_OPUS" in content[:PIECE] and b"V_VP" not in content[:PIECE]
    if name == "audio/ogg":
        return b"OpusHead" in content[:PIECE]
    return b"soun" in content and _PICTURE_TRACK.search(content) is None


def _in_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            if "[Content_Types].xml" in names:
                return _TEXT if "word/document.xml" in names else _TABLE if "xl/workbook.xml" in names else ""
            if "mimetype" not in names or archive.getinfo("mimetype").file_size > 100:
                return ""
            told = archive.read("mimetype").decode("ascii", "replace").strip()
            return _OPEN_TEXT if told == _OPEN_TEXT and "content.xml" in names else ""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, OSError):
        # What zipfile raises on broken, encrypted or oddly packed archives: none of them is a document.
        return ""
