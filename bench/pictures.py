"""Pictures of every step of the citizen's way, on a phone and on a desk's screen, beside the design's.

`make pictures DESIGN=folder` starts the demo, walks, and writes docs/pictures/steps and their index; the
folder holds the design's pictures (home-full.png and so on), and without it a step shows what is there alone.
To look at the same pages otherwise: `--language en`, `--plain` (no scripts), each with an `--out` of its own.
"""

import argparse
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
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
from webapp.domain.telling import StatementStep
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Account, Desk, Locality, Petition, Sitting, Visit, phone_look_up
from webapp.services import desks, drafts, evidence, reception, statements, tracking
from webapp.services.actor import citizen as as_citizen
from webapp.services.actor import officer
from webapp.services.evidence import Begun

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
    """A picture to take: its name, what it shows, the address, whose browser, and what is done there first.

    An address that names a part of a page shows the screen from there, any other the whole page on the phone.
    """

    name: str
    title: str
    path: str
    design: str = ""
    by: str = "citizen"
    first: Do | None = None


@dataclass(frozen=True)
class Look:
    """How the pages are looked at: the usual way is what the index shows."""

    language: str = "vi"
    scripts: bool = True

    @property
    def is_usual(self) -> bool:
        return self == Look()


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m bench.pictures")
    reader.add_argument("--design", type=Path, help="the folder of the design's pictures")
    reader.add_argument("--out", type=Path, default=OUT)
    reader.add_argument("--only", nargs="*", help="names of steps")
    reader.add_argument("--language", choices=["vi", "en"], default="vi")
    reader.add_argument("--plain", action="store_true", help="without scripts")
    asked = reader.parse_args()
    look = Look(asked.language, not asked.plain)
    if not look.is_usual and asked.out == OUT:
        reader.error("another look needs an --out of its own")
    if not asked.only:
        shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True, exist_ok=True)
    with servers.demo() as web, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        app = create_app(load_settings({"INSTANCE_PATH": str(web.instance), "DEMO": "1"}))
        walk = _Walk(browser, web, app, look)
        taken = walk.steps()
        for number, step in enumerate(taken, 1):
            if not asked.only or step.name in asked.only:
                path = asked.out / f"{number:02d}-{step.name}.webp"
                _compose(walk.shoots(step), _designed(asked.design, step.design)).save(
                    path, quality=QUALITY, method=6
                )
        browser.close()
    if not asked.only and look.is_usual:
        (asked.out.parent / "README.md").write_text(_index(taken, asked.out.name))
    weight = sum(path.stat().st_size for path in asked.out.glob("*.webp"))
    print(f"{len(taken)} steps, {weight // 1000} kB in {asked.out}")


class _Walk:
    """Several people in the demo, each where a step of theirs can be shown."""

    def __init__(self, browser: Browser, web: servers.Web, app: Flask, look: Look):
        self.browser, self.web, self.app, self.look = browser, web, app, look
        self.contexts: dict[str, BrowserContext] = {}

    def _somebody(self, name: str, phone: str) -> Citizen:
        context = self.browser.new_context(base_url=self.web.url, viewport=PHONE, locale="vi-VN")
        self.contexts[name] = context
        return Citizen(context.new_page(), phone, Camera(self.web.instance, "way"))

    def steps(self) -> list[Step]:
        """All steps in the order of the way, everybody led to where theirs begins."""
        citizen = self._somebody("citizen", "0912000007")
        citizen.has_signed_in()
        citizen.sends_a_petition()
        citizen.takes_a_number()
        visit = urlsplit(citizen.page.url).path.split("/")[2]
        other = urlsplit(citizen.has_sent()).path.split("/")[2]
        with self.app.app_context():
            mine, account = _petition_of(visit)
            drafts.keep(account, people.DRAFT, TOLD, now=utc_now())
            secret = _a_draft(account, kind="denunciation", protection_wanted="yes")
            two = _a_draft(account, narrative=STORY + " Ngoài ra tôi tố cáo cán bộ địa chính đòi tiền.")
            far = _a_draft(account, lives_in=_locality("Ba Đình"))
            rated, phone = _received_lately()
        self._somebody("rater", phone).has_signed_in()
        self._asks_for_a_code()
        _gives_files(citizen.page)
        lawyer, aloud, told = self._for_another(), self._tells(), self._told_and_written_down()
        self._moves()

        step = lambda name: f"{people.WRITING}/{name}"  # noqa: E731 - a word of this table alone
        return [
            Step("home", "Trang chính / Home", "/", "home", "nobody"),
            Step("phone", "Số điện thoại / The phone", "/login", "", "nobody"),
            Step("code", "Mã một lần / The one-time code", "/login/code", "login-otp", "asking"),
            Step("drafts", "Đơn đang viết dở / Drafts", "/petitions/new"),
            Step("kind", "Loại việc / Kind of matter", step("kind"), "step-type"),
            Step("matter", "Đơn này về việc nào / Of which matter it is", step("matter")),
            Step("protection", "Đề nghị bảo vệ / Protection", f"/petitions/new/{secret}/protection"),
            Step("protected", "Gặp trực tiếp, kín đáo / In person", f"/petitions/new/{secret}/protected"),
            Step("behalf", "Cho ai / For whom", step("behalf")),
            Step(
                "represented",
                "Thay cho ai / For another",
                f"/petitions/new/{lawyer}/represented",
                "",
                "lawyer",
            ),
            Step("group", "Những người cùng việc / A group", step("group")),
            Step("who", "Họ tên, năm sinh / Name", step("who")),
            Step("paper", "Giấy tờ / Identity paper", step("paper")),
            Step("paper-mistake", "Nhập sai / A mistake", step("paper"), "step-error", first=_mistypes),
            Step("home-address", "Nơi ở / Where they live", step("home"), first=_looks),
            Step("elsewhere", "Ngoài thí điểm / Outside the pilot", f"/petitions/new/{far}/elsewhere"),
            Step("place", "Nơi xảy ra / Where it happened", step("place")),
            Step("help", "Cần giúp gì / Help", step("help")),
            Step("story", "Việc của Ông/Bà / What happened", step("story")),
            Step(
                "telling",
                "Kể bằng giọng nói / Telling by voice",
                f"/petitions/new/{aloud}/story",
                "",
                "teller",
            ),
            Step(
                "told",
                "Đã kể, câu sau / Told: a later question",
                f"/petitions/new/{aloud}/against",
                "",
                "teller",
            ),
            Step("split", "Hai việc / Two matters", f"/petitions/new/{two}/split"),
            Step("against", "Về quyết định nào / Against what", step("against")),
            Step("settled", "Đã ai giải quyết / Settled before", step("settled")),
            Step("wish", "Điều đề nghị / What is asked for", step("wish")),
            Step("files", "Giấy tờ, hình ảnh / Papers", people.FILES, "step-files", first=_sends_slowly),
            Step("proofs", "Giấy tờ tư cách / Proofs", f"/petitions/new-{lawyer}/files", "", "lawyer"),
            Step("review", "Kiểm tra lại / Reading it all", step("review")),
            Step(
                "told-review",
                "Kiểm tra lại lời kể / Reading what was told",
                f"/petitions/new/{aloud}/review",
                "",
                "teller",
            ),
            Step("receipt", "Biên nhận / The receipt", f"/petitions/{mine}/receipt", "ticket"),
            Step(
                "told-receipt",
                "Biên nhận lời kể / Its receipt",
                f"/petitions/{told}/receipt",
                "ticket",
                "told",
            ),
            Step("book", "Lấy số / Taking a number", f"/petitions/{other}/book", "slot"),
            Step("waiting", "Phòng chờ / Waiting", f"/visits/{visit}/wait", "waiting"),
            Step("account", "Việc của tôi / My matters", "/account"),
            Step("petition", "Đơn của tôi / My petition", f"/petitions/{mine}", "track"),
            Step(
                "statement",
                "Xác nhận bản ghi / Confirming what was written down",
                f"/petitions/{told}#statement",
                "",
                "told",
            ),
            Step("add", "Bổ sung / An addition", f"/petitions/{mine}/add"),
            Step("withdraw", "Rút đơn / A withdrawal", f"/petitions/{mine}/withdraw"),
            Step("place", "Xin gặp ở nơi khác / Another place", f"/petitions/{mine}/place"),
            Step("schedule", "Lịch tiếp công dân / The schedule", "/schedule", "", "nobody"),
            Step("check", "Thử máy và mạng / Trying device and network", "/check", "check", "nobody"),
            Step("board", "Bảng gọi số / The board", "/board", "", "nobody"),
            Step("track", "Theo dõi / Following a case", "/track", "", "nobody"),
            Step("timeline", "Việc đi đến đâu / How far it is", "/track/case", "track", "follower"),
            Step("rate", "Nhận xét / Rating", f"/visits/{rated}/rate", "rate", "rater"),
            Step("data", "Dữ liệu của tôi / My data", "/account/data", "", "rater"),
            Step("new-phone", "Đổi số điện thoại / Another phone", "/account/phone", "", "rater"),
            Step("new-phone-code", "Đổi số: mã / Another phone: the code", "/account/phone", "", "mover"),
            Step(
                "called",
                "Đến lượt / Called",
                f"/visits/{visit}/wait",
                "waiting-called",
                first=self._calls(visit),
            ),
        ]

    def shoots(self, step: Step) -> list[Image.Image]:
        sizes = (PHONE, DESK) if self.look.is_usual else (PHONE,)
        return [self._shoot(step, size) for size in sizes]

    def _shoot(self, step: Step, size: dict[str, int]) -> Image.Image:
        """As this person sees it now; on the phone the whole page. What is done first is done in the usual look."""
        known = self.contexts.get(step.by)
        context = self.browser.new_context(
            base_url=self.web.url,
            viewport=size,
            locale="vi-VN",
            storage_state=known.storage_state() if known else None,
            java_script_enabled=self.look.scripts,
        )
        context.add_cookies([{"name": "lang", "value": self.look.language, "url": self.web.url}])
        page = context.new_page()
        page.goto(step.path)
        where = urlsplit(step.path)
        assert urlsplit(page.url).path == where.path, f"{step.name}: {step.path} led to {page.url}"
        if step.first and self.look.is_usual:
            step.first(page)
        page.wait_for_timeout(400)  # scripts have drawn what they add
        wide = "document.documentElement.scrollWidth > innerWidth"
        if self.look.scripts and page.evaluate(wide):
            print(f"{step.name} is too wide")
        shot = page.screenshot(full_page=size is PHONE and not where.fragment)
        context.close()
        return Image.open(io.BytesIO(shot)).convert("RGB")

    def _asks_for_a_code(self) -> None:
        page = self._somebody("asking", "0913000001").page
        page.goto("/login")
        page.get_by_label("Số điện thoại").fill("0913000001")
        page.get_by_role("button", name="Nhận mã").click()
        expect(page.get_by_label("Nhập 6 số trong tin nhắn")).to_be_visible()

    def _for_another(self) -> str:
        """A lawyer's draft."""
        lawyer = self._somebody("lawyer", "0913000002")
        lawyer.has_signed_in()
        with self.app.app_context():
            return _a_draft(_account_of(lawyer), on_behalf="lawyer")

    def _tells(self) -> str:
        """A draft that is told by voice."""
        teller = self._somebody("teller", "0913000003")
        teller.has_signed_in()
        with self.app.app_context():
            return _told_by_voice(_account_of(teller))

    def _told_and_written_down(self) -> str:
        """The same sent, told at a desk and written down there; somebody follows it from outside."""
        told = self._somebody("told", "0913000004")
        told.has_signed_in()
        with self.app.app_context():
            account = _account_of(told)
            code = _is_written_down(account, _told_by_voice(account))
        follower = self._somebody("follower", told.phone)
        page = follower.page
        page.goto("/track")
        page.get_by_label("Mã đơn").fill(code)
        page.get_by_label("Số điện thoại Ông/Bà dùng để đăng nhập").fill(told.phone)
        page.get_by_role("button", name="Nhận mã").click()
        expect(page.get_by_label("Nhập 6 số")).to_be_visible()
        with self.app.app_context():
            tracking.settle_asked(utc_now())
        page.get_by_label("Nhập 6 số").fill(follower.reads_the_code())
        page.get_by_role("button", name="Xem việc của tôi").click()
        expect(page.get_by_role("heading", name="Đơn gửi ngày")).to_be_visible()
        return code

    def _moves(self) -> None:
        """Somebody who wants another phone number and was sent its code."""
        mover = self._somebody("mover", "0913000005")
        mover.has_signed_in()
        mover.page.goto("/account/phone")
        mover.page.get_by_label("Số điện thoại mới").fill("0987 654 321")
        mover.page.get_by_role("button", name="Nhận mã").click()
        expect(mover.page.get_by_label("6 số trong tin nhắn gửi đến số mới")).to_be_visible()

    def _calls(self, visit: str) -> Do:
        def first(page: Page) -> None:
            with self.app.app_context():
                _call(visit)
            page.reload()

        return first


def _designed(folder: Path | None, name: str) -> Image.Image | None:
    if folder is None or not name:
        return None
    return Image.open(folder / f"{name}-full.png").convert("RGB")


def _compose(shots: list[Image.Image], designed: Image.Image | None) -> Image.Image:
    """Ours on the phone, the design's where there is one, and ours on a wide screen at half its size."""
    phone, *wide = shots
    halves = [screen.resize((screen.width // 2, screen.height // 2)) for screen in wide]
    columns = [phone, *([designed] if designed else []), *halves]
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
    for number, step in enumerate(steps, 1):
        also = " (có bản thiết kế / with the design)" if step.design else ""
        lines += [
            "",
            f"## {step.title}{also}",
            "",
            f"![{step.title}]({folder}/{number:02d}-{step.name}.webp)",
        ]
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


def _a_draft(account: int, **otherwise: str) -> str:
    drafts.keep(account, key := new_code(), TOLD | otherwise, now=utc_now())
    return key


def _account_of(one: Citizen) -> int:
    known_by = phone_look_up(f"+84{one.phone.removeprefix('0')}")
    return db.session.scalars(select(Account.id).where(Account.phone_look_up == known_by)).one()


def _told_by_voice(account: int) -> str:
    """A draft whose story and wish are told, not written, an hour ago."""
    now = utc_now() - timedelta(hours=1)
    key = _a_draft(account, narrative="", against="", wish="", on_behalf="myself")
    content, place = files.told(95), evidence.place_of_draft(account, key)
    what = Begun("Lời kể", len(content), 95_000)
    about = {"store": objects, "inspect": inspection.inspect, "by": as_citizen(account), "now": now}
    evidence.take(place, what, content, key=new_code(), **about)
    return key


def _is_written_down(account: int, draft: str) -> str:
    """The petition that the draft became, received by an officer who wrote it down and read it back."""
    by, now = as_citizen(account), utc_now()
    ago = lambda minutes: {"now": now - timedelta(minutes=minutes)}  # noqa: E731 - a word of this table alone
    petition = drafts.submit(by=by, today=now.date(), key=draft, **ago(50))
    code = petition.code
    open_now = (Sitting.starts_at <= now) & (Sitting.ends_at > now)
    sitting = db.session.scalars(select(Sitting).where(open_now).order_by(Sitting.id)).first()
    second = db.session.scalars(select(Account).where(Account.username == "canbo2")).one()
    desk = desks.held_by(second.id) or desks.open_desk(_free_desk().id, by=officer(second.id), now=now)
    assert sitting is not None
    hand, key = officer(second.id), {"key": new_code()}
    visit = reception.take_number(petition.id, sitting.id, bridge_point_id=None, by=by, **key, **ago(45))
    reception.call(visit.id, desk.id, by=hand, **key, **ago(20))
    reception.enter_room(visit.id, by=by, **ago(19))
    words = (
        f"Công dân trình bày: {STORY} Công dân biết việc này từ tháng 3 năm 2026 và chưa gửi đơn ở nơi khác."
    )
    statements.write(visit.id, words, base_version=0, by=hand, **key, **ago(5))
    statements.note(visit.id, StatementStep.READ_BACK, version=1, by=hand, **key, **ago(3))
    return code


def _free_desk() -> Desk:
    desk = db.session.scalars(select(Desk).where(Desk.officer_id.is_(None)).order_by(Desk.number)).first()
    assert desk is not None
    return desk


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
    account = db.session.scalars(select(Account).where(Account.username == "canbo1")).one()
    visit = db.session.scalars(select(Visit).where(Visit.code == code)).one()
    by = officer(account.id)
    if visit.state is State.WAITING:
        held = desks.held_by(account.id) or desks.open_desk(_free_desk().id, by=by, now=utc_now())
        reception.call(visit.id, held.id, by=by, now=utc_now(), key=new_code())


if __name__ == "__main__":
    main()
