"""Moving one's account to another phone number, step by step on one page; and the officer's page for it."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_login import current_user

from ..clock import utc_now
from ..domain.errors import Conflict, InvalidInput, TooMany
from ..domain.identity_papers import PaperKind, read_kind
from ..extensions import limiter
from ..forms import Form
from ..forms.phone import NewPhoneCodeForm, NewPhoneForm, OldPhoneCodeForm, PhoneAtDeskForm
from ..policy import Permission, requires
from ..rendering import render
from ..services import electronic_identity, phone_change, phone_change_at_desk
from ..services.phone_change_at_desk import AtDesk
from ..services.phone_numbers import masked
from .common import as_citizen, as_officer, blamed, optional_key, request_key
from .desk import _own
from .sign_in import asked

pages = Blueprint("phone_change", __name__)


def _page(form: Form | None = None, status: int = 200) -> Any:
    """The step that is due; `form` is the one that was sent, with what is wrong with it."""
    change = phone_change.open_of(current_user.id, now=utc_now())
    usual = NewPhoneForm if change is None else OldPhoneCodeForm if change.new_proven_at else NewPhoneCodeForm
    mine = form if isinstance(form, usual) else usual(formdata=None)
    if form is not None and mine is not form:
        mine.form_errors = [message for _id, message in form.problems]
    has_identity = electronic_identity.of_account(current_user.id) is not None
    page = render(
        "account/phone.html",
        form=mine,
        change=change,
        new=masked(change.new_phone) if change else "",
        old=masked(current_user.phone or ""),
        electronic=current_app.config["SETTINGS"].identity_provider if has_identity else None,
    )
    return page, status


def _next_step() -> Any:
    return redirect(url_for(".page"), 303)


@pages.get("/account/phone")
@requires(Permission.BE_CITIZEN)
def page() -> Any:
    return _page()


@pages.post("/account/phone")
@requires(Permission.BE_CITIZEN)
@limiter.limit("20/minute")
def ask() -> Any:
    form, status = NewPhoneForm(), 422
    if form.validate_on_submit():
        typed, key = form.phone.data or "", request_key()
        try:
            phone_change.ask(typed, by=as_citizen(), asked=asked(), now=utc_now(), key=key)
        except (InvalidInput, TooMany) as problem:
            status = blamed(form, problem, "phone")
        else:
            return _next_step()
    return _page(form, status)


@pages.post("/account/phone/again")
@requires(Permission.BE_CITIZEN)
@limiter.limit("20/minute")
def send_again() -> Any:
    """Another code: to the new number, or to the old one once the new one is proven."""
    change, now = phone_change.open_of(current_user.id, now=utc_now()), utc_now()
    if change is None:
        return _next_step()
    form = OldPhoneCodeForm(formdata=None) if change.new_proven_at else NewPhoneCodeForm(formdata=None)
    try:
        if change.new_proven_at:
            phone_change.send_to_old(by=as_citizen(), asked=asked(), now=now)
        else:
            phone_change.send_again(by=as_citizen(), asked=asked(), now=now)
    except (TooMany, Conflict) as problem:
        status = blamed(form, problem, "code")
        return _page(form, status)
    return _next_step()


@pages.post("/account/phone/new")
@requires(Permission.BE_CITIZEN)
@limiter.limit("60/minute")
def prove_new() -> Any:
    form, status = NewPhoneCodeForm(), 422
    if form.validate_on_submit():
        try:
            phone_change.prove_new(form.code.data or "", by=as_citizen(), now=utc_now(), key=optional_key())
        except (InvalidInput, TooMany, Conflict) as problem:
            status = blamed(form, problem, "code")
        else:
            return _next_step()
    return _page(form, status)


@pages.post("/account/phone/old")
@requires(Permission.BE_CITIZEN)
@limiter.limit("60/minute")
def prove_old() -> Any:
    form, status = OldPhoneCodeForm(), 422
    if form.validate_on_submit():
        typed, here = form.code.data or "", current_user.session_code
        try:
            phone_change.prove_old(
                typed, session_code=here, by=as_citizen(), now=utc_now(), key=optional_key()
            )
        except (InvalidInput, TooMany, Conflict) as problem:
            status = blamed(form, problem, "code")
        else:
            return redirect(url_for("my_data.page", _anchor="phone"), 303)
    return _page(form, status)


@pages.post("/account/phone/give-up")
@requires(Permission.BE_CITIZEN)
def give_up() -> Any:
    phone_change.give_up(by=as_citizen())
    return redirect(url_for("my_data.page", _anchor="phone"), 303)


@pages.route("/desk/visit/<code>/phone", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
@limiter.limit("30/minute", methods=["POST"])
def at_desk(code: str) -> Any:
    """The officer who receives a person that lost their phone; numbers travel in the form alone."""
    visit = _own(code)
    form, status = PhoneAtDeskForm(), 422 if request.method == "POST" else 200
    if request.method == "GET":
        phone_change_at_desk.check_possible(visit, by=as_officer())
        form.paper_kind.data = PaperKind.CITIZEN_CARD.value
    elif form.validate_on_submit():
        key, now = request_key(), utc_now()
        try:
            typed = AtDesk(
                old_phone=form.old_phone.data or "",
                paper_kind=read_kind(form.paper_kind.data),
                paper_number=form.paper_number.data or "",
                new_phone=form.new_phone.data or "",
                reason=form.reason.data or "",
            )
            change = phone_change_at_desk.ask(
                visit.id, typed, by=as_officer(), asked=asked(), now=now, key=key
            )
        except (InvalidInput, TooMany, Conflict) as problem:
            status = blamed(form, problem)
        else:
            return redirect(url_for(".code_at_desk", code=change.code), 303)
    return render("desk/phone.html", form=form, visit=visit), status


@pages.route("/desk/phone/<code>", methods=["GET", "POST"])
@requires(Permission.RECEIVE)
@limiter.limit("60/minute", methods=["POST"])
def code_at_desk(code: str) -> Any:
    """The code that came to the new number, read out by the person who sits there."""
    now = utc_now()
    change = phone_change_at_desk.begun(code, by=as_officer(), now=now)
    form, status = NewPhoneCodeForm(), 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            phone_change_at_desk.prove(
                code, form.code.data or "", by=as_officer(), now=now, key=optional_key()
            )
        except (InvalidInput, TooMany, Conflict) as problem:
            status = blamed(form, problem, "code")
        else:
            return redirect(url_for(".code_at_desk", code=code), 303)
    page = render("desk/phone_code.html", form=form, change=change, new=masked(change.new_phone))
    return page, status
