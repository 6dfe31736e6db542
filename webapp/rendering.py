"""Pages and fragments: one partial for first render, swap and push."""

import hashlib
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, make_response, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from .clock import local, utc_now
from .domain.codes import in_groups, new_code
from .policy import Permission, permits

_YEAR = 365 * 24 * 3600
_STYLE, _STYLE_KEPT = "css/site.css", "css"
_ONE_TIME = re.compile(rb'name="(?:csrf_token|key)" value="[^"]*"')


def render(template: str, **context: Any) -> str:
    return render_template(template, **context)


def asked_by_htmx() -> bool:
    """Whether a part of a page asks, and not a person for a whole page."""
    asked: Any = getattr(request, "htmx", None)
    return bool(asked and not asked.boosted)


def page_or_fragment(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """The fragment for a swap, the page around it otherwise; unchanged answers cost a 304.

    The ETag looks past the tokens and keys of forms, which differ at each rendering: it changes only
    when what is shown changes or another session begins; till then the older token and key in the
    browser's copy still hold.
    """
    swap = asked_by_htmx()
    response = make_response(render(fragment if swap else page, **context), status)
    response.vary.add("HX-Request")
    if swap and status == 200:
        response.headers["Cache-Control"] = "private, no-cache"
        shown = _ONE_TIME.sub(b"", response.get_data()) + session.get("csrf_token", "").encode()
        response.set_etag(hashlib.sha256(shown).hexdigest()[:20])
        response.make_conditional(request)
    return response


def register(app: Flask) -> None:
    app.add_url_rule("/static/v-<version>/<path:filename>", "static_versioned", _send_versioned)
    app.jinja_env.globals.update(
        Permission=Permission,
        may=lambda permission: permits(current_user, permission),
        new_key=new_code,
        asset=asset,
        css=css,
        css_is_cached=css_is_cached,
        weekday=weekday,
        lang=lambda: str(get_locale() or "vi"),
        now=utc_now,
        minutes_since=lambda moment: int((utc_now() - moment).total_seconds() // 60),
    )
    app.jinja_env.filters.update(
        clock=clock,
        code=in_groups,
        exactly=_exactly,
        day=_day,
        moment=told_moment,
        phone=_phone,
        kilobytes=_kilobytes,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _send_versioned(version: str, filename: str) -> Response:
    response = current_app.send_static_file(filename)
    if version == static_version():
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        if filename == _STYLE:
            remember(response, _STYLE_KEPT, version)
    return response


def remember(response: Response, cookie: str, value: str) -> None:
    """Have the browser say this with every request, for a year."""
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def clock(moment: datetime) -> str:
    """9:05, as the State writes it."""
    there = local(moment)
    return f"{there.hour}:{there.minute:02d}"


def _exactly(moment: datetime) -> str:
    """9:05:31, where seconds tell."""
    return f"{clock(moment)}:{moment.second:02d}"


def _kilobytes(size: int) -> str:
    """84 KB, 2,4 MB: rounded up, as it weighs on a slow line."""
    if size < 1_000_000:
        return f"{-(-size // 1000)} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", "," if str(get_locale() or "vi") == "vi" else ".")


def _day(moment: datetime) -> str:
    return local(moment).strftime("%d/%m/%Y")


def told_moment(moment: datetime) -> str:
    """9:05 28/11/2026."""
    return f"{clock(moment)} {_day(moment)}"


def _phone(number: str) -> str:
    """0912 345 678, as people read it out."""
    number = "0" + number.removeprefix("+84") if number.startswith("+84") else number
    return f"{number[:4]} {number[4:7]} {number[7:]}".strip()


def weekday(moment: datetime | date) -> str:
    """The day's name in full."""
    names = (
        _("Thứ Hai"),
        _("Thứ Ba"),
        _("Thứ Tư"),
        _("Thứ Năm"),
        _("Thứ Sáu"),
        _("Thứ Bảy"),
        _("Chủ Nhật"),
    )
    day = local(moment) if isinstance(moment, datetime) else moment
    return names[day.weekday()]


def asset(name: str) -> str:
    """A static file's address under the version of all of them, so that it is kept for a year.

    The version stands in the path: what a script imports beside it then carries it too.
    """
    return url_for("static_versioned", version=static_version(), filename=name)


def static_version() -> str:
    return _version_of(current_app.static_folder or "")


@cache
def _version_of(folder: str) -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _text_of(folder: str, name: str) -> str:
    return (Path(folder) / name).read_text()


def css() -> str:
    """The stylesheet's text, for the first visit: each render-blocking file would cost a round trip."""
    return _text_of(current_app.static_folder or "", _STYLE)


def css_is_cached() -> bool:
    """Whether this browser says that it holds the stylesheet as a file: the file's own answer told it to."""
    return request.cookies.get(_STYLE_KEPT) == static_version()
