"""What people can rely on about recordings on the pages: the sign for all, the file for those entitled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests import media, people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.domain.call_modes import Cause, Mode
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.recording import GapReason, Missing
from webapp.extensions import db
from webapp.integrations import media as joiner
from webapp.integrations import objects
from webapp.models import Account, RecordingGap, Role
from webapp.realtime import timers
from webapp.services import reception, recordings, room
from webapp.services.actor import officer

Make = Callable[[Account | None], Browser]
NOTICE = "Buổi tiếp được ghi âm, ghi hình theo Nghị định 154/2026, Điều 24"
WHY = {"reason": "Nghe lại để hoàn chỉnh biên bản."}


def send(browser: Browser, code: str, number: int = 0, content: bytes = b"piece", **changed: str):  # type: ignore[no-untyped-def]
    about = {"take": "take-0001", "ages": "began=6000&ended=0", "media_type": "video/webm"} | changed
    path = f"/desk/recording/{code}/{about['take']}/{number}?{about['ages']}"
    return browser.put(path, content, about["media_type"])


def signs(scene: Scene, browser: Make) -> set[str]:
    """What the sign says in the room, in its refresh, in its frame without scripts, and at the desk."""
    person, by = browser(scene.citizen), browser(scene.officer)
    room, desk = f"/visits/{scene.code}/room", f"/desk/visit/{scene.code}"
    shown = [person.get(room), person.part(f"{room}/status"), person.get(f"{room}/frame")]
    shown += [by.get("/desk"), by.part(desk)]
    found = set()
    for answer in shown:
        page = Page(answer.text)
        (place,) = [place for place, (_tag, one) in enumerate(page.elements) if "data-recording" in one]
        found.add(" ".join(page.told[place].split()))
    return found


def test_the_sign_is_the_same_in_every_room_and_at_the_desk(browser: Make, scene: Scene) -> None:
    scene.receive()
    not_begun = f"Chưa ghi được: máy của cán bộ chưa bắt đầu ghi {NOTICE}."
    assert signs(scene, browser) == {not_begun}
    assert send(browser(scene.officer), scene.code).status_code == 201
    assert signs(scene, browser) == {"Đang ghi âm, ghi hình"}
    by, now = officer(scene.officer.id), utc_now()
    recordings.note_gap(scene.visit.id, Missing.PICTURE, GapReason.NO_PICTURE, now, by=by, now=now)
    assert signs(scene, browser) == {"Đang ghi âm Thiếu hình: chưa có hình"}
    own = {"kind": "officer_sound", "reason": "muted", "ago": "0"}
    assert browser(scene.officer).post(f"/desk/recording/{scene.code}/gap", own).status_code == 204
    assert signs(scene, browser) == {
        "Đang ghi âm Thiếu hình: chưa có hình Thiếu tiếng cán bộ: micro đang tắt"
    }
    browser(scene.officer).post(f"/desk/recording/{scene.code}/decision/pause")
    assert signs(scene, browser) == {"Tạm dừng ghi: cán bộ cho tạm dừng"}


def test_before_coming_in_the_citizen_reads_that_it_is_recorded(browser: Make, scene: Scene) -> None:
    scene.call()
    assert NOTICE in Page(browser(scene.citizen).get(f"/visits/{scene.code}/wait").text).text


def test_a_stall_is_seen_by_both_sides(browser: Make, scene: Scene) -> None:
    scene.receive()
    send(browser(scene.officer), scene.code)
    timers.tick(utc_now() + timedelta(seconds=25))
    assert signs(scene, browser) == {"Chưa ghi được: máy chủ chưa nhận được bản ghi"}


def test_a_piece_sent_again_is_answered_alike(browser: Make, scene: Scene) -> None:
    scene.receive()
    by = browser(scene.officer)
    assert [send(by, scene.code).status_code for _ in range(3)] == [201, 200, 200]
    assert send(by, scene.code, content=b"another").status_code == 409


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"content": b""}, 422),
        ({"content": b"x" * (512 * 1024 + 1)}, 413),
        ({"content": b"x" * (900 * 1024)}, 413),
        ({"media_type": "text/html"}, 422),
        ({"take": "short"}, 422),
        ({"ages": "began=1"}, 422),
        ({"ages": "began=-5&ended=0"}, 422),
        ({"number": 20_000}, 422),
    ],
)
def test_what_is_no_piece_is_refused(
    browser: Make, scene: Scene, changed: dict[str, object], status: int
) -> None:
    scene.receive()
    assert send(browser(scene.officer), scene.code, **changed).status_code == status  # type: ignore[arg-type]


def test_a_piece_needs_the_token_of_a_page(browser: Make, scene: Scene) -> None:
    scene.receive()
    by = browser(scene.officer)
    path = f"/desk/recording/{scene.code}/take-0001/0?began=6000&ended=0"
    assert by.client.put(path, data=b"piece", content_type="video/webm").status_code == 400


@pytest.mark.parametrize("sent", [{"kind": "smell"}, {"reason": "paused"}, {"reason": "x"}, {"ago": "soon"}])
def test_a_gap_that_cannot_be_is_refused(browser: Make, scene: Scene, sent: dict[str, object]) -> None:
    scene.receive()
    told: dict[str, object] = {"kind": "sound", "reason": "silent", "ago": "5000"}
    answer = browser(scene.officer).post(f"/desk/recording/{scene.code}/gap", told | sent)
    assert answer.status_code == 422


def test_a_gap_is_opened_closed_and_decided_on_from_the_desk(browser: Make, scene: Scene) -> None:
    scene.receive()
    by = browser(scene.officer)
    send(by, scene.code)
    path = f"/desk/recording/{scene.code}"
    for _again in range(2):
        by.post(f"{path}/gap", {"kind": "sound", "reason": "silent", "ago": "5000"})
    desk = Page(by.part(f"/desk/visit/{scene.code}").text)
    assert "Thiếu tiếng: không nghe thấy tiếng công dân" in desk.text
    offered = [one["action"] for one in desk.all("form") if "data-decide" in one]
    assert offered == [f"{path}/decision/go_on", f"{path}/decision/pause"]
    by.post(offered[0])
    assert "data-decide" not in by.part(f"/desk/visit/{scene.code}").text
    assert by.post(f"{path}/decision/perhaps").status_code == 404
    by.post(f"{path}/gap", {"kind": "sound", "reason": "", "ago": "0"})
    (gap,) = [one for one in db.session.query(RecordingGap) if one.kind is Missing.SOUND]
    assert (gap.decision, gap.ended_at is not None) == ("go_on", True)


@pytest.fixture
def kept(scene: Scene, browser: Make) -> bytes:
    """A recording whose file is made."""
    scene.receive()
    for number, piece in enumerate(media.take(seconds=20, pieces=3)):
        assert send(browser(scene.officer), scene.code, number, piece).status_code == 201
    by, now = officer(scene.officer.id), utc_now()
    reception.close(scene.visit.id, OutcomeKind.ANSWERED, None, "Xong.", by=by, now=now, key=people.key())
    recordings.end_ended(now)
    recordings.finish_one(now + timedelta(seconds=61), store=objects, join=joiner.join)
    db.session.rollback()
    recording = recordings.of_visit(scene.visit.id)
    assert recording is not None
    with recordings.whole(recording, objects) as file:
        content: bytes = file.read()
        return content


def test_the_file_is_heard_after_a_reason_and_any_part_of_it(
    browser: Make, scene: Scene, kept: bytes
) -> None:
    by, path = browser(scene.officer), f"/recordings/{scene.code}"
    assert by.get(f"{path}/file").status_code == 403
    asked = Page(by.get(path).text)
    assert not asked.all("video")
    assert "Hồ sơ giải quyết vụ việc: đến hết ngày 31/12/" in asked.text
    assert "Hãy ghi rõ lý do" in Page(by.post(path, {"reason": "nghe"}).text).beside("reason")
    assert by.post(path, WHY).status_code == 303
    assert [one["src"] for one in Page(by.get(path).text).all("video")] == [f"{path}/file"]
    whole = by.get(f"{path}/file")
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "video/webm", kept)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = by.get(f"{path}/file", headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.data) == (206, kept[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(kept)}"
    tail = by.get(f"{path}/file", headers={"Range": f"bytes={len(kept) - 10}-"})
    assert tail.data == kept[-10:]
    beyond = by.get(f"{path}/file", headers={"Range": f"bytes={len(kept)}-"})
    assert beyond.status_code == 416
    assert "no-store" in whole.headers["Cache-Control"]


def test_leaders_and_inspectors_hear_all_others_nothing(browser: Make, scene: Scene, kept: bytes) -> None:
    path = f"/recordings/{scene.code}"
    for role in (Role.LEADER, Role.INSPECTOR):
        one = browser(people.staff(role))
        assert Page(one.get("/recordings").text).text.count("Mở bản ghi") == 1
        one.post(path, WHY)
        assert one.get(f"{path}/file").data == kept
    other = browser(people.an_officer())
    assert other.get(path).status_code == 404
    assert other.post(path, WHY).status_code == 404
    assert other.get(f"{path}/file").status_code == 404
    assert "Mở bản ghi" not in other.get("/recordings").text
    assert browser(people.staff(Role.ADMIN)).get(path).status_code == 403
    assert browser(scene.citizen).get(path).status_code == 403


def test_how_people_could_talk_stands_beside_the_recording_with_times_and_causes(
    browser: Make, scene: Scene
) -> None:
    scene.receive()
    send(browser(scene.officer), scene.code)
    by, path = officer(scene.officer.id), f"/recordings/{scene.code}"
    none = Page(browser(scene.officer).get(path).text).text
    assert "Trong lượt này không ghi lần đổi nào." in none
    room.change_mode(scene.visit.id, Mode.VOICE, Cause.CHOICE, by=by, now=utc_now())
    for reader in (scene.officer, people.staff(Role.LEADER), people.staff(Role.INSPECTOR)):
        shown = Page(browser(reader).get(path).text).text
        assert "Chỉ có tiếng, theo ý người nói" in shown
        assert "Nghị định 154/2026, Điều 21 khoản 2" in shown


def test_one_persons_reason_opens_nothing_for_another(browser: Make, scene: Scene, kept: bytes) -> None:
    path = f"/recordings/{scene.code}"
    browser(scene.officer).post(path, WHY)
    assert browser(people.staff(Role.LEADER)).get(f"{path}/file").status_code == 403
    assert kept


def test_no_page_of_a_recording_names_anybody(app: Flask, browser: Make, scene: Scene, kept: bytes) -> None:
    by, path = browser(scene.officer), f"/recordings/{scene.code}"
    by.post(path, WHY)
    for answer in (by.get(path), by.get("/recordings")):
        assert "Nguyễn Văn Lành" not in answer.text
    assert kept
