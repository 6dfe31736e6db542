"""How the configured relays are: asked at start and every ten minutes, remembered in between."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from ..clock import utc_now
from ..logs import log
from . import relay_check, turn

EVERY = 600.0
_KEPT = "relays"


def start(app: Flask, background: Callable[..., object], sleep: Callable[[float], object]) -> None:
    """Begin asking; told by the launcher only."""
    if app.config["SETTINGS"].turn_urls:
        background(_run, app, sleep)


def look(app: Flask) -> None:
    """Ask each relay now."""
    settings = app.config["SETTINGS"]
    found: dict[str, str] = {}
    for url in settings.turn_urls:
        name = turn.credentials(settings.turn_secret, "self-test", utc_now() + timedelta(minutes=5))
        try:
            relay_check.check(url, *name)
        except relay_check.RelayError as problem:
            found[url] = f"does not serve: {problem}"
            log.warning("relay does not serve", url=url, problem=str(problem))
        else:
            found[url] = "answers"
    app.extensions[_KEPT] = found


def told(app: Flask) -> list[str]:
    """A sentence for each relay, as it was when it was last asked."""
    found = app.extensions.get(_KEPT, {})
    return [f"relay {url}: {found.get(url, 'not asked yet')}" for url in app.config["SETTINGS"].turn_urls]


def _run(app: Flask, sleep: Callable[[float], object]) -> None:
    while True:
        try:
            look(app)
        except Exception:
            # Nobody waits for this answer; the next round asks again.
            log.exception("asking the relays failed")
        sleep(EVERY)
