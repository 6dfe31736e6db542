"""After the reception, on a phone, with scripts and without: following a case, rating it, one's own data."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests import people
from tests.browser.conftest import DESK, PHONE
from tests.browser.navigators import PASSWORD
from webapp.clock import utc_now
from webapp.domain.ratings import CHANGED_FOR
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import DataRequest, Petition, Rating, Visit
from webapp.services import drafts, tracking
from webapp.services.phone_numbers import phone_as_spoken

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
Window = Callable[..., Page]


def shoot(page: Page, album: Path, step: str, javascript: bool) -> None:
    name = f"following-{step}-{'scripts' if javascript else 'plain'}.png"
    page.screenshot(path=album / name, full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth") if javascript else True


def outbox(page: Page) -> str:
    return str(page.request.get("/demo/outbox.json").json()[0]["body"])


def hidden(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1]}


def is_in(page: Page, phone: str) -> None:
    """As whoever signs in by their phone, by the forms alone."""
    ask = page.request
    token = hidden(ask.get("/login").text())
    assert ask.post("/login", form={**token, "phone": phone}).ok
    assert ask.post("/login/code", form={**token, "code": outbox(page)}).ok


def received_lately() -> Visit:
    """A reception that is over, with a rating still to give, of somebody who asked nothing about their data."""
    asked = select(DataRequest.account_id)
    over = (
        select(Visit)
        .join(Visit.petition)
        .where(
            Visit.state == State.FINISHED,
            Visit.rated.is_(False),
            Visit.ended_at > utc_now() - CHANGED_FOR / 2,
            Petition.account_id.not_in(asked),
        )
    )
    found = db.session.scalars(over.order_by(Visit.id.desc())).first()
    assert found is not None
    return found


def asks_for_the_case(page: Page, code: str, phone: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Xem việc của tôi đến đâu").click()
    page.get_by_label("Mã đơn").fill(code)
    page.get_by_label("Số điện thoại Ông/Bà dùng để đăng nhập").fill(phone)
    page.get_by_role("button", name="Nhận mã").click()


@BOTH
def test_a_case_is_followed_by_its_code_and_guessing_tells_nothing(
    window: Window, house: None, album: Path, javascript: bool
) -> None:
    petition: Petition = received_lately().petition
    phone = phone_as_spoken(petition.account.phone or "")
    guesser = window(PHONE, javascript)
    asks_for_the_case(guesser, petition.code, "0987 654 321")
    told = guesser.locator("main").inner_text()
    guesser.get_by_label("Nhập 6 số trong tin nhắn").fill("123456")
    guesser.get_by_role("button", name="Xem việc của tôi").click()
    expect(guesser.get_by_text("Lỗi: Mã chưa đúng. Hãy xem lại tin nhắn.")).to_be_visible()
    shoot(guesser, album, "guess", javascript)

    page = window(PHONE, javascript)
    asks_for_the_case(page, petition.code.upper(), phone)
    assert page.locator("main").inner_text() == told, "the same page, whatever there is"
    shoot(page, album, "track-code", javascript)
    db.session.rollback()  # what the server has written since is to be seen
    tracking.settle_asked(utc_now())
    page.get_by_label("Nhập 6 số trong tin nhắn").fill(outbox(page))
    page.get_by_role("button", name="Xem việc của tôi").click()
    expect(page.get_by_role("heading", name="Đơn gửi ngày")).to_be_visible()
    expect(page.get_by_text("Gặp cán bộ, bàn")).to_be_visible()
    assert petition.petitioner.full_name not in page.content()
    shoot(page, album, "track-case", javascript)
    page.get_by_role("button", name="Xem xong, đóng trang này").click()
    page.goto("/track/case")
    expect(page.get_by_role("heading", name="Việc của tôi đến đâu")).to_be_visible()
    shoot(page, album, "track", javascript)


@BOTH
def test_a_reception_is_rated_with_a_name_and_then_without(
    window: Window, house: None, album: Path, javascript: bool
) -> None:
    visit = received_lately()
    page = window(PHONE, javascript)
    is_in(page, visit.petition.account.phone or "")
    page.goto(f"/visits/{visit.code}")
    page.get_by_role("link", name="Nhận xét").click()
    page.get_by_label("Ông/Bà muốn góp ý gì thêm?").fill("Cán bộ nghe hết, nói dễ hiểu.")
    page.get_by_role("button", name="Gửi nhận xét").click()
    expect(page.get_by_text("Lỗi: Hãy chọn một mức.")).to_be_visible()
    expect(page.get_by_label("Ông/Bà muốn góp ý gì thêm?")).to_have_value("Cán bộ nghe hết, nói dễ hiểu.")
    shoot(page, album, "rate-error", javascript)
    page.get_by_role("radio", name="Hài lòng", exact=True).check()
    named = page.get_by_label("Ghi đây là nhận xét của tôi")
    named.check()
    page.get_by_role("button", name="Gửi nhận xét").click()
    expect(page.get_by_text("Đã gửi nhận xét. Cảm ơn Ông/Bà.")).to_be_visible()
    shoot(page, album, "rate-named", javascript)
    named.uncheck()
    page.get_by_role("radio", name="Bình thường").check()
    page.get_by_role("button", name="Gửi nhận xét").click()
    expect(page.get_by_text("Nhận xét không ghi tên")).to_be_visible()
    shoot(page, album, "rate-nameless", javascript)
    db.session.rollback()
    assert db.session.scalar(select(Rating).where(Rating.visit_id == visit.id)) is None


@BOTH
def test_ones_own_data_are_seen_corrected_taken_along_and_asked_to_be_deleted(
    window: Window, house: None, album: Path, javascript: bool
) -> None:
    account = received_lately().petition.account
    drafts.keep(account.id, people.DRAFT, {"kind": "feedback"}, now=utc_now())
    page = window(PHONE, javascript)
    is_in(page, account.phone or "")
    page.goto("/account")
    page.get_by_role("link", name="Dữ liệu của tôi").click()
    page.get_by_text("Đơn đã gửi (").click()
    shoot(page, album, "data", javascript)

    page.get_by_label("Thư điện tử").fill("lanh@thu")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Lỗi: Địa chỉ thư điện tử chưa đúng.")).to_be_visible()
    page.get_by_label("Thư điện tử").fill("lanh@thu.vn")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("button", name="Gửi mã đến thư này").click()
    page.get_by_label("6 số trong thư").fill("12")
    page.get_by_role("button", name="Xác nhận thư").click()
    expect(page.get_by_text("Lỗi: Mã có đủ 6 chữ số.")).to_be_visible()
    shoot(page, album, "data-mail", javascript)
    page.get_by_label("6 số trong thư").fill(outbox(page))
    page.get_by_role("button", name="Xác nhận thư").click()
    expect(page.get_by_text("cũng được gửi đến lanh@thu.vn")).to_be_visible()

    for button, start in (("JSON", b"{"), ("PDF", b"%PDF-")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=button).click()
        content = Path(taken.value.path()).read_bytes()
        assert content.startswith(start)
        if start == b"{":
            assert json.loads(content)["contact"][0]["email"] == "lanh@thu.vn"

    page.get_by_label("Ông/Bà muốn xóa gì?").fill("Xóa địa chỉ thư và đơn viết dở.")
    page.get_by_role("button", name="Gửi yêu cầu xóa").click()
    expect(page.locator("#deletion").get_by_text("Đang xem xét")).to_be_visible()
    keeper = window(DESK, javascript)
    keeper.goto("/data-requests")
    keeper.get_by_label("Tên đăng nhập").fill("baovedulieu1")
    keeper.get_by_label("Mật khẩu").fill(PASSWORD)
    keeper.get_by_role("button", name="Đăng nhập").click()
    shoot(keeper, album, "data-requests", javascript)
    keeper.get_by_role("link", name="Xem và trả lời").last.click()
    keeper.get_by_label("Cách trả lời").select_option(label="Xóa một phần")
    keeper.get_by_label("Quy định buộc phải giữ").select_option(index=1)
    keeper.get_by_role("button", name="Trả lời công dân").click()
    expect(keeper.get_by_text("Lỗi: Hãy ghi câu trả lời")).to_be_visible()
    keeper.get_by_label("Trả lời, viết cho công dân đọc").fill("Đã xóa địa chỉ thư và đơn viết dở.")
    shoot(keeper, album, "data-request", javascript)
    keeper.get_by_role("button", name="Trả lời công dân").click()
    expect(keeper.get_by_role("heading", name="Yêu cầu về dữ liệu cá nhân")).to_be_visible()

    page.reload()
    expect(page.locator("#deletion").get_by_text("Đã xóa địa chỉ thư và đơn viết dở.")).to_be_visible()
    expect(page.get_by_label("Thư điện tử")).to_have_value("")
    shoot(page, album, "data-answered", javascript)
