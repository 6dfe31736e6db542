"""What a document tells of its makers is taken out: authors, who saved it last, company, small pictures of it.

What is read in it stays as it is. Comments and tracked changes keep their authors, for they are part of what the
document says. A document that is signed stays whole: any change would break its signature. Old binary Office
files (DOC, XLS, PPT) are looked after in `old_office_metadata`.
"""

import io
import re
import shutil
import zipfile
from typing import Any

import pikepdf

from . import picture_metadata
from .pdf_check import every_part

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/"
_NOTHING = {
    "docprops/core.xml": f'{_XML}<cp:coreProperties xmlns:cp="{_OFFICE}package/2006/metadata/core-properties"/>',
    "docprops/app.xml": f'{_XML}<Properties xmlns="{_OFFICE}officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": f'{_XML}<Properties xmlns="{_OFFICE}officeDocument/2006/custom-properties"/>',
    "meta.xml": f'{_XML}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'office:version="1.3"><office:meta/></office:document-meta>',
}
"""What stands in these parts instead: they have to be there where others name them."""
_THUMBNAIL = re.compile(r"(docprops/thumbnail\.\w+|thumbnails/.+)")
_POINTERS = ("_rels/.rels", "META-INF/manifest.xml")
_POINTS_AT_THUMBNAIL = re.compile(
    rb"<Relationship\b[^>]*/metadata/thumbnail\"[^>]*?/>|<manifest:file-entry\b[^>]*\"Thumbnails/[^>]*?/>"
)
_SIGNED = re.compile(r"_xmlsignatures/|META-INF/.*signatures\.xml")

_PDF_TELLS = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")


def office(content: bytes) -> bytes:
    """A packed Office document without the words about its makers; with none the very same bytes.

    Raises:
        zipfile.BadZipFile, and what else zipfile raises: a part of it is broken.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        names = [entry.filename for entry in given.infolist()]
        told = [name for name in names if name.lower() in _NOTHING or _THUMBNAIL.fullmatch(name.lower())]
        if not told or any(_SIGNED.match(name) for name in names):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as kept:
            for entry in given.infolist():
                _carry(given, kept, entry)
    return out.getvalue()


def _carry(given: zipfile.ZipFile, kept: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.lower()
    if _THUMBNAIL.fullmatch(name):
        return
    plain = zipfile.ZipInfo(entry.filename)  # without the hour at which it was packed
    plain.compress_type = entry.compress_type
    if name in _NOTHING:
        kept.writestr(plain, _NOTHING[name])
    elif entry.filename in _POINTERS:
        kept.writestr(plain, _POINTS_AT_THUMBNAIL.sub(b"", given.read(entry)))
    else:
        with given.open(entry) as source, kept.open(plain, "w") as target:
            shutil.copyfileobj(source, target)


def pdf(content: bytes) -> bytes:
    """A PDF without the words about its makers; with none the very same bytes.

    Photos in it keep their pixels and lose what the camera told.

    Raises:
        pikepdf.PdfError: it cannot be read.
    """
    with pikepdf.open(io.BytesIO(content)) as opened:
        if any("/ByteRange" in one for one in every_part(opened)):
            return content  # signed
        told = [_forget(one) for one in list(every_part(opened))]
        if "/Info" in opened.trailer:
            del opened.trailer["/Info"]
            told.append(True)
        if not any(told):
            return content
        out = io.BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return out.getvalue()


def _forget(one: Any) -> bool:
    """Whether it told anything."""
    names = [name for name in _PDF_TELLS if name in one]
    for name in names:
        del one[name]
    if not isinstance(one, pikepdf.Stream) or one.get("/Filter") != pikepdf.Name.DCTDecode:
        return bool(names)
    photo = one.read_raw_bytes()
    try:
        bare = picture_metadata.without_metadata("image/jpeg", photo, orientation=1)
    except ValueError:
        return bool(names)  # no whole JPEG: readers of PDF may show it all the same
    if bare != photo:
        one.write(bare, filter=pikepdf.Name.DCTDecode)
    return bool(names) or bare != photo
