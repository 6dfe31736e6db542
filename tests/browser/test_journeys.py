"""The ways of different people through the same pages, on a phone of 360×740, with scripts and without."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests import files, servers
from tests.browser.conftest import PHONE
from tests.browser.navigators import Camera, Citizen
from tests.cut_line import CutLine
from webapp.clock import utc_now
from webapp.domain.codes import in_groups
from webapp.extensions import db
from webapp.models import Petition
from webapp.services import tracking

pytestmark = pytest.mark.browser
SCRIPTS = pytest.param(True, id="scripts")
BOTH = pytest.mark.parametrize(
    "javascript", [SCRIPTS, pytest.param(False, id="plain", marks=pytest.mark.long)]
)
BOTH_EACH_TIME = pytest.mark.parametrize("javascript", [SCRIPTS, pytest.param(False, id="plain")])
"""One whole way without scripts is walked each time: the denouncer's, by every question to the receipt."""
Come = Callable[[str, bool], Citizen]
NAME, PAPER = "Nguyễn Văn Lành", "001062012345"
DENOUNCED = (
    "Ba lần trong năm, trưởng thôn thu của mỗi nhà 500.000 đồng mà không đưa biên lai. "
    "Hai nhà bên cạnh cũng phải nộp."
)


@pytest.fixture
def server(one_server: servers.Web) -> servers.Web:
    return one_server


@pytest.fixture
def come(window: Callable[..., Page], album: Path, request: pytest.FixtureRequest) -> Come:
    """Somebody with a phone number of their own, who has signed in."""

    def coming(phone: str, javascript: bool) -> Citizen:
        name = "-".join(request.node.originalname.split("_")[1:4]) + ("" if javascript else "-plain")
        number = f"{int(phone) + (0 if javascript else 100):010d}"
        citizen = Citizen(window(PHONE, javascript), number, Camera(album, name))
        citizen.has_signed_in()
        return citizen

    return coming


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


@BOTH_EACH_TIME
def test_a_denouncer_under_protection_gets_papers_that_tell_of_nobody(
    come: Come, house: None, javascript: bool
) -> None:
    citizen = come("0914000011", javascript)
    page = citizen.page
    page.goto("/")
    page.get_by_role("link", name="Bắt đầu trình bày").click()
    page.get_by_role("radio", name="Tố cáo").check()
    citizen.goes_on("kind")
    page.get_by_role("radio", name="Có", exact=False).first.check()
    citizen.goes_on("protection")
    expect(page.get_by_role("heading", name="Gặp trực tiếp, kín đáo")).to_be_visible()
    citizen.camera.shoot(page, "protected")
    page.get_by_role("link", name="Viết đơn để gửi trước, không lấy số").click()
    citizen.says_who_they_are()
    citizen.tells_and_sends(DENOUNCED)

    telling = (NAME, "Lành", PAPER, DENOUNCED[:20], citizen.phone[-6:], "Tố cáo", "tố cáo")
    receipt = page.locator("main").inner_text()
    assert [word for word in telling if word in receipt] == []
    expect(page.get_by_role("link", name="Lấy số")).to_have_count(0)
    address = page.get_by_role("link", name="Biên nhận để in hoặc giữ").get_attribute("href")
    paper = re.sub(r"\s", "", files.text_of_pdf(page.request.get(str(address)).body()))
    assert [word for word in telling if word.replace(" ", "") in paper] == []
    code = page.url.split("/petitions/")[1].split("/")[0]
    expect(page.locator(".ticket")).to_contain_text(in_groups(code))

    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url("**/")  # what is left on the device goes first
    page.goto("/track")
    page.get_by_label("Mã đơn").fill(code)
    page.get_by_label("Số điện thoại Ông/Bà dùng để đăng nhập").fill(citizen.phone)
    page.get_by_role("button", name="Nhận mã").click()
    expect(page.get_by_label("Nhập 6 số")).to_be_visible()
    db.session.rollback()  # what the server has written since is to be seen
    tracking.settle_asked(utc_now())
    page.get_by_label("Nhập 6 số").fill(citizen.reads_the_code())
    page.get_by_role("button", name="Xem việc của tôi").click()
    expect(page.get_by_role("heading", name="Đơn gửi ngày")).to_be_visible()
    citizen.camera.shoot(page, "track")
    assert [word for word in telling if word in page.locator("main").inner_text()] == []


@BOTH
def test_twelve_people_send_one_petition_with_those_who_speak_for_them(
    come: Come, house: None, javascript: bool
) -> None:
    citizen = come("0914000012", javascript)
    page = citizen.page
    nobody = {f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")}
    citizen.has_answered(on_behalf="group", people="2", **nobody)
    page.goto(f"{citizen.draft}/group?back=review")
    page.get_by_label("Có bao nhiêu người").fill("8")
    page.get_by_text("Thêm người đại diện").click()
    for place, name in enumerate(("Hà Thị Lụa", "Lê Văn Sáu", "Bùi Thị Mai")):
        page.get_by_label("Họ và tên").nth(place).fill(name)
    page.get_by_label("Số điện thoại").first.fill("0987 654 321")
    page.get_by_role("button", name="Lưu, về trang kiểm tra").click()
    expect(page.locator("#rep2_name-e1")).to_contain_text("trên 10 người cử nhiều nhất năm người")
    citizen.camera.shoot(page, "too-many")
    assert fits(page)
    expect(page.get_by_label("Họ và tên").nth(2)).to_have_value("Bùi Thị Mai")
    page.get_by_label("Có bao nhiêu người").fill("12")
    page.get_by_role("button", name="Lưu, về trang kiểm tra").click()
    expect(page.get_by_role("heading", name="Kiểm tra lại rồi gửi")).to_be_visible()
    for told in ("12", "Hà Thị Lụa", "Lê Văn Sáu", "Bùi Thị Mai"):
        expect(page.get_by_role("main")).to_contain_text(told)
    citizen.camera.shoot(page, "review")
    page.get_by_role("button", name="Gửi đơn").click()
    expect(page.get_by_role("heading", name="Đã nhận đơn của Ông/Bà")).to_be_visible()
    db.session.rollback()
    code = page.url.split("/petitions/")[1].split("/")[0]
    petition = db.session.scalars(select(Petition).filter_by(code=code)).one()
    assert petition.people == 12
    spoken = [(one.full_name, one.phone) for one in petition.petitioner.representatives]
    assert spoken == [("Hà Thị Lụa", "0987 654 321"), ("Lê Văn Sáu", ""), ("Bùi Thị Mai", "")]


def scan(number: int, weight: int = 0) -> bytes:
    """A scanned page as small as it gets, each another; `weight` bytes of it do not pack."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.pages[0].Contents = made.make_stream(f"% {number}".encode())
        if weight:
            made.Root.Scan = made.make_stream(os.urandom(weight))
        made.save(out)
    return out.getvalue()


def scans() -> list[tuple[str, str, bytes]]:
    """Forty, half of them photos; the first is heavy enough for a line to break in it."""
    found = [(f"Bản quét {n:02d}.pdf", "application/pdf", scan(n, 300_000 * (n == 1))) for n in range(1, 21)]
    photos = [
        (f"Ảnh chụp {n:02d}.jpg", "image/jpeg", files.photo(seed=12 * n, orientation=1))
        for n in range(21, 41)
    ]
    return found + photos


@pytest.fixture
def line(server: servers.Web) -> Callable[[], CutLine]:
    lines: list[CutLine] = []

    def make() -> CutLine:
        lines.append(CutLine(server.port, speed=0))
        return lines[-1]

    yield make
    for one in lines:
        one.stop()


@BOTH
def test_a_lawyer_sends_forty_scans_and_the_receipt_lists_them_all(
    come: Come, line: Callable[[], CutLine], javascript: bool
) -> None:
    citizen, given = come("0914000013", javascript), scans()
    page = citizen.page
    citizen.has_answered(on_behalf="lawyer", represented="Trần Thị Mận")
    where = f"{citizen.draft.replace('/new/', '/new-')}/files"
    bundle = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in given]
    listed = page.locator("[data-files] > li")
    if javascript:
        breaks = line()
        page.goto(breaks.url + where)
        expect(page.locator("#send.ready")).to_be_attached()
        page.get_by_label("Gửi ảnh gốc").check()
        breaks.break_at(150_000)
        page.set_input_files("#files", bundle)
        page.get_by_role("button", name=f"Tạm dừng {given[39][0]}").click()
        citizen.camera.shoot(page, "sending")
        expect(page.get_by_text("Tạm dừng ở 0 %")).to_be_visible()
        expect(listed.filter(has_text="Đã nhận đủ")).to_have_count(39, timeout=60_000)
        assert breaks.cuts_made == 1
        expect(page.locator("[data-under-way] > li")).to_have_count(1)
        page.get_by_role("button", name=f"Gửi tiếp {given[39][0]}").click()
        expect(page.locator("[data-under-way] > li")).to_have_count(0)
    else:
        page.goto(where)
        page.set_input_files("#files", bundle)
        page.locator("#send").get_by_role("button", name="Gửi tệp đã chọn").click()
    expect(listed.filter(has_text="Đã nhận đủ")).to_have_count(40)
    assert fits(page)
    citizen.camera.shoot(page, "forty")
    page.get_by_role("link", name="Tiếp tục").click()
    expect(page.get_by_role("main")).to_contain_text("Trần Thị Mận")
    page.get_by_role("button", name="Gửi đơn").click()
    expect(page.get_by_role("heading", name="Đã nhận đơn của Ông/Bà")).to_be_visible()
    page.goto(page.url.replace("/receipt", "/files"))
    paper = page.get_by_role("listitem").filter(has_text="40 tệp").get_by_role("link")
    address = page.url.split("/petitions")[0] + str(paper.get_attribute("href"))
    words = re.sub(r"\s", "", files.text_of_pdf(page.request.get(address).body()))
    assert "Mẫusố02/TCD" in words
    assert [name for name, _kind, _content in given if name.replace(" ", "") not in words] == []


@BOTH
def test_who_lives_outside_the_pilot_is_shown_where_to_go_and_loses_nothing(
    come: Come, javascript: bool
) -> None:
    citizen = come("0914000014", javascript)
    page = citizen.page
    citizen.has_answered("home")
    page.goto(f"{citizen.draft}/home")
    citizen.finds("Ba Đình", "Phường Ba Đình")
    page.get_by_label("Thôn, xóm, tổ dân phố, số nhà").fill("Số 5 phố Đội Cấn")
    citizen.goes_on("home")
    expect(page.get_by_role("heading", name="Nơi tiếp Ông/Bà")).to_be_visible()
    expect(page.get_by_text("Nơi tiếp công dân của Phường Ba Đình")).to_be_visible()
    expect(page.get_by_text("34 Lý Thái Tổ, phường Hoàn Kiếm")).to_be_visible()
    expect(page.get_by_text("Những gì Ông/Bà đã ghi vẫn được giữ")).to_be_visible()
    assert str(page.get_by_role("link", name="Gọi hỏi").get_attribute("href")).startswith("tel:")
    assert fits(page)
    citizen.camera.shoot(page, "elsewhere")

    page.goto("/account")
    page.get_by_role("link", name="Viết tiếp đơn đang dở").click()
    page.get_by_role("link", name="Viết tiếp: Khiếu nại").click()
    page.get_by_role("link", name="Sửa nơi ở").click()
    expect(page.get_by_label("Thôn, xóm, tổ dân phố, số nhà")).to_have_value("Số 5 phố Đội Cấn")
    citizen.finds("Vân Hòa", "Xã Yên Bài")
    citizen.goes_on("home")
    page.wait_for_url("**/place")


@BOTH
def test_after_sending_something_is_added_and_the_petition_is_withdrawn_with_a_reason(
    come: Come, javascript: bool
) -> None:
    citizen = come("0914000015", javascript)
    page = citizen.page
    page.goto(citizen.has_sent())
    page.get_by_role("link", name="Bổ sung vào đơn").click()
    page.get_by_label("Bổ sung vào đơn").fill("Tôi nhớ thêm: xã hẹn đo lại ngày 5 tháng 10 mà không đến.")
    page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(page.get_by_role("heading", name="Bổ sung")).to_be_visible()
    expect(page.get_by_text("xã hẹn đo lại ngày 5 tháng 10")).to_be_visible()
    citizen.camera.shoot(page, "added")
    page.get_by_role("link", name="Rút đơn").click()
    page.get_by_role("button", name="Rút đơn").click()
    expect(page.get_by_text("Lỗi: Hãy ghi lý do rút đơn.")).to_be_visible()
    page.get_by_label("Lý do").fill("Xã đã đo lại đủ đất cho gia đình tôi.")
    citizen.camera.shoot(page, "withdraws")
    page.get_by_role("button", name="Rút đơn").click()
    expect(page.get_by_text("Ông/Bà đã rút đơn này")).to_be_visible()
    expect(page.get_by_text("Xã đã đo lại đủ đất cho gia đình tôi.")).to_be_visible()
    expect(page.get_by_text("xã hẹn đo lại ngày 5 tháng 10")).to_be_visible()
    expect(page.get_by_role("link", name="Lấy số gặp cán bộ")).to_have_count(0)
    assert fits(page)
    citizen.camera.shoot(page, "withdrawn")


def test_without_scripts_an_old_name_is_looked_up_by_a_button(come: Come) -> None:
    citizen = come("0914000016", False)
    page = citizen.page
    citizen.has_answered("home")
    page.goto(f"{citizen.draft}/home")
    page.get_by_label("Thôn, xóm, tổ dân phố, số nhà").fill("Xóm Mít")
    page.get_by_label("Tìm xã, phường").fill("Tản Lĩnh")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("radio", name="Xã Suối Hai")).to_be_checked()
    expect(page.get_by_label("Thôn, xóm, tổ dân phố, số nhà")).to_have_value("Xóm Mít")
    citizen.camera.shoot(page, "found")
    citizen.goes_on("home")
    page.wait_for_url("**/place")
