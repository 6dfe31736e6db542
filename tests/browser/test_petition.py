"""A petition on a phone, from the home page to its receipt; and what a broken line does to the words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import servers
from tests.browser import wire
from tests.browser.conftest import PHONE
from tests.browser.navigators import STORY, Camera, Citizen

pytestmark = pytest.mark.browser

KEPT = """() => JSON.stringify([localStorage, sessionStorage].map(
    (store) => Object.keys(store).filter((key) => key.startsWith("kept:"))))"""


def kept(page: Page) -> tuple[int, int]:
    """How many texts this browser keeps for good, and until it is closed."""
    lasting, passing = json.loads(page.evaluate(KEPT))
    return len(lasting), len(passing)


@pytest.fixture
def server(one_server: servers.Web) -> servers.Web:
    return one_server


@pytest.fixture
def writing(window: Callable[..., Page], album: Path) -> Callable[..., Citizen]:
    """Somebody who has come to the question of what happened."""

    def come(phone: str, **told: str) -> Citizen:
        citizen = Citizen(window(PHONE), phone, Camera(album, "words"))
        citizen.has_signed_in()
        citizen.has_answered("story", **told)
        citizen.page.goto(f"{citizen.draft}/story")
        return citizen

    return come


@pytest.mark.parametrize(
    ("javascript", "phone"), [(True, "0913000011"), (False, "0913000012")], ids=["scripts", "plain"]
)
def test_from_the_home_page_to_the_receipt_within_150_kilobytes_and_to_the_number(
    window: Callable[..., Page], album: Path, javascript: bool, phone: str
) -> None:
    camera = Camera(album, f"petition-{'scripts' if javascript else 'plain'}")
    citizen = Citizen(window(PHONE, javascript=javascript), phone, camera)
    page, came = citizen.page, wire.sizes(citizen.page, "gzip")
    page.goto("/")
    page.wait_for_timeout(3000)  # nobody leaves the first page at once
    citizen.signs_in()
    citizen.presents_the_matter(and_goes_on=False)
    assert sum(came) <= 150_000
    page.get_by_role("link", name="Lấy số gặp cán bộ").click()
    expect(page.get_by_role("button", name="Lấy số")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_the_style_comes_over_the_line_once_inside_the_first_page_and_once_to_be_kept(
    window: Callable[..., Page], javascript: bool
) -> None:
    page = window(PHONE, javascript=javascript)
    came = wire.sizes(page, "gzip")
    page.goto("/")
    button = page.get_by_role("link", name="Bắt đầu trình bày")
    painted = button.evaluate("(one) => getComputedStyle(one).backgroundColor")
    page.wait_for_timeout(3000)
    first_page = len(came)
    page.goto("/")
    expect(page.locator("head > style")).to_have_count(0)
    assert button.evaluate("(one) => getComputedStyle(one).backgroundColor") == painted
    assert sum(came[first_page:]) < 4000


def test_words_written_without_a_line_are_sent_when_it_is_back(writing: Callable[..., Citizen]) -> None:
    citizen = writing("0912000012")
    page = citizen.page
    here = page.url
    page.context.set_offline(True)
    page.get_by_label("Việc của Ông/Bà là gì?").fill(STORY)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("status").filter(has_text="Đang mất mạng")).to_be_visible()
    citizen.camera.shoot(page, "offline")
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value(STORY)
    page.context.set_offline(False)
    page.wait_for_url("**/against")
    assert kept(page) == (0, 0)
    page.goto(here)
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value(STORY)


def test_words_that_never_left_the_phone_are_there_when_the_page_is_opened_again(
    writing: Callable[..., Citizen],
) -> None:
    citizen = writing("0912000013")
    page = citizen.page
    here = page.url
    page.get_by_label("Việc của Ông/Bà là gì?").fill(STORY)
    assert kept(page) == (1, 0)
    page.goto("/")
    page.goto(here)
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value(STORY)
    expect(page.get_by_role("status").filter(has_text="Đã lấy lại")).to_be_visible()
    citizen.camera.shoot(page, "restored")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/against")
    assert kept(page) == (0, 0)


def test_each_draft_has_its_own_words_in_the_browser_until_it_is_given_up(
    writing: Callable[..., Citizen],
) -> None:
    citizen = writing("0912000019")
    page, label = citizen.page, "Việc của Ông/Bà là gì?"
    page.get_by_label(label).fill(STORY)
    mine = page.url
    page.goto("/petitions/new")
    page.get_by_role("link", name="Viết đơn khác").click()
    page.get_by_role("radio", name="Kiến nghị").check()
    citizen.goes_on("kind")
    citizen.says_who_they_are()
    assert page.url != mine
    expect(page.get_by_label(label)).to_have_value("")
    page.get_by_label(label).fill("Của mẹ tôi: " + STORY)
    page.goto(mine)
    expect(page.get_by_label(label)).to_have_value(STORY)
    assert kept(page) == (2, 0)
    page.goto("/petitions/new")
    citizen.camera.shoot(page, "drafts")
    page.get_by_role("listitem").filter(has_text="Kiến nghị").get_by_role("link", name="Bỏ").click()
    citizen.camera.shoot(page, "discard")
    page.get_by_role("button", name="Bỏ đơn này").click()
    page.wait_for_url("**/account")
    page.goto(mine)
    expect(page.get_by_label(label)).to_have_value(STORY)
    assert kept(page) == (1, 0)


def test_words_changed_on_another_device_are_not_written_over_unasked(
    writing: Callable[..., Citizen],
) -> None:
    citizen = writing("0912000014")
    page = citizen.page
    here = page.url
    page.get_by_label("Việc của Ông/Bà là gì?").fill(STORY)
    other = page.context.new_page()
    other.add_init_script("for (const key of Object.keys(localStorage)) localStorage.removeItem(key)")
    token = page.locator("[name=csrf_token]").first.input_value()
    newer = STORY + " Viết ở máy khác."
    page.request.post(here, form={"csrf_token": token, "narrative": newer})
    page.goto(here)
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value(newer)
    page.get_by_role("button", name="Lấy lại bài trong máy").click()
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value(STORY)


def test_nothing_stays_on_the_device_after_signing_out(writing: Callable[..., Citizen]) -> None:
    page = writing("0912000015").page
    page.get_by_label("Việc của Ông/Bà là gì?").fill(STORY)
    assert kept(page) == (1, 0)
    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url("**/")
    assert kept(page) == (0, 0)


def test_words_of_somebody_who_asks_for_protection_go_with_the_browser(
    writing: Callable[..., Citizen],
) -> None:
    page = writing("0912000016", kind="denunciation", protection_wanted="yes").page
    page.get_by_label("Việc của Ông/Bà là gì?").fill(STORY)
    assert kept(page) == (0, 1)


def test_a_mistake_is_shown_by_the_page_with_everything_still_there(writing: Callable[..., Citizen]) -> None:
    page = writing("0912000017").page
    page.get_by_label("Việc của Ông/Bà là gì?").fill("Mất đất ạ.")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Việc của Ông/Bà là gì?")).to_have_value("Mất đất ạ.")


def test_an_old_name_offers_todays_commune_while_it_is_typed(
    window: Callable[..., Page], album: Path
) -> None:
    citizen = Citizen(window(PHONE), "0912000018", Camera(album, "commune"))
    citizen.signs_in()
    page = citizen.page
    page.get_by_role("radio", name="Kiến nghị").check()
    citizen.goes_on("kind")
    citizen.says_their_name()
    page.get_by_label("Tìm xã, phường").press_sequentially("Tản Lĩnh")
    expect(page.get_by_role("radio", name="Xã Suối Hai")).to_be_checked()
    page.get_by_label("Tìm xã, phường").fill("Minh Khai")
    for name in ("Phường Thượng Cát", "Phường Tây Tựu", "Phường Đông Ngạc", "Phường Xuân Phương"):
        expect(page.get_by_role("radio", name=name)).to_be_visible()
    citizen.camera.shoot(page, "several")


def test_the_letters_are_counted_while_one_writes(writing: Callable[..., Citizen]) -> None:
    page = writing("0912000020").page
    line, box = page.locator("[data-count]"), page.get_by_label("Việc của Ông/Bà là gì?")
    expect(line).to_have_text("Đã viết 0 chữ cái, cần ít nhất 50.")
    box.fill("Mất đất.")
    expect(line).to_have_text("Đã viết 8 chữ cái, cần ít nhất 50.")
    box.fill(STORY)
    expect(line).to_have_text(f"Đã viết {len(STORY)} chữ cái, đủ rồi.")
