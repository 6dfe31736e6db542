"""What an advisory unit reads of a petition: its redacted copy, when asked to, and nothing of its author."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import files, people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import local, utc_now
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.working_days import after_working_days
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Account, AuditEntry, Evidence, Petition, Role, Visit
from webapp.services import (
    calendar,
    evidence,
    petition_changes,
    petition_contents,
    readers,
    reception,
    visits,
)
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun

Make = Callable[[Account | None], Browser]
NAME = "Đỗ Thị Kín"
STORY = f"Tôi là {NAME} ở Xóm Mít, báo ông Trần Văn Bình thu 250.000.000 đồng của bà con trong thôn."
WHY = {"reason": "Đối chiếu giấy tờ khi tiếp"}
ASKED = {"username": "sonnmt9", "confirmed": "y"}


def in_hand(scene: Scene) -> Visit:
    """A denouncer whom the scene's officer has called."""
    told = {"full_name": NAME, "narrative": STORY, "village": "Xóm Mít", "lives_in": "09700"}
    code = a_denouncer_waits(scene.sitting, scene.now, happened_in="09706", **told).code
    visit, by, now = visits.by_code(code), officer(scene.officer.id), utc_now()
    reception.decide_gate(visit.id, online=True, reason="Phức tạp", by=by, now=now, key=people.key())
    reception.call(visit.id, scene.desk.id, by=by, now=now, key=people.key())
    return visits.by_code(code)


def asks(desk: Browser, path: str, struck: str | None = None, **typed: str) -> Any:
    """The officer looks at the copy, with these words struck or as it stands, and asks for it to be read."""
    page = Page(
        (desk.get(path) if struck is None else desk.post(path, {"do": "look", "struck": struck})).text
    )
    kept = {"struck": page.holds("struck")[0], "seen": page.holds("seen")[0]}
    return desk.post(path, ASKED | kept | typed)


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)))


def test_who_is_asked_reads_the_content_alone_until_it_ends(browser: Make, scene: Scene) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    desk, reader = browser(scene.officer), browser(asked)
    code, path = visit.petition.code, f"/desk/visit/{visit.code}/readers"
    assert reader.get(f"/reading/{code}").status_code == 404, "nobody asked yet"
    assert path in Page(desk.get("/desk").text).links()
    for _ in range(2):
        assert asks(desk, path, username=" SonNMT9 ").status_code == 303
    assert f"/reading/{code}" in Page(reader.get("/reading").text).links()
    text = Page(reader.get(f"/reading/{code}").text).text
    assert "ông Trần Văn Bình thu 250.000.000 đồng" in text
    for told in ("Kín", "Mít", "001062012345", "Xã Ba Vì"):
        assert told not in text
    assert [entry.actor_id for entry in entries("content_read")] == [asked.id]
    assert len(entries("reader_invited")) == 1
    for closed in (f"/desk/visit/{visit.code}/identity", path):
        assert reader.post(closed, dict(WHY)).status_code == 403
    assert browser(people.staff(Role.ADVISORY)).get(f"/reading/{code}").status_code == 404
    [end] = [
        one["action"]
        for one in Page(desk.get(path).text).all("form")
        if one.get("action", "").endswith("/end")
    ]
    assert desk.post(end).status_code == desk.post(end).status_code == 303
    assert reader.get(f"/reading/{code}").status_code == 404
    assert len(entries("reader_ended")) == 1


def test_nobody_is_asked_before_the_officer_has_read_the_copy_and_struck_what_still_tells(
    browser: Make, scene: Scene
) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    desk, path = browser(scene.officer), f"/desk/visit/{visit.code}/readers"
    page = Page(desk.get(path).text)
    assert "báo ông Trần Văn Bình thu 250.000.000 đồng" in page.text and "Kín" not in page.text
    refused = Page(desk.post(path, {"username": "sonnmt9", "struck": "bà con trong thôn"}).text)
    assert refused.beside("confirmed") and refused.holds("struck") == ["bà con trong thôn"]
    assert refused.holds("username") == ["sonnmt9"]
    struck = "bà con trong thôn\nTrần Văn Bình"
    looked = Page(desk.post(path, {"do": "look", "struck": struck}).text)
    assert "Trần Văn Bình thu" not in looked.text and looked.holds("confirmed") == []
    assert browser(asked).get(f"/reading/{visit.petition.code}").status_code == 404
    assert asks(desk, path, struck).status_code == 303
    text = Page(browser(asked).get(f"/reading/{visit.petition.code}").text).text
    assert "thu 250.000.000 đồng của ▇▇▇." in text and "Bình" not in text
    assert Page(desk.get(path).text).holds("struck") == [struck], "the next copy begins with it"
    assert "Bình" not in str([entry.details for entry in entries("reader_invited")])
    for typed in ("…", "ế" * 2001):
        assert Page(desk.post(path, ASKED | {"struck": typed}).text).beside("struck")


def test_an_invitation_lasts_some_working_days_and_ends_when_the_petition_is_withdrawn(
    browser: Make, scene: Scene
) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    visit_id, petition_id, code = visit.id, visit.petition_id, visit.petition.code
    account_id, by, now = visit.petition.account_id, officer(scene.officer.id), utc_now()
    first = readers.invite(visit_id, "sonnmt9", (), **shown(petition_id, now), days=3, by=by, now=now)
    last = first.until
    assert last == after_working_days(local(now).date(), 3, calendar.working_days())
    assert f"đến hết ngày {last:%d/%m/%Y}" in Page(browser(asked).get("/reading").text).text
    reader, late = officer(asked.id), datetime(last.year, last.month, last.day, 17, 1, tzinfo=UTC)
    assert readers.read(code, by=reader, now=late - timedelta(minutes=2)).petition_id == petition_id
    with pytest.raises(NotFound):
        readers.read(code, by=reader, now=late)
    assert readers.of_account(asked.id, now=late) == readers.of_petition(petition_id, now=late) == []
    second = readers.invite(visit_id, "sonnmt9", (), **shown(petition_id, late), days=3, by=by, now=late)
    assert second.id != first.id and readers.read(code, by=reader, now=late)
    reception.leave(visit_id, by=citizen(account_id), now=now, key=people.key())
    petition_changes.withdraw(petition_id, "Đã xong.", by=citizen(account_id), now=late, key=people.key())
    with pytest.raises(NotFound):
        readers.read(code, by=reader, now=late)
    with pytest.raises((Conflict, NotFound)):
        readers.invite(visit_id, "sonnmt9", (), **shown(petition_id, late), by=by, now=late)


def shown(petition_id: int, now: datetime, *struck: str) -> dict[str, Any]:
    """The copy as it is now was read and confirmed."""
    copy = petition_contents.copy_of(db.session.get_one(Petition, petition_id), struck, at=now)
    return {"confirmed": True, "seen": petition_contents.mark_of(copy, struck)}


def test_no_other_copy_goes_out_than_the_one_that_was_read(browser: Make, scene: Scene) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    code, petition_id, by = visit.petition.code, visit.petition_id, citizen(visit.petition.account_id)
    desk, path = browser(scene.officer), f"/desk/visit/{visit.code}/readers"
    looked = Page(desk.post(path, {"do": "look", "struck": "Trần Văn Bình"}).text)
    read = ASKED | {"seen": looked.holds("seen")[0]}
    for typed in ({"struck": ""}, {"struck": "bà con trong thôn"}, {"struck": "Trần Văn Bình", "seen": ""}):
        refused = desk.post(path, read | typed)
        assert refused.status_code == 409 and Page(refused.text).beside("confirmed")
        assert Page(refused.text).holds("struck") == [typed["struck"]]
    petition_changes.add(petition_id, "Tôi bán phở đầu ngõ.", by=by, now=utc_now(), key=people.key())
    refused = desk.post(path, read | {"struck": "Trần Văn Bình"})
    assert refused.status_code == 409 and "phở" in Page(refused.text).text, "it is shown anew"
    assert browser(asked).get(f"/reading/{code}").status_code == 404
    again = Page(refused.text).holds("seen")[0]
    assert desk.post(path, read | {"struck": "Trần Văn Bình", "seen": again}).status_code == 303
    assert "phở" in browser(asked).get(f"/reading/{code}").text


def test_lines_that_strike_nothing_are_named_and_nobody_is_asked_with_them(
    browser: Make, scene: Scene
) -> None:
    visit, _asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    desk, path = browser(scene.officer), f"/desk/visit/{visit.code}/readers"
    struck = "Trần Văn Bình\nTrần Văn Bnh"
    for sent in (desk.post(path, {"do": "look", "struck": struck}), asks(desk, path, struck)):
        page = Page(sent.text)
        assert sent.status_code == 422 and page.beside("struck") and page.holds("struck") == [struck]
        assert "Không thấy trong bản đã che: Trần Văn Bnh" in page.text
    assert entries("reader_invited") == []


def test_asked_again_one_reads_the_new_copy_to_its_new_last_day_without_what_was_struck_before(
    browser: Make, scene: Scene
) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    visit_id, petition_id, code = visit.id, visit.petition_id, visit.petition.code
    by, author, now = officer(scene.officer.id), citizen(visit.petition.account_id), utc_now()

    def invited(at: datetime, *struck: str) -> tuple[int, Any]:
        read = shown(petition_id, at, *struck)
        found = readers.invite(visit_id, "sonnmt9", struck, **read, days=3, by=by, now=at)
        return found.id, found.until

    first = invited(now, "Trần Văn Bình")
    assert invited(now + timedelta(seconds=9), "Trần Văn Bình") == first, "the same copy and day: once"
    later = now + timedelta(days=7)
    petition_changes.add(petition_id, "Họ thu thêm 9 tạ thóc.", by=author, now=later, key=people.key())
    second = invited(later, "bà con trong thôn")
    assert second[0] != first[0] and second[1] > first[1]
    [row] = readers.of_petition(petition_id, now=later)
    assert (row.id, readers.struck_of(row)) == (second[0], ("Trần Văn Bình", "bà con trong thôn"))
    assert readers.read(code, by=officer(asked.id), now=later).invited_at == later
    assert [len(entries(f"reader_{what}")) for what in ("invited", "ended")] == [2, 1]


def test_what_is_added_after_the_copy_was_confirmed_is_not_in_it(browser: Make, scene: Scene) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    assert asks(browser(scene.officer), f"/desk/visit/{visit.code}/readers").status_code == 303
    by, later = citizen(visit.petition.account_id), utc_now() + timedelta(minutes=1)
    code = visit.petition.code
    petition_changes.add(visit.petition_id, "Tôi bán phở đầu ngõ.", by=by, now=later, key=people.key())
    assert "phở" not in browser(asked).get(f"/reading/{code}").text


def test_a_leader_sees_who_was_asked_and_ends_it(browser: Make, scene: Scene) -> None:
    visit, asked = in_hand(scene), people.staff(Role.ADVISORY, username="sonnmt9")
    assert asks(browser(scene.officer), f"/desk/visit/{visit.code}/readers").status_code == 303
    leader, code = browser(people.staff(Role.LEADER)), visit.petition.code
    page = Page(leader.get("/reading/invited").text)
    assert "đến hết ngày" in page.text and "Kín" not in page.text
    [end] = [one["action"] for one in page.all("form") if one.get("action", "").endswith("/end")]
    assert leader.post(end).status_code == leader.post(end).status_code == 303
    assert browser(asked).get(f"/reading/{code}").status_code == 404
    assert len(entries("reader_ended")) == 1


def test_of_another_kind_too_only_the_copy_is_read(browser: Make, scene: Scene) -> None:
    asked = people.staff(Role.ADVISORY, username="sonnmt9")
    told = f"Nguyễn Văn Lành tôi gửi đơn: {people.STORY}"
    petition = people.a_petition(scene.citizen, scene.now, narrative=told)
    taken = reception.take_number(
        petition.id,
        scene.sitting.id,
        bridge_point_id=None,
        by=citizen(scene.citizen.id),
        now=scene.now,
        key=people.key(),
    )
    by = officer(scene.officer.id)
    visit = reception.call(taken.id, scene.desk.id, by=by, now=utc_now(), key=people.key())
    assert asks(browser(scene.officer), f"/desk/visit/{visit.code}/readers").status_code == 303
    text = Page(browser(asked).get(f"/reading/{petition.code}").text).text
    assert people.STORY in text and "Lành" not in text


def test_whom_nobody_can_ask_is_said_beside_the_field(browser: Make, scene: Scene) -> None:
    visit, desk = in_hand(scene), browser(scene.officer)
    path = f"/desk/visit/{visit.code}/readers"
    people.staff(Role.BRIDGE, username="diemcau9")
    for name in ("diemcau9", "khong.co", ""):
        answer = desk.post(path, {"username": name, "confirmed": "y"})
        assert answer.status_code == 422 and Page(answer.text).beside("username")
        assert Page(answer.text).holds("username") == [name]
    assert browser(people.an_officer()).get(path).status_code == 404


def test_a_leader_opens_a_denouncers_identity_with_a_reason_and_another_desk_does_not(
    browser: Make, scene: Scene
) -> None:
    visit = in_hand(scene)
    path = f"/desk/visit/{visit.code}/identity"
    _desk, beside = people.an_open_desk(scene.now)
    other = browser(db.session.get_one(Account, beside.account_id))
    assert other.get(path).status_code == other.post(path, dict(WHY)).status_code == 404
    leader = browser(people.staff(Role.LEADER))
    asked = leader.get(path)
    assert asked.status_code == 200 and NAME not in asked.text
    assert leader.post(path, {"reason": "xem"}).status_code == 422
    opened = Page(leader.post(path, dict(WHY)).text).text
    assert NAME in opened and "Xóm Mít, Xã Ba Vì" in opened
    assert len(entries("identity_opened")) == 1
    assert leader.post(f"/desk/visit/{scene.code}/identity", {}).status_code == 404, "of no other kind"


def test_at_the_gate_every_desk_reads_the_copy_and_only_the_entitled_find_the_way_to_the_identity(
    browser: Make, scene: Scene
) -> None:
    waits = a_denouncer_waits(scene.sitting, scene.now, full_name=NAME, narrative=STORY)
    gate, identity = f"/desk/visit/{waits.code}/gate", f"/desk/visit/{waits.code}/identity"
    at_desk, at_top = (
        Page(browser(one).get(gate).text) for one in (scene.officer, people.staff(Role.LEADER))
    )
    for page in (at_desk, at_top):
        assert "Kín" not in page.text and "250.000.000" in page.text
    assert [identity in page.links() for page in (at_desk, at_top)] == [False, True]


def a_file(visit: Visit, name: str, content: bytes = b"", duration: int | None = None) -> Evidence:
    """A file of the visit's petition, sent as every file is where nobody says more."""
    content, account_id = content or files.photo(), visit.petition.account_id
    said: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": citizen(account_id)}
    place = evidence.Place(account_id, visit.petition.request_key)
    what = Begun(name, len(content), duration)
    return evidence.take(place, what, content, now=utc_now(), key=people.key(), **said)


def test_an_officer_takes_a_seal_off_after_looking_and_puts_it_on_again_each_with_a_reason(
    browser: Make, scene: Scene
) -> None:
    visit = in_hand(scene)
    file, desk = a_file(visit, f"Đơn tay {NAME}.jpg"), browser(scene.officer)
    path = f"/desk/visit/{visit.code}/files/{file.code}"
    page = Page(desk.get("/desk").text)
    assert "Kín" not in page.text and "Tệp 1" in page.text and f"{path}/seal" in page.links()
    assert desk.get(f"{path}/whole").mimetype == "text/html", "sealed without anyone's mark"
    off = {"shows_who": "n", "reason": "Ảnh chỉ có thửa đất."}
    assert desk.post(f"{path}/seal", off | {"reason": "xem"}).status_code == 422
    unseen = desk.post(f"{path}/seal", dict(off))
    assert unseen.status_code == 409 and "Hãy mở tệp xem trước" in Page(unseen.text).text
    assert Page(unseen.text).holds("reason") == [off["reason"]]
    assert desk.post(f"{path}/open", dict(WHY)).mimetype == "image/jpeg"
    for _ in range(2):
        assert desk.post(f"{path}/seal", dict(off)).status_code == 303
    assert desk.get(f"{path}/whole").mimetype == "image/jpeg"
    assert "Kín" not in Page(desk.get("/desk").text).text, "its name is told without the author's"
    on = {"shows_who": "y", "reason": "Góc ảnh có chữ viết tay."}
    assert desk.post(f"{path}/seal", dict(on)).status_code == 303
    assert desk.get(f"{path}/whole").mimetype == "text/html"
    told = [
        (entry.actor_id, entry.details["shows_who"], entry.reason) for entry in entries("evidence_marked")
    ]
    assert told == [(scene.officer.id, False, off["reason"]), (scene.officer.id, True, on["reason"])]
    assert browser(people.an_officer()).post(f"{path}/seal", dict(off)).status_code == 404


def test_no_seal_is_taken_off_a_voice(browser: Make, scene: Scene) -> None:
    visit = in_hand(scene)
    file, desk = a_file(visit, "Lời kể", files.told(), 60_000), browser(scene.officer)
    path = f"/desk/visit/{visit.code}/files/{file.code}"
    assert f"{path}/seal" not in Page(desk.get("/desk").text).links()
    desk.post(f"{path}/open", dict(WHY))
    assert desk.post(f"{path}/seal", {"shows_who": "n", "reason": "Nghe không rõ ai."}).status_code == 409


def leaving(page: Page) -> list[str]:
    """Links of the page's own part that take its place."""
    main = next(place for place, (tag, _one) in enumerate(page.elements) if tag == "main")
    return [
        one["href"]
        for place, (tag, one) in enumerate(page.elements)
        if tag == "a" and main in page.above[place] and not one["href"].startswith("#")
        if one.get("target") != "_blank" or one.get("rel") != "noopener"
    ]


def test_no_link_of_an_open_petition_leaves_the_call_either(browser: Make, scene: Scene) -> None:
    desk = browser(scene.receive().officer)
    desk.post(f"/desk/visit/{scene.code}/seen", {"key": people.key()})
    page = Page(desk.get("/desk").text)
    assert "đổi số" in page.text and leaving(page) == []


def test_no_link_of_the_desk_leaves_the_call_that_is_on(browser: Make, scene: Scene) -> None:
    visit = in_hand(scene)
    a_file(visit, "Đơn tay.jpg")
    a_file(visit, "Lời kể", files.told(), 60_000)
    a_denouncer_waits(scene.sitting, scene.now)
    page = Page(browser(scene.officer).get("/desk").text)
    assert leaving(page) == []
    assert f"/desk/visit/{visit.code}/readers" in page.links()
