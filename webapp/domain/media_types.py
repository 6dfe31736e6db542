"""What a content is, told by the content itself, never by its name or by what a browser calls it."""

import io
import lzma
import re
import zipfile
import zlib

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
DOCX, XLSX = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"
PPTX = _OFFICE + "presentationml.presentation"
ODT, ODS, ODP = _OPEN + "text", _OPEN + "spreadsheet", _OPEN + "presentation"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
PDF = "application/pdf"
PICTURES = {"image/jpeg", "image/png", "image/webp"}
HEIC = "image/heic"

SUFFIXES = {
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "video/3gpp": ".3gp",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    HEIC: ".heic",
    PDF: ".pdf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    PPTX: ".pptx",
    ODT: ".odt",
    ODS: ".ods",
    ODP: ".odp",
    DOC: ".doc",
    XLS: ".xls",
    PPT: ".ppt",
}

ZIP = b"PK\x03\x04"
BOX_FILE = "audio/mp4"
"""What every file in ISO boxes (MP4, MOV, HEIC) is by its head alone; `of_box_file` tells more."""
_HEADS = (
    (re.compile(rb"\x1aE\xdf\xa3"), "audio/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"....ftyp", re.DOTALL), BOX_FILE),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), PDF),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"ID3|\xff[\xf2\xf3\xfa\xfb]"), "audio/mpeg"),
    (re.compile(rb"#!AMR(-WB)?\n"), "audio/amr"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_PICTURE_TRACK = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_WEBM_PICTURES = re.compile(rb"V_(VP[89]|AV1|MPEG|THEORA)")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = ((DOC, "WordDocument"), (XLS, "Workbook"), (XLS, "Book"), (PPT, "PowerPoint Document"))
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
)
"""What zipfile raises on broken, encrypted or oddly packed archives: none of them is a document."""


def by_head(content: bytes) -> str:
    """What the first bytes say, or nothing; packed files say nothing yet."""
    return next((name for head, name in _HEADS if head.match(content)), "")


def of_file(content: bytes) -> str:
    """What the whole content says, or nothing where we know no such thing."""
    if content.startswith(ZIP):
        return in_zip(content)
    if content.startswith(_OLE):
        return next((name for name, stream in _OLE_STREAMS if stream.encode("utf-16-le") in content), "")
    found = by_head(content)
    if found == BOX_FILE:
        return of_box_file(content)
    if found == "audio/webm" and _WEBM_PICTURES.search(content[: 64 * 1024]):
        return "video/webm"
    if found == "audio/ogg" and b"theora" in content[: 64 * 1024]:
        return ""
    return found


def of_box_file(content: bytes) -> str:
    """A picture, film or sound in ISO boxes: by its brand, then by its tracks."""
    brand = content[8:12]
    if brand in _HEIC_BRANDS:
        return HEIC
    if _PICTURE_TRACK.search(content) is None:
        return BOX_FILE if b"soun" in content else ""
    return {b"qt  ": "video/quicktime", b"3gp": "video/3gpp"}.get(
        brand if brand == b"qt  " else brand[:3], "video/mp4"
    )


def has_picture_track(content: bytes) -> bool:
    """Whether a file in ISO boxes is a film."""
    return _PICTURE_TRACK.search(content) is not None


def in_zip(content: bytes) -> str:
    """Which Office document a packed file is, or nothing; one with macros is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            return document_of(archive, names)
    except BROKEN_ZIP:
        return ""


def document_of(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Which document an open archive is, macros or not. Raises BROKEN_ZIP's errors."""
    if "[Content_Types].xml" in names:
        return next((name for part, name in _PARTS.items() if part in names), "")
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 100:
        return ""
    told = archive.read("mimetype").decode("ascii", "replace").strip()
    return told if told in (ODT, ODS, ODP) and "content.xml" in names else ""
