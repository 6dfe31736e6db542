"""The address to which staff have letters sent about what waits for them."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import InvalidInput, TooMany
from ..extensions import limiter
from ..forms.following import ContactForm, MailCodeForm
from ..policy import Permission, requires
from ..services import contact_details, mail_address
from .common import as_self, blamed
from .staff_page import staff_page

pages = Blueprint("staff_mail", __name__, url_prefix="/account/mail")


@pages.post("")
@requires(Permission.GET_LETTERS)
def address() -> Any:
    form, kept = ContactForm(), contact_details.of_account(current_user.id)
    others = (kept.full_name, kept.address) if kept else ("", "")
    typed = contact_details.Contact(others[0], form.email.data or "", others[1])
    try:
        contact_details.correct(typed, by=as_self(), now=utc_now())
    except InvalidInput as problem:
        status = blamed(form, problem)
        return staff_page(contact=form), status
    return _back()


@pages.post("/code")
@requires(Permission.GET_LETTERS)
@limiter.limit("20/minute")
def send_mail_code() -> Any:
    contact = ContactForm(formdata=None, obj=contact_details.of_account(current_user.id))
    try:
        mail_address.send_code(by=as_self(), now=utc_now())
    except (InvalidInput, TooMany) as problem:
        status = blamed(contact, problem)
        return staff_page(contact=contact), status
    return _back()


@pages.post("/confirm")
@requires(Permission.GET_LETTERS)
@limiter.limit("60/minute")
def confirm_mail() -> Any:
    form = MailCodeForm()
    try:
        mail_address.confirm(form.code.data or "", by=as_self(), now=utc_now())
    except (InvalidInput, TooMany) as problem:
        status = blamed(form, problem, "code")
        return staff_page(mail_code=form), status
    return _back()


def _back() -> Any:
    return redirect(url_for("account.devices", _anchor="mail"), 303)
