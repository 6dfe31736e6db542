"""Domain errors become a status and a page or a fragment; the only error handlers."""

from typing import Any

from flask import Flask, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .domain import errors
from .extensions import db
from .policy import SignInNeeded
from .rendering import asked_by_htmx, render

STATUS: dict[type[errors.DomainError], int] = {
    errors.InvalidInput: 422,
    SignInNeeded: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.TooMany: 429,
    errors.Conflict: 409,
    errors.DomainError: 400,
}

TITLES = {
    400: _l("Chưa hiểu yêu cầu này"),
    401: _l("Hãy đăng nhập"),
    403: _l("Trang này dành cho người khác"),
    404: _l("Không tìm thấy"),
    405: _l("Chưa hiểu yêu cầu này"),
    409: _l("Việc này vừa thay đổi"),
    413: _l("Gửi quá nhiều trong một lần"),
    422: _l("Có chỗ cần sửa"),
    429: _l("Hãy chờ một lát"),
    500: _l("Máy chủ đang có lỗi"),
    503: _l("Hệ thống đang bận"),
}

SENTENCES = {
    400: _l("Trang gửi lên thiếu hoặc sai. Hãy quay lại, tải lại trang rồi gửi lần nữa."),
    403: _l("Ông/Bà không có quyền xem hoặc làm việc này."),
    404: _l("Địa chỉ này không có, hoặc không phải của Ông/Bà."),
    405: _l("Trang gửi lên thiếu hoặc sai. Hãy quay lại, tải lại trang rồi gửi lần nữa."),
    413: _l("Nội dung gửi lên lớn quá. Hãy rút bớt rồi gửi lại."),
    429: _l("Ông/Bà thử nhiều lần quá. Hãy chờ một lát rồi thử lại."),
    500: _l(
        "Lỗi do phía chúng tôi, không phải do Ông/Bà. Những gì đã gửi vẫn được giữ. Hãy thử lại sau ít phút."
    ),
    503: _l("Hãy thử lại sau ít phút."),
}


STAFF_PATHS = (
    "/desk",
    "/bridge",
    "/admin",
    "/recordings",
    "/reports",
    "/data-requests",
    "/reading",
    "/place-requests",
    "/sittings",
)
"""Whoever is sent to sign in from here signs in as staff."""


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_WORDS = frozenset({"csrf_token", "key", "next", "password"})
_WORTH_KEEPING, _MOST_TEXTS = 20, 12
"""letters; and how many fields of one form"""
_LOSES = frozenset({400, 401, 409, 429, 500, 503})
"""Answers that take the place of the page on which something was written; after 413 it cannot be read."""


def status_of(problem: errors.DomainError) -> int:
    return next(STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS)


def register(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, _on_domain_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(500, _on_crash)


def answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> Any:
    """One look for every error: a whole page, the notice alone for a fragment, the sentence for a script."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(problem=sentence), status, headers or {}
    title = str(TITLES.get(status, TITLES[400]))
    name = "errors/_error.html" if asked_by_htmx() else "errors/page.html"
    page = render(
        name, title=title, sentence=sentence, status=status, written=_written() if status in _LOSES else []
    )
    return page, status, headers or {}


def _written() -> list[str]:
    """What a person wrote in a form that could not be taken at all: nothing of it may be lost with the page."""
    if request.method != "POST" or asked_by_htmx() or request.mimetype not in _FORMS:
        return []
    texts = [text.strip() for name, text in request.form.items(multi=True) if name not in _NOT_WORDS]
    return [text for text in texts if len(text) >= _WORTH_KEEPING][:_MOST_TEXTS]


def _on_domain_error(problem: errors.DomainError) -> Any:
    db.session.rollback()
    if isinstance(problem, SignInNeeded):
        return _to_sign_in()
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, errors.TooMany) else {}
    return answer(status_of(problem), _(problem.message), headers)


def _to_sign_in() -> Any:
    """A page leads to the sign-in and back; anything else is told 401."""
    wants_page = request.method == "GET" and not asked_by_htmx()
    if not wants_page:
        return answer(401, _("Nghỉ lâu quá nên trang đã khóa. Hãy đăng nhập lại, việc đã gửi vẫn còn."))
    staff = request.path.startswith(STAFF_PATHS)
    where = url_for("sign_in.staff_login" if staff else "sign_in.phone", next=request.full_path.rstrip("?"))
    response: Response = redirect(where)
    return response


def _on_csrf_error(_problem: CSRFError) -> Any:
    # For scripts: what they sent is not wrong, only its page is, as after a sign-out.
    said = {"X-Form-Expired": "y"}
    return answer(400, _("Trang mở lâu quá nên hết hạn. Hãy tải lại trang rồi gửi lần nữa."), said)


def _on_http_error(problem: HTTPException) -> Any:
    status = problem.code or 500
    if 300 <= status < 400:
        return problem.get_response()
    headers = {"Retry-After": "60"} if status == 429 else {}
    if status == 405 and getattr(problem, "valid_methods", None):
        # Only MethodNotAllowed has it, and the line above has asked.
        headers["Allow"] = ", ".join(problem.valid_methods)  # type: ignore[attr-defined]
    return answer(status, str(SENTENCES.get(status, SENTENCES[400])), headers)


def _on_crash(_problem: Exception) -> Any:
    db.session.rollback()
    return answer(500, str(SENTENCES[500]))
