"""Chat over a link too thin for voice: does each message arrive, once, in order, and how soon."""

import time
from statistics import median
from typing import Any

from playwright.sync_api import Page

from bench.network import ends
from tests.browser.navigators import writes

COUNT = 5


def exchange(call: ends.Call, patience: float) -> dict[str, Any]:
    """Each side writes COUNT messages, then all must stand in the other's page."""
    citizen, officer = call.citizen.page, call.officer.page
    _open_talk(citizen)
    figures: dict[str, list[float | None]] = {"chat_wrong": [], "chat_s": []}
    for writer, reader, stem in (
        (citizen, officer, "Thưa cán bộ, điều thứ"),
        (officer, citizen, "Thưa ông, điều thứ"),
    ):
        wanted = [f"{stem} {number}." for number in range(1, COUNT + 1)]
        written: list[float] = []
        seen: dict[str, float] = {}
        for text in wanted:
            written.append(time.time())
            writes(writer, text)
            _look(reader, wanted, seen)
        end = time.time() + patience
        while len(seen) < COUNT and time.time() < end:
            reader.wait_for_timeout(200)
            _look(reader, wanted, seen)
        reader.wait_for_timeout(3_000)  # a second copy would come about now
        shown = _look(reader, wanted, seen)
        figures["chat_wrong"].append(0 if shown == wanted else max(1, abs(COUNT - len(shown))))
        delays = [seen[text] - at for text, at in zip(wanted, written, strict=True) if text in seen]
        figures["chat_s"].append(round(median(delays), 2) if delays else None)
    return dict(figures)


def _open_talk(page: Page) -> None:
    """Tapped again, as people do, while the page's scripts are still on their way."""
    button = page.get_by_role("button", name="Nhắn tin")
    while button.get_attribute("aria-pressed") != "true":
        button.click()
        page.wait_for_timeout(1_000)


def _look(reader: Page, wanted: list[str], seen: dict[str, float]) -> list[str]:
    """Which of the messages stand there, in their order; the first sight of each is noted."""
    bodies = reader.locator(".msg").all_inner_texts()
    shown = [text for body in bodies for text in wanted if text in body]
    for text in shown:
        seen.setdefault(text, time.time())
    return shown
