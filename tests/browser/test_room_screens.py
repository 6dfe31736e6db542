"""The room with three people on small and wide screens: what is needed is in reach, and a cut line is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests import people, servers
from tests.browser.conftest import DESK, PHONE
from tests.browser.humming import Guest, a_visit_in_session, invites
from tests.browser.humming import inside as inside
from tests.browser.humming import server as server
from tests.browser.navigators import opens_the_chat, writes
from tests.browser.test_old_browsers import PLAYS_WHEN_TOUCHED
from webapp.clock import utc_now
from webapp.domain.participants import ParticipantRole
from webapp.extensions import db
from webapp.models import Account, Petition, Visit
from webapp.services import floor, participants
from webapp.services.actor import officer
from webapp.services.participants import Invitation

pytestmark = pytest.mark.browser

KEPT = "Đang mất mạng. Bài viết đã lưu, có mạng sẽ tự gửi."
IN_VIEW = """(part) => {
  const { left, right, top, bottom } = part.getBoundingClientRect();
  const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && part.contains(middle);
}"""


@dataclass
class Three:
    """An officer's visit with a citizen and an interpreter in it, and who opens which page."""

    app: Flask
    visit: Visit
    account: Account
    token: str
    come: Callable[[], Guest]

    def citizen(self, before: str = "") -> Page:
        one = self.come()
        one.page.add_init_script(before)
        one.signs_in(self.app, db.session.get_one(Petition, self.visit.petition_id).account)
        one.page.goto(f"/visits/{self.visit.code}/room")
        return one.page

    def interpreter(self, before: str = "") -> Page:
        one = self.come()
        one.page.add_init_script(before)
        one.opens(self.token)
        by = officer(self.account.id)
        [place] = [one for one in participants.in_order(self.visit.id) if one.is_guest]
        participants.admit(place.id, by=by, now=utc_now(), key=people.key())
        expect(one.page.locator("#people")).to_contain_text(place.name)
        return one.page

    def officer(self) -> Page:
        one = self.come()
        one.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        one.signs_in(self.app, self.account)
        one.page.goto("/desk")
        one.page.wait_for_function("() => window.htmx")
        return one.page


WHO = pytest.mark.parametrize("who", ["citizen", pytest.param("interpreter", marks=pytest.mark.long)])


@pytest.fixture
def three(inside: Flask, chromium: Browser, server: servers.Web) -> Iterator[Three]:
    opened: list[Guest] = []

    def come() -> Guest:
        opened.append(Guest(chromium, server.url, "Phiên dịch Mỵ"))
        return opened[-1]

    visit, account = a_visit_in_session()
    wanted = Invitation(ParticipantRole.INTERPRETER, "Phiên dịch Mỵ")
    by = officer(account.id)
    _invited, token = participants.invite(visit.id, wanted, by=by, now=utc_now(), key=people.key())
    yield Three(inside, visit, account, token, come)
    for one in opened:
        one.page.context.close()


@WHO
def test_whose_line_is_cut_is_told_that_what_they_write_is_kept_and_it_arrives(
    three: Three, server: servers.Web, who: str
) -> None:
    if who == "citizen":
        three.interpreter().close()
        page = three.citizen()
        opens_the_chat(page)
    else:
        page = three.interpreter()
        page.wait_for_function("() => window.callStats")
    expect(page.locator("#people li")).to_have_count(3)
    server.kill()
    expect(page.locator("[data-line]")).to_have_text(KEPT)
    writes(page, "Tôi vẫn ở đây")
    expect(page.locator("[data-waiting]")).to_contain_text("Tôi vẫn ở đây")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    writes(page, "Máy đã đầy")
    server.start()
    for said in ("Tôi vẫn ở đây", "Máy đã đầy"):
        here = page.locator(".msg:not([data-waiting])").filter(has_text=said)
        expect(here).to_be_visible(timeout=60_000)
    expect(page.locator("[data-line]")).not_to_have_text(KEPT)


@pytest.mark.long
@WHO
def test_where_sound_wants_a_touch_one_is_asked_for_in_a_room_of_three_too(three: Three, who: str) -> None:
    interpreter = three.interpreter(PLAYS_WHEN_TOUCHED if who == "interpreter" else "")
    citizen = three.citizen(PLAYS_WHEN_TOUCHED if who == "citizen" else "")
    page = citizen if who == "citizen" else interpreter
    asked = page.get_by_role("button", name="Bấm để nghe tiếng")
    asked.click(timeout=90_000)
    expect(asked).to_be_hidden()
    assert page.evaluate("() => window.played > 0")


@pytest.mark.long
def test_a_room_of_voices_alone_says_that_they_are_heard(three: Three) -> None:
    three.interpreter()
    citizen = three.citizen()
    sign = citizen.get_by_text("Đang nghe tiếng")
    expect(sign).to_be_visible(timeout=90_000)
    citizen.get_by_role("button", name="Ngừng").click()
    expect(sign).to_be_hidden()


def test_a_second_device_takes_the_seat_over_and_the_first_says_so_and_may_take_it_back(three: Three) -> None:
    told = "Phòng này đang mở ở cửa sổ hoặc máy khác. Ở đây đã ngừng."
    first = three.citizen()
    first.wait_for_function("() => window.callStats")
    second = three.citizen()
    expect(first.locator("[data-notice]")).to_contain_text(told)
    expect(second.locator("[data-notice]")).to_be_hidden()
    first.get_by_role("button", name="Dùng máy này").click()
    expect(second.locator("[data-notice]")).to_contain_text(told)
    expect(first.locator("[data-notice]")).to_be_hidden()


def test_a_page_that_comes_back_out_of_the_browsers_memory_opens_its_line_anew(three: Three) -> None:
    page = three.interpreter()
    page.wait_for_function("() => window.callStats")
    with page.expect_websocket():
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("#people li")).to_have_count(3)


@WHO
def test_who_may_not_speak_can_always_ask_for_the_word(three: Three, who: str) -> None:
    interpreter = three.interpreter()
    page = three.citizen() if who == "citizen" else interpreter
    floor.moderate(three.visit.id, True, by=officer(three.account.id), now=utc_now(), key=people.key())
    hand = page.get_by_role("button", name="Giơ tay xin nói")
    expect(hand).to_be_visible(timeout=90_000)
    if who == "citizen":
        opens_the_chat(page)
    for size in (PHONE, {"width": 360, "height": 640}, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert hand.evaluate(IN_VIEW), size


@pytest.mark.long
@WHO
def test_a_wide_screen_shows_people_and_words_side_by_side_and_scrolls_nowhere(
    three: Three, who: str
) -> None:
    interpreter = three.interpreter()
    page = three.citizen() if who == "citizen" else interpreter
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    field, end = page.get_by_label("Tin nhắn", exact=True).last, page.get_by_role("button", name="Ngừng")
    for part in (field, end, page.locator("#people")):
        assert part.evaluate(IN_VIEW)
    stage, words = page.locator(".stage").bounding_box(), page.locator(".talk").bounding_box()
    assert stage is not None and words is not None
    assert stage["x"] + stage["width"] <= words["x"]
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")


def test_with_a_guests_link_open_the_desk_fits_its_screen(three: Three) -> None:
    three.interpreter()
    desk = three.officer()
    invites(desk, "Sở Nông nghiệp")
    expect(desk.locator(".attach.ready")).to_be_visible()
    for part in (desk.locator("[data-link]"), desk.locator("label[for=file]"), desk.locator("[data-hold]")):
        expect(part).to_be_visible()
        assert part.evaluate(IN_VIEW)
    assert desk.locator("#visit").evaluate(
        "({ parentNode: column }) => column.scrollHeight <= column.clientHeight"
    )
