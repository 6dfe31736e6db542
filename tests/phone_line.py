"""A phone that waits, as the waiting page's script makes it: asked in Node, which runs that very script."""

import json
import subprocess
from typing import Any

from tests import servers
from tests.openid import NODE
from webapp.services.queue import Place


def ask(**questions: list[Any]) -> dict[str, list[Any]]:
    done = subprocess.run(
        [str(NODE), str(servers.ROOT / "tests" / "phone_line.mjs")],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def question(place: Place, number: int, messages: list[str]) -> dict[str, object]:
    """What a phone that was shown this place makes of the messages."""
    shown = {
        "ahead": place.ahead,
        "known": list(place.known),
        "desks": [list(pair) for pair in place.at_desks],
    }
    return {"place": shown, "key": place.key, "number": number, "messages": messages}
