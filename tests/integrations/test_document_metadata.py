"""A document tells what stands in it and not who made it, when and with what; what is signed stays whole."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from tests import files
from webapp.domain.media_types import DOCX, in_zip
from webapp.integrations import document_metadata, inspection

AUTHOR, COMPANY, PROJECT = "Nguyen Van Lanh", "Cong ty Hoa Sen", "Ho so 0912345678"
SECRETS = [AUTHOR, COMPANY, PROJECT]

CORE = f"""<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{AUTHOR}</dc:creator>
<cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy></cp:coreProperties>""".encode()
APP = f"<Properties><Company>{COMPANY}</Company></Properties>".encode()
CUSTOM = f"<Properties><property name='x'>{PROJECT}</property></Properties>".encode()
RELS = b"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>
</Relationships>"""
COMMENT = b"<w:comment w:author='Chu giai vien'/>"


def a_word_document(*more: tuple[str, bytes]) -> bytes:
    told = [("docProps/core.xml", CORE), ("docProps/app.xml", APP), ("docProps/custom.xml", CUSTOM)]
    picture = [("docProps/thumbnail.jpeg", files.photo()), ("_rels/.rels", RELS)]
    return files.office(*told, *picture, ("word/comments.xml", COMMENT), *more)


def an_open_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
        archive.writestr("meta.xml", f"<office:document-meta>{AUTHOR}</office:document-meta>")
        archive.writestr("Thumbnails/thumbnail.png", files.photo("PNG"))
        entry = '<manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png" manifest:media-type="image/png"/>'
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest>{entry}</manifest:manifest>")
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_word_document_loses_its_makers_and_keeps_what_it_says() -> None:
    given = a_word_document()
    kept = document_metadata.office(given)
    before, after = parts(given), parts(kept)
    assert [secret for secret in SECRETS for part in after.values() if secret.encode() in part] == []
    assert set(before) - set(after) == {"docProps/thumbnail.jpeg"}
    assert b"thumbnail" not in after["_rels/.rels"] and b"word/document.xml" in after["_rels/.rels"]
    for name in ("word/document.xml", "word/comments.xml", "[Content_Types].xml"):
        assert after[name] == before[name]
    assert in_zip(kept) == DOCX
    assert document_metadata.office(kept) == document_metadata.office(document_metadata.office(kept))


def test_an_open_document_does_too_and_says_first_what_it_is() -> None:
    kept = document_metadata.office(an_open_document())
    after = parts(kept)
    assert list(after)[0] == "mimetype" and "Thumbnails/thumbnail.png" not in after
    assert AUTHOR.encode() not in b"".join(after.values())
    assert b"Thumbnails" not in after["META-INF/manifest.xml"]
    assert in_zip(kept).endswith("opendocument.text")


@pytest.mark.parametrize(
    "given",
    [files.office(), a_word_document(("_xmlsignatures/sig1.xml", b"<Signature/>"))],
    ids=["tells nothing", "signed"],
)
def test_a_document_that_tells_nothing_or_is_signed_stays_as_it_is(given: bytes) -> None:
    assert document_metadata.office(given) == given


def a_pdf(*, signed: bool = False) -> bytes:
    out, photo = io.BytesIO(), io.BytesIO()
    files.picture().save(photo, "JPEG", exif=files.exif().tobytes())
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"], made.docinfo["/Creator"] = AUTHOR, COMPANY
        xmp = made.make_stream(f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>".encode())
        made.Root.Metadata = xmp
        made.pages[0].obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.String(PROJECT))
        image = pikepdf.Stream(made, photo.getvalue())
        image.Type, image.Subtype, image.Filter = (
            pikepdf.Name.XObject,
            pikepdf.Name.Image,
            pikepdf.Name.DCTDecode,
        )
        image.Width, image.Height, image.BitsPerComponent = 96, 64, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        made.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        if signed:
            signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=pikepdf.Array([0, 1, 2, 3]))
            made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.make_indirect(signature)])
        made.save(out)
    return out.getvalue()


def test_a_pdf_loses_its_makers_and_its_photos_their_places_and_no_pixel_changes() -> None:
    given = a_pdf()
    assert b"Camera of Man" in given
    kept = document_metadata.pdf(given)
    assert [secret for secret in [*SECRETS, "Camera of Man", "xmpmeta"] if secret.encode() in kept] == []
    with pikepdf.open(io.BytesIO(kept)) as opened, pikepdf.open(io.BytesIO(given)) as before:
        assert len(opened.pages) == 1
        pixels = [
            Image.open(io.BytesIO(one.pages[0].Resources.XObject.Im0.read_raw_bytes())).tobytes()
            for one in (opened, before)
        ]
        assert pixels[0] == pixels[1]
        assert "/Info" not in opened.trailer and "/Metadata" not in opened.Root


def test_a_pdf_that_is_signed_stays_as_it_is() -> None:
    given = a_pdf(signed=True)
    assert document_metadata.pdf(given) == given


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "given", [a_word_document(), an_open_document(), a_pdf()], ids=["docx", "odt", "pdf"]
)
def test_what_is_kept_is_without_them(given: bytes) -> None:
    kept = inspection.inspect(given)
    assert AUTHOR.encode() not in kept.content
    assert kept.content != given
