"""What people can rely on when something they send is missing, wrong, too much or not theirs to send."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp.models import Account, Petition, Role
from webapp.services import accounts, conversation, drafts, petitions, visits
from webapp.services.actor import SYSTEM, citizen
from webapp.extensions import db

MakeBrowser = Callable[..., Browser]

FAMILY, FLAG = "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"
DECOMPOSED = "Nguye\u0302\u0303n Thi\u0323 Hươ\u0300ng"


def beside(page: Page, field: str) -> list[str]:
    """The sentences that stand in the same block as the field, or in its group."""
    spots = [
        place
        for place, (tag, one) in enumerate(page.elements)
        if one.get("id") == field and tag in ("input", "textarea", "select", "fieldset")
    ]
    assert len(spots) == 1, f"{field} is {len(spots)} times on the page"
    block = spots[0] if page.elements[spots[0]][0] == "fieldset" else page.above[spots[0]][-1]
    return page.said_in(block, "emsg")
