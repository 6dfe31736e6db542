"""The demo's outbox: every SMS and e-mail, newest first."""

from typing import Any

from flask import Blueprint, jsonify

from ..policy import Permission, requires
from ..rendering import render
from ..services import notifications

pages = Blueprint("demo", __name__, url_prefix="/demo")


@pages.get("/outbox")
@requires(Permission.READ_DEMO)
def outbox() -> str:
    return render("demo/outbox.html", notifications=notifications.newest())


@pages.get("/outbox.json")
@requires(Permission.READ_DEMO)
def outbox_json() -> Any:
    return jsonify(
        [
            {"to": row.recipient, "channel": row.channel, "body": row.body, "at": row.created_at.isoformat()}
            for row in notifications.newest()
        ]
    )
