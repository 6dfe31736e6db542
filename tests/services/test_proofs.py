"""What who speaks for others can rely on: each proof that is asked for has its place, and none stops them."""

import pytest
from flask import Flask

from tests import files, people
from tests.people import NINE, in_minutes
from tests.services.test_cases import fill
from tests.services.test_evidence import begin, contents, kept, put, settle
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.evidence import CASE_MOST_FILES, FULL_CASE, TWICE, Scan
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.representation import PROOFS, OnBehalf, Proof
from webapp.extensions import db
from webapp.integrations import objects
from webapp.models import AuditEntry, Evidence, Petition, ProofOnPaper, Visit
from webapp.services import drafts, evidence, petitions, proofs, reception
from webapp.services.actor import Actor, citizen
from webapp.services.evidence import Place
from webapp.services.proofs import ProofState

pytestmark = pytest.mark.usefixtures("app")

CARD, REQUEST = Proof.LAWYER_CARD, Proof.LEGAL_REQUEST


def of_lawyer(**more: str) -> Place:
    """A whole draft of a lawyer's."""
    people.places()
    account = people.a_citizen()
    told = people.ANSWERS | {"on_behalf": "lawyer", "represented": "Trần Thị Mận"} | more
    drafts.keep(account.id, people.DRAFT, told, now=NINE)
    return evidence.place_of_draft(account.id, people.DRAFT)


def now_of(place: Place) -> dict[Proof, ProofState]:
    db.session.rollback()
    return {one.proof: one for one in proofs.of_place(place)}


def sent(place: Place) -> Place:
    by = citizen(place.account_id)
    petition = drafts.submit(by=by, now=in_minutes(5), today=NINE.date(), key=place.petition_key)
    return evidence.place_of_petition(petition)


def petition_at(place: Place) -> Petition:
    db.session.rollback()
    return db.session.get_one(Petition, place.petition_id)


def choose(place: Place, proof: str, file: Evidence, chosen: bool = True) -> None:
    proofs.choose(place, proof, file.code, chosen=chosen, by=citizen(place.account_id), now=NINE)


def promise(place: Place, proof: str, on_paper: bool = True) -> None:
    proofs.promise(place, proof, on_paper=on_paper, by=citizen(place.account_id), now=NINE)


def received(place: Place) -> tuple[Visit, Actor]:
    desk, by = people.an_open_desk()
    citizen_is = citizen(place.account_id)
    about = {"bridge_point_id": None, "priority": False, "by": citizen_is, "now": NINE, "key": people.key()}
    visit = reception.take_number(place.petition_id, people.a_sitting().id, **about)  # type: ignore[arg-type]
    if petition_at(place).is_denunciation:
        reception.decide_gate(
            visit.id, online=True, reason="Việc phức tạp", by=by, now=NINE, key=people.key()
        )
    reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    return reception.enter_room(visit.id, by=citizen_is, now=NINE), by


@pytest.mark.parametrize("behalf", OnBehalf)
def test_every_paper_that_is_asked_for_has_its_place_and_is_missing_at_first(behalf: OnBehalf) -> None:
    place = of_lawyer(on_behalf=behalf.value)
    assert {proof: one.is_missing for proof, one in now_of(place).items()} == dict.fromkeys(
        PROOFS[behalf], True
    )


def test_what_was_sent_in_a_proof_s_place_is_that_proof_in_the_draft_and_in_the_petition() -> None:
    place = of_lawyer()
    file = kept(place, proves=(CARD,))
    found = now_of(place)
    assert ([one.id for one in found[CARD].files], found[REQUEST].files) == ([file.id], ())
    assert now_of(sent(place))[CARD].is_there


def test_a_file_counts_once_it_is_here_in_full() -> None:
    place = of_lawyer()
    file = begin(place, files.pdf(), proves=(CARD,))
    assert now_of(place)[CARD].is_missing
    with pytest.raises(InvalidInput):
        choose(place, REQUEST, file)
    put(file, files.pdf())
    settle(file)
    assert now_of(place)[CARD].is_there


def test_files_that_are_attached_already_become_proofs_and_may_be_several_and_stop_being_so() -> None:
    place = of_lawyer()
    first, second = kept(place), kept(place, files.pdf())
    for file in (first, second, second):
        choose(place, CARD, file)
    choose(place, REQUEST, second)
    found = now_of(place)
    assert [one.id for one in found[CARD].files] == [first.id, second.id]
    assert [one.id for one in found[REQUEST].files] == [second.id]
    choose(place, CARD, first, chosen=False)
    assert [one.id for one in now_of(place)[CARD].files] == [second.id]


def test_the_same_file_sent_anew_in_a_proof_s_place_is_that_proof_and_is_kept_once() -> None:
    place = of_lawyer()
    first = kept(place, same="the-same-file")
    begin(place, same="the-same-file", proves=(CARD,))
    again = kept(place, name="khác.jpg", proves=(REQUEST,))
    assert again.problem == TWICE
    found = now_of(place)
    assert [[one.id for one in found[proof].files] for proof in (CARD, REQUEST)] == [[first.id], [first.id]]


def test_a_file_taken_away_leaves_its_place_empty() -> None:
    place = of_lawyer()
    file = kept(place, proves=(CARD,))
    evidence.remove(file, place, store=objects, by=citizen(place.account_id), now=NINE)
    assert now_of(place)[CARD].is_missing


def test_whoever_brings_it_on_paper_says_so_and_may_change_their_mind_before_and_after_sending() -> None:
    place = of_lawyer()
    promise(place, CARD)
    promise(place, CARD)
    promise(place, REQUEST)
    promise(place, REQUEST, on_paper=False)
    found = now_of(place)
    assert (found[CARD].promised, found[REQUEST].promised, found[CARD].is_there) == (True, False, False)
    place = sent(place)
    assert (now_of(place)[CARD].promised, now_of(place)[REQUEST].promised) == (True, False)
    promise(place, REQUEST)
    promise(place, CARD, on_paper=False)
    assert (now_of(place)[CARD].promised, now_of(place)[REQUEST].promised) == (False, True)


def test_what_is_missing_never_stops_a_petition() -> None:
    assert all(one.is_missing for one in now_of(sent(of_lawyer())).values())


def test_no_other_paper_has_a_place_and_nobody_reaches_another_s() -> None:
    place, other = of_lawyer(), of_lawyer()
    file = kept(other)
    for proof in ("mandate", "", "card"):
        with pytest.raises(InvalidInput):
            choose(place, proof, kept(place, files.pdf()))
        with pytest.raises(InvalidInput):
            promise(place, proof)
    with pytest.raises(NotFound):
        choose(place, CARD, file)


def test_a_promise_for_those_for_whom_one_no_longer_speaks_stays_behind() -> None:
    place = of_lawyer()
    promise(place, CARD)
    drafts.keep(place.account_id, place.petition_key, {"on_behalf": "mandatee"}, now=NINE)
    place = sent(place)
    assert (list(now_of(place)), db.session.query(ProofOnPaper).count()) == ([Proof.MANDATE], 0)


def test_the_receipt_keeps_what_was_missing_on_its_day() -> None:
    place = of_lawyer()
    kept(place)
    place = sent(place)
    file = kept(place, files.pdf(), proves=(CARD,))
    evidence.issue(place.petition_id or 0, by=citizen(place.account_id), now=in_minutes(60))
    choose(place, REQUEST, file)
    first, second = evidence.receipts_of(place.petition_id or 0)
    assert (first.missing, second.missing) == (f"{CARD} {REQUEST}", REQUEST)


def test_the_officer_notes_what_they_saw_on_paper_once() -> None:
    place = sent(of_lawyer())
    visit, by = received(place)
    for minutes in (10, 20):
        proofs.record_seen(visit.id, CARD, by=by, now=in_minutes(minutes))
    found = now_of(place)[CARD]
    assert (found.seen_at, found.seen_by and found.seen_by.id) == (in_minutes(10), by.account_id)
    assert found.is_there and now_of(place)[REQUEST].is_missing
    assert db.session.query(AuditEntry).filter_by(action="proof_seen").count() == 1
    kept(place)
    receipt = evidence.issue(place.petition_id or 0, by=citizen(place.account_id), now=in_minutes(60))
    assert receipt is not None and receipt.missing == REQUEST


def test_only_who_holds_the_visit_and_meets_the_person_notes_it() -> None:
    place = sent(of_lawyer())
    visit, by = received(place)
    _desk, other = people.an_open_desk()
    with pytest.raises(NotFound):
        proofs.record_seen(visit.id, CARD, by=other, now=NINE)
    with pytest.raises(InvalidInput):
        proofs.record_seen(visit.id, "mandate", by=by, now=NINE)
    assert now_of(place)[CARD].is_missing


def test_of_a_denouncer_the_identity_is_opened_first() -> None:
    place = sent(of_lawyer(kind="denunciation", protection_wanted="no"))
    assert petition_at(place).kind is PetitionKind.DENUNCIATION
    visit, by = received(place)
    with pytest.raises(Conflict):
        proofs.record_seen(visit.id, CARD, by=by, now=NINE)
    petitions.open_identity(visit.petition_id, reason="Đối chiếu giấy tờ", by=by, now=NINE)
    proofs.record_seen(visit.id, CARD, by=by, now=NINE)
    assert now_of(place)[CARD].is_there


SPLIT = {
    "narrative": f"{people.STORY} Tôi tố cáo ông Nguyễn Văn B đòi tiền. Tôi kiến nghị làm lại con mương.",
    "split": "apart",
    "apart_complaint": "",
    "apart_denunciation": "True",
    "apart_recommendation": "True",
    "apart_feedback": "",
}
"""One text about three matters: a complaint, of which two others are made apart."""


def parts_of(place: Place) -> list[Place]:
    """The petition that a split draft becomes, and the drafts that it leaves."""
    first = sent(place)
    left = drafts.left_by(petition_at(first))
    return [first, *(evidence.place_of_draft(place.account_id, draft.key) for draft in left)]


def test_each_petition_of_a_split_text_has_the_proofs_that_were_sent_once(app: Flask) -> None:
    place = of_lawyer(**SPLIT)
    card = kept(place, files.photo(), proves=(CARD,))
    kept(place, files.pdf(), name="Biên bản.pdf")
    promise(place, REQUEST)
    before = contents(app)
    first, denounces, recommends = parts_of(place)
    assert contents(app) == before, "stored once"
    for part in (denounces, recommends):
        states = now_of(part)
        assert [file.sha256 for file in states[CARD].files] == [card.sha256]
        assert states[CARD].files[0].code != card.code
        assert states[REQUEST].promised
        [file] = evidence.of_place(part)
        assert evidence.content_of(file, "whole", objects).read() == read_whole(card)
    assert [file.code for file in now_of(first)[CARD].files] == [card.code]
    petition = petition_at(sent_after(recommends))
    assert petition.petitioner.represented == "Trần Thị Mận"
    [receipt] = evidence.receipts_of(petition.id)
    assert [file.sha256 for file in receipt.files] == [card.sha256], "its receipt names it"
    assert receipt.missing == REQUEST


def test_the_representatives_of_a_group_stand_in_each_petition_of_a_split_text() -> None:
    group = {f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")}
    group |= {"people": "7", "rep1_name": "Trần Văn Cử"}
    place = of_lawyer(**(SPLIT | group | {"on_behalf": "group", "represented": ""}))
    kept(place, proves=(Proof.APPOINTMENT,))
    _first, _denounces, recommends = parts_of(place)
    assert now_of(recommends)[Proof.APPOINTMENT].is_there
    petition = petition_at(sent_after(recommends))
    assert (petition.people, [one.full_name for one in petition.petitioner.representatives]) == (
        7,
        ["Trần Văn Cử"],
    )


def test_a_proof_is_sealed_in_a_denunciation_though_it_was_not_in_the_complaint() -> None:
    place = of_lawyer(**SPLIT)
    kept(place, proves=(CARD,), shows_who=False)
    _first, denounces, _recommends = parts_of(place)
    petition = petition_at(sent_after(denounces, protection_wanted="no"))
    [file] = evidence.of_petition(petition)
    assert evidence.is_sealed(file, petition)


def test_a_part_that_gives_a_proof_up_takes_it_from_no_other(app: Flask) -> None:
    place = of_lawyer(**SPLIT)
    kept(place, proves=(CARD,))
    before = contents(app)
    first, denounces, recommends = parts_of(place)
    by = citizen(place.account_id)
    for _ in range(2):
        drafts.discard(denounces.petition_key, store=objects, by=by, now=NINE)
    assert evidence.of_place(denounces) == []
    assert contents(app) == before
    assert all(now_of(part)[CARD].is_there for part in (first, recommends))


def test_what_a_scanner_finds_later_is_shown_in_no_petition_of_a_split_text(app: Flask) -> None:
    place = of_lawyer(**SPLIT)
    kept(place, proves=(CARD,))
    parts = parts_of(place)

    def finds(_content: bytes) -> Scan:
        raise InvalidInput("virus")

    assert evidence.rescan_one(in_minutes(60), store=objects, scanned=finds)
    assert not any(now_of(part)[CARD].is_there for part in parts)
    assert contents(app) == []
    assert not evidence.rescan_one(in_minutes(90), store=objects, scanned=finds)


def test_a_proof_of_several_petitions_is_one_file_of_their_case() -> None:
    place = of_lawyer(**SPLIT)
    kept(place, proves=(CARD,))
    first, _denounces, recommends = parts_of(place)
    fill(petition_at(first), CASE_MOST_FILES - 2)
    begin(recommends)
    with pytest.raises(InvalidInput) as refusal:
        begin(recommends)
    assert refusal.value.message == FULL_CASE


def sent_after(place: Place, **more: str) -> Place:
    """A part that a split left, with what it still asks for."""
    told = {name: people.ANSWERS[name] for name in ("against", "settled", "settled_by", "wish")}
    told |= {f"learned_{part}": "" for part in ("day", "month", "year")} | more
    drafts.keep(place.account_id, place.petition_key, told, now=NINE)
    return sent(place)


def read_whole(file: Evidence) -> bytes:
    content: bytes = evidence.content_of(file, "whole", objects).read()
    return content
