"""The places for proofs as people and officers meet them, with and without scripts."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from tests.views.tus import Tus
from webapp.clock import utc_now
from webapp.domain.representation import OnBehalf
from webapp.extensions import db
from webapp.models import Account, Evidence, Petition
from webapp.services import drafts, reception
from webapp.services.actor import citizen

Make = Callable[..., Browser]
PROOFS = f"/petitions/new-{people.DRAFT}/proofs"
LAWYER = people.ANSWERS | {"on_behalf": "lawyer", "represented": "Trần Thị Mận"}


@pytest.fixture
def lawyer(app: Flask) -> Account:
    people.places()
    account = people.a_citizen()
    drafts.keep(account.id, people.DRAFT, LAWYER, now=utc_now())
    return account


def places(page: Page) -> str:
    """How each proof stands, as the page says it."""
    badges = [
        page.told.get(place, "").strip()
        for place, (_tag, one) in enumerate(page.elements)
        if one.get("class") == "badge"
    ]
    words = ("Chưa có", "Đã có", "Mang theo bản giấy", "Cán bộ đã xem bản giấy")
    return ", ".join(sorted(word for word in badges if word in words))


def test_without_scripts_a_file_is_sent_into_its_place_and_the_summary_says_what_is_missing(
    browser: Make, lawyer: Account
) -> None:
    own = browser(lawyer)
    page = Page(own.get(people.FILES).text)
    assert "Thẻ luật sư" in page.text and page.values("proof") == ["lawyer_card", "legal_request"]
    sent = {"key": people.key(), "proof": "lawyer_card", "files": (io.BytesIO(files.pdf()), "thẻ.pdf")}
    answer = own.post(people.FILES, sent)
    assert answer.status_code == 303
    assert [one.proves for one in db.session.query(Evidence)] == ["lawyer_card"]
    assert places(Page(own.get(PROOFS).text)) == "Chưa có, Đã có"
    assert own.post(f"{PROOFS}/legal_request", {"on_paper": "y"}).status_code == 303
    review = Page(own.get(f"{people.WRITING}/review").text)
    assert "Đã có" in review.text and "Mang theo bản giấy" in review.text
    assert "Giấy tờ chưa có không ngăn Ông/Bà gửi đơn" not in review.text
    own.post(f"{PROOFS}/legal_request", {"on_paper": "n"})
    review = Page(own.get(f"{people.WRITING}/review").text)
    assert "Giấy tờ chưa có không ngăn Ông/Bà gửi đơn" in review.text
    assert own.post(f"{people.WRITING}/review").location.startswith("/petitions/")


def test_a_refused_file_says_why_in_its_own_place(browser: Make, lawyer: Account) -> None:
    own = browser(lawyer)
    sent = {"key": people.key(), "proof": "legal_request", "files": (io.BytesIO(b"MZ\x90"), "thẻ.exe")}
    answer = own.post(people.FILES, sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert "Không nhận loại tệp này" in page.beside("files-legal_request")
    [field] = [one for one in page.all("input") if one.get("aria-invalid")]
    assert field["id"] == "files-legal_request"
    answer = own.post(people.FILES, {"key": people.key(), "files": (io.BytesIO(b"MZ\x90"), "thẻ.exe")})
    [field] = [one for one in Page(answer.text).all("input") if one.get("aria-invalid")]
    assert field["id"] == "files"


def test_a_file_that_is_there_already_is_chosen_for_a_place_and_taken_out_of_it(
    browser: Make, lawyer: Account
) -> None:
    own = browser(lawyer)
    file = Tus(own).send(files.pdf())
    assert f'value="{file.code}"' in own.get(people.FILES).text, "it is offered"
    answer = own.post(f"{PROOFS}/lawyer_card", {"file": file.code})
    assert answer.location == f"{people.FILES}#proof-lawyer_card"
    assert places(Page(own.get(PROOFS).text)) == "Chưa có, Đã có"
    own.post(f"{PROOFS}/lawyer_card", {"file": file.code, "chosen": "n"})
    assert places(Page(own.get(PROOFS).text)) == "Chưa có, Chưa có"
    assert own.post(f"{PROOFS}/mandate", {"file": file.code}).status_code == 422
    assert browser(people.a_citizen()).post(f"{PROOFS}/lawyer_card", {"file": file.code}).status_code == 422


def test_a_resumable_upload_says_of_which_proof_it_is(browser: Make, lawyer: Account) -> None:
    own = browser(lawyer)
    assert Tus(own).send(files.pdf(), proof="legal_request").proves == "legal_request"
    assert Tus(own).send(files.photo(), proof="anything").proves == ""


def test_for_oneself_no_page_speaks_of_proofs(browser: Make, scene: Scene) -> None:
    own = browser(scene.citizen)
    for path in (f"/petitions/{scene.petition.code}", f"/petitions/{scene.petition.code}/files"):
        assert "Giấy tờ chứng minh tư cách" not in own.get(path).text
    assert "Giấy tờ chứng minh tư cách" not in browser(scene.receive().officer).get("/desk").text


def for_another(scene: Scene, behalf: OnBehalf = OnBehalf.LEGAL_AID) -> Scene:
    """Another petition waits in the place of the scene's, brought for somebody else."""
    petition = people.a_petition(scene.citizen, scene.now, on_behalf=behalf, represented="Vàng A Chống")
    by = citizen(scene.citizen.id)
    reception.leave(scene.visit.id, by=by, now=scene.now, key=people.key())
    scene.petition = petition
    scene.visit = reception.take_number(
        petition.id, scene.sitting.id, bridge_point_id=None, by=by, now=scene.now, key=people.key()
    )
    return scene


def test_the_officer_sees_what_is_missing_and_notes_what_was_seen_on_paper(
    browser: Make, scene: Scene
) -> None:
    for_another(scene).receive()
    own, desk = browser(scene.citizen), browser(scene.officer)
    own.post(f"/petitions/{scene.petition.code}/proofs/legal_aid_card", {"on_paper": "y"})
    page = Page(desk.get("/desk").text)
    assert places(page) == "Chưa có, Mang theo bản giấy"
    where = f"/desk/visit/{scene.code}/proofs/legal_aid_card/seen"
    part = desk.post(where, headers={"HX-Request": "true"})
    assert part.status_code == 200 and scene.officer.full_name in part.text
    assert desk.post(where).location == "/desk", "without scripts, and a second time"
    assert places(Page(desk.get("/desk").text)) == "Chưa có, Cán bộ đã xem bản giấy"
    assert "Cán bộ đã xem bản giấy" in own.get(f"/petitions/{scene.petition.code}").text
    assert desk.post(f"/desk/visit/{scene.code}/proofs/mandate/seen").status_code == 404


def test_a_proof_s_file_is_named_at_the_desk_as_the_list_of_files_names_it(
    browser: Make, scene: Scene
) -> None:
    for_another(scene)
    own = Tus(browser(scene.citizen), f"/petitions/{scene.petition.code}/files/tus")
    file = own.send(files.pdf(), name="thẻ của Vàng A Chống.pdf", proof="legal_aid_card", who="y")
    scene.receive()
    assert "thẻ của Vàng A Chống.pdf" in browser(scene.officer).get("/desk").text
    petition = db.session.get_one(Petition, scene.petition.id)
    petition.petitioner.sealed = True
    db.session.commit()
    page = Page(browser(scene.officer).get("/desk").text)
    assert "Vàng A Chống" not in page.text and "Đã có" in page.text
    assert f"/desk/visit/{scene.code}/files/{file.code}/whole" in page.links()
    assert not [one for one in page.all("form") if one.get("action", "").endswith("/seen")]


def test_the_receipt_of_documents_names_what_is_still_missing(browser: Make, lawyer: Account) -> None:
    own = browser(lawyer)
    Tus(own).send(files.pdf(), proof="lawyer_card")
    receipt = own.post(f"{people.WRITING}/review").location
    code = receipt.split("/")[2]
    words = files.text_of_pdf(own.get(f"/petitions/{code}/receipts/1.pdf").data).replace(" ", "")
    words = "".join(words.split())
    assert "Giấytờchứngminhtưcáchchưacó:Giấyyêucầugiúpđỡvềphápluậthoặcgiấyủyquyền." in words
    assert "Thẻluậtsư;" not in words
