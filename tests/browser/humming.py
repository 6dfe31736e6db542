"""People in a room of several, each with a browser whose microphone hums a tone of its own."""

import json
import math
import shutil
import struct
import wave
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page, expect

from tests import people, servers
from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.devices import Device
from webapp.extensions import db
from webapp.models import Account, Visit
from webapp.services import desks, reception, sessions
from webapp.services.actor import officer

TONES = {"Phiên dịch Mỵ": 440, "Sở Nông nghiệp": 700, "Điểm cầu Yên Bài": 1000}
ROLES = dict(zip(TONES, ("Phiên dịch", "Bộ phận tham mưu", "Điểm cầu"), strict=True))

# Tones are noise to a noise filter: the page's wish for one is taken back.
RAW_SOUND = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => open({ ...wanted,
  audio: wanted.audio && { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
"""

# Strength of each tone in what the page plays, in dB; the strongest of several looks.
LISTEN = """async (tones) => {
  const voice = document.querySelector("[data-voice]");
  if (!voice.srcObject) return null;
  if (window.heardFrom !== voice.srcObject) {
    window.heardFrom = voice.srcObject;
    window.ear = window.ear || new AudioContext();
    await window.ear.resume();
    window.analyser = window.ear.createAnalyser();
    window.analyser.fftSize = 8192;
    window.analyser.smoothingTimeConstant = 0;
    // A source takes the first track alone, while the page plays all of them.
    for (const track of voice.srcObject.getAudioTracks()) {
      window.ear.createMediaStreamSource(new MediaStream([track])).connect(window.analyser);
    }
  }
  const [bins, best] = [new Float32Array(window.analyser.frequencyBinCount), {}];
  for (let look = 0; look < 6; look += 1) {
    await new Promise((done) => setTimeout(done, 100));
    window.analyser.getFloatFrequencyData(bins);
    for (const tone of tones) {
      const at = Math.round((tone * window.analyser.fftSize) / window.ear.sampleRate);
      const level = Math.max(bins[at - 1], bins[at], bins[at + 1]);
      best[tone] = Math.max(best[tone] === undefined ? -999 : best[tone], level);
    }
  }
  return best;
}"""
AUDIBLE = -42
"""Others come at -25 dB; what the codec adds beside them stays below -50."""


class Guest:
    """Someone with a browser of their own, whose microphone hums one tone."""

    def __init__(self, browser: Browser, url: str, name: str):
        self.name, self.url = name, url
        context = browser.new_context(base_url=url, viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
        context.add_init_script(RAW_SOUND)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)

    def signs_in(self, app: Flask, account: Account) -> None:
        signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        code = sessions.begin(account, Device(), now=utc_now()).code
        value = signer.dumps({"_user_id": code, "_fresh": True})
        self.page.context.add_cookies([{"name": "tcd", "value": value, "url": self.url}])

    def sees(self) -> None:
        """A picture of the other side runs."""
        self.page.wait_for_function(
            "() => !document.querySelector('[data-remote]').hidden"
            " && document.querySelector('[data-remote]').videoWidth > 0",
            timeout=60_000,
        )

    def opens(self, token: str) -> None:
        self.page.goto(f"/guest/{token}")
        self.page.get_by_role("button", name="Đúng là tôi").click()
        expect(self.page.get_by_role("heading", name="Chờ cán bộ cho vào")).to_be_visible()

    def hears(self, *names: str, seconds: float = 60) -> None:
        """Waits until exactly these are heard; what was heard instead is told."""
        wanted = {TONES[name] for name in names}
        heard: set[int] | None = None
        for _ in range(int(seconds / 0.6)):
            levels = self.page.evaluate(LISTEN, list(TONES.values())) or {}
            heard = {int(tone) for tone, level in levels.items() if level is not None and level > AUDIBLE}
            if heard == wanted and levels:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.name} hears {heard}, not {wanted}: {json.dumps(levels)}")


def hum(path: Path, tone: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        samples = (int(9_000 * math.sin(2 * math.pi * tone * n / 48_000)) for n in range(48_000))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


@pytest.fixture
def mixer() -> Iterator[servers.Janus]:
    with servers.janus() as server:
        yield server


@pytest.fixture
def server(sqlite_base: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[servers.Web]:
    """A server that knows the mixer, where the test has one."""
    instance = tmp_path / "instance"
    instance.mkdir()
    shutil.copy(sqlite_base / "app.db", instance / "app.db")
    about = {}
    if "mixer" in request.fixturenames:
        mixer: servers.Janus = request.getfixturevalue("mixer")
        about = {
            "JANUS_URL": mixer.url,
            "JANUS_API_SECRET": mixer.api_secret,
            "JANUS_ADMIN_KEY": mixer.admin_key,
            "JANUS_RECORD_DIR": str(raw(instance)),
        }
        raw(instance).mkdir()
    server = servers.Web(instance, **about)
    yield server
    server.stop()


def raw(instance: Path) -> Path:
    """Where the mixer records."""
    return instance / "raw"


@pytest.fixture
def inside(server: servers.Web) -> Iterator[Flask]:
    """The same database from beside the server, to set the scene."""
    app = create_app(load_settings({"INSTANCE_PATH": str(server.instance), "DEMO": "1"}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def guests(chromium: Browser, tmp_path: Path, server: servers.Web) -> Iterator[list[Guest]]:
    """One browser each: a browser has one false microphone."""
    browsers, found = [], []
    for name, tone in TONES.items():
        sound = hum(tmp_path / f"{tone}.wav", tone)
        browser = chromium.browser_type.launch(
            executable_path=CHROMIUM, args=[*ARGS, f"--use-file-for-fake-audio-capture={sound}"]
        )
        browsers.append(browser)
        found.append(Guest(browser, server.url, name))
    yield found
    for browser in browsers:
        browser.close()


def a_visit_in_session() -> tuple[Visit, Account]:
    now = utc_now()
    account, desk = people.an_officer("canbochutoa"), people.a_desk()
    by = officer(account.id)
    desks.open_desk(desk.id, by=by, now=now)
    visit, person = people.a_waiting_visit(people.a_sitting(start=now), now)
    reception.call(visit.id, desk.id, by=by, now=now, key=people.key())
    visit = reception.enter_room(visit.id, by=person, now=now)
    # The citizen sits elsewhere than in these browsers; their line is not to be taken for lost.
    reception.sign_of_life(visit.id, now=now + timedelta(hours=1))
    return visit, account


def at_the_desk(window: Callable[..., Page], account: Account) -> Page:
    desk = window(DESK)
    desk.goto("/desk")
    desk.get_by_label("Tên đăng nhập").fill(account.username or "")
    desk.get_by_label("Mật khẩu").fill(people.PASSWORD)
    desk.get_by_role("button", name="Đăng nhập").click()
    expect(desk.locator("#people")).to_contain_text("Nguyễn Văn Lành")
    desk.wait_for_load_state()  # before that the forms lead to pages of their own
    return desk


def come_in(desk: Page, guests: list[Guest]) -> list[Guest]:
    """Each is invited, opens the link, and is let in."""
    for guest in guests:
        guest.opens(invites(desk, guest.name))
        desk.locator(f"#people li:has-text('{guest.name}')").get_by_role("button", name="Cho vào").click()
        expect(guest.page.locator("#people")).to_contain_text(guest.name)
    return guests


def presses(desk: Page, button: str, of: str = "") -> None:
    part = desk.locator(f"#people li:has-text('{of}')") if of else desk.locator("#people")
    part.get_by_role("button", name=button, exact=False).first.click()


def puts_out(desk: Page, name: str) -> None:
    row = desk.locator(f"#people li:has-text('{name}')")
    row.locator("summary").click()
    row.get_by_label("Lý do").fill("Xong phần của mình")
    row.get_by_role("button", name="Xác nhận").click()


def invites(desk: Page, name: str) -> str:
    """The officer fills the form; the token of the link that is shown."""
    part = desk.locator("#invite")
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()
    again = part.get_by_role("link", name="Mời người khác")
    if again.count():
        again.click()
    part.get_by_label("Vai trò").select_option(label=ROLES[name])
    part.get_by_label("Tên hiện trong phòng").fill(name)
    part.get_by_role("button", name="Tạo đường dẫn").click()
    link = part.locator("[data-link]")
    expect(link).to_be_visible()
    return link.input_value().rpartition("/")[2]
