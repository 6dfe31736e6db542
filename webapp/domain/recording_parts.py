"""How takes that ran side by side become one file, and which of what was missing another take has.

Times are seconds since any one moment, or moments; both are told apart in the same way.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """A take on the clock, in seconds."""

    began: float
    ended: float
    of_server: bool


@dataclass(frozen=True)
class Part:
    """Some of a take: from `since` to `until` of its own seconds, `at` seconds behind its stretch's begin."""

    take: int
    since: float = 0.0
    until: float = math.inf
    at: float = 0.0
    sound: bool = True
    """Without it the picture alone is wanted."""


def arranged(spans: Sequence[Span]) -> list[list[Part]]:
    """The stretches of the one file, each the parts that run side by side in it.

    Where the server recorded, its sound is taken and only the picture of the browser's; elsewhere all
    that the browsers recorded.
    """
    found: list[tuple[float, list[Part]]] = []
    servers = sorted((span for span in spans if span.of_server), key=lambda span: span.began)
    for place, span in enumerate(spans):
        if span.of_server:
            below = (_below(span, other, one) for other, one in enumerate(spans) if not one.of_server)
            found.append((span.began, [Part(place), *(part for part in below if part)]))
            continue
        since = span.began
        for server in servers:
            if server.ended <= since or server.began >= span.ended:
                continue
            if server.began > since:
                found.append((since, [Part(place, since - span.began, server.began - span.began)]))
            since = server.ended
        if since < span.ended or since == span.began:
            found.append((since, [Part(place, since - span.began)]))
    return [parts for _began, parts in sorted(found, key=lambda one: one[0])]


def _below(server: Span, place: int, one: Span) -> Part | None:
    began, ended = max(server.began, one.began), min(server.ended, one.ended)
    if began >= ended:
        return None
    return Part(place, began - one.began, ended - one.began, began - server.began, sound=False)


Stretch = tuple[datetime, datetime]


def apart(whole: Stretch, covered: Iterable[Stretch]) -> tuple[list[Stretch], list[Stretch]]:
    """What of the whole is not covered, and what is."""
    (since, end), bare, under = whole, [], []
    for began, ended in sorted(covered):
        began, ended = max(began, since), min(ended, end)
        if began >= ended:
            continue
        if began > since:
            bare.append((since, began))
        under.append((began, ended))
        since = ended
    if since < end:
        bare.append((since, end))
    return bare, under
