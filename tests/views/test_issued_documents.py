"""What a person can rely on with a document that they were given: it stays as it was issued, and who sees it is kept."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import local
from webapp.documents import receipt_of_documents, receipt_of_petition
from webapp.domain.identity_papers import Issue
from webapp.domain.issued_documents import DocumentKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.jobs import rounds
from webapp.models import Account, AuditEntry, EvidenceReceipt, IssuedDocument, Petition
from webapp.services import audit, drafts, evidence, petitions
from webapp.services.actor import citizen
from webapp.services.evidence import Begun

Make = Callable[[Account | None], Browser]
NUMBER = "001062012345"
FIRST, SECOND = Issue(date(2021, 8, 5), "Bộ Công an"), Issue(date(2022, 9, 6), "Công an thành phố Hà Nội")


def with_receipt(scene: Scene, **told: Any) -> Petition:
    """A petition of the scene's citizen with a paper and its receipt."""
    key, by = people.key(), citizen(scene.citizen.id)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    place = evidence.place_of_draft(scene.citizen.id, key)
    evidence.take(place, Begun("so-do.jpg", len(files.photo())), files.photo(), key=people.key(), **about)
    petition = people.a_petition_with_key(scene.citizen, key, issue=FIRST, **told)
    db.session.rollback()
    return petition


def words_of(pdf: bytes) -> str:
    return re.sub(r"\s", "", files.text_of_pdf(pdf))


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)))


@pytest.fixture
def drawn_otherwise(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on documents would be drawn in another way, as after a release."""

    def change() -> None:
        for module in (receipt_of_documents, receipt_of_petition):
            monkeypatch.setattr(module, "typeset", lambda *_args, **_about: b"%PDF another")

    return change


def test_a_receipt_is_given_as_it_was_issued_whatever_changes_afterwards(
    browser: Make, scene: Scene, app: Flask, drawn_otherwise: Callable[[], None]
) -> None:
    petition, person = with_receipt(scene), browser(scene.citizen)
    paths = [f"/petitions/{petition.code}/{name}" for name in ("receipt.pdf", "receipts/1.pdf")]
    first = [person.get(path).data for path in paths]
    assert all(one.startswith(b"%PDF-") for one in first)
    drawn_otherwise()
    current_app.config["SETTINGS"] = replace(app.config["SETTINGS"], hotline="1900 1234")
    assert [person.get(path).data for path in paths] == first
    kept = db.session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)).all()
    assert [(one.kind, one.sha256) for one in kept] == [
        (kind, hashlib.sha256(content).hexdigest())
        for kind, content in zip((DocumentKind.PETITION, DocumentKind.PAPERS), first, strict=True)
    ]
    assert [entry.details["sha256"] for entry in entries("document_issued")] == [one.sha256 for one in kept]
    audit.seal(scene.now)
    assert audit.verify().broken_at is None


def test_each_language_has_its_own_receipt_of_the_petition(browser: Make, scene: Scene) -> None:
    person, path = browser(scene.citizen), f"/petitions/{scene.petition.code}/receipt.pdf"
    vietnamese = person.get(path).data
    person.client.set_cookie("lang", "en")
    english = person.get(path).data
    assert "RECEIPTOFAPETITION" in words_of(english)
    person.client.delete_cookie("lang")
    assert person.get(path).data == vietnamese != english


def test_a_correction_makes_another_with_its_own_date_and_the_first_stays(
    browser: Make, scene: Scene
) -> None:
    petition, person = with_receipt(scene), browser(scene.citizen)
    path = f"/petitions/{petition.code}/receipts/1"
    first = person.get(f"{path}.pdf").data
    later = scene.now + timedelta(days=40)
    petitions.correct_issue(petition, SECOND, by=citizen(scene.citizen.id), now=later)
    second = person.get(f"{path}.pdf").data
    assert "ngàycấp:05/08/2021,nơicấp:BộCôngan." in words_of(first) and "Lậplạingày" not in words_of(first)
    assert "ngàycấp:06/09/2022,nơicấp:CônganthànhphốHàNội." in words_of(second)
    assert f"Lậplạingày{local(later):%d/%m/%Y}" in words_of(second)
    assert person.get(f"{path}-1.pdf").data == first
    assert person.get(f"{path}-2.pdf").data == second
    assert person.get(f"{path}-3.pdf").status_code == person.get(f"{path}-0.pdf").status_code == 404
    links = Page(person.get(f"/petitions/{petition.code}/files").text).links()
    assert [f"{path}.pdf" in links, f"{path}-1.pdf" in links] == [True, True]


def test_what_was_corrected_before_anyone_asked_does_not_change_the_first(
    browser: Make, scene: Scene
) -> None:
    petition, person = with_receipt(scene), browser(scene.citizen)
    by, later = citizen(scene.citizen.id), scene.now + timedelta(hours=1)
    petitions.correct_issue(petition, SECOND, by=by, now=later)
    first = words_of(person.get(f"/petitions/{petition.code}/receipts/1-1.pdf").data)
    assert "05/08/2021" in first and "06/09/2022" not in first


def test_the_worker_keeps_what_nobody_asked_for(browser: Make, scene: Scene) -> None:
    petition = with_receipt(scene)
    assert rounds.keep_documents(scene.now) and not rounds.keep_documents(scene.now)
    petitions.correct_issue(
        petition, SECOND, by=citizen(scene.citizen.id), now=scene.now + timedelta(hours=1)
    )
    assert rounds.keep_documents(scene.now) and not rounds.keep_documents(scene.now)
    kept = db.session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)).all()
    assert [one.version for one in kept] == [1, 2]
    given = browser(scene.citizen).get(f"/petitions/{petition.code}/receipts/1-2.pdf").data
    assert hashlib.sha256(given).hexdigest() == kept[1].sha256


def test_a_receipt_that_cannot_be_drawn_waits_and_keeps_no_other_waiting(
    scene: Scene, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = with_receipt(scene), with_receipt(scene)
    ids, draw, tries = [broken.id, whole.id], receipt_of_documents.pdf, []

    def draws(receipt: Any, dated: Any) -> bytes:
        if receipt.petition_id == ids[0]:
            tries.append(dated)
            raise ValueError("a letter that no font has")
        return draw(receipt, dated)

    def rounds_at(hours: float) -> int:
        done = 0
        while rounds.keep_documents(scene.now + timedelta(hours=hours)):
            done += 1
            assert done < 10, "it does not end"
        return done

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(receipt_of_documents, "pdf", draws)
        assert (rounds_at(0), len(tries)) == (2, 1)
        assert (rounds_at(0), len(tries)) == (0, 1), "not each second"
        assert (rounds_at(1), rounds_at(1.01), len(tries)) == (1, 0, 2), "and each time later"
        assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    kept = db.session.scalars(select(IssuedDocument.petition_id)).all()
    assert list(kept) == [ids[1]]
    assert rounds_at(48) == 1, "it is drawn as soon as it can be"
    db.session.rollback()
    left = db.session.execute(select(EvidenceReceipt.draw_failures, EvidenceReceipt.draw_after)).all()
    assert list(left) == [(0, None)] * 2, "what fails later waits as what fails for the first time"
    assert set(db.session.scalars(select(IssuedDocument.petition_id))) == set(ids)


def test_a_denunciation_has_no_second_version_for_its_receipt_shows_no_paper(scene: Scene) -> None:
    petition = with_receipt(scene, kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    petitions.correct_issue(
        petition, SECOND, by=citizen(scene.citizen.id), now=scene.now + timedelta(hours=1)
    )
    assert rounds.keep_documents(scene.now) and not rounds.keep_documents(scene.now)


def test_neither_database_nor_disk_gives_a_document_away_or_lets_it_be_changed(
    browser: Make, scene: Scene, app: Flask
) -> None:
    petition, person = with_receipt(scene), browser(scene.citizen)
    path = f"/petitions/{petition.code}/receipts/1.pdf"
    person.get(path)
    [kept] = db.session.scalars(select(IssuedDocument)).all()
    file = app.config["SETTINGS"].instance_path / "objects" / kept.name
    assert b"%PDF" not in file.read_bytes()
    db.session.rollback()
    for statement in ("UPDATE issued_document SET sha256 = ''", "DELETE FROM issued_document"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    objects.put(kept.name, b"%PDF-1.7 forged")
    assert person.get(path).status_code == 404, "another content under its name is not given out"


def test_every_view_of_a_whole_number_is_written_down_also_the_owners(browser: Make, scene: Scene) -> None:
    petition, person = with_receipt(scene), browser(scene.citizen)
    path = f"/petitions/{petition.code}/receipts/1.pdf"
    for _ in range(2):
        assert NUMBER in words_of(person.get(path).data)
    assert browser(people.a_citizen()).get(path).status_code == 404
    assert [entry.actor_id for entry in entries("document_shown")] == [scene.citizen.id] * 2
    assert NUMBER not in str([entry.details for entry in entries("document_shown")])
    hidden = with_receipt(scene, kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    assert NUMBER not in words_of(person.get(f"/petitions/{hidden.code}/receipts/1.pdf").data)
    assert len(entries("document_shown")) == 2


def test_a_draft_that_shows_its_number_again_is_written_down(browser: Make, scene: Scene) -> None:
    person, path = browser(scene.citizen), f"{people.WRITING}/paper"
    told = people.ANSWERS | {"paper_number": ""}
    drafts.keep(scene.citizen.id, people.DRAFT, told, now=scene.now)
    person.get(path)
    assert entries("own_paper_shown") == [], "there was nothing to show yet"
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=scene.now)
    assert NUMBER in person.get(path).text
    [entry] = entries("own_paper_shown")
    assert (entry.actor_id, entry.object_id) == (scene.citizen.id, people.DRAFT)


def test_the_officer_of_the_visit_reads_the_receipts_too_and_no_other_does(
    browser: Make, scene: Scene
) -> None:
    photo, by = files.photo(), citizen(scene.citizen.id)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    place = evidence.place_of_petition(scene.petition)
    evidence.take(place, Begun("so-do.jpg", len(photo)), photo, key=people.key(), **about)
    evidence.issue(scene.petition.id, by=by, now=scene.now)
    path, desk = f"/desk/visit/{scene.receive().code}/receipts/1-1.pdf", browser(scene.officer)
    assert path in Page(desk.get("/desk").text).links()
    assert (
        desk.get(path).data
        == browser(scene.citizen).get(f"/petitions/{scene.petition.code}/receipts/1.pdf").data
    )
    assert browser(people.an_officer()).get(path).status_code == 404
    assert [entry.actor_id for entry in entries("document_shown")] == [scene.officer.id, scene.citizen.id]
