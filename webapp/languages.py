"""Vietnamese first; English for who asks by the link, remembered in a cookie."""

from flask import has_request_context, request

LANGUAGES = ("vi", "en")
COOKIE = "lang"


def chosen() -> str:
    if not has_request_context():
        return "vi"
    language = request.cookies.get(COOKIE, "vi")
    return language if language in LANGUAGES else "vi"
