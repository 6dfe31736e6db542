"""The record of a visit that is over: who received, and leaders, read how people talked and the minutes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.clock import utc_now
from webapp.domain.call_modes import Cause, Mode
from webapp.domain.outcomes import OutcomeKind
from webapp.extensions import db
from webapp.models import AuditEntry, Petition, Role, Visit
from webapp.services import minutes, reception, room
from webapp.services.actor import Actor, citizen, officer

Make = Callable[..., Browser]
SAID = "Ông Lành trình bày: đất đo thiếu 46 m²."
WHY = {"reason": "Đối chiếu khi có khiếu nại."}


def author_of(visit: Visit) -> Actor:
    return citizen(db.session.get_one(Petition, visit.petition_id).account_id)


def closes(scene: Scene, visit: Visit) -> str:
    """With minutes, a camera that was out, and a call that the citizen ended."""
    by, now = officer(scene.officer.id), utc_now()
    minutes.save(visit.id, SAID, base_version=0, by=by, now=now)
    ways = room.Ways(from_officer=Mode.VIDEO, from_citizen=Mode.VOICE)
    room.change_mode(visit.id, Mode.VOICE, Cause.DEVICE, by=by, now=now, ways=ways)
    room.hang_up(visit.id, by=author_of(visit), now=now)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=now, key=people.key())
    return f"/desk/records/{visit.code}"


def opened() -> list[str]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "minutes_opened"))
    return [one.reason for one in rows]


def test_who_received_and_a_leader_read_the_minutes_and_how_people_talked_and_nobody_else(
    browser: Make, scene: Scene
) -> None:
    mine = browser(scene.officer)
    scene.receive()
    assert mine.get(f"/desk/records/{scene.code}").status_code == 404, "not over yet"
    path = closes(scene, scene.visit)
    for reader in (mine, browser(people.staff(Role.LEADER))):
        shown = Page(reader.get(path).text).text
        assert SAID in shown and "Đã trả lời." in shown
        assert "(cán bộ: có hình và tiếng; công dân: chỉ có tiếng)" in shown
        assert "Chỉ nhắn tin, công dân gác máy, tiếp tục bằng chữ" in shown
        assert "Điều 21 khoản 2" in shown
        assert path in Page(reader.get(f"/recordings/{scene.code}").text).links()
    assert opened() == ["", ""], "each reading is kept"
    assert browser(people.an_officer()).get(path).status_code == 404
    inspector = browser(people.staff(Role.INSPECTOR))
    assert inspector.get(path).status_code == 403
    assert path not in inspector.get(f"/recordings/{scene.code}").text


@pytest.fixture
def denounced(scene: Scene) -> str:
    visit = a_denouncer_waits(scene.sitting, scene.now)
    by = officer(scene.officer.id)
    about: dict[str, Any] = {"by": by, "now": scene.now, "key": people.key()}
    reception.decide_gate(visit.id, online=True, reason="Việc phức tạp.", **about)
    reception.call(visit.id, scene.desk.id, by=by, now=scene.now, key=people.key())
    reception.enter_room(visit.id, by=author_of(visit), now=scene.now)
    return closes(scene, visit)


def test_the_minutes_of_a_denunciation_want_a_reason(browser: Make, scene: Scene, denounced: str) -> None:
    mine = browser(scene.officer)
    closed = Page(mine.get(denounced).text).text
    assert SAID not in closed and "công dân gác máy" in closed
    short = mine.post(denounced, {"reason": "xem"})
    assert (short.status_code, SAID in short.text) == (422, False)
    assert opened() == []
    assert SAID in mine.post(denounced, dict(WHY)).text
    assert opened() == [WHY["reason"]]
    code = (
        db.session.scalars(select(Visit).where(Visit.code == denounced.rpartition("/")[2]))
        .one()
        .petition.code
    )
    leader = browser(people.staff(Role.LEADER))
    assert denounced in Page(leader.get(f"/desk/sealed/{code}").text).links()
