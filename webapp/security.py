"""Headers and cookies: nothing inline but the stylesheet by its hash, nothing from elsewhere."""

import base64
import hashlib
import re

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user
from werkzeug.wrappers import Response

from .config import Settings
from .policy import STATIC_ENDPOINTS
from .rendering import asked_by_htmx, css, css_is_cached

_FRAMES = ("room.frame", "guest.frame")
_LIVE = ("/desk", "/visits/", "/guest")
_TRIED = "/check"
_TOLD_ALOUD = re.compile(r"/petitions/[^/]+/files|/petitions/new/[^/]+/(story|against|settled|wish)")


def register(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_NAME="tcd",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = _Sessions()
    app.after_request(_add_headers)


class _Sessions(SecureCookieSessionInterface):
    """Static files have no session: one that varied by cookie would be fetched anew after every sign-in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in STATIC_ENDPOINTS:
            super().save_session(app, session, response)  # type: ignore[arg-type]


def style_hash() -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(css().encode()).digest()).decode()


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if headers.get("Cache-Control", "").startswith("private") and _on_shared_device():
        headers["Cache-Control"] = "private, no-store"
    if asked_by_htmx():
        # A part of a page, asked for by its scripts: what rules a document would be half of what it weighs.
        headers.setdefault("Cache-Control", "private, no-store")
        return response
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN" if request.endpoint in _FRAMES else "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint in STATIC_ENDPOINTS:
        return response
    headers.setdefault("Cache-Control", "private, no-store")
    camera = "self" if request.path.startswith(_LIVE) or request.path == _TRIED else ""
    microphone = "self" if _TOLD_ALOUD.fullmatch(request.path) else camera
    headers["Permissions-Policy"] = f"camera=({camera}), microphone=({microphone}), geolocation=()"
    if response.mimetype == "text/html":
        framed = "'self'" if request.endpoint in _FRAMES else "'none'"
        style = "'self'" if css_is_cached() else f"'self' '{style_hash()}'"
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; "
            f"media-src 'self' blob:; connect-src 'self' {_socket()}; font-src 'none'; form-action 'self'; "
            f"base-uri 'none'; frame-src 'self'; frame-ancestors {framed}; manifest-src 'self'"
        )
    return response


def _on_shared_device() -> bool:
    """Whether others use this device too: then nothing of this person stays in its browser.

    `Clear-Site-Data` at the sign-out would do less: the style and the scripts would go with it, while the cookie
    that tells of the style stayed.
    """
    return request.endpoint not in STATIC_ENDPOINTS and getattr(current_user, "session_shared", False)


def _socket() -> str:
    """The socket's address by name: older Safari does not count it as 'self'."""
    return f"{'wss' if request.is_secure else 'ws'}://{request.host}"
