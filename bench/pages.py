"""The citizen's pages over the wire: bytes, requests, hosts, first paint and when a form can be sent.

Chromium shapes the link itself (CDP's Network.emulateNetworkConditions, 64 kbit/s both ways, 400 ms):
HTTP/1.1 in the clear, no loss. Each page is a first visit with an empty cache.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from bench.report import keep
from tests import people, servers
from tests.browser.conftest import ARGS, CHROMIUM, PHONE
from tests.browser.navigators import STORY, Camera, Citizen
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.codes import new_code
from webapp.extensions import db
from webapp.models import Account, Desk, Visit
from webapp.services import desks, drafts, petition_steps, petitions, reception
from webapp.services.actor import citizen, officer

KBITS, DELAY = 64, 400
HEADS = [
    "page",
    "HTML+CSS, bytes (br only)",
    "with scripts (br only)",
    "HTML+CSS (gzip only)",
    "with scripts (gzip only)",
    "requests",
    "other hosts",
    "first paint, s",
    "usable, s",
    "all there, s",
]
DRAFT = (
    people.ANSWERS
    | {
        "kind": "denunciation",
        "protection_wanted": "no",
        "narrative": STORY,
        "on_behalf": "group",
        "represented": "Trần Thị Mận",
        "people": "12",
    }
    | {f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")}
)
"""A denouncer is asked everything."""


def measure() -> None:
    with servers.demo() as web, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        rows = _all_pages(browser, web, create_app(load_settings({"INSTANCE_PATH": str(web.instance)})))
        browser.close()
    keep("pages", (__doc__ or "").strip(), HEADS, rows)


def _all_pages(browser: Browser, web: servers.Web, app: Flask) -> list[list[object]]:
    context = browser.new_context(base_url=web.url, viewport=PHONE)
    person = Citizen(context.new_page(), "0912000007", Camera(web.instance, "x"))
    person.signs_in()
    person.presents_the_matter()
    person.takes_a_number()
    code = urlsplit(person.page.url).path.split("/")[2]
    with app.app_context():
        mine, another = _a_draft_and_another_petition(code)
    signed_in = _without_style(context.storage_state())
    context.close()
    stranger = browser.new_context(base_url=web.url, viewport=PHONE)
    asking = stranger.new_page()
    asking.goto("/login")
    asking.get_by_label("Số điện thoại").fill("0912000008")
    asking.get_by_role("button", name="Nhận mã").click()
    asking.get_by_label("Nhập 6 số trong tin nhắn").wait_for()
    waiting_for_code = _without_style(stranger.storage_state())
    stranger.close()

    steps = [f"{people.WRITING}/{step.name}" for step in petition_steps.steps_for(DRAFT)]
    steps.append(f"{people.WRITING}/review")
    plain = ["/", "/login", "/schedule", "/privacy", "/accessibility"]
    own = [
        "/account",
        *steps,
        f"{people.WRITING}/protected",
        f"/petitions/{mine}",
        f"/petitions/{another}/book",
    ]
    visit = [f"/visits/{code}", f"/visits/{code}/wait"]
    rows = [_row(browser, web, path, None) for path in plain]
    rows.append(_row(browser, web, "/login/code", waiting_for_code))
    rows += [_row(browser, web, path, signed_in) for path in own + visit]
    with app.app_context():
        _call(code)
    rows.append(_row(browser, web, f"/visits/{code}/room", signed_in))
    return rows


def _without_style(state: StorageState) -> StorageState:
    """As on a first visit: the browser does not say that it holds the stylesheet."""
    state["cookies"] = [one for one in state["cookies"] if one["name"] != "css"]
    return state


def _a_draft_and_another_petition(code: str) -> tuple[str, str]:
    """The codes of the visit's petition and of one that still has no place."""
    petition = db.session.query(Visit).filter(Visit.code == code).one().petition
    mine, account = petition.code, petition.account_id
    db.session.rollback()
    drafts.keep(account, people.DRAFT, DRAFT, now=utc_now())
    fields = people.fields(narrative=STORY)
    other = petitions.submit(fields, by=citizen(account), now=utc_now(), key=new_code())
    return mine, other.code


def _call(code: str) -> None:
    desk = db.session.query(Desk).filter(Desk.officer_id.is_(None)).order_by(Desk.number).first()
    account = db.session.query(Account).filter(Account.username == "canbo1").one()
    visit = db.session.query(Visit).filter(Visit.code == code).one()
    assert desk
    by = officer(account.id)
    held = desks.held_by(account.id) or desks.open_desk(desk.id, by=by, now=utc_now())
    reception.call(visit.id, held.id, by=by, now=utc_now(), key=new_code())


def _row(browser: Browser, web: servers.Web, path: str, state: StorageState | None) -> list[object]:
    """Twice, each with one encoding only: brotli as over TLS, gzip as for old phones and some proxies."""
    seen: dict[str, list[Any]] = {}
    for encoding in ("br", "gzip"):
        fresh = browser.new_context(base_url=web.url, viewport=PHONE, storage_state=state)
        seen[encoding] = _first_visit(fresh.new_page(), path, encoding)
        fresh.close()
    parts = ["<code>" if len(part) > 9 and any(map(str.isdigit, part)) else part for part in path.split("/")]
    return ["/".join(parts), *seen["br"][:2], *seen["gzip"][:2], *seen["br"][2:]]


def _first_visit(page: Page, path: str, encoding: str) -> list[object]:
    shape = page.context.new_cdp_session(page)
    seen: dict[str, dict[str, Any]] = {}
    shape.on("Network.responseReceived", lambda event: seen.update({event["requestId"]: event["response"]}))
    sizes: dict[str, int] = {}
    shape.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    shape.send("Network.enable")
    shape.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": encoding}})
    bytes_a_second = KBITS * 1000 / 8
    shape.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    page.goto(path, wait_until="networkidle", timeout=60_000)
    assert urlsplit(page.url).path == path, f"{path} led to {page.url}"
    used = {answer["headers"].get("Content-Encoding") for answer in seen.values()}
    assert used <= {encoding, None} and encoding in used, f"{path} came as {used}"
    times = page.evaluate(
        """() => ({paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                   usable: performance.getEntriesByType("navigation")[0].domInteractive,
                   all: Math.max(...performance.getEntries().map((one) => one.responseEnd || 0))})"""
    )
    kinds = {key: answer["mimeType"] for key, answer in seen.items()}
    html = sum(size for key, size in sizes.items() if kinds.get(key) in ("text/html", "text/css"))
    scripts = sum(size for key, size in sizes.items() if "javascript" in kinds.get(key, ""))
    hosts = {urlsplit(answer["url"]).hostname for answer in seen.values()} - {"127.0.0.1"}
    return [
        html,
        html + scripts,
        len(seen),
        len(hosts),
        f"{times['paint'] / 1000:.2f}",
        f"{times['usable'] / 1000:.2f}",
        f"{times['all'] / 1000:.2f}",
    ]
