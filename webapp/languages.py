"""Vietnamese first; English for who asks by the link, remembered in a cookie."""

from flask import has_request_context, request

LANGUAGES = ("vi", "en")
COOKIE = "lang"


def chosen() -> str:
    return asked_for() or "vi"


def asked_for() -> str | None:
    """The language that whoever asks has chosen in this browser; nothing where they chose none."""
    language = request.cookies.get(COOKIE) if has_request_context() else None
    return language if language in LANGUAGES else None
