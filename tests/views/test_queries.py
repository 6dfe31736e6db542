"""Pages stay as quick with many rows as with few: more rows are no more questions to the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests import people, queries
from tests.views.conftest import Browser, Scene
from tests.views.test_following import opened
from webapp.clock import utc_now
from webapp.domain.codes import new_code
from webapp.domain.evidence import PETITION_MOST_FILES, EvidenceKind, Scan
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.models import Account, Evidence, Petition, Visit
from webapp.services import (
    cases,
    conversation,
    drafts,
    evidence,
    petition_changes,
    reception,
    statements,
)
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Place

Make = Callable[..., Browser]
Grow = Callable[[], None]


def grows(person: Browser, path: str, grow: Grow) -> tuple[list[str], list[str]]:
    """What the page asks with some rows and with more of each; the second time, that it has none in mind."""
    told = []
    for _ in range(2):
        grow()
        person.get(path)  # what is worked out once, as the version of the style, is
        db.session.rollback()
        with queries.asked() as asked:
            answer = person.get(path)
        assert answer.status_code == 200
        told.append([one for one in asked if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))])
    return told[0], told[1]


def stays(person: Browser, path: str, grow: Grow) -> None:
    few, many = grows(person, path, grow)
    more = list(many)
    for one in few:
        if one in more:
            more.remove(one)
    assert len(many) == len(few), f"asked beside: {more}"


def attach(place: Place, files: int, **about: object) -> None:
    """So many kept files, without their contents."""
    for _ in range(files):
        told: dict[str, object] = {
            "code": new_code(),
            "account_id": place.account_id,
            "petition_key": place.petition_key,
            "request_key": people.key(),
            "name": "Sổ đỏ.jpg",
            "size": 100,
            "kept_size": 100,
            "received": 100,
            "began_at": people.NINE,
            "seen_at": people.NINE,
            "kept_at": people.NINE,
            "kind": EvidenceKind.PHOTO,
            "media_type": "image/jpeg",
            "scan": Scan.CLEAN,
            "has_thumb": True,
            "sha256": people.key(),
            "kept_sha256": people.key(),
        }
        db.session.add(Evidence(**(told | about)))
    db.session.commit()


def petition_of(scene: Scene) -> Petition:
    db.session.rollback()
    return db.session.get_one(Petition, scene.petition.id)


def test_home_and_the_schedule_with_more_sittings(browser: Make, scene: Scene) -> None:
    def grow() -> None:
        for _ in range(3):
            people.a_sitting(start=utc_now())

    for path in ("/", "/schedule"):
        stays(browser(), path, grow)


def test_ones_own_page_with_more_petitions_visits_and_drafts(browser: Make, scene: Scene) -> None:
    def grow() -> None:
        for _ in range(2):
            petition = people.a_petition(scene.citizen, utc_now())
            sitting = people.a_sitting(start=utc_now())
            by = citizen(scene.citizen.id)
            visit = reception.take_number(
                petition.id,
                sitting.id,
                bridge_point_id=None,
                priority=False,
                by=by,
                now=utc_now(),
                key=people.key(),
            )
            reception.leave(visit.id, by=by, now=utc_now(), key=people.key())
            key = new_code()
            drafts.keep(scene.citizen.id, key, people.ANSWERS, now=utc_now())
            drafts.stand_beside(scene.citizen.id, key, petition, now=utc_now())

    person = browser(scene.citizen)
    stays(person, "/account", grow)


def test_the_drafts_and_the_choice_of_a_matter(browser: Make, scene: Scene) -> None:
    def grow() -> None:
        for _ in range(2):
            petition, key = people.a_petition(scene.citizen, utc_now()), new_code()
            drafts.keep(scene.citizen.id, key, people.ANSWERS, now=utc_now())
            drafts.stand_beside(scene.citizen.id, key, petition, now=utc_now())

    person = browser(scene.citizen)
    stays(person, "/petitions/new", grow)


@dataclass
class Told:
    """A petition told to the officer, who has it in hand, and everything of it that there may be more of."""

    visit: Visit
    officer: Account
    citizen: Account

    def __call__(self) -> None:
        """More of each."""
        db.session.rollback()
        visit = db.session.get_one(Visit, self.visit.id)
        petition = visit.petition
        by, theirs = officer(self.officer.id), citizen(self.citizen.id)
        for _ in range(2):
            about = {"now": utc_now(), "key": people.key()}
            base = statements.newest_version(petition.id)
            statements.write(visit.id, f"{people.STORY} {people.key()}", base_version=base, by=by, **about)
            version = base + 1
            statements.note(visit.id, StatementStep.READ_BACK, version=version, by=by, **about)
            for words in ("Sai một chữ.", "Sai hai chữ."):
                about["key"] = people.key()
                statements.answer(
                    petition.id, StatementStep.CONTESTED, words, version=version, by=theirs, **about
                )
            petition_changes.add(petition.id, f"Thêm {people.key()}", by=theirs, **about)
            conversation.say(visit.id, f"Lời {people.key()}", by=theirs, **about)
            attach(evidence.place_of_petition(petition), 3)
            evidence.issue(petition.id, by=theirs, now=utc_now())
            other = people.a_petition(self.citizen, utc_now())
            cases.join(visit.id, other.code, "Cùng một việc", by=by, now=utc_now())
            key = new_code()
            if len(drafts.list_of(self.citizen.id)) < drafts.MOST:
                drafts.keep(self.citizen.id, key, people.ANSWERS, now=utc_now())
                drafts.stand_beside(self.citizen.id, key, other, now=utc_now())
            db.session.rollback()
            petition = db.session.get_one(Petition, petition.id)


@pytest.fixture
def told(scene: Scene) -> Told:
    """What was told at a desk."""
    visit = a_visit(scene, told=Telling.OFFICER, narrative="")
    return Told(visit, scene.officer, db.session.get_one(Account, visit.petition.account_id))


def a_visit(scene: Scene, **about: object) -> Visit:
    account = people.a_citizen()
    petition, by = people.a_petition(account, utc_now(), **about), citizen(account.id)
    visit = reception.take_number(
        petition.id,
        scene.sitting.id,
        bridge_point_id=None,
        priority=False,
        by=by,
        now=utc_now(),
        key=people.key(),
    )
    reception.call(visit.id, scene.desk.id, by=officer(scene.officer.id), now=utc_now(), key=people.key())
    reception.enter_room(visit.id, by=by, now=utc_now())
    db.session.rollback()
    return db.session.get_one(Visit, visit.id)


def test_the_page_of_a_petition_with_more_of_everything(browser: Make, told: Told) -> None:
    stays(browser(told.citizen), f"/petitions/{told.visit.petition.code}", told)


def test_the_desk_with_more_of_everything(browser: Make, told: Told) -> None:
    stays(browser(told.officer), "/desk", told)


@pytest.mark.parametrize("part", ["", "/statement", "/case"])
def test_parts_of_the_desk_with_more_of_everything(browser: Make, told: Told, part: str) -> None:
    stays(browser(told.officer), f"/desk/visit/{told.visit.code}{part}", told)


def test_following_a_case_with_more_of_everything(browser: Make, told: Told) -> None:
    stays(opened(browser, told.visit.petition), "/track/case", told)


def test_the_queue_with_more_people_in_it(browser: Make, scene: Scene) -> None:
    def grow() -> None:
        for priority in (False, True):
            people.a_waiting_visit(scene.sitting, utc_now(), priority=priority)
        other = people.a_petition(people.a_citizen(), kind=PetitionKind.DENUNCIATION, protection_wanted=False)
        reception.take_number(
            other.id,
            scene.sitting.id,
            bridge_point_id=None,
            priority=False,
            by=citizen(other.account_id),
            now=utc_now(),
            key=people.key(),
        )

    stays(browser(scene.officer), "/desk/queue", grow)


def files_of(account: Account) -> Iterator[None]:
    place = evidence.place_of_draft(account.id, people.DRAFT)
    attach(place, 6)
    yield
    attach(place, PETITION_MOST_FILES - 6)
    yield


def test_the_files_of_a_draft_up_to_sixty(browser: Make, app: Flask) -> None:
    account = people.a_citizen()
    people.places()
    lawyer = {"on_behalf": "lawyer", "represented": "Trần Thị Mận"}
    drafts.keep(account.id, people.DRAFT, people.ANSWERS | lawyer, now=people.NINE)
    for path in (people.FILES, f"{people.FILES}/list", f"/petitions/new-{people.DRAFT}/proofs"):
        steps = files_of(account)
        stays(browser(account), path, lambda steps=steps: next(steps))
        db.session.query(Evidence).delete()
        db.session.commit()


def test_the_files_of_a_petition_up_to_sixty(browser: Make, scene: Scene) -> None:
    place = evidence.place_of_petition(petition_of(scene))

    def grow() -> None:
        for _ in range(2):
            attach(place, 15)
            evidence.issue(scene.petition.id, by=citizen(scene.citizen.id), now=utc_now())

    stays(browser(scene.citizen), f"/petitions/{scene.petition.code}/files", grow)
