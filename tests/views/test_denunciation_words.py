"""What a denouncer can rely on: nothing that is sent, shown on a board, listed or handed out tells who they are
or that they denounce."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.domain.identity_papers import PaperKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.recording import RecordingState
from webapp.extensions import db, socketio
from webapp.integrations import inspection, objects
from webapp.models import Account, AuditEntry, Notification, Petition, Recording, Role, Visit
from webapp.services import (
    contact_details,
    drafts,
    evidence,
    mail_address,
    notifications,
    petitions,
    tracking,
)
from webapp.services.actor import citizen
from webapp.services.contact_details import Contact
from webapp.services.evidence import Begun
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]

NAME, NUMBER, VILLAGE, FRIEND = "Đỗ Văn Khoát", "001058099321", "Xóm Mít Trong", "Hà Thị Lụa"
TOLD = people.ANSWERS | {
    "kind": "denunciation",
    "protection_wanted": "no",
    "on_behalf": "group",
    "people": "12",
    **{f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")},
    "rep1_name": FRIEND,
    "rep1_phone": "0987 654 321",
    "rep1_address": "Thôn Đoài",
    "full_name": NAME,
    "village": VILLAGE,
    "paper_number": NUMBER,
    "issued_day": "15",
    "issued_month": "8",
    "issued_year": "2021",
    "issued_by": "Công an tỉnh Hà Tây",
    "need_spoken": "True",
    "language": "tiếng Mường",
    "narrative": f"Tôi là {NAME} ở {VILLAGE}, số 0912 999 888, thẻ cấp 15/8/2021. Tôi và bà {FRIEND} tố cáo trưởng phòng thu 250.000.000 đồng.",
    "against": "Trưởng phòng Trần Văn Bình",
}
WHO = (
    NAME,
    "Văn Khoát",
    NUMBER,
    VILLAGE,
    FRIEND,
    "987 654 321",
    "Thôn Đoài",
    "Mường",
    "912 999 888",
    "15/8/2021",
    "Hà Tây",
)
KIND = ("tố cáo", "to cao", "denunc", "denounc", "khiếu nại")


LETTER_BOX = "khoat@thu.vn"


def names_nobody(place: str, text: str, *, kind_too: bool = True) -> None:
    """With spaces or without, as the words of a PDF are."""
    hides((*WHO, *KIND) if kind_too else WHO, place, text)


def hides(words: Iterable[str], place: str, text: str) -> None:
    told = "".join(text.casefold().split())
    assert [word for word in words if "".join(word.casefold().split()) in told] == [], place


def with_a_telling_paper(account: Account, scene: Scene) -> None:
    """A file in the draft whose very name tells everything."""
    by, photo = citizen(account.id), files.photo()
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    what = Begun(f"Đơn tố cáo của {NAME}.jpg", len(photo))
    evidence.take(evidence.place_of_draft(account.id, people.DRAFT), what, photo, key=people.key(), **about)


def followed(guest: Browser, code: str, phone: str) -> str:
    """The page of whoever follows the case with the code of a message, as read; and the way to it."""
    asked = guest.post("/track", {"code": code, "phone": phone, "key": people.key()})
    tracking.settle_asked(utc_now())
    message = notifications.newest(1)[0].body
    names_nobody("the message with a code", message)
    found = re.search(r": (\d{6})\.", message)
    assert found is not None
    opened = guest.post("/track/code", {"code": found[1]})
    names_nobody("the way to the case", f"{asked.location} {opened.location}")
    page = Page(guest.get("/track/case").text)
    assert "Đã gửi đơn" in page.text, "the case is open"
    return f"{page.title} {page.text}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.DEBUG):
        yield lambda: caplog.text


def with_letters(account: Account, scene: Scene) -> None:
    """They gave an e-mail address and confirmed it."""
    by = citizen(account.id)
    contact_details.correct(Contact("", LETTER_BOX, ""), by=by, now=scene.now)
    mail_address.send_code(by=by, now=scene.now)
    mail_address.confirm(notifications.newest(1)[0].body, by=by, now=scene.now)


def test_no_message_queue_board_or_receipt_of_a_denunciation_tells_name_or_kind(
    browser: Make, scene: Scene, logged: Callable[[], str]
) -> None:
    account = people.a_citizen()
    drafts.keep(account.id, people.DRAFT, TOLD, now=scene.now)
    with_a_telling_paper(account, scene)
    with_letters(account, scene)
    author, addresses = browser(account), []
    receipt = author.post(f"{people.WRITING}/review").location
    petition = db.session.scalars(select(Petition).where(Petition.account_id == account.id)).one()
    code = petition.code
    names_nobody("the receipt", Page(author.get(receipt).text).text)
    paper = author.get(f"{receipt}.pdf")
    names_nobody("the receipt's name", paper.headers["Content-Disposition"])
    names_nobody("the receipt on paper", files.text_of_pdf(paper.data))
    author.client.set_cookie("lang", "en")
    names_nobody("the receipt in English", files.text_of_pdf(author.get(f"{receipt}.pdf").data))
    author.client.delete_cookie("lang")
    papers = author.get(f"/petitions/{code}/receipts/1.pdf")
    names_nobody("the receipt of papers", files.text_of_pdf(papers.data))
    names_nobody("its name", papers.headers["Content-Disposition"])
    names_nobody("the case followed", followed(browser(None), code, account.phone or ""))
    names_nobody("the place in the sitting", Page(author.get(f"/petitions/{code}/book").text).text)
    form = {"place": "home", "sitting": scene.sitting.id, "key": people.key()}
    visit_page = author.post(f"/petitions/{code}/book", dict(form)).location
    visit = db.session.scalars(select(Visit).where(Visit.petition_id == petition.id)).one().code
    addresses += [receipt, visit_page]
    for path in (f"/visits/{visit}", f"/visits/{visit}/wait", "/", "/schedule", "/board"):
        shown = Page(author.get(path).text)
        names_nobody(path, f"{shown.title} {shown.text}")

    onlooker, desk = browser(people.staff(Role.OFFICER)), browser(scene.officer)
    for person in (onlooker, desk):
        names_nobody("the queue", Page(person.get("/desk").text).text, kind_too=False)
        row = next(part for part in person.get("/desk/queue").text.split("<li ") if 'id="q2"' in part)
        names_nobody("the row of the queue", Page("<li " + row).text)
        home = petitions.home_of(petition)
        assert home is not None and home.name not in row, "in a small commune that is half of who it is"

    gate = Page(desk.get(f"/desk/visit/{visit}/gate").text).text
    names_nobody("the decision's page", gate, kind_too=False)
    assert "trưởng phòng thu 250.000.000 đồng" in gate and "Trần Văn Bình" in gate, (
        "the matter itself is told"
    )
    reason = {"online": "yes", "reason": "Việc phức tạp, giữ kín được.", "key": people.key()}
    desk.post(f"/desk/visit/{visit}/gate", dict(reason))
    desk.post(f"/desk/visit/{visit}/call", {"key": people.key()})
    in_hand = Page(desk.get("/desk").text)
    names_nobody("the desk in hand", in_hand.text, kind_too=False)
    names_nobody("its files", " ".join(in_hand.links()))
    names_nobody("who is in the room", desk.part(f"/visits/{visit}/people").text, kind_too=False)
    # Its own words are read there before anybody is asked to.
    names_nobody("the copy", Page(desk.get(f"/desk/visit/{visit}/readers").text).text, kind_too=False)
    names_nobody("recordings", Page(desk.get("/recordings").text).text)

    addition = {"body": f"Tôi, {NAME}, nhớ thêm.", "key": people.key()}
    author.post(f"/petitions/{code}/add", dict(addition))
    names_nobody("the desk after an addition", Page(desk.get("/desk").text).text, kind_too=False)
    assert "nhớ thêm." in Page(desk.get("/desk").text).text
    author.post(f"/petitions/{code}/withdraw", {"reason": f"{NAME} đổi ý.", "key": people.key()})

    sent = db.session.scalars(select(Notification).where(Notification.recipient.is_not(None))).all()
    mine = [one for one in sent if one.recipient == account.phone and not one.key.startswith("track:")]
    said = {one.key.rpartition(":")[2] for one in mine}
    assert said == {"received", "number", "nearly", "called", "withdrawn"}
    others = [one.body for one in sent if one.recipient == scene.citizen.phone]
    letters = [one for one in sent if one.recipient == LETTER_BOX and one.useful_until is None]
    assert [one.key.split(":")[2] for one in letters] == ["received", "added_to", "withdrawn"]
    assert mine[0].body.split(", ma ")[0] == others[0].split(", ma ")[0], "the same words for every kind"
    for one in mine + letters:
        names_nobody("a message", one.body)
        names_nobody("a message's key", one.key)
    for address in addresses:
        names_nobody("an address", address)
    for entry in db.session.scalars(select(AuditEntry)):
        names_nobody("the audit trail", str(entry.details), kind_too=False)
    names_nobody("the log", logged())


SPLIT = {
    "narrative": f"{TOLD['narrative']} Tôi kiến nghị sửa con đường.",
    "split": "apart",
    **{f"apart_{kind}": "y" if kind is PetitionKind.RECOMMENDATION else "" for kind in PetitionKind},
}
SAYS = f"Cháu chào, {NAME} ở {VILLAGE} đây."
Emitted = list[tuple[str, Any, str]]


@pytest.fixture
def emitted(monkeypatch: pytest.MonkeyPatch) -> Emitted:
    """Everything that is pushed, with whom it reaches."""
    sent: Emitted = []
    monkeypatch.setattr(
        socketio, "emit", lambda event, content, to="": sent.append((event, content, str(to)))
    )
    return sent


def sent_by(author: Browser, account: Account, scene: Scene, **answers: str) -> str:
    """The code of the petition, which has a paper with it."""
    drafts.keep(account.id, people.DRAFT, TOLD | answers, now=scene.now)
    with_a_telling_paper(account, scene)
    return author.post(f"{people.WRITING}/review").location.split("/")[2]


def booked(author: Browser, code: str, scene: Scene, place: str = "home") -> str:
    form = {"place": place, "sitting": scene.sitting.id, "key": people.key()}
    return author.post(f"/petitions/{code}/book", dict(form)).location.split("/")[2]


def row_of(person: Browser, number: int) -> str:
    """What one row of the queue tells, without figures: those are another's own."""
    row = next(part for part in person.part("/desk/queue").text.split("<li ") if f'id="q{number}"' in part)
    return " ".join(re.sub(r"[\d:]+", "", Page("<li " + row.partition("</li>")[0]).text).split())


def test_a_text_that_was_split_gives_receipts_of_which_none_tells_of_the_other(
    browser: Make, scene: Scene
) -> None:
    account = people.a_citizen()
    author = browser(account)
    code = sent_by(author, account, scene, **SPLIT)
    receipt = Page(author.get(f"/petitions/{code}/receipt").text)
    assert "tách thành 2 đơn" in receipt.text
    names_nobody("the receipt of a split", receipt.text)
    names_nobody("the same on paper", files.text_of_pdf(author.get(f"/petitions/{code}/receipt.pdf").data))
    [left] = drafts.list_of(account.id)
    rest = {"narrative": people.STORY, "against": "Con đường", "wish": "Sửa con đường trước nhà tôi."}
    drafts.keep(account.id, left.key, people.ANSWERS | left.answers | rest, now=scene.now)
    second = author.post(f"/petitions/new/{left.key}/review").location
    hides(KIND, "the other part's receipt", Page(author.get(second).text).text)
    hides((*KIND, code), "the same on paper", files.text_of_pdf(author.get(f"{second}.pdf").data))
    other = second.split("/")[2]
    hides((*KIND, code), "the other part followed", followed(browser(None), other, account.phone or ""))


def test_nobody_else_learns_of_it_while_it_is_received(
    browser: Make, scene: Scene, emitted: Emitted, logged: Callable[[], str]
) -> None:
    account = people.a_citizen()
    with_letters(account, scene)
    author, desk = browser(account), browser(scene.officer)
    onlooker, leader = browser(people.staff(Role.OFFICER)), browser(people.staff(Role.LEADER))
    code = sent_by(author, account, scene)
    visit, addresses, follower = booked(author, code, scene), [], browser(None)
    names_nobody("the case followed", followed(follower, code, account.phone or ""))

    def look(moment: str, *of_author: str) -> None:
        """What is shown at this moment to whoever is not entitled, and on the author's own screen."""
        for person in (onlooker, leader):
            names_nobody(f"the queue, {moment}", row_of(person, 2))
        for path in (f"/visits/{visit}/wait", f"/visits/{visit}", *of_author):
            answer = author.get(path)
            addresses.extend([path, answer.location or ""])
            names_nobody(f"{path}, {moment}", f"{Page(answer.text).title} {Page(answer.text).text}")
        names_nobody(f"the case followed, {moment}", Page(follower.get("/track/case").text).text)

    look("waiting for a decision")
    desk.post(f"/desk/visit/{visit}/gate", {"online": "yes", "reason": "Giữ kín được.", "key": people.key()})
    look("waiting")
    assert row_of(onlooker, 2) == row_of(onlooker, 1), "and no row of whoever does not receive lacks anything"
    for call in ("call", "send-back", "call", "no-show"):
        desk.post(f"/desk/visit/{visit}/{call}", {"key": people.key()})
        look(f"after {call}")
    author.post(f"/visits/{visit}/come-back", {"key": people.key()})
    desk.post(f"/desk/visit/{visit}/call", {"key": people.key()})
    author.get(f"/visits/{visit}/room")
    author.post(f"/visits/{visit}/room/messages", {"body": SAYS, "key": people.key()})
    look("in session")
    about = {"body": f"{NAME} trình bày.", "base": "0"}
    desk.post(f"/desk/visit/{visit}/minutes", dict(about))
    papers = desk.get(f"/desk/visit/{visit}/receipts/1-1.pdf")
    names_nobody("the officer's receipt of papers", files.text_of_pdf(papers.data))
    names_nobody("its name", papers.headers["Content-Disposition"])
    author.post(f"/visits/{visit}/room/call-back", {"key": people.key()})
    names_nobody("the call that is owed", Page(desk.part("/desk/queue").text).text, kind_too=False)
    end = {"outcome": "answered", "explanation": "Đã hướng dẫn xong.", "key": people.key()}
    assert desk.post(f"/desk/visit/{visit}/close", about | {"base": "1"} | end).status_code == 303
    look("over", f"/visits/{visit}/rate")
    author.post(f"/visits/{visit}/rate", {"score": "5", "words": "Tốt.", "named": "y"})
    look("rated", f"/visits/{visit}/rate")

    both = {f"account:{account.id}", f"account:{scene.officer.id}"}
    assert {to for _event, content, to in emitted if NAME in str(content)} == both, "it does look"
    for event, content, to in emitted:
        if to not in both:
            names_nobody(f"{event} pushed to {to}", str(content))
    for one in db.session.scalars(select(Notification)):
        names_nobody(f"the message {one.key}", f"{one.key} {one.body}")
    for address in addresses:
        names_nobody("an address", address)
    names_nobody("the log", logged())


def test_no_list_or_register_tells_of_it(browser: Make, scene: Scene) -> None:
    account, point = people.a_citizen(), people.point_of(scene.sitting)
    author, desk = browser(account), browser(scene.officer)
    code = sent_by(author, account, scene)
    visit = booked(author, code, scene, str(point.id))
    host = browser(people.staff(Role.BRIDGE, point=point.id))
    names_nobody("the people of the bridge point", Page(host.part("/bridge").text).text)
    desk.post(f"/desk/visit/{visit}/gate", {"online": "yes", "reason": "Giữ kín được.", "key": people.key()})
    desk.post(f"/desk/visit/{visit}/call", {"key": people.key()})
    author.get(f"/visits/{visit}/room")
    names_nobody("the people of the bridge point", Page(host.part("/bridge").text).text)
    reader = people.staff(Role.ADVISORY)
    readers = f"/desk/visit/{visit}/readers"
    seen = Page(desk.get(readers).text).holds("seen")[0]
    asked = {"username": reader.username or "", "confirmed": "y", "seen": seen}
    assert desk.post(readers, asked).status_code == 303
    names_nobody("what readers were asked to read", Page(browser(reader).get("/reading").text).text)
    with unit_of_work() as work:
        recording = work.session.scalars(select(Recording).join(Visit).where(Visit.code == visit)).one()
        recording.state, recording.duration_ms = RecordingState.FINISHED, 9_000
    for role in (Role.LEADER, Role.INSPECTOR):
        person = browser(people.staff(role))
        for path in ("/recordings", f"/recordings/{visit}"):
            shown = Page(person.get(path).text).text
            assert "002" in shown
            names_nobody(f"{path} of the {role}", shown)
    search = {"paper_kind": PaperKind.CITIZEN_CARD.value, "key": people.key()}
    numbers = (NUMBER, "001058000000")
    found, unknown = (desk.post("/desk/papers", search | {"paper_number": one}) for one in numbers)
    assert Page(found.text).text == Page(unknown.text).text, "as if there were none"
    author.post("/account/data/deletion", {"wish": "Xóa địa chỉ thư.", "key": people.key()})
    names_nobody("messages", Page(browser(people.staff(Role.ADMIN)).get("/admin/messages").text).text)
    answerer = browser(people.staff(Role.DATA_PROTECTION))
    names_nobody("requests about data", Page(answerer.get("/data-requests").text).text)
    names_nobody("figures", Page(browser(people.staff(Role.LEADER)).get("/reports/ratings").text).text)


def test_the_whole_text_is_read_only_with_the_identity_after_a_reason(browser: Make, scene: Scene) -> None:
    account = people.a_citizen()
    drafts.keep(account.id, people.DRAFT, TOLD, now=scene.now)
    author = browser(account)
    code = author.post(f"{people.WRITING}/review").location.split("/")[2]
    form = {"place": "home", "sitting": scene.sitting.id, "key": people.key()}
    author.post(f"/petitions/{code}/book", dict(form))
    petition = db.session.scalars(select(Petition).where(Petition.code == code)).one()
    visit = db.session.scalars(select(Visit).where(Visit.petition_id == petition.id)).one().code
    desk = browser(scene.officer)
    desk.post(f"/desk/visit/{visit}/gate", {"online": "yes", "reason": "Việc phức tạp.", "key": people.key()})
    desk.post(f"/desk/visit/{visit}/call", {"key": people.key()})

    refused = desk.post(f"/desk/visit/{visit}/identity", {"reason": "xem"})
    assert refused.status_code == 422
    names_nobody("the refusal", Page(refused.text).text, kind_too=False)
    opened = Page(desk.post(f"/desk/visit/{visit}/identity", {"reason": "Gửi giấy mời đến nhà."}).text).text
    for told in (NAME, NUMBER, VILLAGE, "1962", FRIEND, "0987 654 321", "Thôn Đoài", "tiếng Mường"):
        assert told in opened
    assert account.phone is not None and account.phone[-3:] in opened
    assert f"Tôi là {NAME} ở {VILLAGE}" in opened
    entry = db.session.scalars(select(AuditEntry).filter_by(action="identity_opened")).one()
    assert (entry.actor_id, entry.reason) == (scene.officer.id, "Gửi giấy mời đến nhà.")


def test_everything_about_every_author_of_a_denunciation_is_unreadable_in_the_database(
    browser: Make, scene: Scene, settings: object
) -> None:
    account = people.a_citizen()
    drafts.keep(account.id, people.DRAFT, TOLD, now=scene.now)
    author = browser(account)
    assert author.post(f"{people.WRITING}/review").status_code == 303
    connection = db.engine.raw_connection()
    rows = [
        str(cell) if not isinstance(cell, bytes) else cell.decode("utf-8", "replace")
        for table in db.metadata.tables
        for row in connection.cursor().execute(f'SELECT * FROM "{table}"').fetchall()
        for cell in row
    ]
    connection.close()
    raw = "\n".join(rows)
    assert people.STORY in raw, "the search does look: that of the scene's own petition, of another kind"
    for secret in (*WHO, "0987 654 321", "tiếng Mường", "Trần Văn Bình", "250.000.000"):
        assert secret not in raw
