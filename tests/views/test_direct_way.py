"""When the waiting page tries whether a direct call is likely: with servers to ask, and no relay behind them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.views.conftest import Browser, Page, Scene
from webapp.models import Account

STUN = ({"urls": "stun:stun.example:3478"},)
TURN: dict[str, Any] = {"turn_urls": ("turn:turn.example:3478",), "turn_secret": "secret"}


@pytest.mark.parametrize(
    ("known", "tried"),
    [({}, False), ({"ice_servers": STUN}, True), ({"ice_servers": STUN, **TURN}, False), (TURN, False)],
    ids=["no servers", "STUN alone", "STUN and a relay", "a relay alone"],
)
def test_it_is_tried_where_a_direct_way_is_the_only_one(
    app: Flask,
    browser: Callable[[Account | None], Browser],
    scene: Scene,
    known: dict[str, Any],
    tried: bool,
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **known)
    page = Page(browser(scene.citizen).get(f"/visits/{scene.code}/wait").text)
    notes = [one for one in page.all("div") if "data-stun" in one]
    assert bool(notes) is tried
    assert all("hidden" in note for note in notes), "nothing is said before it is known"
