"""Pages for everyone: home, schedule, language and size of letters."""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .. import languages
from ..clock import local, utc_now
from ..documents import schedule_calendar
from ..domain.sitting_changes import CHANGE_LABELS
from ..policy import Permission, permits, requires
from ..rendering import remember, render, told_moment
from ..services import languages as reader
from ..services import queue
from ..services import schedule as schedules
from ..services.schedule import Announced
from .common import small_number, way_back

pages = Blueprint("public", __name__)


@pages.get("/")
@requires(Permission.READ_PUBLIC)
def home() -> str:
    now = utc_now()
    sitting = next(iter(queue.open_sittings(now)), None)
    wait = queue.wait_for_newcomer(sitting.id) if sitting else None
    return render("public/home.html", sitting=sitting, wait=wait)


@pages.get("/schedule")
@requires(Permission.READ_PUBLIC)
def schedule() -> str:
    """Place, time, host and content of coming sittings (law art. 24); nobody's name but the host's."""
    now, point, since = utc_now(), small_number(request.args.get("place")), _since()
    after = small_number(request.args.get("after"))
    found = schedules.coming(now, _ON_PAGE + 1, point_id=point, since=since, after=after)
    return render(
        "public/schedule.html",
        sittings=found[:_ON_PAGE],
        points=schedules.places_in_schedule(now),
        point=point,
        since=since,
        further=found[_ON_PAGE - 1].sitting.id if len(found) > _ON_PAGE else None,
        change_labels=CHANGE_LABELS,
    )


_ON_PAGE = 60
_IN_FEEDS = timedelta(days=183)
"""Feeds hold every sitting of so long: a calendar that lacked some in silence would be believed."""


def _since() -> date | None:
    try:
        found = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2060 else None


@pages.get("/schedule.ics")
@requires(Permission.READ_PUBLIC)
def schedule_ics() -> Response:
    """The schedule for the calendar of a phone, which asks again by itself."""
    content = schedule_calendar.calendar(
        _in_feeds(utc_now()),
        name=_("Lịch tiếp công dân Hà Nội"),
        held_by=_("Tiếp công dân: {host}"),
        at_home=_("Tại nhà"),
        describe=_described,
        host=current_app.config["SETTINGS"].public_host or "tiepcongdan",
    )
    return _feed(content, schedule_calendar.MIME)


def _described(one: Announced) -> str:
    """What the page says of a sitting beside its time, host and place."""
    marks = ", ".join(_(CHANGE_LABELS[mark]) for mark in one.marks)
    before = [told_moment(one.was_at) if one.was_at else "", one.was_host]
    earlier = [_("Trước đây: %(when)s.", when=was) for was in before if was]
    return "\n".join(part for part in (one.sitting.content, marks, *earlier, one.reason) if part)


@pages.get("/schedule.json")
@requires(Permission.READ_PUBLIC)
def schedule_json() -> Response:
    """The schedule for machines; words as they were written, times with their zone."""
    now = utc_now()
    told = {"until": local(now + _IN_FEEDS).date().isoformat(), "sittings": list(map(_told, _in_feeds(now)))}
    return _feed(json.dumps(told, ensure_ascii=False).encode(), "application/json")


def _in_feeds(now: datetime) -> list[Announced]:
    point, until = small_number(request.args.get("place")), now + _IN_FEEDS
    return schedules.coming(now, None, point_id=point, until=until)


def _feed(content: bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(hashlib.sha256(content).hexdigest()[:20])
    return response.make_conditional(request)


def _told(one: Announced) -> dict[str, Any]:
    sitting = one.sitting
    return {
        "id": sitting.id,
        "starts": local(one.starts_at).isoformat(),
        "ends": local(one.ends_at).isoformat(),
        "hours": [[local(begin).isoformat(), local(end).isoformat()] for begin, end in one.hours],
        "kind": sitting.kind.value,
        "mode": sitting.mode.value,
        "host": sitting.host,
        "content": sitting.content,
        "ground": sitting.ground,
        "decision": sitting.decision,
        "places": [{"name": point.name, "address": point.address} for point in sitting.places],
        "home": sitting.home_offered,
        "cancelled": one.cancelled,
        "changes": [
            {
                "what": each.what.value,
                "at": local(each.at).isoformat(),
                "was": each.was,
                "reason": each.reason,
            }
            for each in one.changes
        ],
    }


@pages.get("/privacy")
@requires(Permission.READ_PUBLIC)
def privacy() -> str:
    return render("public/privacy.html")


@pages.get("/accessibility")
@requires(Permission.READ_PUBLIC)
def accessibility() -> str:
    return render("public/accessibility.html")


@pages.route("/language/<code>", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
def language(code: str) -> Response:
    """The language of the pages in this browser; by the button also of what is sent to whoever is signed in.

    A link changes the pages alone: one that somebody else wrote must not turn a person's messages.
    """
    if code not in languages.LANGUAGES:
        raise NotFound
    if request.method == "POST" and permits(current_user, Permission.HAVE_ACCOUNT):
        reader.choose(current_user.id, code)
    return _remember(languages.COOKIE, code)


@pages.get("/letters/<size>")
@requires(Permission.READ_PUBLIC)
def letters(size: str) -> Response:
    """Larger letters, remembered by the browser."""
    if size not in ("big", "usual"):
        raise NotFound
    return _remember("letters", size)


def _remember(cookie: str, value: str) -> Response:
    response = make_response(redirect(way_back("/"), 303 if request.method == "POST" else 302))
    remember(response, cookie, value)
    return response
