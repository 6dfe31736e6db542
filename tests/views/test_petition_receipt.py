"""The receipt of a petition on paper: what whoever keeps it can read in it, and what nobody can."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from webapp.domain.codes import in_groups
from webapp.domain.petition_kinds import PetitionKind
from webapp.models import Account, Petition

Make = Callable[[Account | None], Browser]

FRIDAY = datetime(2026, 11, 27, 2, 5, tzinfo=UTC)


def words_of(pdf: bytes) -> str:
    """The words of a PDF, spaces left out: they are not in it."""
    return re.sub(r"\s", "", files.text_of_pdf(pdf))


def lines_missing(pdf: bytes, *lines: str) -> list[str]:
    return [line for line in lines if re.sub(r"\s", "", line) not in words_of(pdf)]


def of_kind(kind: PetitionKind, scene: Scene, protection: bool | None = None) -> Petition:
    return people.a_petition(scene.citizen, FRIDAY, kind=kind, protection_wanted=protection)


def paper(browser: Make, scene: Scene, petition: Petition) -> bytes:
    answer = browser(scene.citizen).get(f"/petitions/{petition.code}/receipt.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def test_it_says_code_day_kind_place_what_follows_and_how_to_ask(browser: Make, scene: Scene) -> None:
    petition = of_kind(PetitionKind.COMPLAINT, scene)
    pdf = paper(browser, scene, petition)
    assert not lines_missing(
        pdf,
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BIÊN NHẬN ĐƠN",
        in_groups(petition.code),
        "9:05 27/11/2026",
        "Khiếu nại",
        "Ban Tiếp công dân TP Hà Nội",
        "Chậm nhất ngày 11/12/2026",
        "Luật Tiếp công dân, Điều 28 khoản 1",
        "Xem việc của tôi đến đâu",
        "1800 0000",
    )
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "vi-VN" and "/StructTreeRoot" in opened.Root


def test_whoever_reads_english_gets_it_in_english(browser: Make, scene: Scene) -> None:
    petition, person = of_kind(PetitionKind.COMPLAINT, scene), browser(scene.citizen)
    person.client.set_cookie("lang", "en")
    pdf = person.get(f"/petitions/{petition.code}/receipt.pdf").data
    assert not lines_missing(pdf, "RECEIPT OF A PETITION", "Complaint", "By 11/12/2026", "Follow my case")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "en"


def test_it_leads_there_from_the_receipt_and_from_the_petition_and_both_name_the_same_day(
    browser: Make, scene: Scene
) -> None:
    petition, person = of_kind(PetitionKind.COMPLAINT, scene), browser(scene.citizen)
    for path in (f"/petitions/{petition.code}/receipt", f"/petitions/{petition.code}"):
        page = Page(person.get(path).text)
        assert f"/petitions/{petition.code}/receipt.pdf" in page.links(), path
        assert "11/12/2026" in page.text, path


def test_it_is_the_same_whenever_it_is_asked_for(browser: Make, scene: Scene) -> None:
    petition = of_kind(PetitionKind.FEEDBACK, scene)
    assert paper(browser, scene, petition) == paper(browser, scene, petition)


@pytest.mark.parametrize("protection", [True, False])
def test_a_denunciation_s_reads_as_that_of_somebody_who_is_unsure_of_the_kind(
    browser: Make, scene: Scene, protection: bool
) -> None:
    unsure = of_kind(PetitionKind.UNSURE, scene)
    denounced = of_kind(PetitionKind.DENUNCIATION, scene, protection)
    words = [
        words_of(paper(browser, scene, one)).replace(in_groups(one.code), "") for one in (unsure, denounced)
    ]
    assert words[0] == words[1]
    assert "Cánbộxácđịnhkhixemđơn" in words[1]


def test_it_names_nobody_and_nothing_of_the_matter(browser: Make, scene: Scene) -> None:
    for kind in PetitionKind:
        one = of_kind(kind, scene, False if kind is PetitionKind.DENUNCIATION else None)
        words = words_of(paper(browser, scene, one))
        for told in ("Nguyễn Văn Lành", "001062012345", people.STORY[:20], "Yên Bài"):
            assert told.replace(" ", "") not in words, (kind, told)
