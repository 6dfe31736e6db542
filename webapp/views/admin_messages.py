"""For admins: which messages did not go out. Never to whom in full, never their words."""

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.visit_flow import By
from ..policy import Permission, requires
from ..rendering import render
from ..services import notifications
from ..services.actor import Actor
from ..services.phone_numbers import masked

pages = Blueprint("admin_messages", __name__, url_prefix="/admin/messages")


@pages.get("")
@requires(Permission.MANAGE_MESSAGES)
def listing() -> str:
    return render("admin/messages.html", messages=notifications.troubled(), masked=masked)


@pages.post("/<int(max=999999999):notification_id>/again")
@requires(Permission.MANAGE_MESSAGES)
def again(notification_id: int) -> Response:
    notifications.try_again(notification_id, by=Actor(current_user.id, By.ADMIN), now=utc_now())
    return redirect(url_for(".listing"), 303)
