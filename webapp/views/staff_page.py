"""The own page of somebody on duty: where they are signed in, and their address for letters if they get any."""

from flask import current_app
from flask_login import current_user

from ..clock import utc_now
from ..forms import Form
from ..forms.following import ContactForm, MailCodeForm
from ..models import SignInSession
from ..policy import Permission, permits
from ..rendering import render
from ..services import contact_details, mail_address, sessions


def letters_can_go() -> bool:
    """Whether there is any way for letters, so that an address is worth confirming."""
    settings = current_app.config["SETTINGS"]
    return bool(settings.mail or settings.demo)


def own_sessions() -> list[SignInSession]:
    """This device first, then the newest."""
    found = sessions.list_of(current_user.id, now=utc_now())
    return sorted(found, key=lambda one: one.code != current_user.session_code)


def staff_page(contact: Form | None = None, mail_code: Form | None = None) -> str:
    gets_letters = permits(current_user, Permission.GET_LETTERS) and letters_can_go()
    kept = contact_details.of_account(current_user.id) if gets_letters else None
    return render(
        "account/staff.html",
        sessions=own_sessions(),
        contact=contact or ContactForm(formdata=None, obj=kept),
        mail=mail_address.standing_of(current_user.id, now=utc_now()) if gets_letters else None,
        mail_code=mail_code or MailCodeForm(formdata=None),
    )
