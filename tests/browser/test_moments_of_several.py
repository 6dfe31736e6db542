"""Devices that are pulled out, taken or lent in a room of several: when the moment has passed all is as it was."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import people, servers
from tests.browser.call_pages import DEVICES
from tests.browser.conftest import DESK
from tests.browser.humming import Guest, a_visit_in_session
from tests.browser.humming import guests as guests
from tests.browser.humming import inside as inside
from tests.browser.humming import mixer as mixer
from tests.browser.humming import server as server
from tests.browser.test_moments import Stillness
from tests.browser.test_room_pictures import hides, sees
from webapp.clock import utc_now
from webapp.domain.participants import ParticipantRole
from webapp.extensions import db
from webapp.models import Petition
from webapp.services import participants
from webapp.services.actor import officer
from webapp.services.participants import Invitation

pytestmark = [pytest.mark.browser, pytest.mark.alone]

Come = Callable[[], tuple[Guest, Guest, Guest]]


@pytest.fixture
def come(inside: Flask, guests: list[Guest]) -> Come:
    """The citizen and an interpreter in the room; the officer, who opens the desk or not."""

    def room() -> tuple[Guest, Guest, Guest]:
        for one in guests:
            one.page.add_init_script(DEVICES)
        citizen, interpreter, chair = guests
        visit, account = a_visit_in_session()
        by = officer(account.id)
        wanted = Invitation(ParticipantRole.INTERPRETER, interpreter.name)
        invited, token = participants.invite(visit.id, wanted, by=by, now=utc_now(), key=people.key())
        interpreter.opens(token)
        participants.admit(invited.id, by=by, now=utc_now(), key=people.key())
        citizen.signs_in(inside, db.session.get_one(Petition, visit.petition_id).account)
        chair.signs_in(inside, account)
        citizen.page.goto(f"/visits/{visit.code}/room")
        return citizen, interpreter, chair

    return room


@pytest.mark.long
@pytest.mark.janus
def test_a_microphone_pulled_out_or_taken_falls_silent_and_speaks_again_by_itself(
    come: Come, mixer: servers.Janus
) -> None:
    _microphones_go_and_come(*come())


@pytest.mark.long
def test_so_it_is_where_they_talk_directly(come: Come) -> None:
    _microphones_go_and_come(*come())


def _microphones_go_and_come(citizen: Guest, interpreter: Guest, _chair: Guest) -> None:
    citizen.hears(interpreter.name)
    interpreter.hears(citizen.name)
    for one, other, failure, word, passes in (
        (interpreter, citizen, "NotFoundError", "Máy không có micro.", "devicesChange()"),
        (citizen, interpreter, "NotReadableError", "Micro đang bị ứng dụng khác dùng.", "comeBack()"),
    ):
        microphone = one.page.locator("[data-mic]")
        notice = one.page.locator("[data-notice]")
        one.page.evaluate(f"failing.audio = '{failure}'; pull('audio')")
        other.hears()
        expect(notice).to_contain_text(word)
        expect(microphone).to_be_disabled()
        one.hears(other.name)
        one.page.evaluate(f"failing = {{}}; {passes}")
        other.hears(one.name)
        expect(notice).to_be_hidden()
        expect(microphone).to_be_enabled()


@pytest.mark.long
@pytest.mark.janus
def test_one_lent_to_a_telephone_call_comes_back_as_its_owner_had_left_it(
    come: Come, mixer: servers.Janus
) -> None:
    citizen, interpreter, _chair = come()
    citizen.hears(interpreter.name)
    for one, other in ((interpreter, citizen), (citizen, interpreter)):
        microphone = one.page.locator("[data-mic]")
        one.page.evaluate("dumb('audio', true)")
        expect(microphone).to_be_disabled()
        one.page.evaluate("dumb('audio', false)")
        expect(microphone).to_be_enabled()
        microphone.click()
        other.hears()
        one.page.evaluate("dumb('audio', true); window.lent = live('audio'); comeBack()")
        one.page.wait_for_function("() => lent[0].readyState === 'ended' && live('audio').length === 1")
        expect(microphone).to_be_enabled()
        other.hears()
        microphone.click()
        other.hears(one.name)


@pytest.mark.long
@pytest.mark.janus
def test_a_camera_taken_by_another_app_shows_nothing_and_shows_again_by_itself(
    come: Come, mixer: servers.Janus
) -> None:
    citizen, _interpreter, chair = come()
    chair.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    chair.page.goto("/desk")
    sees(chair.page)
    sees(citizen.page)
    button = citizen.page.locator("[data-cam]")
    citizen.page.evaluate("failing.video = 'NotReadableError'; pull('video')")
    hides(chair.page)
    _says_off(citizen.page, "true")
    sees(citizen.page)
    citizen.page.evaluate("failing = {}; comeBack()")
    sees(chair.page)
    _says_off(citizen.page, "false")
    button.click()
    hides(chair.page)
    citizen.page.evaluate("devicesChange()")
    citizen.page.wait_for_timeout(2000)
    assert citizen.page.evaluate("live('video').length") == 0, "put out by its owner"
    button.click()
    sees(chair.page)


@pytest.mark.long
@pytest.mark.janus
def test_a_page_that_stood_still_goes_on_where_it_was(come: Come, mixer: servers.Janus) -> None:
    citizen, interpreter, _chair = come()
    citizen.hears(interpreter.name)
    for one, other in ((interpreter, citizen), (citizen, interpreter)):
        still = Stillness(one)
        still.begins()
        other.page.wait_for_timeout(12_000)
        still.ends()
        one.hears(other.name)
        other.hears(one.name)


def _says_off(page: Page, pressed: str) -> None:
    expect(page.locator("[data-cam]")).to_have_attribute("aria-pressed", pressed)
