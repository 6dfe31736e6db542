"""The way of a bridge point's tasks through the pages, without JavaScript: tick, sign, take back, call all the same."""

from collections.abc import Callable
from datetime import timedelta

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.domain.preparation import Task, items_of
from webapp.models import Account, BridgePoint, Role, Sitting
from webapp.services import reception
from webapp.services.actor import citizen
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]


def test_staff_of_a_point_find_their_task_tick_it_and_sign_it(browser: Make, scene: Scene) -> None:
    sitting = people.a_sitting(utc_now() + timedelta(days=10), connected=False)
    point = people.point_of(sitting)
    there = browser(people.staff(Role.BRIDGE, point=point.id))
    path = f"/bridge/preparation/{sitting.id}/{point.id}/test"
    assert "/bridge/preparation" in Page(there.get("/bridge").text).links()
    assert path in Page(there.get("/bridge/preparation").text).links()
    some = list(items_of(Task.TEST, central=False))[:2]
    missing = there.post(path, {"items": some, "note": "Loa cũ.", "key": people.key()})
    shown = Page(missing.text)
    assert missing.status_code == 422 and "Còn mục chưa đánh dấu" in shown.beside("items")
    assert (shown.holds("items"), shown.holds("note")) == (some, ["Loa cũ."])
    all_of_it = {"items": list(items_of(Task.TEST, central=False)), "note": "Loa cũ.", "key": people.key()}
    assert [there.post(path, all_of_it).status_code for _ in range(2)] == [303, 303]
    signed = Page(there.get(path).text)
    assert "Trần Quốc Bảo" in signed.text and "Đã ký" in signed.text
    nothing = there.post(f"{path}/withdraw", {"reason": "", "key": people.key()})
    assert nothing.status_code == 422 and "Hãy ghi lý do" in Page(nothing.text).beside("reason")
    assert there.post(f"{path}/withdraw", {"reason": "Hỏng loa.", "key": people.key()}).status_code == 303
    assert "Hỏng loa." in Page(there.get(path).text).text
    points = f"/sittings/{sitting.id}/points"
    assert there.get(points).status_code == 403
    with unit_of_work() as work:
        centre = BridgePoint(name="Trụ sở", central=True)
        work.session.add(centre)
        work.session.flush()
    central = browser(people.staff(Role.BRIDGE, point=centre.id))
    assert path in Page(central.get(points).text).links()
    assert central.post(path, all_of_it | {"key": people.key()}).status_code == 303
    stranger = browser(people.staff(Role.BRIDGE, point=people.point_of(scene.sitting).id))
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, all_of_it | {"key": people.key()}).status_code == 404
    assert there.get(f"/bridge/preparation/{sitting.id}/{point.id}/dance").status_code == 404


def test_the_desk_says_whom_it_passes_over_and_why_and_goes_on_once_a_reason_stands(
    browser: Make, scene: Scene
) -> None:
    point = people.point_of(scene.sitting)
    account = people.a_citizen()
    petition = people.a_petition(account, scene.now)
    where = {"bridge_point_id": point.id, "by": citizen(account.id), "now": scene.now, "key": people.key()}
    number = reception.take_number(petition.id, scene.sitting.id, **where).ticket  # type: ignore[arg-type]
    _start_another_time(scene.sitting)
    desk, admin = browser(scene.officer), browser(people.staff(Role.ADMIN))
    queue = Page(desk.get("/desk").text)
    assert f"số {number}, vì {point.name} chưa ký là đã nối xong" in queue.text
    assert f"Gọi số tiếp theo: {scene.visit.ticket}" in queue.text
    points = f"/sittings/{scene.sitting.id}/points"
    assert points in Page(admin.get(f"/admin/schedule/sittings/{scene.sitting.id}").text).links()
    assert "Quá hạn" in Page(admin.get(points).text).text
    name = f"p{point.id}-reason"
    unsaid = desk.post(f"/sittings/{scene.sitting.id}/{point.id}/receive", {name: " ", "key": people.key()})
    assert unsaid.status_code == 422 and "Hãy ghi lý do" in Page(unsaid.text).beside(name)
    said = {name: "Hai đầu đã thấy và nghe nhau.", "key": people.key()}
    assert desk.post(f"/sittings/{scene.sitting.id}/{point.id}/receive", said).status_code == 303
    assert "Hai đầu đã thấy và nghe nhau." in Page(admin.get(points).text).text
    assert "chưa ký là đã nối xong" not in Page(desk.get("/desk").text).text
    assert "Quá hạn" not in Page(desk.get(points).text).text.split(point.name)[1].split("Kết nối xong")[1]


def _start_another_time(sitting: Sitting) -> None:
    """What was signed as connected was for another hour."""
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).starts_at -= timedelta(minutes=5)
