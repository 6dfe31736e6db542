"""Who denounces, and what they say: after a whole journey nothing in the database or on the disk can be read."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from tests import files, people
from tests.people import NINE, in_minutes, key
from webapp.config import Settings
from webapp.domain.errors import Conflict
from webapp.domain.identity_papers import Issue
from webapp.domain.outcomes import OutcomeKind, RefusalGround
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import (
    Account,
    Attachment,
    AuditEntry,
    CallBack,
    Message,
    Minutes,
    MinutesVersion,
    Outcome,
    Participant,
    ParticipantEvent,
    Petition,
    Visit,
    VisitEvent,
)
from webapp.services import (
    attachments,
    call_backs,
    contact_details,
    conversation,
    data_requests,
    drafts,
    evidence,
    minutes,
    my_data,
    participants,
    petition_changes,
    petitions,
    ratings,
    reception,
    statements,
    timeline,
)
from webapp.services.actor import Actor, citizen, guest
from webapp.services.contact_details import Contact
from webapp.services.evidence import Begun
from webapp.services.participants import Invitation

pytestmark = pytest.mark.usefixtures("app")

NAME, NUMBER, VILLAGE, FRIEND, PHONE = (
    "Đỗ Văn Khoát",
    "001058099321",
    "Xóm Mít Trong",
    "Hà Thị Lụa",
    "0987 654 321",
)
WHO = (NAME, NUMBER, VILLAGE, FRIEND, PHONE, "987654321", "Thôn Đoài", "Công an tỉnh Hà Tây", "Bộ Công an")
ANSWERS = people.ANSWERS | {
    "on_behalf": "group",
    "people": "12",
    **{f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")},
    "rep1_name": FRIEND,
    "rep1_phone": PHONE,
    "rep1_address": "Thôn Đoài",
    "full_name": NAME,
    "village": VILLAGE,
    "paper_number": NUMBER,
    "issued_day": "15",
    "issued_month": "8",
    "issued_year": "2021",
    "issued_by": "Công an tỉnh Hà Tây",
    "narrative": f"Tôi là {NAME} ở {VILLAGE}, cùng bà {FRIEND} nói về trưởng phòng thu 250.000.000 đồng. "
    "Tôi tố cáo việc đó, khiếu nại quyết định thu đất và kiến nghị sửa lại con đường.",
    "against": "Trưởng phòng Trần Văn Bình",
    "settled_by": "Xã chưa trả lời ông Khoát",
    "wish": "Xem xét kỷ luật ông Bình",
    "split": "apart",
    **{f"apart_{kind}": "y" if kind is PetitionKind.RECOMMENDATION else "" for kind in PetitionKind},
}
OF_PETITION = (
    "trưởng phòng thu 250.000.000",
    "Trần Văn Bình",
    "Xem xét kỷ luật",
    "nhớ thêm lần đưa",
    "sợ bị trả thù",
)
SAID = {
    VisitEvent: ("Khoát bị ốm nên đổi bàn", "Khoát xin hoãn một buổi"),
    Message: ("là Khoát ở xóm Mít đây", "chào bác Khoát", "dịch lời bác Khoát"),
    Minutes: ("Biên bản: ông Khoát trình bày",),
    MinutesVersion: ("Bản nháp về ông Khoát", "Biên bản: ông Khoát trình bày"),
    Outcome: ("Trả lời ông Khoát rằng",),
    Attachment: ("Don cua ong Khoat.pdf",),
    Participant: ("Con gái ông Khoát cử đến", "nói tên ông Khoát ra ngoài"),
    ParticipantEvent: ("nói tên ông Khoát ra ngoài",),
    CallBack: ("gọi số của ông Khoát, nghe rõ",),
}
"""What the journey leaves in each table beside the petition."""
TOLD_AGAIN = "Ông Khoát trình bày bằng lời: bị đòi tiền ở phòng một cửa."
OBJECTION = "Không phải ông Khoát nói thế"
REASON = "Đối chiếu chữ viết của ông Khoát"
RATED, REACHED_AT, WISHED = "Ông Khoát hài lòng", "khoat@thu.vn", "Xóa tên Khoát khỏi danh bạ"

Sent = tuple[Petition, Account]


def sent(kind: PetitionKind) -> Sent:
    """A petition whose text speaks of several matters, with a paper whose very name tells everything."""
    people.places()
    account = people.a_citizen()
    answers = ANSWERS | {"kind": kind.value}
    if kind is PetitionKind.DENUNCIATION:
        answers["protection_wanted"] = "no"
    drafts.keep(account.id, people.DRAFT, answers, now=NINE)
    photo = files.photo()
    what = Begun(f"Đơn viết tay của {NAME}.jpg", len(photo))
    place = evidence.place_of_draft(account.id, people.DRAFT)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect}
    evidence.take(place, what, photo, key=key(), by=citizen(account.id), now=NINE, **about)
    petition = drafts.submit(by=citizen(account.id), now=NINE, today=NINE.date(), key=people.DRAFT)
    db.session.rollback()
    assert [draft.part for draft in drafts.left_by(petition)] == [2], "what was split off waits as a draft"
    contact_details.correct(Contact(NAME, REACHED_AT, VILLAGE), by=citizen(account.id), now=NINE)
    petitions.correct_issue(petition, Issue(None, "Bộ Công an"), by=citizen(account.id), now=NINE)
    petition_changes.add(
        petition.id, "Tôi nhớ thêm lần đưa tiền.", by=citizen(account.id), now=NINE, key=key()
    )
    return petition, account


def in_session(petition: Petition, person: Actor) -> tuple[Visit, Actor]:
    """Put off once, then called, handed over and received at another desk."""
    (first, by), (second, other) = people.an_open_desk(), people.an_open_desk()
    early, sitting = people.a_sitting(), people.a_sitting()
    about = {"bridge_point_id": None, "priority": False}
    booked = reception.take_number(petition.id, early.id, by=person, now=NINE, key=key(), **about)
    if petition.is_denunciation:
        reception.decide_gate(booked.id, online=True, reason=REASON, by=by, now=NINE, key=key())
    why = SAID[VisitEvent]
    visit = reception.defer(booked.id, sitting.id, reason=why[1], by=by, now=NINE, key=key())
    reception.check_in(visit.id, by=person, now=NINE, key=key())
    reception.call(visit.id, first.id, by=by, now=NINE, key=key())
    reception.transfer(visit.id, second.id, note=why[0], by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=person, now=NINE), other


def talked(visit: Visit, person: Actor, by: Actor) -> None:
    """Everything that leaves words in a room."""
    at: dict[str, Any] = {"now": in_minutes(1)}
    mine, theirs, helped = SAID[Message]
    conversation.say(visit.id, mine, by=person, key=key(), **at)
    conversation.say(visit.id, theirs, by=by, key=key(), **at)
    name = SAID[Attachment][0]
    kept: dict[str, Any] = {"store": objects, "look": lambda _type, content: content}
    attachments.send(visit.id, b"%PDF-1.7 " + NAME.encode() * 40, name, by=person, key=key(), **kept, **at)
    unit, why = SAID[Participant]
    wanted = Invitation("interpreter", f"Con của {NAME}", unit, sitting_there="")
    invited, token = participants.invite(visit.id, wanted, by=by, key=key(), **at)
    participants.open_link(token, key=key(), **at)
    participants.admit(invited.id, by=by, key=key(), **at)
    conversation.say(visit.id, helped, by=guest(invited.id), key=key(), **at)
    participants.remove(invited.id, reason=why, by=by, key=key(), **at)
    owed = call_backs.ask(visit.id, by=person, key=key(), **at)
    call_backs.settle(owed.id, reached=True, note=SAID[CallBack][0], by=by, **at)


def written(visit: Visit, person: Actor, by: Actor) -> None:
    """The statement, which its author contests and confirms, and the minutes, into which it is copied."""
    at: dict[str, Any] = {"now": in_minutes(2)}
    told = statements.write(visit.id, TOLD_AGAIN, base_version=0, by=by, key=key(), **at)
    statements.note(visit.id, StatementStep.READ_BACK, version=told.version, by=by, key=key(), **at)
    for step, words in ((StatementStep.CONTESTED, OBJECTION), (StatementStep.CONFIRMED, "")):
        statements.answer(visit.petition_id, step, words, version=told.version, by=person, key=key(), **at)
    draft, whole = SAID[MinutesVersion]
    saved = minutes.save(visit.id, draft, base_version=0, by=by, **at)
    minutes.save(visit.id, f"{whole}\n{TOLD_AGAIN}", base_version=saved.version, by=by, **at)


def a_whole_journey(kind: PetitionKind) -> tuple[Petition, Visit]:
    petition, account = sent(kind)
    person = citizen(account.id)
    visit, by = in_session(petition, person)
    talked(visit, person, by)
    written(visit, person, by)
    petitions.open_identity(petition.id, reason=REASON, by=by, now=in_minutes(3))
    for file in evidence.of_petition(petition):
        evidence.open_sealed(file, reason=REASON, by=by, now=in_minutes(3))
    end = {"by": by, "now": in_minutes(4), "key": key()}
    words, ground = f"{SAID[Outcome][0]} đã rõ.", RefusalGround.A
    reception.close(visit.id, OutcomeKind.REFUSED, ground, words, **end)
    ratings.rate(visit.id, "5", RATED, named=True, by=person, now=in_minutes(5))
    data_requests.ask(WISHED, by=person, now=in_minutes(6), key=key())
    why = "Tôi sợ bị trả thù."
    petition_changes.withdraw(petition.id, why, by=person, now=in_minutes(7), key=key())
    db.session.rollback()
    return db.session.get_one(Petition, petition.id), db.session.get_one(Visit, visit.id)


def in_tables() -> str:
    """Every cell of every table as the database itself has it."""
    db.session.rollback()
    rows = [
        str(bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else cell)
        for table in inspect(db.engine).get_table_names()
        for row in db.session.execute(text(f'SELECT * FROM "{table}"'))
        for cell in row
    ]
    db.session.rollback()
    return "\n".join(rows)


Read = Callable[[Iterable[str]], list[str]]


@pytest.fixture
def readable(settings: Settings) -> Read:
    """Which words stand in any column of any table, or in any file of the instance: SQLite's own too."""

    def look(words: Iterable[str]) -> list[str]:
        tables = in_tables()
        contents = [one.read_bytes() for one in settings.instance_path.rglob("*") if one.is_file()]
        return [one for one in words if stands_in(one, tables, contents)]

    def stands_in(words: str, tables: str, contents: list[bytes]) -> bool:
        forms = (words, json.dumps(words)[1:-1])  # as JSON writes it
        return any(form in tables or any(form.encode() in one for one in contents) for form in forms)

    return look


SPOKEN = sorted({words for said in SAID.values() for words in said} | {TOLD_AGAIN, OBJECTION})


ALWAYS = (NUMBER, PHONE, REASON, RATED, REACHED_AT, WISHED)
"""Unreadable of every petition."""


def test_nothing_of_a_denunciation_and_its_visits_is_readable(readable: Read) -> None:
    a_whole_journey(PetitionKind.DENUNCIATION)
    assert readable((*WHO, "Khoát", "Khoat", *OF_PETITION, *SPOKEN, *ALWAYS)) == []


def test_the_same_search_finds_what_is_said_of_any_other_petition(readable: Read) -> None:
    """So that the test above is known to look."""
    a_whole_journey(PetitionKind.COMPLAINT)
    every = (*OF_PETITION, *SPOKEN)
    assert readable(every) == list(every)
    assert readable(ALWAYS) == []


def test_whoever_may_read_it_reads_it_as_it_was_said() -> None:
    petition, visit = a_whole_journey(PetitionKind.DENUNCIATION)
    columns = {
        VisitEvent: (VisitEvent.reason,),
        Message: (Message.body,),
        MinutesVersion: (MinutesVersion.body,),
        Participant: (Participant.unit, Participant.removed_reason),
        ParticipantEvent: (ParticipantEvent.reason,),
        CallBack: (CallBack.note,),
    }
    for table, read in columns.items():
        told = " ".join(str(cell) for row in db.session.execute(select(*read)) for cell in row)
        assert [words for words in SAID[table] if words not in told] == []
    [over] = [entry for entry in timeline.of(petition).entries if entry.own_words.startswith("Trả lời")]
    assert over.own_words == f"{SAID[Outcome][0]} đã rõ."
    assert [one.name for one in timeline.of(petition).documents] == list(SAID[Attachment])
    mine = {one.name: one.rows for one in my_data.everything(petition.account_id)}
    [received] = [row for row in mine["visits"] if row["minutes"]]
    assert received["minutes"] == f"{SAID[Minutes][0]}\n{TOLD_AGAIN}"
    assert {row["body"] for row in mine["messages"] if row["body"]} == set(SAID[Message])
    assert visit.minutes is not None and visit.minutes.version == 2
    whys = [one.reason for one in db.session.scalars(select(AuditEntry)) if one.action.endswith("_opened")]
    assert REASON in whys


def test_what_is_encrypted_is_compared_as_it_was_said() -> None:
    """Saying or saving the same again is still nothing new."""
    petition, account = sent(PetitionKind.DENUNCIATION)
    person = citizen(account.id)
    visit, by = in_session(petition, person)
    first = minutes.save(visit.id, "Ông Khoát nói.", base_version=0, by=by, now=NINE)
    again = minutes.save(visit.id, " Ông Khoát nói. ", base_version=0, by=by, now=in_minutes(1))
    assert (again.version, again.at) == (first.version, first.at)
    with pytest.raises(Conflict):
        minutes.save(visit.id, "Khác.", base_version=0, by=by, now=in_minutes(1))
    same = key()
    said = [conversation.say(visit.id, "Chào cán bộ.", by=person, now=NINE, key=same) for _ in range(2)]
    assert said[0].id == said[1].id and said[1].body == "Chào cán bộ."
