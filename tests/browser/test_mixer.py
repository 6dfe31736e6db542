"""What three guests in three browsers hear through the mixer: the others, never themselves; real Janus."""

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import servers, tapes
from tests.browser.conftest import DESK
from tests.browser.humming import (
    TONES,
    Guest,
    a_visit_in_session,
    at_the_desk,
    come_in,
    presses,
    puts_out,
    raw,
)
from tests.browser.humming import guests as guests
from tests.browser.humming import inside as inside
from tests.browser.humming import mixer as mixer
from tests.browser.humming import server as server
from tests.browser.navigators import Camera, Officer
from webapp.clock import utc_now
from webapp.domain.recording import RAW_TAKE, RecordingState
from webapp.extensions import db
from webapp.integrations import media, mjr, objects, room_tape
from webapp.models import Petition, RecordingTake, Visit
from webapp.services import participants, recordings

pytestmark = [pytest.mark.browser, pytest.mark.alone]


@pytest.mark.janus
def test_three_hear_each_other_through_the_mixer_as_the_chair_decides(
    inside: Flask,
    guests: list[Guest],
    window: Callable[..., Page],
    mixer: servers.Janus,
    server: servers.Web,
    album: Path,
) -> None:
    camera = Camera(album, "mixer")
    visit, account = a_visit_in_session()
    folder = raw(server.instance) / visit.code
    desk = at_the_desk(window, account)
    first, second, third = come_in(desk, guests)
    first.hears(second.name, third.name)
    second.hears(first.name, third.name)
    third.hears(first.name, second.name)
    camera.shoot(first.page, "guest")
    camera.shoot(desk, "desk")
    spoken(folder, 3)
    sealed = taken_over(inside, server, visit)
    assert len(sealed) >= 3
    for path in folder.iterdir():
        with path.open("rb") as file:
            head, _began = mjr.head(file)
            assert not any(file.read(sealed[key_of(path)] - len(head))), "wiped, while the mixer goes on"

    presses(desk, "Điều hành: được mời mới nói")
    first.hears()
    presses(desk, "Mời nói", of=second.name)
    first.hears(second.name)
    second.hears()
    third.hears(second.name)
    camera.shoot(second.page, "has-the-word")
    presses(desk, "Để mọi người nói tự do")
    second.hears(first.name, third.name)

    mixer.kill()
    mixer.start()
    first.hears(second.name, third.name, seconds=90)
    third.hears(first.name, second.name, seconds=90)

    puts_out(desk, third.name)
    expect(third.page.get_by_role("heading", name="Cán bộ đã mời ra khỏi phòng")).to_be_visible()
    first.hears(second.name)
    camera.shoot(third.page, "put-out")
    assert all(one.name != third.name for one in participants.in_order(visit.id))


@pytest.mark.long
@pytest.mark.janus
def test_a_room_is_recorded_on_the_server_whatever_becomes_of_the_mixer(
    inside: Flask,
    guests: list[Guest],
    window: Callable[..., Page],
    mixer: servers.Janus,
    server: servers.Web,
    album: Path,
) -> None:
    visit, account = a_visit_in_session()
    folder = raw(server.instance) / visit.code
    desk = at_the_desk(window, account)
    first, second, _third = guests
    come_in(desk, [first])
    spoken(folder, 1)
    come_in(desk, [second])
    first.hears(second.name)
    taken_over(inside, server, visit)
    spoken(folder, 2)
    taken_over(inside, server, visit)
    mixer.kill()
    before = set(folder.iterdir())
    mixer.start()
    first.hears(second.name, seconds=90)
    second.hears(first.name, seconds=90)
    spoken(folder, 2, but=before)
    Officer(desk, Camera(album, "mixer-recording")).closes("Trả lời tại chỗ", "Đã trả lời.")

    recordings.end_ended(utc_now())
    later = utc_now() + timedelta(seconds=61)
    assert recordings.finish_one(later, store=objects, join=media.join, tape=room_tape)
    recording = recordings.of_visit(visit.id)
    assert recording is not None and recording.state is RecordingState.FINISHED
    assert recordings.verify(recording, objects).holds, "hashes of all pieces and of the file are as audited"
    of_server = [take for take in recording.takes if take.is_of_server]
    tones = [TONES[first.name], TONES[second.name]]
    told = heard_in(of_server[0], tones)
    began = [next(second for second, heard in enumerate(told) if tone in heard) for tone in tones]
    assert began[0] < began[1], "the second came later than the first"
    assert told[-2] == set(tones), "what was said until the mixer died"
    assert set(tones) in heard_in(of_server[-1], tones)
    assert of_server[-1].pieces[-1].ended_at <= (recording.ended_at or later)
    with recordings.whole(recording, objects) as file:
        assert tapes.heard(file.read(), tuple(tones)).count(set(tones)) >= 4
    assert not folder.exists()


def taken_over(inside: Flask, server: servers.Web, visit: Visit) -> dict[str, int]:
    """As the worker does each five seconds; how many bytes of each voice are sealed by now."""
    inside.config["SETTINGS"] = replace(inside.config["SETTINGS"], janus_record_dir=raw(server.instance))
    later = utc_now() + timedelta(seconds=6)
    recordings.take_over(later, store=objects, tape=room_tape)
    recording = recordings.of_visit(visit.id)
    assert recording is not None
    sealed = {take.key: sum(one.size for one in take.pieces) for take in recording.takes if take.is_raw}
    db.session.rollback()  # what is asked later is to be what is then
    return sealed


def key_of(path: Path) -> str:
    """The key of the take that holds what the mixer writes there."""
    return f"{RAW_TAKE}{room_tape.RawFile(path, b'', 0).key}"


def spoken(folder: Path, voices: int, but: Collection[Path] = ()) -> None:
    """Waits until so many guests' voices lie on the server, some seconds of each."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [path for path in (folder.glob("*") if folder.exists() else ()) if path not in but]
        if sum(path.stat().st_size > 12_000 for path in found) > voices:  # and the officer's
            return
        time.sleep(0.1)
    raise AssertionError([(path.name, path.stat().st_size) for path in folder.glob("*")])


def heard_in(take: RecordingTake, tones: list[int]) -> list[set[int]]:
    """What is heard in each second of a take."""
    name = f"recording/{take.recording.code}/{take.key}"
    return tapes.heard(b"".join(objects.get(f"{name}-{piece.number}") for piece in take.pieces), tuple(tones))


@pytest.mark.long
def test_without_a_mixer_three_hear_each_other_directly(
    inside: Flask, guests: list[Guest], window: Callable[..., Page]
) -> None:
    _visit, account = a_visit_in_session()
    desk = at_the_desk(window, account)
    first, second, third = come_in(desk, guests)
    first.hears(second.name, third.name)
    second.hears(first.name, third.name)
    third.hears(first.name, second.name)
    expect(desk.locator("#visit [data-recording]")).to_contain_text(
        "Thiếu hình: phòng nhiều bên đang chỉ có tiếng", timeout=60_000
    )
    presses(desk, "Tắt tiếng mọi người")
    first.hears()
    presses(desk, "Mời nói", of=second.name)
    third.hears(second.name)
    second.page.reload()
    third.hears(second.name)


@pytest.mark.long
@pytest.mark.janus
def test_officer_citizen_and_interpreter_hear_each_other_and_two_go_on_alone(
    inside: Flask, guests: list[Guest], mixer: servers.Janus, album: Path
) -> None:
    visit, account = a_visit_in_session()
    citizen, officer_, interpreter = guests
    citizen.signs_in(inside, db.session.get_one(Petition, visit.petition_id).account)
    officer_.signs_in(inside, account)
    officer_.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    citizen.page.goto(f"/visits/{visit.code}/room")
    officer_.page.goto("/desk")
    officer_.page.wait_for_function("() => window.htmx")
    citizen.hears(officer_.name)
    officer_.hears(citizen.name)

    come_in(officer_.page, [interpreter])
    citizen.hears(officer_.name, interpreter.name)
    officer_.hears(citizen.name, interpreter.name)
    interpreter.hears(citizen.name, officer_.name)
    Camera(album, "three").shoot(citizen.page, "citizen")
    presses(officer_.page, "Điều hành: được mời mới nói")
    officer_.hears()
    citizen.hears(officer_.name)

    presses(officer_.page, "Để mọi người nói tự do")
    puts_out(officer_.page, interpreter.name)
    citizen.hears(officer_.name)
    officer_.hears(citizen.name)
    citizen.sees()
    presses(officer_.page, "Điều hành: được mời mới nói")
    officer_.hears()
    presses(officer_.page, "Mời nói", of="Nguyễn Văn Lành")
    officer_.hears(citizen.name)
