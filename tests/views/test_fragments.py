"""What people can rely on when a part of their page is fetched anew: it says what the whole page says.

Asked again, an unchanged part costs no more than a 304. The parts hold forms; a part that the
browser keeps must go on working with the token and keys that it holds.
"""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits, a_guest_inside
from webapp.clock import utc_now
from webapp.models import Account, Role
from webapp.services import reception
from webapp.services.actor import citizen, officer

Make = Callable[[Account | None], Browser]

PARTS = ["wait", "called", "queue", "queue in hand", "visit", "visit called", "status", "accounts"]
PARTS += ["people", "people at the desk"]


@pytest.fixture
def part(request: pytest.FixtureRequest, browser: Make, scene: Scene) -> tuple[Browser, str, str]:
    """Who looks, the part's address, and its page's."""
    a_denouncer_waits(scene.sitting, scene.now)
    people.a_waiting_visit(scene.sitting, scene.now, priority=True)
    code = scene.code
    if request.param in ("called", "visit called"):
        scene.call()
    if request.param in ("queue in hand", "visit", "status", "people", "people at the desk"):
        scene.receive()
    if "people" in request.param:
        a_guest_inside(scene)
    wait, queue, visit = f"/visits/{code}/wait", "/desk/queue", f"/desk/visit/{code}"
    status, accounts = f"/visits/{code}/room/status", "/admin/accounts?q=can"
    where: dict[str, tuple[Account, str, str]] = {
        "wait": (scene.citizen, wait, wait),
        "called": (scene.citizen, wait, wait),
        "queue": (scene.officer, queue, "/desk"),
        "queue in hand": (scene.officer, queue, "/desk"),
        "visit": (scene.officer, visit, "/desk"),
        "visit called": (scene.officer, visit, "/desk"),
        "people": (scene.citizen, f"/visits/{code}/people", f"/visits/{code}/room"),
        "people at the desk": (scene.officer, f"/visits/{code}/people", "/desk"),
        "status": (scene.citizen, status, f"/visits/{code}/room"),
        "accounts": (people.staff(Role.ADMIN), accounts, accounts),
    }
    account, at, page = where[request.param]
    return browser(account), at, page


each_part = pytest.mark.parametrize("part", PARTS, indirect=True)


@each_part
def test_a_part_says_what_its_page_says(part: tuple[Browser, str, str]) -> None:
    browser, at, page = part
    fragment, whole = Page(browser.part(at).text), Page(browser.get(page).text)
    assert not fragment.whole and whole.whole
    assert fragment.text and fragment.text in whole.text
    assert [one for one in fragment.elements if _is_kept(one)] == _same_run(whole, fragment)


def _is_kept(element: tuple[str, dict[str, str]]) -> bool:
    """All but the tokens and keys, which differ at each rendering."""
    return element[1].get("name") not in ("csrf_token", "key")


def _same_run(whole: Page, fragment: Page) -> list[tuple[str, dict[str, str]]]:
    """Of the page, as many elements as the part has, from where they agree."""
    wanted = [one for one in fragment.elements if _is_kept(one)]
    there = [one for one in whole.elements if _is_kept(one)]
    runs = (there[at : at + len(wanted)] for at in range(len(there)) if there[at] == wanted[0])
    return next((run for run in runs if run == wanted), [])


@each_part
def test_an_unchanged_part_costs_a_304(part: tuple[Browser, str, str]) -> None:
    browser, at, _page = part
    first = browser.part(at)
    again = browser.part(at, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert again.headers["ETag"] == first.headers["ETag"]


@each_part
def test_a_part_and_its_page_are_not_taken_for_each_other(part: tuple[Browser, str, str]) -> None:
    browser, at, _page = part
    tag = browser.part(at).headers["ETag"]
    whole = browser.get(at, headers={"If-None-Match": tag})
    assert "HX-Request" in whole.vary and "HX-Request" in browser.part(at).vary
    assert (whole.status_code, "ETag" in whole.headers) == (200, False)
    assert whole.headers["Cache-Control"] == "private, no-store"


@each_part
def test_a_part_kept_by_the_browser_still_holds_good_forms(part: tuple[Browser, str, str]) -> None:
    browser, at, _page = part
    kept = browser.part(at)
    assert browser.part(at, **{"If-None-Match": kept.headers["ETag"]}).status_code == 304
    forms = [found for found in Page(kept.text).all("form") if found.get("method") == "post"]
    for form, token, key in zip(
        forms, Page(kept.text).values("csrf_token"), Page(kept.text).values("key"), strict=True
    ):
        answer = browser.post(form["action"], {"key": key}, token=token)
        # A form whose field stays empty is answered beside it.
        assert answer.status_code in (303, 409, 422), f"{answer.status_code} at {form['action']}"


@pytest.mark.parametrize("part", ["wait", "queue", "visit called"], indirect=True)
def test_a_part_kept_from_before_signing_in_anew_is_fetched_anew(part: tuple[Browser, str, str]) -> None:
    """Its forms hold the former session's token, which is good for nothing now."""
    browser, at, _page = part
    kept = browser.part(at)
    with browser.client.session_transaction() as session:
        del session["csrf_token"]  # as signing out and in again leaves it
    again = browser.part(at, **{"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 200


def test_every_change_of_a_visit_changes_the_parts_that_show_it(browser: Make, scene: Scene) -> None:
    person, desk = browser(scene.citizen), browser(scene.officer)
    seen: list[tuple[str, str]] = []

    def look() -> None:
        seen.append((tag(person.part(f"/visits/{scene.code}/wait")), tag(desk.part("/desk/queue"))))

    look()
    scene.call()
    look()
    reception.send_back(scene.visit.id, by=officer(scene.officer.id), now=utc_now(), key=people.key())
    look()
    reception.leave(scene.visit.id, by=citizen(scene.citizen.id), now=utc_now(), key=people.key())
    look()
    for tags in zip(*seen, strict=True):
        assert len(set(tags)) == 4


def test_a_part_says_nothing_of_another_person(browser: Make, scene: Scene) -> None:
    other = people.a_citizen()
    people.a_waiting_visit(scene.sitting, scene.now, other)
    mine = browser(scene.citizen).part(f"/visits/{scene.code}/wait")
    theirs = browser(other).part(f"/visits/{scene.code}/wait", **{"If-None-Match": tag(mine)})
    assert theirs.status_code == 404
    assert not re.search(r"\b00\d\b", Page(theirs.text).text)


def tag(answer: TestResponse) -> str:
    return answer.headers["ETag"]


def test_a_call_by_telephone_can_be_asked_for_without_scripts(browser: Make, scene: Scene) -> None:
    scene.receive()
    page = Page(browser(scene.citizen).get(f"/visits/{scene.code}/room").text)
    (way,) = [one for one in page.all("div") if "data-call-back" in one]
    assert "hidden" not in way
    assert way["class"] == "no", "where scripts run it comes when words alone get through"


def test_an_ended_visit_sends_the_room_to_its_result(browser: Make, scene: Scene) -> None:
    person, path = browser(scene.citizen), f"/visits/{scene.receive().code}/room/status"
    kept = tag(person.part(path))
    form = {"outcome": "answered", "explanation": "Đã trả lời.", "key": people.key()}
    assert browser(scene.officer).post(f"/desk/visit/{scene.code}/close", form).status_code == 303
    answer = person.part(path, **{"If-None-Match": kept})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/visits/{scene.code}")
