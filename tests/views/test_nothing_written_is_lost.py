"""What people wrote is shown back where their form could not be taken at all: no page of theirs comes then."""

from collections.abc import Callable

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.domain.codes import in_groups
from webapp.domain.petition_kinds import PetitionKind
from webapp.models import Account

Make = Callable[[Account | None], Browser]
STORY = {"narrative": people.STORY + ' Họ nói: "không đền" <b>nữa</b>.', "key": people.key()}


@pytest.mark.parametrize("token", ["stale", ""], ids=["a stale token", "no token"])
def test_a_form_of_a_page_that_was_open_for_too_long(browser: Make, scene: Scene, token: str) -> None:
    answer = browser(scene.citizen).post(f"{people.WRITING}/story", dict(STORY), token=token)
    assert answer.status_code == 400
    page = Page(answer.text)
    assert "Những chữ vừa viết" in page.text
    assert STORY["narrative"] in page.text, "in full, and as it was typed"
    assert "<b>nữa</b>" not in answer.text
    assert STORY["key"] not in page.text
    main = page.text[page.text.index("Trang mở lâu quá") : page.text.index("Về trang chính")]
    assert "Ông/Bà" not in main, "staff read it too"
    [button] = [one for one in page.all("button") if "data-copy" in one]
    assert button["data-copy"] in [one.get("id") for one in page.all("textarea")]


def test_a_form_of_somebody_who_was_signed_out_meanwhile(browser: Make, scene: Scene) -> None:
    answer = browser(None).post(f"{people.WRITING}/story", dict(STORY))
    assert answer.status_code == 401
    assert STORY["narrative"] in Page(answer.text).text


def test_what_is_no_writing_is_not_shown_back(browser: Make, scene: Scene) -> None:
    secret = "mat-khau-rat-dai-cua-toi"
    answer = browser(None).post("/staff/login", {"username": "x", "password": secret}, token="stale")
    assert answer.status_code == 400
    assert secret not in answer.text
    assert "Những chữ vừa viết" not in answer.text


def test_the_list_of_ones_petitions_tells_nothing_of_a_denunciation(browser: Make, scene: Scene) -> None:
    """Others may look at it too, on a device that is shared."""
    told = "Ông ấy nhận tiền của bốn nhà trong xóm rồi mới chịu xác nhận đơn đất cho chúng tôi."
    denounces = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": True, "narrative": told}
    sent = people.a_petition(scene.citizen, scene.now, **denounces)
    page = Page(browser(scene.citizen).get("/account").text).text
    assert told[:20] not in page
    assert in_groups(sent.code) in page
