"""What is not sent yet: it stays on the device for whoever did it, and is left behind for nobody else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests import files, people, servers
from tests.browser.conftest import PHONE
from tests.browser.test_evidence import chooses, opens_the_files
from webapp.domain.codes import new_code

pytestmark = pytest.mark.browser

CREATE = re.compile(r"/files/tus$")
WAITING = """() => new Promise((done, fail) => {
  const opening = indexedDB.open("outbox", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("items", { keyPath: "key" });
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("items").objectStore("items").getAll();
    asked.onsuccess = () => (opening.result.close(), done(asked.result.map(({ lane }) => lane)));
  };
})"""
PUT = """([lane, at]) => new Promise((done, fail) => {
  const opening = indexedDB.open("outbox", 1);
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("items", "readwrite");
    transaction.objectStore("items").put({ key: lane + at, lane, at, name: "x", blob: new Blob(["x"]) });
    transaction.oncomplete = () => (opening.result.close(), done());
  };
})"""

WRITTEN = """() => {
  const kept = JSON.stringify({ text: "Ông Lành trình bày.", base: "", at: Date.now() });
  localStorage.setItem("kept:desk:minutes:abc", kept);
  localStorage.setItem("minutes:abc", kept);
}"""
"""Minutes that an officer writes, as the desk keeps them now (written.js) and as it did before."""


@pytest.fixture
def server(one_server: servers.Web) -> servers.Web:
    return one_server


def signs_in(page: Page, phone: str, shared: bool = False) -> None:
    page.goto("/login")
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Nhận mã").click()
    newest = page.request.get("/demo/outbox.json").json()[0]
    if shared:
        page.get_by_label("Máy này dùng chung").check()
    page.get_by_label("Nhập 6 số trong tin nhắn").fill(str(newest["body"]).split(": ")[1][:6])
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/account|/petitions|/me"))


def puts(page: Page, lane: str, days_ago: float = 0) -> None:
    """Something that waits to be sent, of whatever page."""
    page.evaluate(WAITING)
    page.evaluate(PUT, [lane, page.evaluate("Date.now()") - days_ago * 86_400_000])


def waits(page: Page, lanes: list[str]) -> None:
    """Until this, and nothing else, waits on the device."""
    for _try in range(60):
        if sorted(page.evaluate(WAITING)) == sorted(lanes):
            return
        page.wait_for_timeout(250)
    raise AssertionError(page.evaluate(WAITING))


def test_signing_out_leaves_neither_files_nor_minutes_behind(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0913000101")
    page.route(CREATE, lambda route: route.abort())
    opens_the_files(page)
    chooses(page, "Phim.mp4", files.film())
    waits(page, [f"evidence:{people.DRAFT}"])
    puts(page, "another-visit:citizen")
    page.evaluate(WRITTEN)
    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url(re.compile(r"/$"))
    waits(page, [])
    assert page.evaluate("Object.keys(localStorage)") == []


def test_whoever_gives_a_draft_up_takes_its_files_off_the_device_and_no_others(
    window: Callable[..., Page],
) -> None:
    page, mine, other = window(PHONE), new_code(), new_code()
    signs_in(page, "0913000102")
    page.goto(f"/petitions/new/{mine}/kind")
    page.get_by_role("radio", name="Kiến nghị").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/behalf")
    for draft in (mine, other):
        puts(page, f"evidence:{draft}")
    page.goto(f"/petitions/new/{mine}/discard")
    page.get_by_role("button", name="Bỏ đơn này").click()
    page.wait_for_url("**/account")
    waits(page, [f"evidence:{other}"])


def test_a_browser_that_was_only_closed_keeps_it_for_the_same_person_and_for_nobody_else(
    window: Callable[..., Page],
) -> None:
    page = window(PHONE)
    signs_in(page, "0913000103")
    puts(page, "evidence:abc")
    page.evaluate(WRITTEN)
    page.context.clear_cookies()
    for _visit in ("signed out", "again"):
        signs_in(page, "0913000103")
        waits(page, ["evidence:abc"])
        page.context.clear_cookies()
    signs_in(page, "0913000104")
    waits(page, [])
    assert not {"kept:desk:minutes:abc", "minutes:abc"} & set(page.evaluate("Object.keys(localStorage)"))


def test_on_a_shared_device_nothing_outlives_a_browser_that_was_only_closed(
    window: Callable[..., Page],
) -> None:
    page = window(PHONE)
    signs_in(page, "0913000105", shared=True)
    puts(page, "evidence:abc")
    page.reload()
    waits(page, ["evidence:abc"])
    page.context.clear_cookies()
    later = page.context.new_page()  # its own session storage is empty, as after the browser was closed
    page.close()
    later.goto("/")
    waits(later, [])


def test_what_is_old_goes_whatever_page_it_was_of(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0913000106")
    puts(page, "some-visit:citizen", days_ago=8)
    puts(page, "evidence:abc", days_ago=6)
    opens_the_files(page)
    waits(page, ["evidence:abc"])


def test_old_files_go_and_take_nothing_with_them_that_was_written_since(window: Callable[..., Page]) -> None:
    page, draft = window(PHONE), new_code()
    signs_in(page, "0913000109")
    puts(page, "some-visit:citizen", days_ago=8)
    page.evaluate("localStorage.setItem('outbox', Date.now() - 8 * 86400000)")
    key = f"kept:abc:{draft}:matter:narrative"
    keep = """(key) => { for (const store of [localStorage, sessionStorage])
      store.setItem(key, JSON.stringify({ base: "", text: "Nhà tôi", at: Date.now() - 2 * 86400000 })); }"""
    page.evaluate(keep, key)
    page.reload()
    waits(page, [])
    for store in ("localStorage", "sessionStorage"):
        assert key in page.evaluate(f"Object.keys({store})")
    page.wait_for_function("localStorage.getItem('outbox') === null")


def test_what_the_server_refuses_stays_with_its_reason_until_it_is_sent_again_or_dropped(
    window: Callable[..., Page],
) -> None:
    page, lane = window(PHONE), f"evidence:{people.DRAFT}"
    signs_in(page, "0913000107")

    def refuse(route: Route) -> None:
        route.fulfill(status=422, json={"problem": "Đơn này đã có 60 tệp."})

    page.context.route(CREATE, refuse)
    opens_the_files(page)
    chooses(page, "Phim.mp4", files.film())
    row = page.locator("[data-sends]")
    expect(row).to_contain_text("Đơn này đã có 60 tệp. Tệp còn trong máy này.")
    waits(page, [lane])
    page.goto(people.FILES)
    expect(row).to_contain_text("Đơn này đã có 60 tệp. Tệp còn trong máy này.")
    page.context.unroute(CREATE)
    row.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    waits(page, [])
    page.context.route(CREATE, refuse)
    chooses(page, "Phim khác.mp4", files.film() + bytes(9))
    expect(row).to_contain_text("Đơn này đã có 60 tệp.")
    row.get_by_role("button", name="Bỏ").click()
    expect(row).to_have_count(0)
    waits(page, [])


def test_a_page_that_expired_keeps_what_it_sends_and_goes_on_when_it_may(window: Callable[..., Page]) -> None:
    page = window(PHONE)
    signs_in(page, "0913000108")
    stale: list[int] = []

    def expired(route: Route) -> None:
        if len(stale) < 8:
            stale.append(1)
            route.continue_(headers={**route.request.headers, "x-csrftoken": "stale"})
        else:
            route.continue_()

    page.context.route(CREATE, expired)
    page.clock.install()
    opens_the_files(page)
    chooses(page, "Phim.mp4", files.film())
    row = page.locator("[data-sends]")
    expect(row).to_contain_text("Trang đã khóa, tệp còn trong máy này.")
    for _try in range(40):
        page.clock.run_for(15_000)
        if page.locator("[data-files]").filter(has_text="Đã nhận đủ").count():
            break
    expect(page.locator("[data-files]")).to_contain_text("Đã nhận đủ")
    assert len(stale) == 8
