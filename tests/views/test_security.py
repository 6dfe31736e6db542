"""What people can rely on for their safety: nothing foreign runs, nothing private is told or logged."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import structlog
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import Settings, SettingsError, load_settings
from webapp.models import Account, Role, SignInSession
from webapp.rendering import asset
from webapp.services import reception, visits
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work
from webapp.views import waiting

Make = Callable[[Account | None], Browser]

NAME, NUMBER = "Đỗ Thị Kín", "001058099321"
DENOUNCED = "Ông chủ tịch xã nhận tiền của nhà thầu ba lần trong năm ngoái, tôi thấy tận mắt."
STARTS = {
    "nobody": ["/", "/login", "/staff/login", "/demo/outbox", "/privacy", "/accessibility", "/schedule"],
    "citizen": ["/", "/account", "/petitions/new", f"{people.WRITING}/kind", f"{people.WRITING}/protected"],
    "officer": ["/desk", "/desk/queue", "/account"],
    "admin": ["/admin/accounts", "/admin/accounts/new", "/account"],
}


@pytest.fixture
def crawled(request: pytest.FixtureRequest, browser: Make, scene: Scene) -> dict[str, TestResponse]:
    """Every page that this person reaches by links and frames; of weeks and days that lead on and on, some."""
    waiting, _ = people.a_waiting_visit(scene.sitting, scene.now, scene.citizen)
    people.a_petition(scene.citizen, scene.now)
    a_denouncer_waits(scene.sitting, scene.now, full_name=NAME, paper_number=NUMBER, narrative=DENOUNCED)
    scene.receive()
    who = {"nobody": None, "citizen": scene.citizen, "officer": scene.officer}
    account = people.staff(Role.ADMIN) if request.param == "admin" else who[request.param]
    person, found, left = browser(account), {}, list(STARTS[request.param])
    asked: Counter[str] = Counter()
    while left:
        path = left.pop()
        if path in found or path.startswith("/language/") or path.endswith(".pdf"):
            continue
        asked[path.partition("?")[0]] += 1
        if asked[path.partition("?")[0]] > 3:
            continue
        found[path] = person.get(path)
        if found[path].status_code in (302, 303):
            left.append(found[path].location)
        read = Page(found[path].text)
        left += read.links() + [one["src"] for one in read.all("iframe")]
    assert len(found) > len(STARTS[request.param])
    return found


everyone = pytest.mark.parametrize("crawled", STARTS, indirect=True)


@everyone
def test_no_page_runs_or_styles_anything_inline(crawled: dict[str, TestResponse]) -> None:
    for path, answer in crawled.items():
        for tag, one in Page(answer.text).elements:
            assert not [name for name in one if name.startswith("on") or name in ("style", "srcdoc")], path
            assert not any(value.lower().startswith("javascript:") for value in one.values()), path
            assert tag != "script" or one.get("src", "").startswith("/static/"), path
            assert tag not in ("object", "embed", "base"), path


@everyone
def test_every_page_has_the_policy_and_its_style_the_true_hash(crawled: dict[str, TestResponse]) -> None:
    for path, answer in crawled.items():
        if answer.mimetype != "text/html":
            continue
        csp = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in csp and "*" not in csp and "http" not in csp, path
        assert csp.startswith("default-src 'none'; script-src 'self';"), path
        for style in re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"style-src 'self' 'sha256-{digest}';" in csp, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] in ("private, no-store", "private, no-cache")
        frame = path.endswith("/frame")
        assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if frame else "DENY"), path


@everyone
def test_camera_and_microphone_open_only_where_people_meet_or_try_them(
    crawled: dict[str, TestResponse],
) -> None:
    for path, answer in crawled.items():
        camera = "self" if path.startswith(("/desk", "/visits/")) or path == "/check" else ""
        told = "/petitions/[^/]+/files|/petitions/new/[^/]+/(story|against|settled|wish)"
        microphone = "self" if re.fullmatch(told, path) else camera
        told = answer.headers["Permissions-Policy"]
        assert told == f"camera=({camera}), microphone=({microphone}), geolocation=()", path


def test_a_part_asked_for_by_a_pages_scripts_comes_without_the_rules_of_a_page(
    browser: Make, scene: Scene
) -> None:
    """On a thin line they would weigh more than the part; opened by a person it has them all."""
    officer = browser(scene.officer)
    part = officer.part("/desk/queue")
    assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in part.headers["Cache-Control"] or "HX-Request" in part.headers["Vary"]
    assert not {"Content-Security-Policy", "Permissions-Policy"} & set(part.headers.keys())
    assert "Content-Security-Policy" in officer.get("/desk/queue").headers


@pytest.mark.parametrize("crawled", ["admin"], indirect=True)
def test_an_admin_sees_no_petition(crawled: dict[str, TestResponse], scene: Scene) -> None:
    private = {scene.code, scene.petition.code, people.STORY[:30], "Nguyễn Văn Lành", DENOUNCED[:30], NAME}
    for path, answer in crawled.items():
        assert not [word for word in private if word in answer.text], path


def test_a_petition_that_awaits_no_decision_is_not_read_at_the_gate(browser: Make, scene: Scene) -> None:
    """Else whoever knows a code would read somebody else's case there."""
    visit, _ = people.a_waiting_visit(scene.sitting, scene.now, scene.citizen)
    other = browser(scene.officer)
    assert other.get(f"/desk/visit/{visit.code}/gate").status_code == 404


def test_a_denouncer_is_a_number_on_every_part_of_the_desk(browser: Make, scene: Scene) -> None:
    visit = a_denouncer_waits(scene.sitting, scene.now, full_name=NAME, paper_number=NUMBER)
    denouncer = citizen(visits.by_code(visit.code).petition.account_id)
    reception.leave(scene.visit.id, by=citizen(scene.citizen.id), now=scene.now, key=people.key())
    desk, by = browser(scene.officer), officer(scene.officer.id)
    other, admin = browser(people.an_officer()), browser(people.staff(Role.ADMIN))
    about = {"by": by, "now": scene.now}
    said = []

    def look() -> None:
        said.extend(desk.get(path) for path in ("/desk", "/desk/queue", "/demo/outbox", "/demo/outbox.json"))
        said.extend(other.get(path) for path in ("/desk", "/desk/queue", "/schedule", "/"))
        said.append(admin.get("/admin/accounts"))

    look()
    reception.decide_gate(visit.id, online=True, reason="Phức tạp", key=people.key(), **about)
    look()
    asked = {"Accept": "application/json"}
    said.append(desk.post("/desk/call-next", {"key": people.key()}, headers=asked))
    look()
    reception.enter_room(visit.id, by=denouncer, now=scene.now)
    said.append(desk.part(f"/desk/visit/{visit.code}"))
    look()
    assert all(answer.status_code == 200 for answer in said)
    assert "Người được giữ kín tên" in said[-9].text, "the officer has the denouncer in hand"
    for answer in said:
        shown = [word for word in (NAME, NUMBER[3:], "Tố cáo", "denunciation") if word in answer.text]
        assert shown == [], answer.request.path


@pytest.mark.parametrize("https", [False, True])
def test_cookies_are_kept_from_scripts_and_other_sites(settings: Settings, https: bool) -> None:
    app = create_app(replace(settings, https=https))
    with app.app_context():
        person = Browser(app)
        answers = [person.get(path) for path in ("/login", "/language/en", "/letters/big")]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert len({line.partition("=")[0] for line in cookies}) == 3
    for line in cookies:
        flags = {word.strip() for word in line.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax"} <= flags and ("Secure" in flags) is https, line


AWAY = ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "///evil.example"]
AWAY += ["\\\\evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "//evil@x/", " //e.x"]


@pytest.mark.parametrize("where", AWAY)
def test_nobody_is_sent_away_from_this_site(browser: Make, scene: Scene, where: str) -> None:
    asked = {"query_string": {"next": where}}
    name = str(scene.officer.username)
    sent = browser(None).post("/staff/login", {"username": name, "password": people.PASSWORD}, **asked)
    person = browser(None)
    answers = [sent, person.get("/language/en", **asked), person.get("/letters/big", **asked)]
    answers.append(person.post("/login", {"phone": "0912345678"}, **asked))
    for answer in answers:
        assert answer.status_code in (302, 303)
        there = urlsplit(urljoin("http://localhost/", answer.location))
        assert (there.scheme, there.netloc) == ("http", "localhost")
        assert "evil" not in answer.location


@pytest.mark.parametrize(
    "env",
    [
        {"APP_ENV": "production"},
        {"FLASK_ENV": "production"},
        {"APP_ENV": "production", "DEMO_PUBLIC": "1"},
        {"HOST": "0.0.0.0"},
        {"HOST": "::"},
        {"HOST": "192.168.1.9"},
    ],
)
def test_the_demo_is_refused_where_others_reach_it(tmp_path: Path, env: dict[str, str]) -> None:
    usual = {"INSTANCE_PATH": str(tmp_path), "DEMO": "1"}
    with pytest.raises(SettingsError, match=r"DEMO=1 is refused"):
        load_settings(usual | env)
    assert load_settings(usual).demo
    assert load_settings(usual | {"HOST": "0.0.0.0", "DEMO_PUBLIC": "1"}).demo
    assert not load_settings(usual | env | {"DEMO": "0"}).demo


def test_a_static_file_is_kept_by_the_browser_whatever_the_cookies(
    app: Flask, browser: Make, scene: Scene
) -> None:
    with app.test_request_context():
        path = asset("js/page.js")
    for person in (browser(None), browser(scene.officer)):
        with person.get(path) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_demos_pages_are_not_there_without_the_demo(settings: Settings) -> None:
    app = create_app(replace(settings, demo=False))
    with app.app_context():
        answers = [Browser(app).get(path) for path in ("/demo/outbox", "/demo/outbox.json")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_process_says_whether_it_lives_and_whether_it_can_serve(
    app: Flask, browser: Make, settings: Settings, tmp_path: Path
) -> None:
    assert [browser(None).get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    gone = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'gone' / 'app.db'}"))
    with gone.app_context():
        alive, ready = (Browser(gone).get(path) for path in ("/healthz", "/readyz"))
    assert (alive.status_code, ready.status_code, ready.text) == (200, 503, "not ready: database\n")


def test_the_log_tells_the_route_and_nothing_of_anyone(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = create_app(replace(settings, testing=False))
    with app.app_context():
        account = people.a_citizen("+84912345678")
        waits, _ = people.a_waiting_visit(people.a_sitting(start=utc_now()), utc_now(), account)
        visit = visits.by_code(waits.code)
        told = (visit.code, visit.petition.code)
        person, nobody = Browser(app, account), Browser(app)
        nobody.post("/login", {"phone": "0912 345 678"}, query_string={"next": "/account?bi-mat=1"})
        person.post(f"{people.WRITING}/who", {"full_name": NAME, "paper_number": NUMBER})
        person.get(f"/visits/{told[0]}/wait?cau-hoi=1")
        person.get(f"/petitions/{told[1]}")
        person.post(f"/visits/{told[0]}/leave", {}, token="")
        monkeypatch.setattr(waiting, "render", None)
        assert person.get(f"/visits/{told[0]}").status_code == 500
    logged = capsys.readouterr().err + caplog.text
    structlog.reset_defaults()
    assert logged.count('"event": "request"') == 8
    assert len(set(re.findall(r'"request_id": "(\w+)"', logged))) == 8, "each line names its own request"
    assert '"route": "/visits/<code>/wait"' in logged and f'"account": {account.id}' in logged
    private = (*told, NAME, NUMBER, "912345678", "0912 345", "bi-mat", "cau-hoi", "Lành", people.STORY[:20])
    assert [word for word in private if word in logged] == []


def test_on_a_shared_device_nothing_private_is_kept_by_the_browser(app: Flask, scene: Scene) -> None:
    parts = ("/account", f"/visits/{scene.code}/wait")
    for shared in (False, True):
        person = Browser(app, scene.citizen)
        with unit_of_work() as work:
            newest = select(SignInSession).order_by(SignInSession.id.desc()).limit(1)
            work.session.scalars(newest).one().shared = shared
        kept = [person.part(path).headers["Cache-Control"] for path in parts]
        assert ("private, no-cache" in kept) is not shared
        assert (set(kept) == {"private, no-store"}) is shared
        style = person.get("/static/css/site.css")
        style.close()
        assert "no-store" not in style.headers["Cache-Control"]
