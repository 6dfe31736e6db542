"""The list of statements that wait, on two officers' screens: what one does the other sees without reloading."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import people, servers
from tests.browser.conftest import DESK
from tests.browser.navigators import Camera, Officer
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.telling import Telling
from webapp.extensions import db
from webapp.services import petitions
from webapp.services.actor import citizen

pytestmark = pytest.mark.browser

SAID = "Công dân kể: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."


@pytest.fixture
def told(server: servers.Web) -> str:
    """The code of a petition that somebody told and that nobody has received."""
    app = create_app(load_settings({"INSTANCE_PATH": str(server.instance), "DEMO": "1"}))
    with app.app_context():
        account = people.a_citizen("+84912770001")
        fields = people.fields(told=Telling.OFFICER, narrative="")
        code = petitions.submit(fields, by=citizen(account.id), now=utc_now(), key=people.key()).code
        db.engine.dispose()
        return code


def test_one_officer_takes_and_writes_what_was_told_and_the_other_sees_each_step(
    told: str, window: Callable[..., Page], album: Path
) -> None:
    one, other = window(DESK), window(DESK)
    camera = Camera(album, "told")
    Officer(one, camera).opens_a_desk()
    Officer(other, camera, "canbo2").opens_a_desk(3)
    expect(one.get_by_role("link", name="Lời kể chờ ghi")).to_contain_text("1")
    for page in (one, other):
        page.get_by_role("link", name="Lời kể chờ ghi").click()
        expect(page.get_by_role("button", name="Nhận ghi")).to_be_visible()
    one.get_by_role("button", name="Nhận ghi").click()
    expect(other.locator("#told")).to_contain_text("Lê Thu Hà đã nhận")
    expect(other.get_by_role("button", name="Nhận ghi")).to_have_count(0)
    one.get_by_label("Bản ghi lời trình bày").fill(SAID)
    one.get_by_role("button", name="Lưu bản ghi").click()
    expect(one.get_by_label("Bản ghi lời trình bày")).to_have_value(SAID)
    expect(other.locator("#told")).to_contain_text("Không có lời kể nào đang chờ")
