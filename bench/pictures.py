"""Pictures of every step of the citizen's way, on a phone and on a desk's screen, beside the design's.

`make pictures DESIGN=folder` starts the demo, walks, and writes docs/pictures/steps and their index; the
folder holds the design's pictures (home-full.png and so on), and without it a step shows what is there alone.
"""

import argparse
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select

from tests import files, people, servers
from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE
from tests.browser.navigators import STORY, Camera, Citizen
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.codes import new_code
from webapp.domain.ratings import CHANGED_FOR
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import Account, Desk, Locality, Petition, Visit
from webapp.services import desks, drafts, reception
from webapp.services.actor import officer

OUT = servers.ROOT / "docs" / "pictures" / "steps"
TALLEST, GAP, QUALITY = 1500, 16, 40
PAPER = "#d8d0c4"
TOLD = (
    people.ANSWERS
    | {"narrative": STORY, "on_behalf": "group", "represented": "Trần Thị Mận", "people": "12"}
    | {f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")}
    | {"rep1_name": "Hà Thị Lụa", "rep1_phone": "0987 654 321", "issued_by": "Bộ Công an"}
)
Do = Callable[[Page], object]


@dataclass(frozen=True)
class Step:
    """A picture to take: its name, what it shows, the address, whose browser, and what is done there first."""

    name: str
    title: str
    path: str
    design: str = ""
    by: str = "citizen"
    first: Do = lambda page: None


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m bench.pictures")
    reader.add_argument("--design", type=Path, help="the folder of the design's pictures")
    reader.add_argument("--out", type=Path, default=OUT)
    reader.add_argument("--only", nargs="*", help="names of steps")
    asked = reader.parse_args()
    if not asked.only:
        shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True, exist_ok=True)
    with servers.demo() as web, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        app = create_app(load_settings({"INSTANCE_PATH": str(web.instance), "DEMO": "1"}))
        taken = _walk(browser, web, app, asked.design, asked.out, asked.only)
        browser.close()
    if not asked.only:
        (asked.out.parent / "README.md").write_text(_index(taken, asked.out.name))
    weight = sum(path.stat().st_size for path in asked.out.glob("*.webp"))
    print(f"{len(taken)} steps, {weight // 1000} kB in {asked.out}")


def _walk(
    browser: Browser, web: servers.Web, app: Flask, design: Path | None, out: Path, only: list[str] | None
) -> list[Step]:
    contexts: dict[str, BrowserContext] = {}

    def somebody(phone: str) -> Citizen:
        context = browser.new_context(base_url=web.url, viewport=PHONE, locale="vi-VN")
        return Citizen(context.new_page(), phone, Camera(web.instance, "way"))

    citizen, asking, rater = somebody("0912000007"), somebody("0913000001"), somebody("")
    citizen.has_signed_in()
    citizen.sends_a_petition()
    citizen.takes_a_number()
    visit = urlsplit(citizen.page.url).path.split("/")[2]
    other = urlsplit(citizen.has_sent()).path.split("/")[2]
    with app.app_context():
        mine, account = _petition_of(visit)
        drafts.keep(account, people.DRAFT, TOLD, now=utc_now())
        denounces = TOLD | {"kind": "denunciation", "protection_wanted": "yes"}
        drafts.keep(account, secret := new_code(), denounces, now=utc_now())
        mixed = TOLD | {"narrative": STORY + " Ngoài ra tôi tố cáo cán bộ địa chính đòi tiền."}
        drafts.keep(account, two := new_code(), mixed, now=utc_now())
        outside = TOLD | {"lives_in": _locality("Ba Đình")}
        drafts.keep(account, far := new_code(), outside, now=utc_now())
        rated, rater.phone = _received_lately()
    rater.has_signed_in()
    asking.page.goto("/login")
    asking.page.get_by_label("Số điện thoại").fill(asking.phone)
    asking.page.get_by_role("button", name="Nhận mã").click()
    expect(asking.page.get_by_label("Nhập 6 số trong tin nhắn")).to_be_visible()
    for name, one in (("citizen", citizen), ("asking", asking), ("rater", rater)):
        contexts[name] = one.page.context
    _gives_files(citizen.page)

    step = lambda name: f"{people.WRITING}/{name}"  # noqa: E731
    steps = [
        Step("01-home", "Trang chính / Home", "/", "home", "nobody"),
        Step("02-phone", "Số điện thoại / The phone", "/login", "", "nobody"),
        Step("03-code", "Mã một lần / The one-time code", "/login/code", "login-otp", "asking"),
        Step("04-drafts", "Đơn đang viết dở / Drafts", "/petitions/new"),
        Step("05-kind", "Loại việc / Kind of matter", step("kind"), "step-type"),
        Step("06-protection", "Đề nghị bảo vệ / Protection", f"/petitions/new/{secret}/protection"),
        Step("07-protected", "Gặp trực tiếp, kín đáo / In person", f"/petitions/new/{secret}/protected"),
        Step("08-behalf", "Cho ai / For whom", step("behalf")),
        Step("09-group", "Những người cùng việc / A group", step("group")),
        Step("10-who", "Họ tên, năm sinh / Name", step("who")),
        Step("11-paper", "Giấy tờ / Identity paper", step("paper")),
        Step("12-paper-mistake", "Nhập sai / A mistake", step("paper"), "step-error", first=_mistypes),
        Step("13-home-address", "Nơi ở / Where they live", step("home"), first=_looks),
        Step("14-elsewhere", "Ngoài thí điểm / Outside the pilot", f"/petitions/new/{far}/elsewhere"),
        Step("15-place", "Nơi xảy ra / Where it happened", step("place")),
        Step("16-help", "Cần giúp gì / Help", step("help")),
        Step("17-story", "Việc của Ông/Bà / What happened", step("story")),
        Step("18-split", "Hai việc / Two matters", f"/petitions/new/{two}/split"),
        Step("19-against", "Về quyết định nào / Against what", step("against")),
        Step("20-settled", "Đã ai giải quyết / Settled before", step("settled")),
        Step("21-wish", "Điều đề nghị / What is asked for", step("wish")),
        Step("22-files", "Giấy tờ, hình ảnh / Papers", people.FILES, "step-files", first=_sends_slowly),
        Step("23-review", "Kiểm tra lại / Reading it all", step("review")),
        Step("24-receipt", "Biên nhận / The receipt", f"/petitions/{mine}/receipt", "ticket"),
        Step("25-book", "Lấy số / Taking a number", f"/petitions/{other}/book", "slot"),
        Step("26-waiting", "Phòng chờ / Waiting", f"/visits/{visit}/wait", "waiting"),
        Step("27-petition", "Đơn của tôi / My petition", f"/petitions/{mine}", "track"),
        Step("28-add", "Bổ sung / An addition", f"/petitions/{mine}/add"),
        Step("29-withdraw", "Rút đơn / A withdrawal", f"/petitions/{mine}/withdraw"),
        Step("30-track", "Theo dõi / Following a case", "/track", "", "nobody"),
        Step("31-rate", "Nhận xét / Rating", f"/visits/{rated}/rate", "rate", "rater"),
        Step("32-data", "Dữ liệu của tôi / My data", "/account/data", "", "rater"),
    ]
    called = Step("33-called", "Đến lượt / Called", f"/visits/{visit}/wait", "waiting-called")
    for one in [*steps, called]:
        if only and one.name not in only:
            continue
        if one is called:
            with app.app_context():
                _call(visit)
        shots = [_shoot(browser, web, contexts.get(one.by), one, size) for size in (PHONE, DESK)]
        _compose(shots, _designed(design, one.design)).save(
            out / f"{one.name}.webp", quality=QUALITY, method=6
        )
    return [*steps, called]


def _shoot(
    browser: Browser, web: servers.Web, known: BrowserContext | None, step: Step, size: dict[str, int]
) -> Image.Image:
    """As this person sees it now; on the phone the whole page."""
    state = known.storage_state() if known else None
    context = browser.new_context(base_url=web.url, viewport=size, locale="vi-VN", storage_state=state)
    page = context.new_page()
    page.goto(step.path)
    assert urlsplit(page.url).path == step.path, f"{step.name}: {step.path} led to {page.url}"
    step.first(page)
    page.wait_for_timeout(400)  # scripts have drawn what they add
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{step.name} is too wide"
    shot = page.screenshot(full_page=size is PHONE)
    context.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def _designed(folder: Path | None, name: str) -> Image.Image | None:
    if folder is None or not name:
        return None
    return Image.open(folder / f"{name}-full.png").convert("RGB")


def _compose(shots: list[Image.Image], designed: Image.Image | None) -> Image.Image:
    """Ours on the phone, the design's where there is one, and ours on a wide screen at half its size."""
    phone, desk = shots
    columns = [phone, *([designed] if designed else []), desk.resize((desk.width // 2, desk.height // 2))]
    columns = [one.crop((0, 0, one.width, min(one.height, TALLEST))) for one in columns]
    width = sum(one.width for one in columns) + GAP * (len(columns) + 1)
    sheet = Image.new("RGB", (width, max(one.height for one in columns) + 2 * GAP), PAPER)
    left = GAP
    for one in columns:
        sheet.paste(one, (left, GAP))
        left += one.width + GAP
    return sheet


def _index(steps: list[Step], folder: str) -> str:
    lines = [
        "# Từng bước của công dân / Each step of the citizen",
        "",
        "`make pictures DESIGN=…` chụp lại. Từ trái: phần mềm trên điện thoại (360 px), bản thiết kế nếu có, phần mềm trên màn hình 1366×768 thu một nửa.",
        "",
        "Phòng tiếp và bàn tiếp: [room](room/README.md). / The room and the desk: [room](room/README.md).",
        "",
        "`make pictures DESIGN=…` takes them anew. From the left: the software on a phone (360 px), the design where there is one, the software on a screen of 1366×768 at half its size.",
    ]
    for step in steps:
        also = " (có bản thiết kế / with the design)" if step.design else ""
        lines += ["", f"## {step.title}{also}", "", f"![{step.title}]({folder}/{step.name}.webp)"]
    return "\n".join(lines) + "\n"


def _mistypes(page: Page) -> None:
    page.get_by_role("radio", name="Thẻ căn cước").check()
    page.get_by_label("Số giấy tờ").fill("001 062")
    page.get_by_label("Năm", exact=True).fill("2021")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _looks(page: Page) -> None:
    page.get_by_label("Tìm xã, phường").fill("Tản Lĩnh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("radio", name="Xã Suối Hai").check()


def _gives_files(page: Page) -> None:
    """Two that arrived: a paper and a photo."""
    page.goto(people.FILES)
    expect(page.locator("#send.ready")).to_be_attached()
    bundle = [
        {"name": "Quyết định 15.pdf", "mimeType": "application/pdf", "buffer": files.pdf(2)},
        {"name": "Sổ đỏ, trang 2.jpg", "mimeType": "image/jpeg", "buffer": files.photo(size=(900, 600))},
    ]
    page.set_input_files("#files", bundle)
    expect(page.locator("[data-files] > li")).to_have_count(2)


def _sends_slowly(page: Page) -> None:
    """A third is under way, on a line that stops."""
    expect(page.locator("#send.ready")).to_be_attached()
    page.context.route("**/files/tus/*", lambda route: route.abort())
    film = {"name": "Thửa đất.mp4", "mimeType": "video/mp4", "buffer": files.film() + bytes(1_400_000)}
    page.set_input_files("#files", film)
    expect(page.get_by_text("Mạng yếu: sẽ tự tải tiếp.")).to_be_visible()


def _petition_of(visit: str) -> tuple[str, int]:
    petition = db.session.scalars(select(Petition).join(Visit).where(Visit.code == visit)).one()
    return petition.code, petition.account_id


def _locality(name: str) -> str:
    return db.session.scalars(select(Locality.code).where(Locality.name == name)).one()


def _received_lately() -> tuple[str, str]:
    """A visit that is over and not yet rated, and the phone of whose it is."""
    over = (
        select(Visit)
        .join(Visit.petition)
        .where(Visit.state == State.FINISHED, Visit.rated.is_(False))
        .where(Visit.ended_at > utc_now() - CHANGED_FOR / 2)
    )
    visit = db.session.scalars(over.order_by(Visit.id.desc())).first()
    assert visit is not None
    return visit.code, "0" + str(visit.petition.account.phone).removeprefix("+84")


def _call(code: str) -> None:
    desk = db.session.scalars(select(Desk).where(Desk.officer_id.is_(None)).order_by(Desk.number)).first()
    account = db.session.scalars(select(Account).where(Account.username == "canbo1")).one()
    visit = db.session.scalars(select(Visit).where(Visit.code == code)).one()
    assert desk is not None
    by = officer(account.id)
    held = desks.held_by(account.id) or desks.open_desk(desk.id, by=by, now=utc_now())
    reception.call(visit.id, held.id, by=by, now=utc_now(), key=new_code())


if __name__ == "__main__":
    main()
