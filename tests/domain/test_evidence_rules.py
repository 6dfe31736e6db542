"""What may be evidence, and the sentence for each thing that may not."""

import zipfile

import pytest

from tests import files
from webapp.domain import evidence as rules
from webapp.domain.errors import InvalidInput
from webapp.domain.evidence import MB, EvidenceKind


@pytest.mark.parametrize(
    ("content", "media_type", "kind"),
    [
        (files.photo("JPEG"), "image/jpeg", EvidenceKind.PHOTO),
        (files.photo("PNG"), "image/png", EvidenceKind.PHOTO),
        (files.photo("WEBP"), "image/webp", EvidenceKind.PHOTO),
        (files.photo("HEIF"), "image/heic", EvidenceKind.PHOTO),
        (files.pdf(), "application/pdf", EvidenceKind.DOCUMENT),
        (files.office(), rules.DOCX, EvidenceKind.DOCUMENT),
        (files.old_word(), "application/msword", EvidenceKind.DOCUMENT),
        (files.film(), "video/mp4", EvidenceKind.VIDEO),
        (files.voice(), "audio/webm", EvidenceKind.AUDIO),
        (files.voice() + b"V_ by chance", "audio/webm", EvidenceKind.AUDIO),
        (b"\x1aE\xdf\xa3webm A_OPUS V_VP9" + bytes(99), "video/webm", EvidenceKind.VIDEO),
        (b"ID3\x04" + bytes(100), "audio/mpeg", EvidenceKind.AUDIO),
        (b"#!AMR\n" + bytes(100), "audio/amr", EvidenceKind.AUDIO),
        (b"RIFF\0\0\0\0WAVEfmt " + bytes(100), "audio/wav", EvidenceKind.AUDIO),
    ],
)
def test_the_content_says_what_it_is(content: bytes, media_type: str, kind: EvidenceKind) -> None:
    assert rules.media_type_of(content) == media_type
    assert rules.kind_of(media_type) is kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", rules.EMPTY),
        (b"MZ\x90\0" + bytes(100), rules.UNKNOWN),
        (b"<html><script>alert(1)</script></html>", rules.UNKNOWN),
        (files.EICAR, rules.UNKNOWN),
        (files.archive(), rules.UNKNOWN),
        (files.office()[:-30], rules.BROKEN),
        (files.spoiled_office(zipfile.ZIP_DEFLATED), rules.BROKEN),
        (files.spoiled_office(zipfile.ZIP_LZMA), rules.BROKEN),
        (files.office(("word/vbaProject.bin", b"x")), rules.MACROS),
        (files.office(("xl/macrosheets/sheet1.xml", b"x")), rules.MACROS),
        (files.old_word(macros=True), rules.MACROS),
        (files.office(("word/media/a.bin", bytes(20 * MB))), rules.BOMB),
        (files.office(*((f"word/{n}.xml", b"") for n in range(5001))), rules.BOMB),
        (
            files.office(
                (
                    "word/_rels/settings.xml.rels",
                    b'<Relationship Type="http://x/attachedTemplate" Target="http://evil" TargetMode="External"/>',
                )
            ),
            rules.REMOTE,
        ),
        (files.pdf() + files.archive(), rules.MIXED),
        (files.photo() + b"<script>alert(1)</script>", rules.MIXED),
        (files.photo() + files.archive(), rules.MIXED),
        (files.photo("PNG")[:8] + b"%PDF-1.7" + files.photo("PNG")[8:], rules.MIXED),
    ],
)
def test_each_thing_that_is_refused_has_its_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.media_type_of(content)
    assert (refusal.value.message, refusal.value.field) == (sentence, "files")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (r"C:\Users\Lành\Quyết định 12.pdf", "Quyết định 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\x1b[31m\n.jpg", "ab[31m .jpg"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("Sổ đỏ.jpg", "Sổ đỏ.jpg"),
        (".htaccess", "htaccess"),
        ("", "Tệp không tên"),
        ("\u202e", "Tệp không tên"),
    ],
)
def test_a_name_is_only_a_name(typed: str, kept: str) -> None:
    assert rules.clean_name(typed) == kept


def test_a_long_name_keeps_its_suffix() -> None:
    short = rules.clean_name("đơn" * 200 + ".docx")
    assert len(short) <= 120 and short.endswith(".docx")
    assert len(rules.clean_name("x" * 500)) == 120


@pytest.mark.parametrize(
    ("files_there", "bytes_there", "of_case", "more", "sentence"),
    [
        (59, 299 * MB, 199, MB, None),
        (60, 0, 0, 1, rules.FULL_FILES),
        (3, 299 * MB, 0, MB + 1, rules.FULL_SIZE),
        (3, 0, 200, 1, rules.FULL_CASE),
    ],
)
def test_room_ends_where_the_limits_are(
    files_there: int, bytes_there: int, of_case: int, more: int, sentence: str | None
) -> None:
    if sentence is None:
        rules.check_room(files_there, bytes_there, of_case, more)
        return
    with pytest.raises(InvalidInput) as refusal:
        rules.check_room(files_there, bytes_there, of_case, more)
    assert refusal.value.message == sentence


@pytest.mark.parametrize(("files_there", "more"), [(60, 1), (3, 300 * MB + 1)])
def test_of_a_petition_that_was_sent_nobody_is_told_to_take_something_away(
    files_there: int, more: int
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.check_room(files_there, 0, 0, more, sent=True)
    assert "Hãy bỏ bớt" not in refusal.value.message and "mang thêm giấy tờ" in refusal.value.message


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_stands_in_a_picture_by_chance_makes_it_no_page_and_what_hangs_behind_it_does(form: str) -> None:
    photo = files.photo(form, size=(900, 700))
    assert len(photo) > 1100
    by_chance = photo[:-40] + b"<svg " + photo[-35:]
    assert rules.media_type_of(by_chance)
    with pytest.raises(InvalidInput) as refusal:
        rules.media_type_of(photo + b"<svg onload=x>")
    assert refusal.value.message == rules.MIXED
