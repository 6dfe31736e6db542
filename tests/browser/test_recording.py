"""A reception is recorded in the officer's browser, whatever happens to it; both sides see the sign."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests import media, servers
from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE
from tests.browser.navigators import PASSWORD, Camera, Citizen, Officer, hears_and_sees
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.recording import Decision, GapReason, Missing, RecordingState
from webapp.extensions import db
from webapp.integrations import media as joiner
from webapp.integrations import objects
from webapp.models import Recording, RecordingPiece
from webapp.services import recordings

pytestmark = [pytest.mark.browser, pytest.mark.alone]

PIECES = "**/desk/recording/**"
GIVE = """async () => {
    const voice = () => document.querySelector("[data-voice]").srcObject;
    while (!voice()) await new Promise((done) => setTimeout(done, 100));
    recording.local(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
    recording.remote("audio", voice());
    recording.remote("video", document.querySelector("[data-remote]").srcObject);
}"""
"""What the call hands to the recorder."""


class OwnBrowser:
    """A browser with a profile of its own, which can die as by a power cut and start again."""

    def __init__(self, profile: Path, driver: Callable[[str], Browser]):
        self._profile, self._driver = profile, driver
        self.start()

    def start(self) -> None:
        port = self._profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        options = ["--headless=new", f"--user-data-dir={self._profile}", "--remote-debugging-port=0"]
        self._process = subprocess.Popen(
            [CHROMIUM, *ARGS, *options, "about:blank"],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while not port.exists() or not port.read_text().strip():
            assert time.monotonic() < until, "the browser did not start"
            time.sleep(0.1)
        self._address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        self.browser = self._driver(self._address)

    def page(self) -> Page:
        page = self.browser.contexts[0].new_page()
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.set_default_timeout(20_000)
        return page

    def cover(self) -> None:
        """Another tab comes in front, as when the officer reads something else.

        Whoever steers a page by its tools keeps it visible, so this lets go of it first.
        """
        self.browser.close()
        with urlopen(Request(f"{self._address}/json/new?about:blank", method="PUT")) as made:
            urlopen(f"{self._address}/json/activate/{json.load(made)['id']}").close()

    def takes_up(self, part: str) -> Page:
        """The page whose address has this part, steered again."""
        self.browser = self._driver(self._address)
        return next(page for page in self.browser.contexts[0].pages if part in page.url)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


@pytest.fixture
def own_browser(tmp_path: Path, chromium: Browser) -> Iterator[OwnBrowser]:
    profile = tmp_path / "profile"
    profile.mkdir()
    own = OwnBrowser(profile, lambda address: chromium.browser_type.connect_over_cdp(address))
    yield own
    own.kill()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture
def app(server: servers.Web) -> Flask:
    """The server's data, seen from here."""
    return create_app(load_settings({"INSTANCE_PATH": str(server.instance), "DEMO": "1"}))


def until(told: Callable[[], object], patience: float = 60) -> None:
    end = time.monotonic() + patience
    while not told():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.3)


def pieces(app: Flask) -> list[RecordingPiece]:
    with app.app_context():
        return list(db.session.scalars(select(RecordingPiece).order_by(RecordingPiece.received_at)))


def sits_down(page: Page, desk: str) -> None:
    """An officer signs in where the page has no address of its own to start from."""
    page.goto(desk)
    if page.get_by_label("Tên đăng nhập").count():
        page.get_by_label("Tên đăng nhập").fill("canbo1")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()


def received(window: Callable[..., Page], officer: Officer, phone: str) -> Citizen:
    """A citizen in the room, an officer at the desk, in a call."""
    citizen = Citizen(window(PHONE), phone, officer.camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.calls(number)
    expect(citizen.page.get_by_text("Nghị định 154/2026, Điều 24")).to_be_visible()
    citizen.page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(officer.page.locator("#visit")).to_contain_text("Đang tiếp")
    hears_and_sees(officer.page)
    return citizen


def sign(page: Page) -> object:
    return page.locator("[data-recording]").first


def recording_of(app: Flask) -> Recording:
    """The one that has pieces; the demo's earlier visits have none."""
    return db.session.scalars(select(Recording).where(Recording.takes.any())).one()


def finished(app: Flask) -> tuple[str, bytes]:
    """The worker makes the file; a minute later, as it does."""
    with app.app_context():
        recordings.end_ended(utc_now())
        while recordings.finish_one(utc_now() + timedelta(seconds=61), store=objects, join=joiner.join):
            pass
        recording = recording_of(app)
        assert recording.state is RecordingState.FINISHED
        assert recordings.verify(recording, objects).holds
        with recordings.whole(recording, objects) as file:
            return recording.visit.code, file.read()


@pytest.mark.long
def test_a_reception_is_recorded_and_can_be_heard_and_wound(
    window: Callable[..., Page], app: Flask, album: Path
) -> None:
    camera = Camera(album, "recording")
    officer = Officer(window(DESK), camera)
    officer.opens_a_desk()
    officer.page.route(PIECES, lambda route: route.abort())  # it begins by itself, soon after the voice
    citizen = received(window, officer, "0912000011")
    expect(sign(citizen.page)).to_contain_text("Chưa ghi được: máy của cán bộ chưa bắt đầu ghi")
    camera.shoot(citizen.page, "room-not-begun")
    officer.page.unroute(PIECES)
    officer.page.evaluate(GIVE)
    for page, name in ((citizen.page, "room"), (officer.page, "desk")):
        expect(sign(page)).to_have_text("Đang ghi âm, ghi hình", timeout=30_000)
        camera.shoot(page, f"{name}-recording")
    until(lambda: len(pieces(app)) >= 5)

    officer.closes("Trả lời tại chỗ", "Đã trả lời.")
    code, content = finished(app)
    length, frames = media.played(content)
    assert length > 15, "four pieces of five seconds, but for the first, which comes sooner"
    assert frames["audio"] > length * 10, "sound all along"
    assert frames["video"] > length * 3
    assert media.wound_to(content, length / 2) > length / 2 - 8

    officer.page.goto(f"/recordings/{code}")
    camera.shoot(officer.page, "reason")
    officer.page.get_by_label("Lý do").fill("Nghe lại để hoàn chỉnh biên bản.")
    officer.page.get_by_role("button", name="Mở để nghe").click()
    player = officer.page.locator("video")
    expect(player).to_be_visible()
    told = player.evaluate(
        """async (video) => {
            if (video.readyState < 1) await new Promise((done) => (video.onloadedmetadata = done));
            const sought = new Promise((done) => (video.onseeked = done));
            video.currentTime = 10;
            await sought;
            return [video.duration, video.currentTime, video.videoWidth, video.error && video.error.message];
        }"""
    )
    assert (round(told[1]), told[2], told[3]) == (10, 640, None)
    assert abs(told[0] - length) < 0.5
    camera.shoot(officer.page, "listening")


def test_a_killed_browser_loses_at_most_its_last_piece(
    window: Callable[..., Page], own_browser: OwnBrowser, server: servers.Web, app: Flask, album: Path
) -> None:
    camera = Camera(album, "killed-browser")
    officer = Officer(own_browser.page(), camera)
    sits_down(officer.page, f"{server.url}/desk")
    officer.page.get_by_role("button", name="Bàn 2", exact=True).click()
    citizen = received(window, officer, "0912000012")
    officer.page.evaluate(GIVE)
    until(lambda: len(pieces(app)) >= 4)
    killed_at = utc_now()
    own_browser.kill()
    expect(sign(citizen.page)).to_contain_text(
        "Chưa ghi được: máy chủ chưa nhận được bản ghi", timeout=60_000
    )
    camera.shoot(citizen.page, "room-stalled")

    own_browser.start()
    page = own_browser.page()
    sits_down(page, f"{server.url}/desk")
    officer = Officer(page, camera)
    hears_and_sees(page)
    page.evaluate(GIVE)
    expect(sign(citizen.page)).to_have_text("Đang ghi âm, ghi hình", timeout=30_000)
    with app.app_context():
        recording = recording_of(app)
        first = recording.takes[0].pieces
        assert (killed_at - first[-1].ended_at).total_seconds() < 6
        recorded = (first[-1].ended_at - recording.takes[0].began_at).total_seconds()
    until(lambda: len(pieces(app)) >= len(first) + 2)
    officer.closes("Trả lời tại chỗ", "Đã trả lời.")
    _code, content = finished(app)
    length, frames = media.played(content)
    assert length > recorded + 4
    assert frames["video"] > recorded * 4
    with app.app_context():
        recording = recording_of(app)
        assert [take.number for take in recording.takes] == [1, 2]
        dead = [gap for gap in recording.gaps if gap.reason in (GapReason.STALLED, GapReason.BETWEEN)]
        assert any(gap.began_at < killed_at + timedelta(seconds=1) < gap.ended_at for gap in dead)


@pytest.mark.long
def test_a_tab_that_lies_behind_another_goes_on_recording(
    window: Callable[..., Page], own_browser: OwnBrowser, server: servers.Web, app: Flask, album: Path
) -> None:
    officer = Officer(own_browser.page(), Camera(album, "hidden-tab"))
    sits_down(officer.page, f"{server.url}/desk")
    officer.page.get_by_role("button", name="Bàn 2", exact=True).click()
    received(window, officer, "0912000017")
    officer.page.evaluate(GIVE)
    until(lambda: pieces(app))
    officer.page.evaluate(
        """() => {
            window.seen = [];
            document.addEventListener("visibilitychange", () => seen.push([document.visibilityState, Date.now()]));
        }"""
    )
    own_browser.cover()
    before = len(pieces(app))
    until(lambda: len(pieces(app)) >= before + 6)
    uncovered = utc_now()
    page = own_browser.takes_up("/desk")
    (state, hidden_at), *shown_again = page.evaluate("seen")
    assert state == "hidden"
    assert all(at >= uncovered.timestamp() * 1000 - 100 for _state, at in shown_again)
    behind = [piece.ended_at for piece in pieces(app) if piece.ended_at.timestamp() * 1000 > hidden_at]
    apart = [(later - earlier).total_seconds() for earlier, later in pairwise(behind)]
    assert len(apart) >= 4
    assert max(apart) < 8, "a piece each five seconds"
    officer = Officer(page, officer.camera)
    page.bring_to_front()
    officer.closes("Trả lời tại chỗ", "Đã trả lời.")
    _code, content = finished(app)
    length, frames = media.played(content)
    assert length > 20
    assert frames["audio"] > length * 15, "sound all along"
    assert min(media.loudness(content)) > 0.01, "and the beeps of the false microphone in each second"
    assert frames["video"] > length * 3, "the picture goes on too"


@pytest.mark.long
def test_what_is_missing_is_seen_and_the_chair_decides(
    window: Callable[..., Page], app: Flask, album: Path
) -> None:
    camera = Camera(album, "missing")
    officer = Officer(window(DESK), camera)
    officer.opens_a_desk()
    citizen = received(window, officer, "0912000013")
    officer.page.evaluate(GIVE)
    for page in (citizen.page, officer.page):
        expect(sign(page)).to_have_text("Đang ghi âm, ghi hình", timeout=30_000)
    expect(officer.page.get_by_role("button", name="Tạm dừng")).to_have_count(0)

    citizen.page.get_by_role("button", name="Tắt hình").click()
    officer.page.evaluate("recording.media({ microphone: true, camera: false })")
    for page, name in ((citizen.page, "room"), (officer.page, "desk")):
        expect(sign(page)).to_contain_text("Thiếu hình: máy quay đang tắt", timeout=30_000)
        camera.shoot(page, f"{name}-no-picture")
    officer.page.get_by_role("button", name="Tiếp tục").click()
    expect(officer.page.get_by_role("button", name="Tiếp tục")).to_have_count(0)
    expect(sign(officer.page)).to_contain_text("Đang ghi âm")

    officer.page.evaluate("recording.media({ microphone: false, camera: false })")
    expect(sign(citizen.page)).to_contain_text("Thiếu tiếng: micro đang tắt", timeout=30_000)
    officer.page.get_by_role("button", name="Tạm dừng").click()
    for page, name in ((citizen.page, "room"), (officer.page, "desk")):
        expect(sign(page)).to_have_text("Tạm dừng ghi: cán bộ cho tạm dừng", timeout=30_000)
        camera.shoot(page, f"{name}-paused")
    assert officer.page.evaluate("recording.state.recording") is False
    officer.page.evaluate("recording.media({ microphone: true, camera: true })")
    citizen.page.get_by_role("button", name="Tắt hình").click()
    officer.page.get_by_role("button", name="Tiếp tục").click()
    expect(sign(citizen.page)).to_contain_text("Đang ghi âm", timeout=30_000)
    with app.app_context():
        recording = recording_of(app)
        assert [take.number for take in recording.takes] == [1, 2]
        decided = {(gap.kind, gap.reason): gap.decision for gap in recording.gaps}
        assert decided[Missing.PICTURE, GapReason.CAMERA_OFF] is not None
        assert decided[Missing.EVERYTHING, GapReason.PAUSED] is Decision.PAUSE


@pytest.mark.long
def test_pieces_wait_for_the_network_and_arrive_once(
    window: Callable[..., Page], app: Flask, album: Path
) -> None:
    officer = Officer(window(DESK), Camera(album, "cut"))
    officer.opens_a_desk()
    received(window, officer, "0912000014")
    officer.page.evaluate(GIVE)
    until(lambda: pieces(app))
    officer.page.route(PIECES, lambda route: route.abort())
    officer.page.wait_for_timeout(11_000)
    seen = len(pieces(app))
    officer.page.unroute(PIECES)
    until(lambda: len(pieces(app)) >= seen + 3)
    arrived = pieces(app)
    assert [piece.number for piece in arrived] == list(range(len(arrived)))


@pytest.mark.long
def test_an_officer_hears_a_test_before_the_day_and_nothing_is_kept(
    window: Callable[..., Page], app: Flask, album: Path
) -> None:
    camera = Camera(album, "test-recording")
    officer = Officer(window(DESK), camera)
    officer.opens_a_desk()
    officer.page.get_by_role("button", name="Thử ghi âm").click()
    expect(officer.page.get_by_text("Đang ghi thử")).to_be_visible(timeout=30_000)
    expect(officer.page.get_by_text("Hãy nghe lại")).to_be_visible(timeout=30_000)
    camera.shoot(officer.page, "done")
    heard = officer.page.locator("[data-test-recording] audio").evaluate(
        """async (player) => {
            await player.play();
            await new Promise((done) => (player.ontimeupdate = () => player.currentTime > 1 && done()));
            return player.error === null;
        }"""
    )
    assert heard
    assert pieces(app) == []


@pytest.mark.long
def test_without_scripts_the_citizen_sees_the_sign_too(window: Callable[..., Page], album: Path) -> None:
    camera = Camera(album, "plain-sign")
    page = window(PHONE, javascript=False)
    citizen, officer = Citizen(page, "0912000015", camera), Officer(window(DESK), camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    number = citizen.takes_a_number()
    officer.opens_a_desk()
    officer.calls(number)
    page.get_by_role("link", name="Cập nhật ngay").click()
    expect(page.get_by_text("Nghị định 154/2026, Điều 24")).to_be_visible()
    page.get_by_role("link", name="Vào phòng tiếp").click()
    expect(page.locator("header [data-recording]")).to_be_hidden()  # it would grow old; the frame asks again
    expect(page.frame_locator("iframe").locator("[data-recording]")).to_contain_text("Chưa ghi được")
    camera.shoot(page, "room")
