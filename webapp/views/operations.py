"""For machines: is the process alive, can it serve."""

from flask import Blueprint, current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from ..extensions import db
from ..integrations import relays
from ..policy import Permission, requires

pages = Blueprint("operations", __name__)


@pages.get("/healthz")
@requires(Permission.READ_PUBLIC)
def healthz() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@requires(Permission.READ_PUBLIC)
def readyz() -> Response:
    """The database, and Redis where it is set, answer; how the relays are is told, calls can do without."""
    down = [name for name, answers in (("database", _database), ("redis", _redis)) if not answers()]
    if down:
        return Response(f"not ready: {', '.join(down)}\n", 503, mimetype="text/plain")
    lines = ["ready", *relays.told(current_app)]
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def _database() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis() -> bool:
    url = current_app.config["SETTINGS"].redis_url
    if url is None:
        return True
    try:
        with Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False
