"""Evidence (giấy tờ, chứng cứ): what may be attached to a petition, how much, and what is refused.

What something is, its content says. Each refusal has a sentence of its own.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import PureWindowsPath

from .errors import InvalidInput
from .media_types import (
    BROKEN_ZIP,
    DOC,
    DOCX,
    HEIC,
    ODP,
    ODS,
    ODT,
    PDF,
    PICTURES,
    PPT,
    PPTX,
    XLS,
    XLSX,
    ZIP,
    document_of,
    of_file,
)
from .picture_ends import end_of_picture
from .texts import N_, clean_line

MB = 1024 * 1024
FILE_MOST = 50 * MB
PETITION_MOST_FILES, PETITION_MOST = 60, 300 * MB
CASE_MOST_FILES = 200
VOICE_LONGEST = timedelta(minutes=10)
VOICE_MOST = 4 * MB
"""Ten minutes at 16 kbit/s are 1.2 MB; browsers without Opus take no notice of the bit rate."""
VOICE_RATE = 16_000
"""bit/s of Opus that the recorder asks for."""
_RATE_SLACK, _RATE_AFTER = 1.5, timedelta(seconds=10)
"""Opus spends more where more is said, so a short file may lie above the mean."""
_CLOCK_SLACK = timedelta(seconds=5)
KEPT_UNFINISHED = timedelta(days=7)
"""So long a file that broke off can be gone on with; the same days hold for one that was refused."""


class EvidenceKind(StrEnum):
    PHOTO = "photo"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    VOICE = "voice"


class Scan(StrEnum):
    """What the virus scanner said."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Sound:
    """What can be heard of a file, by the file itself: its codec, how long, and the bytes of sound alone."""

    codec: str
    duration_ms: int
    size: int


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: what it is, its content as it is kept, and what is made of it."""

    media_type: str
    content: bytes
    scan: Scan
    pages: int | None = None
    thumb: bytes | None = None
    view: bytes | None = None
    sound: Sound | None = None


KIND_LABELS = {
    EvidenceKind.PHOTO: N_("Ảnh"),
    EvidenceKind.DOCUMENT: N_("Tài liệu"),
    EvidenceKind.AUDIO: N_("Âm thanh"),
    EvidenceKind.VIDEO: N_("Phim"),
    EvidenceKind.VOICE: N_("Lời kể"),
}

EMPTY = N_("Tệp này trống, không có gì bên trong. Hãy chọn tệp khác.")
TOO_BIG = N_("Tệp nặng quá 50 MB. Hãy gửi tệp nhỏ hơn, hoặc mang bản gốc khi gặp cán bộ.")
TOO_LONG = N_("Lời kể dài quá 10 phút. Hãy kể tiếp trong một bản khác.")
TOO_RICH = N_("Bản ghi này nặng quá mức của lời kể. Hãy bấm nút kể trên trang này và kể lại.")
UNHEARD = N_("Bản ghi này hỏng, không nghe được. Hãy bấm nút kể trên trang này và kể lại.")
UNKNOWN = N_("Không nhận loại tệp này. Hãy gửi ảnh, PDF, Word, Excel, PowerPoint, ghi âm hoặc phim.")
BROKEN = N_("Tệp này hỏng, không mở được. Hãy gửi lại từ bản gốc.")
LOCKED = N_("Tệp này khóa bằng mật khẩu nên cán bộ không mở được. Hãy bỏ mật khẩu rồi gửi lại.")
BOMB = N_(
    "Tệp này quá nặng khi mở ra nên không nhận được. Hãy lưu lại thành PDF, hoặc chụp ảnh từng trang rồi gửi."
)
MIXED = N_(
    "Trong tệp này có giấu một tệp khác nên không nhận được. "
    "Hãy mở tệp, lưu lại thành PDF rồi gửi bản mới; nếu là ảnh thì chụp lại."
)
PDF_SCRIPT = N_("Tệp PDF này có lệnh tự chạy nên không nhận. Hãy in lại thành PDF thường rồi gửi.")
MACROS = N_("Tệp này có macro (lệnh tự chạy) nên không nhận. Hãy lưu lại dạng không có macro rồi gửi.")
REMOTE = N_("Tệp này tự lấy nội dung từ nơi khác trên mạng nên không nhận. Hãy lưu lại thành PDF rồi gửi.")
VIRUS = N_("Tệp này có vi-rút nên đã bị bỏ. Hãy kiểm tra máy, rồi gửi bản khác.")
TWICE = N_("Tệp này đã có trong danh sách nên không giữ thêm lần nữa.")
NOT_KEPT_YET = N_("Tệp này chưa nhận đủ. Hãy chờ gửi xong, hoặc chọn tệp khác.")
FULL_FILES = N_("Đơn này đã có 60 tệp. Hãy bỏ bớt, hoặc mang thêm giấy tờ khi gặp cán bộ.")
FULL_SIZE = N_("Các tệp của đơn này đã đủ 300 MB. Hãy bỏ bớt, hoặc mang thêm giấy tờ khi gặp cán bộ.")
FULL_FILES_SENT = N_(
    "Đơn này đã có 60 tệp nên không nhận thêm qua mạng. Hãy mang thêm giấy tờ khi gặp cán bộ."
)
FULL_SIZE_SENT = N_(
    "Các tệp của đơn này đã đủ 300 MB nên không nhận thêm qua mạng. Hãy mang thêm giấy tờ khi gặp cán bộ."
)
"""Of a petition that was submitted: nothing can be taken away from it."""
FULL_CASE = N_(
    "Hồ sơ của việc này đã đầy nên chưa nhận thêm tệp qua mạng được, không phải do Ông/Bà gửi nhiều. "
    "Giấy tờ vẫn nộp được: bấm Gọi giúp ở đầu trang để được hướng dẫn, hoặc mang theo khi gặp cán bộ."
)
"""Says no number: it counts what others brought whose petitions an officer joined, of whom nobody is told."""
TOO_MANY_TOGETHER = N_("Gộp lại thì vụ việc có quá 200 tệp nên không gộp được.")

_DOCUMENTS = {PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT}
_PHOTOS = PICTURES | {HEIC}
_SOUNDS = {"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav", "audio/amr"}
_FILMS = {"video/mp4", "video/webm", "video/quicktime", "video/3gpp"}
_KINDS = {
    **dict.fromkeys(_PHOTOS, EvidenceKind.PHOTO),
    **dict.fromkeys(_DOCUMENTS, EvidenceKind.DOCUMENT),
    **dict.fromkeys(_SOUNDS, EvidenceKind.AUDIO),
    **dict.fromkeys(_FILMS, EvidenceKind.VIDEO),
}
SHOWN_ONCE = _PHOTOS - {HEIC} | {PDF}
"""Of these what the browser shows from one answer, without asking for it again."""
SHOWN = SHOWN_ONCE | _SOUNDS | _FILMS
"""Shown in the browser; all else is saved."""

_UNPACKED_MOST, _RATIO_MOST, _ENTRIES_MOST = 300 * MB, 200, 5_000
_SMALL_ENTRY = 1 * MB
_NAME_MOST = 120
_PAGE = re.compile(rb"<(!doctype\s+html|html|script|svg|iframe|body)[\s/>]", re.IGNORECASE)
_PDF_WITHIN = 1024
"""Readers of PDF take one that begins within the first 1,024 bytes."""
_OLE_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros", "VBA\0"))
_AUTO_LINKS = re.compile(rb'Type="[^"]*/(attachedTemplate|oleObject|frame|subDocument)"')


def check_size(size: int, duration: timedelta | None) -> None:
    """Refuse what need not be sent at all. Raises InvalidInput: empty, too big, too long a recording."""
    if size < 1:
        raise InvalidInput(EMPTY if duration is None else UNHEARD, "files")
    if duration is not None and (size > VOICE_MOST or duration > VOICE_LONGEST + _CLOCK_SLACK):
        raise InvalidInput(TOO_LONG, "files")
    if size > FILE_MOST:
        raise InvalidInput(TOO_BIG, "files")


def check_voice(found: Inspected) -> Sound:
    """What was told by voice, held to its bounds by what the file itself says.

    Raises:
        InvalidInput: there is nothing to hear, it is longer than ten minutes, or Opus of a higher rate.
    """
    sound = found.sound
    if sound is None or kind_of(found.media_type) is not EvidenceKind.AUDIO or sound.duration_ms <= 0:
        raise InvalidInput(UNHEARD, "files")
    length = timedelta(milliseconds=sound.duration_ms)
    if length > VOICE_LONGEST + _CLOCK_SLACK:
        raise InvalidInput(TOO_LONG, "files")
    rate = 8 * sound.size / length.total_seconds()
    if sound.codec == "opus" and length > _RATE_AFTER and rate > _RATE_SLACK * VOICE_RATE:
        raise InvalidInput(TOO_RICH, "files")
    return sound


def said_of_voice(refusal: str) -> str:
    """Why what was told by voice is refused: there is no original of it to send again."""
    return UNHEARD if refusal in (BROKEN, UNKNOWN) else refusal


def check_room(files: int, size: int, of_case: int, more: int, *, sent: bool = False) -> None:
    """Raises InvalidInput: the petition (its files, their bytes), sent or not, or its case holds enough already."""
    if files >= PETITION_MOST_FILES:
        raise InvalidInput(FULL_FILES_SENT if sent else FULL_FILES, "files")
    if size + more > PETITION_MOST:
        raise InvalidInput(FULL_SIZE_SENT if sent else FULL_SIZE, "files")
    if of_case >= CASE_MOST_FILES:
        raise InvalidInput(FULL_CASE, "files")


def check_case(files: int) -> None:
    """Raises InvalidInput: so many are more than a case may have, with those of the other one that is named."""
    if files > CASE_MOST_FILES:
        raise InvalidInput(TOO_MANY_TOGETHER, "other")


def clean_name(typed: str) -> str:
    """The last part of what may be a path, on one line, without what turns letters round; the suffix stays."""
    last = clean_line(PureWindowsPath(typed.replace("\0", "")).name).lstrip(".") or N_("Tệp không tên")
    stem, dot, suffix = last.rpartition(".")
    if len(last) <= _NAME_MOST:
        return last
    return f"{stem[: _NAME_MOST - 11]}{dot}{suffix[:10]}" if dot else last[:_NAME_MOST]


def media_type_of(content: bytes) -> str:
    """What the content is, when it is one thing, whole and without commands.

    PDF is looked into elsewhere. Raises InvalidInput with the sentence of what is wrong.
    """
    if not content:
        raise InvalidInput(EMPTY, "files")
    found = _of_packed(content) if content.startswith(ZIP) else of_file(content)
    if found not in _KINDS:
        raise InvalidInput(UNKNOWN, "files")
    if _is_two_things(found, content):
        raise InvalidInput(MIXED, "files")
    if found in (DOC, XLS, PPT) and any(name in content for name in _OLE_MACROS):
        raise InvalidInput(MACROS, "files")
    return found


def kind_of(media_type: str) -> EvidenceKind:
    return _KINDS[media_type]


def _of_packed(content: bytes) -> str:
    """Which document a packed file is; looked at by its directory, and little of it unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_unpacked(entries, len(content))
            names = {entry.filename for entry in entries}
            found = document_of(archive, names)
            if found:
                _check_commands(archive, names)
            return found
    except BROKEN_ZIP:
        raise InvalidInput(BROKEN, "files") from None


def _check_unpacked(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    swollen = unpacked > 10 * MB and unpacked > _RATIO_MOST * packed
    if len(entries) > _ENTRIES_MOST or unpacked > _UNPACKED_MOST or swollen:
        raise InvalidInput(BOMB, "files")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InvalidInput(LOCKED, "files")


def _check_commands(archive: zipfile.ZipFile, names: set[str]) -> None:
    for name in names:
        low = name.lower()
        if low.endswith("vbaproject.bin") or low.startswith(("basic/", "scripts/", "xl/macrosheets/")):
            raise InvalidInput(MACROS, "files")
        if low.endswith(".rels") and archive.getinfo(name).file_size <= _SMALL_ENTRY:
            for link in re.findall(rb"<Relationship\b[^>]*>", archive.read(name)):
                if b'TargetMode="External"' in link and _AUTO_LINKS.search(link):
                    raise InvalidInput(REMOTE, "files")


def _is_two_things(media_type: str, content: bytes) -> bool:
    """Whether another reader would take the same bytes for something else."""
    start = content[:_PDF_WITHIN]
    if media_type == PDF:
        return zipfile.is_zipfile(io.BytesIO(content)) or _PAGE.search(start) is not None
    if b"%PDF-" in start:
        return True
    if media_type in _PHOTOS | _SOUNDS | _FILMS:
        if zipfile.is_zipfile(io.BytesIO(content)):
            return True
        if _PAGE.search(start) is not None:
            return True
        # Within a photo of some megabytes such letters stand by chance.
        return (
            media_type in _PHOTOS and _PAGE.search(content, end_of_picture(media_type, content)) is not None
        )
    return media_type in (DOC, XLS, PPT) and zipfile.is_zipfile(io.BytesIO(content))
