"""Looking through files: what pictures tell is taken out, what runs is refused, viruses are found."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageOps

from tests import files, servers
from webapp import create_app
from webapp.config import Settings, SettingsError, load_settings
from webapp.domain import evidence as rules
from webapp.domain.errors import InvalidInput
from webapp.domain.evidence import Scan
from webapp.integrations import antivirus, inspection

SECRETS = (b"Camera of Man", b"tiff:Orientation", b"\x00\x00\x00\x15\x00\x00\x00\x01\x00\x00\x00\x04")


@pytest.fixture
def database() -> str:
    """Nothing here is kept."""
    return "sqlite"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def pixels(content: bytes) -> bytes:
    return opened(content).convert("RGB").tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_keeps_its_pixels_and_its_orientation_and_loses_its_place(app: Flask, form: str) -> None:
    sent = files.photo(form)
    assert SECRETS[0] in sent and opened(sent).getexif().get_ifd(0x8825)
    kept = inspection.inspect(sent)
    assert all(secret not in kept.content for secret in SECRETS)
    assert not opened(kept.content).getexif().get_ifd(0x8825)
    assert pixels(kept.content) == pixels(sent), "not a pixel is changed"
    assert ImageOps.exif_transpose(opened(kept.content)).size == ImageOps.exif_transpose(opened(sent)).size
    assert kept.pages == 1
    small = opened(kept.thumb or b"")
    assert small.format == "JPEG" and max(small.size) <= 256
    assert not small.getexif()
    if form == "HEIF":
        view = opened(kept.view or b"")
        red, _green, blue = view.convert("RGB").getpixel((32, 4))  # type: ignore[misc]
        assert (view.format, view.size) == ("JPEG", (64, 96)) and red > blue, "it stands upright"
    else:
        assert kept.view is None


def test_what_hangs_behind_a_photo_goes_with_its_place(app: Flask) -> None:
    behind = files.photo(seed=9)  # as phones hang a second picture or a film behind the first
    kept = inspection.inspect(files.photo() + behind)
    assert kept.content.count(b"\xff\xd8\xff") == 1
    assert pixels(kept.content) == pixels(files.photo())


def test_a_progressive_photo_with_a_colour_profile_and_a_comment_stays_whole(app: Flask) -> None:
    out = io.BytesIO()
    image = files.picture(size=(300, 200))
    image.save(
        out,
        "JPEG",
        progressive=True,
        icc_profile=b"a profile",
        comment=b"ba Man",
        exif=files.exif().tobytes(),
    )
    kept = inspection.inspect(out.getvalue())
    assert opened(kept.content).info["icc_profile"] == b"a profile"
    assert b"ba Man" not in kept.content
    assert pixels(kept.content) == pixels(out.getvalue())


def test_a_film_forgets_where_it_was_taken(app: Flask) -> None:
    sent = files.film()
    kept = inspection.inspect(sent)
    assert b"+21.0750" not in kept.content and len(kept.content) == len(sent)


@pytest.mark.parametrize(
    "content", [files.photo()[:400], files.photo("PNG")[:-40], files.photo("WEBP")[:-10]]
)
def test_a_picture_cut_short_is_said_to_be_broken(app: Flask, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        inspection.inspect(content)
    assert refusal.value.message == rules.BROKEN


def test_a_picture_larger_than_any_camera_s_is_refused_unread(app: Flask) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(InvalidInput) as refusal:
        inspection.inspect(bomb.getvalue())
    assert refusal.value.message == rules.BROKEN


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("open", rules.PDF_SCRIPT),
        ("names", rules.PDF_SCRIPT),
        ("page", rules.PDF_SCRIPT),
        ("launch", rules.PDF_SCRIPT),
        ("locked", rules.LOCKED),
    ],
)
def test_a_pdf_that_runs_something_or_is_locked_is_refused(app: Flask, script: str, sentence: str) -> None:
    content = files.pdf(script=script)
    assert b"/JavaScript" not in content or script == "locked", "the command lies within an object stream"
    with pytest.raises(InvalidInput) as refusal:
        inspection.inspect(content)
    assert refusal.value.message == sentence


@pytest.mark.parametrize("script", ["", "goes-to-page", "no-list"])
def test_a_plain_pdf_is_kept_as_it_is_and_its_pages_are_counted(app: Flask, script: str) -> None:
    content = files.pdf(pages=3, script=script)
    kept = inspection.inspect(content)
    assert (kept.content, kept.pages, kept.scan) == (content, 3, Scan.NOT_SCANNED)


def test_a_pdf_that_is_none_is_broken(app: Flask) -> None:
    with pytest.raises(InvalidInput) as refusal:
        inspection.inspect(b"%PDF-1.7\nnothing at all")
    assert refusal.value.message == rules.BROKEN


@pytest.fixture
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ClamAV's real daemon with one signature of our own: the text of EICAR's test file."""
    with servers.clamd(tmp_path_factory.mktemp("clamd"), files.EICAR) as address:
        yield address


@pytest.fixture
def with_scanner(settings: Settings) -> Iterator[Callable[[str], Flask]]:
    contexts = []

    def make(address: str) -> Flask:
        app = create_app(replace(settings, clamd=address))
        context = app.app_context()
        context.push()
        contexts.append(context)
        return app

    yield make
    for context in reversed(contexts):
        context.pop()


@pytest.mark.clamd
def test_clamav_finds_what_its_signatures_name(clamd: str, with_scanner: Callable[[str], Flask]) -> None:
    with_scanner(clamd)
    for content in (files.EICAR, files.office(("word/embeddings/a.txt", files.EICAR), compressed=False)):
        with pytest.raises(InvalidInput) as refusal:
            inspection.inspect(content)
        assert refusal.value.message == rules.VIRUS
    with pytest.raises(InvalidInput) as refusal:
        inspection.for_chat("application/pdf", files.EICAR)
    assert (refusal.value.message, refusal.value.field) == (rules.VIRUS, "file")
    assert inspection.inspect(files.photo()).scan is Scan.CLEAN


def test_without_an_answer_a_file_is_kept_and_marked_not_scanned(
    with_scanner: Callable[[str], Flask],
) -> None:
    with_scanner(f"tcp:127.0.0.1:{servers.free_port()}")
    assert inspection.inspect(files.photo()).scan is Scan.NOT_SCANNED
    with pytest.raises(antivirus.Unavailable):
        antivirus.finds_virus("unix:/nowhere/clamd.ctl", b"x")


def test_a_scanner_s_address_is_checked_at_start(tmp_path: Path) -> None:
    env = {"INSTANCE_PATH": str(tmp_path)}
    assert load_settings({**env, "CLAMD": "unix:/run/clamav/clamd.ctl"}).clamd == "unix:/run/clamav/clamd.ctl"
    with pytest.raises(SettingsError, match="CLAMD"):
        load_settings({**env, "CLAMD": "localhost"})
