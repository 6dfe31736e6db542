"""What somebody writes on two pages or devices at once: no text takes the place of another unasked."""

from collections.abc import Callable

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.models import Account
from webapp.services import drafts

Make = Callable[[Account | None], Browser]
STORY = f"{people.WRITING}/story"
LONGER = f"{people.STORY} Hôm sau cán bộ xã đến đo lại mà không báo cho ai."


@pytest.fixture
def person(browser: Make, scene: Scene) -> Browser:
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=utc_now())
    return browser(scene.citizen)


def opened(person: Browser, path: str = STORY) -> dict[str, object]:
    """What the page that is opened now sends beside what is written in it."""
    page = Page(person.get(path).text)
    return {name: page.values(name)[0] for name in ("base", "key")}


def kept(scene: Scene, field: str = "narrative") -> str:
    return drafts.answers_of(scene.citizen.id, people.DRAFT)[field]


def test_a_page_that_is_behind_shows_both_texts_and_the_person_decides(person: Browser, scene: Scene) -> None:
    behind, other = opened(person), opened(person)
    assert person.post(STORY, other | {"narrative": LONGER}).status_code == 303
    mine = f"{people.STORY} Tôi kể tiếp ở máy này."
    answer = person.post(STORY, behind | {"narrative": mine})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert LONGER in page.text and page.holds("narrative") == [mine], "nothing is lost"
    assert STORY in page.links(), "the way to keep what is saved"
    assert kept(scene) == LONGER
    decided = {name: page.values(name)[0] for name in ("base", "key")}
    assert person.post(STORY, decided | {"narrative": mine}).status_code == 303
    assert kept(scene) == mine


def test_a_stale_page_that_was_not_even_changed_replaces_nothing(person: Browser, scene: Scene) -> None:
    behind, other = opened(person), opened(person)
    person.post(STORY, other | {"narrative": LONGER})
    assert person.post(STORY, behind | {"narrative": people.STORY}).status_code == 409
    assert kept(scene) == LONGER


def test_what_is_asked_over_again_for_another_mistake_still_knows_what_it_showed(
    person: Browser, scene: Scene
) -> None:
    behind, other = opened(person), opened(person)
    person.post(STORY, other | {"narrative": LONGER})
    asked_again = person.post(STORY, behind | {"narrative": "Ngắn."})
    assert asked_again.status_code == 422
    assert Page(asked_again.text).values("base") == [behind["base"]]


def test_the_same_page_sent_twice_or_gone_back_to_is_no_conflict(person: Browser, scene: Scene) -> None:
    page = opened(person)
    for told in (LONGER, LONGER, f"{LONGER} Và thêm một ý."):
        assert person.post(STORY, page | {"narrative": told}).status_code == 303
        assert kept(scene) == told


def test_the_same_words_from_two_pages_are_no_conflict_however_the_lines_end(
    person: Browser, scene: Scene
) -> None:
    first, second = opened(person), opened(person)
    assert person.post(STORY, first | {"narrative": f"{people.STORY}\r\nHết."}).status_code == 303
    assert person.post(STORY, second | {"narrative": f"{people.STORY}\nHết. "}).status_code == 303


@pytest.mark.parametrize("step", ["against", "wish"])
def test_the_other_texts_are_minded_alike_and_each_alone(person: Browser, scene: Scene, step: str) -> None:
    path = f"{people.WRITING}/{step}"
    behind, other = opened(person, path), opened(person, path)
    person.post(STORY, opened(person) | {"narrative": LONGER})
    dates = {} if step == "wish" else {"learned_day": "", "learned_month": "", "learned_year": ""}
    assert person.post(path, other | dates | {step: "Xin đo lại cả thửa đất."}).status_code == 303
    refused = person.post(path, behind | dates | {step: "Xin bồi thường thêm."})
    assert refused.status_code == 409
    assert "Xin đo lại cả thửa đất." in Page(refused.text).text
    assert kept(scene, step) == "Xin đo lại cả thửa đất."
