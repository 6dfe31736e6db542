"""One's own page: my petitions and my visits."""

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..models import Role
from ..policy import Permission, permits, requires
from ..rendering import render
from ..services import drafts, petitions, visits

pages = Blueprint("account", __name__)


@pages.get("/account")
@requires(Permission.HAVE_ACCOUNT)
def page() -> str | Response:
    if Role.CITIZEN not in current_user.roles:
        if permits(current_user, Permission.READ_QUEUE):
            return redirect(url_for("desk.page"))
        return render("account/staff.html")
    return render(
        "account/page.html",
        petitions=petitions.list_of_citizen(current_user.id),
        visits=visits.list_of_citizen(current_user.id),
        draft=bool(drafts.answers_of(current_user.id)),
    )
