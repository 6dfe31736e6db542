"""What an officer writes at the desk: neither doubled, nor overwritten, nor thrown away, and kept where it may be."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import people, servers
from tests.browser.conftest import DESK
from tests.browser.navigators import Camera, Officer
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import Telling
from webapp.extensions import db
from webapp.models import Account
from webapp.services import petitions, queue, reception
from webapp.services.actor import citizen, officer

pytestmark = pytest.mark.browser

SAID = "Công dân kể: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."
KEPT = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('kept:desk:')).map(([, one]) => one).join()"
STARTED = "() => window.callStats"


@pytest.fixture
def waits(server: servers.Web) -> Iterator[Callable[..., tuple[str, str]]]:
    """Somebody told something and waits for an officer; gives the petition's code and the number."""
    app = create_app(load_settings({"INSTANCE_PATH": str(server.instance), "DEMO": "1"}))
    with app.app_context():

        def come(**otherwise: object) -> tuple[str, str]:
            by, now = citizen(people.a_citizen(f"+8491277{next(people.numbers):04d}").id), utc_now()
            fields = people.fields(told=Telling.OFFICER, narrative="", **otherwise)
            petition = petitions.submit(fields, by=by, now=now, key=people.key())
            about = {"bridge_point_id": None, "priority": False, "by": by, "now": now}
            sitting = queue.open_sittings(now)[0]
            visit = reception.take_number(petition.id, sitting.id, **about, key=people.key())
            if petition.is_denunciation:
                head = db.session.query(Account).filter_by(username="lanhdao1").one()
                how = {"online": True, "reason": "Tiếp trực tuyến được.", "by": officer(head.id), "now": now}
                reception.decide_gate(visit.id, **how, key=people.key())
            return petition.code, visit.ticket

        yield come
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def desk(window: Callable[..., Page], album: Path) -> Callable[[str], Page]:
    """A desk with this number in hand."""

    def receive(number: str) -> Page:
        page = window(DESK)
        one = Officer(page, Camera(album, "desk-text"))
        one.opens_a_desk()
        one.calls(number)
        page.wait_for_function(STARTED)
        return page

    return receive


def minutes_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Biên bản")


def test_what_is_written_at_the_desk_is_kept_once_and_nothing_is_overwritten(
    waits: Callable[..., tuple[str, str]], desk: Callable[[str], Page]
) -> None:
    page = desk(waits()[1])
    field = page.get_by_label("Bản ghi lời trình bày")
    for version in (1, 2):
        words = f"{SAID} Lần {version}."
        field.fill(unicodedata.normalize("NFD", words))
        field.press("Control+s")
        expect(page.locator("#statement-part")).to_contain_text(f"Bản {version}, ")
        expect(field).to_have_value(words)
        page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes(':statement:'))")
    field.fill(f"{SAID} Đang sửa.")
    page.get_by_role("button", name="Đã đọc lại cho nghe").click()
    expect(field).to_be_focused()
    expect(page.locator("#statement-state")).to_contain_text("Chưa đọc lại")
    field.fill(f"{SAID} Lần 2.")

    area = minutes_of(page)
    area.fill("Bản cửa sổ này.")
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu")
    other = page.context.new_page()
    other.goto("/desk")
    other.wait_for_function(STARTED)
    minutes_of(other).fill("Bản cửa sổ kia.")
    expect(other.locator("[data-saved]")).to_contain_text("Đã lưu")
    other.close()
    area.fill("Bản của tôi.")
    both = "Bản cửa sổ kia.\n\nBản của tôi."
    expect(area).to_have_value(both)
    expect(page.locator("[data-saved]")).to_contain_text("bản của anh/chị ở dưới")
    page.reload()
    page.wait_for_function(STARTED)
    expect(area).to_have_value(both)
    expect(page.locator("[data-saved]")).to_contain_text("bản của anh/chị ở dưới")
    area.press("Control+s")
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu")

    page.get_by_label("Kết quả, viết cho công dân đọc").fill("Đã hướng dẫn công dân.")
    page.get_by_role("radio", name="Hướng dẫn").first.check()
    page.context.set_offline(True)
    area.fill("Viết khi mất mạng.")
    page.evaluate("document.querySelector('[data-close]').disabled = false")
    page.get_by_role("button", name="Kết thúc lượt tiếp").click()
    expect(page.locator("[data-saved]")).to_contain_text("Chưa lưu được")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Kết quả, viết cho công dân đọc")).to_have_value("Đã hướng dẫn công dân.")
    expect(page.get_by_role("radio", name="Hướng dẫn").first).to_be_checked()
    expect(area).to_have_value("Viết khi mất mạng.")


@pytest.mark.long
def test_of_a_sealed_petition_the_browser_keeps_nothing_and_warns(
    waits: Callable[..., tuple[str, str]], desk: Callable[[str], Page]
) -> None:
    page = desk(waits(kind=PetitionKind.DENUNCIATION, protection_wanted=False)[1])
    page.context.set_offline(True)
    minutes_of(page).fill("Lời tố cáo.")
    page.get_by_label("Kết quả, viết cho công dân đọc").fill("Kết quả của lời tố cáo.")
    expect(page.locator("[data-saved]")).to_contain_text("Chưa lưu được")
    assert page.evaluate(KEPT) == ""
    stays = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert page.evaluate(stays)
    page.context.set_offline(False)
    page.get_by_label("Kết quả, viết cho công dân đọc").fill("")
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu")
    assert not page.evaluate(stays)


def test_a_statement_written_apart_from_any_visit_is_kept_and_not_pressed_over(
    waits: Callable[..., tuple[str, str]], window: Callable[..., Page], album: Path
) -> None:
    code, _number = waits()
    page, typed = window(DESK), f"{SAID} Đang sửa."
    Officer(page, Camera(album, "desk-text")).opens_a_desk()
    page.goto("/desk/told")
    take = page.get_by_role("button", name="Nhận ghi").first
    before = page.locator("#told li").count()
    take.focus()
    waits()
    page.evaluate("document.getElementById('told').dispatchEvent(new CustomEvent('changed'))")
    expect(page.locator("#told li")).to_have_count(before + 1)
    expect(take).to_be_focused()
    page.locator("li", has_text=code[:4]).get_by_role("button", name="Nhận ghi").click()
    field = page.get_by_label("Bản ghi lời trình bày")
    field.fill(SAID)
    page.get_by_role("button", name="Lưu bản ghi").click()
    expect(page.locator("#statement-part")).to_contain_text("Bản 1, ")
    field.fill(typed)
    page.get_by_role("button", name="Đã đọc lại cho nghe").click()
    expect(field).to_be_focused()
    expect(page.locator("#statement-part")).to_contain_text("Chưa đọc lại")
    page.reload()
    expect(field).to_have_value(typed)
