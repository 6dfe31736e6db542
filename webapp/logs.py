"""Structured logs: a line a request with its id; no names, numbers or texts of people, no query strings."""

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from .domain.codes import new_code

log = structlog.get_logger("webapp")


def register(app: Flask) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    # A plain function serves as the method.
    app.log_exception = _log_crash  # type: ignore[assignment]

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        g.request_id = new_code()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint not in ("static", "operations.healthz") and not app.testing:
            log.info("request", **_facts(response))
        return response


def _facts(response: Response) -> dict[str, Any]:
    """The route, never the path: codes in paths lead to people."""
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
        "account": current_user.id if current_user and current_user.is_authenticated else None,
    }


def _log_crash(problem: Any) -> None:
    """As Flask would, but naming the route and not the path."""
    log.error("crash", route=request.url_rule.rule if request.url_rule else None, exc_info=problem)
