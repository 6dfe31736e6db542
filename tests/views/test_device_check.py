"""The page of the check: what it holds without scripts and with them, and what of it others see."""

import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import Account, DeviceCheck
from webapp.views.device_check import SAMPLE, SHORT

Make = Callable[[Account | None], Browser]

TOLD = {"microphone": "works", "speaker": "works", "camera": "refused"}
LINE = {
    "kbits": "60",
    "loss": "4",
    "round_trip": "90",
    "way": "unknown",
    "starts_in": "voice",
    "carries": "still",
}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)
ANDROID = "Mozilla/5.0 (Linux; Android 13; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


def test_without_scripts_it_says_what_to_look_at_and_where_else_to_go(browser: Make, scene: Scene) -> None:
    page = Page(browser(scene.citizen).get(f"/visits/{scene.code}/check").text)
    assert "Vẫn gặp được cán bộ." in page.text
    assert {"/schedule", f"/visits/{scene.code}/wait"} <= set(page.links())


def test_ticket_and_waiting_page_lead_to_it(browser: Make, scene: Scene) -> None:
    person = browser(scene.citizen)
    for path in ("", "/wait"):
        assert f"/visits/{scene.code}/check" in Page(person.get(f"/visits/{scene.code}{path}").text).links()


def test_once_the_visit_is_over_there_is_nothing_to_try(browser: Make, scene: Scene) -> None:
    person = browser(scene.citizen)
    person.post(f"/visits/{scene.code}/leave", {"key": people.key()})
    assert person.get(f"/visits/{scene.code}/check").headers["Location"] == f"/visits/{scene.code}"


def test_what_was_found_is_kept_and_shown_to_the_citizen_and_at_the_desk(browser: Make, scene: Scene) -> None:
    person, path = browser(scene.citizen), f"/visits/{scene.code}/check"
    answer = person.post(path, {"key": people.key(), **TOLD, **LINE}, headers={"User-Agent": ANDROID})
    assert answer.status_code == 200
    assert "phòng sẽ bắt đầu bằng: chỉ có tiếng" in answer.text
    assert Page(answer.text).text in Page(person.get(path).text).text
    scene.call()
    line = Page(browser(scene.officer).get(f"/desk/visit/{scene.code}").text).text
    assert "máy ảnh chưa được cho phép · 60 kbit/s, bắt đầu bằng chỉ có tiếng" in line
    assert "chưa rõ đường nối, mất 4%, trễ 90 ms, có thể lên ảnh đứng yên và tiếng · Chrome" in line


def test_other_words_are_refused_with_a_sentence_and_kept_nowhere(browser: Make, scene: Scene) -> None:
    answer = browser(scene.citizen).post(
        f"/visits/{scene.code}/check", {"key": people.key(), **TOLD, "camera": "Logitech C270"}
    )
    assert answer.status_code == 422
    assert "Hãy tải lại trang" in answer.text
    assert db.session.query(DeviceCheck).count() == 0


def test_the_sample_is_as_long_as_it_says_and_nothing_on_its_way_makes_it_shorter(
    browser: Make, scene: Scene
) -> None:
    path = f"/visits/{scene.code}/check/sample"
    person = browser(scene.citizen)
    answer = person.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
    assert {"no-store", "no-transform"} <= set(answer.headers["Cache-Control"].split(", "))
    assert len(answer.data) == SAMPLE < len(zlib.compress(answer.data, 9)) + 100
    assert answer.data != person.get(path).data
    assert len(person.get(f"{path}?short=1").data) == SHORT
    assert person.post(path, {"more": "x" * SAMPLE}).status_code == 413, "more than a trial of ours sends"


def test_samples_are_limited_for_each_person_and_not_for_all_at_one_address(settings: Settings) -> None:
    app = create_app(replace(settings, rate_limits=True))
    with app.app_context():
        first, other = Browser(app, people.a_citizen()), Browser(app, people.a_citizen())
        path = "/visits/khong-co/check/sample"
        answers = [first.get(path).status_code for _ in range(11)]
        assert [answers[0], answers[-1], other.get(path).status_code] == [404, 429, 404]


@pytest.mark.parametrize(
    ("agent", "shown"),
    [(IPHONE, ["iPhone"]), (ANDROID, ["Android"]), ("", ["iPhone", "Android"])],
    ids=["iPhone", "Android", "another"],
)
def test_the_pictures_are_of_the_phone_in_hand_and_each_says_what_it_shows(
    browser: Make, scene: Scene, agent: str, shown: list[str]
) -> None:
    page = Page(browser(scene.citizen).get(f"/visits/{scene.code}/check", headers={"User-Agent": agent}).text)
    told = [one["aria-label"] for one in page.all("svg") if one.get("role") == "img"]
    assert len(told) == 3 * len(shown)
    assert all(told)
    assert [name for name in ("iPhone", "Android") if any(name in label for label in told)] == shown


def test_everyone_may_try_without_a_visit_and_gets_no_way_into_a_relay(settings: Settings) -> None:
    turn = {"turn_urls": ("turn:turn.example:3478",), "turn_secret": "bi mat", "rate_limits": True}
    app = create_app(replace(settings, **turn))
    with app.app_context():
        stranger, account = Browser(app), people.a_citizen()
        assert "/check" in Page(stranger.get("/").text).links()
        shown = stranger.get("/check")
        page = Page(shown.text)
        [part] = [one for one in page.all("div") if one.get("id") == "check"]
        assert "turn" not in part["data-ice"]
        assert "credential" not in shown.text
        assert part["data-sample"] == "/check/sample"
        assert all("data-keeps" not in form for form in page.all("form"))
        assert "Vẫn gặp được cán bộ." in page.text, "what to look at by oneself stands there without scripts"
        person = Browser(app, account)
        answers = [person.get("/check/sample").status_code for _ in range(11)]
        assert [answers[0], answers[-1], stranger.get("/check/sample").status_code] == [200, 429, 200]
        assert stranger.post("/check/sample", {"more": "x" * SAMPLE}).status_code == 413


def test_what_a_citizen_tried_before_stands_on_the_ticket_and_then_their_visits_page_tries(
    browser: Make, scene: Scene
) -> None:
    account = people.a_citizen()
    person, petition = browser(account), people.a_petition(account, scene.now)
    assert Page(person.get("/check").text).values("key") != []
    told = person.post("/check", {"key": people.key(), **TOLD, **LINE})
    assert "máy ảnh chưa được cho phép" in told.text
    choice = {"place": "home", "slot": "now", "sitting": scene.sitting.id, "key": people.key()}
    waits = person.post(f"/petitions/{petition.code}/book", choice).headers["Location"]
    visit = waits.removesuffix("/wait")
    assert Page(told.text).text in Page(person.get(visit).text).text
    assert person.get("/check").headers["Location"] == f"{visit}/check"
