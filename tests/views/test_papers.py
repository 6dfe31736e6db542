"""What every paper that is set as a PDF has in common."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typst

from tests import files, people
from tests.views.conftest import Browser, Scene
from webapp.integrations import inspection, objects
from webapp.models import Account
from webapp.services import evidence, passwords
from webapp.services.actor import citizen
from webapp.services.evidence import Begun


@pytest.fixture
def set_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The threads in which papers are set, where a pool of threads serves beside a loop."""
    threads: list[int] = []
    compile_ = typst.compile

    def pool(function: Callable[..., Any], *args: Any, **about: Any) -> Any:
        done: list[Any] = []
        thread = threading.Thread(target=lambda: done.append(function(*args, **about)))
        thread.start()
        thread.join()
        return done[0]

    def noted(*args: Any, **about: Any) -> Any:
        threads.append(threading.get_ident())
        return compile_(*args, **about)

    monkeypatch.setattr(typst, "compile", noted)
    monkeypatch.setattr(passwords, "_thread_pool", pool)
    yield threads


def test_while_a_paper_is_set_the_loop_serves_others(
    browser: Callable[[Account | None], Browser], scene: Scene, set_in: list[int]
) -> None:
    photo, by = files.photo(), citizen(scene.citizen.id)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    place = evidence.place_of_petition(scene.petition)
    evidence.take(place, Begun("so-do.jpg", len(photo)), photo, key=people.key(), **about)
    evidence.issue(scene.petition.id, by=by, now=scene.now)
    person, code = browser(scene.citizen), scene.petition.code
    person.get(f"/petitions/{code}/receipt.pdf")
    person.get(f"/petitions/{code}/receipts/1.pdf")
    assert person.post("/account/data/download.pdf").mimetype == "application/pdf"
    assert len(set_in) == 3
    assert threading.get_ident() not in set_in
