"""Where there is no relay, the waiting page says when a direct call is unlikely, before the call begins."""

import json
import shutil
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.conftest import PHONE
from tests.browser.navigators import Camera, Citizen

pytestmark = pytest.mark.browser

MDNS = "candidate:1 1 udp 2122260223 0f1b7d2c.local 50001 typ host generation 0"
HOST = "candidate:1 1 udp 2122260223 192.168.1.4 50001 typ host generation 0"
CARRIER = "candidate:1 1 udp 2122260223 100.72.3.9 50001 typ host generation 0"
PUBLIC = "candidate:1 1 udp 2122260223 198.51.100.9 50001 typ host generation 0"
IPV6 = "candidate:3 1 udp 2122262783 2001:db8::4 50002 typ host generation 0"
TCP = "candidate:4 1 tcp 1518280447 203.0.113.9 9 typ host tcptype active generation 0"


def seen_as(port: int, base: str = "0.0.0.0", base_port: int = 0, address: str = "203.0.113.7") -> str:
    return (
        f"candidate:2 1 udp 1686052607 {address} {port} typ srflx raddr {base} rport {base_port} generation 0"
    )


@pytest.fixture
def says(chromium: Browser, call_url: str) -> Iterator[Callable[..., bool]]:
    """Whether the rule calls a direct way unlikely."""
    page = chromium.new_page()
    page.goto(call_url)
    rule = "async (lines) => (await import('/js/direct-way.js')).isUnlikely(lines)"
    yield lambda *lines: bool(page.evaluate(rule, list(lines)))
    page.close()


def test_a_device_that_all_servers_see_alike_can_be_reached(says: Callable[..., bool]) -> None:
    assert not says(MDNS, seen_as(61001))
    assert not says(HOST, seen_as(61001, "192.168.1.4", 50001))


def test_a_device_that_nobody_sees_from_outside_hardly_can(says: Callable[..., bool]) -> None:
    for lines in ([], [MDNS], [HOST], [CARRIER], [HOST, IPV6, TCP]):
        assert says(*lines), lines


def test_a_device_that_each_server_sees_at_another_port_or_address_hardly_can(
    says: Callable[..., bool],
) -> None:
    assert says(MDNS, seen_as(61001), seen_as(61002))
    assert says(MDNS, seen_as(61001), seen_as(61001, address="203.0.113.8"))


def test_two_interfaces_each_seen_in_one_way_are_no_sign_of_trouble(says: Callable[..., bool]) -> None:
    assert not says(HOST, seen_as(61001, "192.168.1.4", 50001), seen_as(61002, "10.0.0.4", 50003))
    assert not says(
        HOST,
        *(seen_as(port, "192.168.1.4", 50001) for port in (61001, 61002)),
        seen_as(61003, "10.0.0.4", 50003),
    )


def test_a_device_with_an_address_of_its_own_needs_no_one_to_tell_it(says: Callable[..., bool]) -> None:
    assert not says(PUBLIC)


class Stun(Thread):
    """Answers as a STUN server that sees the asker behind a network's own translation of addresses."""

    _COOKIE = 0x2112A442

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.shift = 0
        """added to the asker's port in what it is told"""
        self.asked = 0
        self._end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._end.bind((servers.own_address(), 0))
        self.url = "stun:{}:{}".format(*self._end.getsockname())
        self.start()

    def run(self) -> None:
        while True:
            question, asker = self._end.recvfrom(2048)
            if question[:2] != b"\0\1":
                continue
            self.asked += 1
            port = (asker[1] + self.shift) ^ (self._COOKIE >> 16)
            address = struct.unpack("!I", socket.inet_aton("203.0.113.7"))[0] ^ self._COOKIE
            seen = struct.pack("!HHBBHI", 0x0020, 8, 0, 1, port, address)
            head = struct.pack("!HHI", 0x0101, len(seen), self._COOKIE)
            self._end.sendto(head + question[8:20] + seen, asker)


@pytest.fixture(scope="module")
def stuns() -> list[Stun]:
    return [Stun(), Stun()]


@pytest.fixture
def server(demo_base: Path, tmp_path: Path, stuns: list[Stun]) -> Iterator[servers.Web]:
    """Knows two STUN servers and no relay."""
    instance = tmp_path / "instance"
    shutil.copytree(demo_base, instance)
    server = servers.Web(instance, STUN_URLS=" ".join(stun.url for stun in stuns))
    yield server
    server.stop()


def test_who_waits_is_told_and_on_another_network_no_more(
    window: Callable[..., Page], stuns: list[Stun], album: Path
) -> None:
    camera = Camera(album, "direct-way")
    citizen = Citizen(window(PHONE), "0912000016", camera)
    citizen.has_signed_in()
    citizen.sends_a_petition()
    stuns[1].shift = 1  # each server sees another port
    citizen.takes_a_number()
    sentence = citizen.page.get_by_text("Mạng này có thể không nối được tiếng.")
    expect(sentence).to_be_visible()
    camera.shoot(citizen.page, "unlikely")
    assert citizen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    stuns[1].shift = 0
    citizen.page.context.set_offline(True)
    expect(citizen.page.locator("[data-offline]")).to_be_visible(timeout=60_000)
    citizen.page.context.set_offline(False)
    expect(sentence).to_be_hidden(timeout=60_000)
    camera.shoot(citizen.page, "likely")


@pytest.mark.parametrize(
    ("shifts", "told"),
    [((0, 0), False), ((0, 1), True), pytest.param(None, True, marks=pytest.mark.long)],
    ids=["alike", "each another", "silent"],
)
def test_the_browser_asks_the_servers_and_judges_by_their_answers(
    chromium: Browser, call_url: str, stuns: list[Stun], shifts: tuple[int, int] | None, told: bool
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((servers.own_address(), 0))
        urls = ["stun:{}:{}".format(*silent.getsockname())]
        if shifts is not None:
            urls = [stun.url for stun in stuns]
            for stun, stun.shift in zip(stuns, shifts, strict=True):
                stun.asked = 0
        page = chromium.new_page()
        page.goto(call_url)
        hidden = page.evaluate(
            """async (stun) => {
              const part = document.body.appendChild(document.createElement("p"));
              part.dataset.stun = stun;
              part.hidden = true;
              await (await import("/js/direct-way.js")).tellIfUnlikely(part);
              return part.hidden;
            }""",
            json.dumps([{"urls": url} for url in urls]),
        )
        page.close()
    assert hidden is not told
    assert shifts is None or all(stun.asked for stun in stuns)
