"""Signing in and out: citizens by phone and code, staff by username and password."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from .. import languages
from ..clock import utc_now
from ..domain.code_rules import SentJustNow
from ..domain.devices import device_of
from ..domain.errors import InvalidInput, TooMany
from ..extensions import limiter
from ..forms.screens import CodeForm, NewPasswordForm, PhoneForm, StaffLoginForm
from ..models import Account
from ..policy import Permission, permits, requires
from ..rendering import render
from ..services import accounts, sessions, sign_in
from ..services import languages as reader
from ..services.one_time_codes import Asked
from ..services.phone_numbers import masked
from .common import as_self, optional_key, way_back

pages = Blueprint("sign_in", __name__)


def _address() -> str:
    return request.remote_addr or ""


@pages.route("/login", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("60/minute", methods=["POST"])
def phone() -> Any:
    form = PhoneForm()
    if form.validate_on_submit():
        try:
            number = sign_in.read_phone(form.phone.data or "")
            _send_code(number)
        except InvalidInput as problem:
            form.blame(problem)
        except SentJustNow:
            return _to_code(number)
        except TooMany as problem:
            form.blame(InvalidInput(problem.message, "phone"))
            return render("sign_in/phone.html", form=form), 429, {"Retry-After": str(problem.retry_after)}
        else:
            return _to_code(number)
    return render("sign_in/phone.html", form=form), 422 if form.problems else 200


def asked() -> Asked:
    """From where a code is asked for just now."""
    settings = current_app.config["SETTINGS"]
    return Asked(
        address=_address(),
        at_most=settings.shared_addresses.allowed(_address(), demo=settings.demo),
        language=languages.chosen(),
        host=settings.public_host,
    )


def _send_code(number: str) -> None:
    sign_in.send_code(number, asked=asked(), now=utc_now())


def _to_code(number: str) -> Any:
    session["phone"] = number
    return redirect(url_for(".code", next=way_back("/account")), 303)


@pages.route("/login/code", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("60/minute", methods=["POST"])
def code() -> Any:
    number = session.get("phone")
    if number is None:
        return redirect(url_for(".phone", next=way_back("/account")))
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        key = optional_key()
        try:
            account = sign_in.check_code(number, form.code.data or "", now=utc_now(), key=key)
        except (InvalidInput, TooMany) as problem:
            form.blame(InvalidInput(problem.message, "code"))
            status = 429 if isinstance(problem, TooMany) else 422
        else:
            return _enter(account, way_back("/account"), shared=bool(form.shared.data), key=key)
    if form.problems and status == 200:
        status = 422
    return _code_page(number, form, status)


def _code_page(number: str, form: CodeForm, status: int, **more: Any) -> Any:
    now = utc_now()
    wait = sign_in.wait_for(number, asked=asked(), now=now)
    page = render(
        "sign_in/code.html",
        form=form,
        phone=masked(number),
        wait=wait,
        again_at=now + timedelta(seconds=wait),
        **more,
    )
    return page, status, {"Retry-After": str(wait)} if status == 429 and wait else {}


@pages.post("/login/code/resend")
@requires(Permission.READ_PUBLIC)
@limiter.limit("20/minute")
def resend() -> Any:
    number = session.get("phone")
    if number is None:
        return redirect(url_for(".phone"), 303)
    try:
        _send_code(number)
    except TooMany as problem:
        return _code_page(number, CodeForm(formdata=None), 429, too_early=problem.message)
    return _to_code(number)


@pages.route("/staff/login", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("30/minute", methods=["POST"])
def staff_login() -> Any:
    form, status = StaffLoginForm(), 200
    if form.validate_on_submit():
        try:
            account = sign_in.check_password(
                form.username.data or "", form.password.data or "", address=_address(), now=utc_now()
            )
        except (InvalidInput, TooMany) as problem:
            form.blame(InvalidInput(problem.message, "password"))
            status = 429 if isinstance(problem, TooMany) else 422
        else:
            return _enter(account, way_back(_desk_of(account)))
    if form.problems and status == 200:
        status = 422
    return render("sign_in/staff_login.html", form=form), status


def _desk_of(account: Account) -> str:
    """Where this person works: the first place that is theirs; else their own page, which says what is."""
    places = (
        (Permission.READ_QUEUE, "desk.page"),
        (Permission.SEE_PAPERS_AT_POINT, "bridge.page"),
        (Permission.MANAGE_ACCOUNTS, "admin_accounts.listing"),
        (Permission.READ_CONTENT, "reading.listing"),
        (Permission.ANSWER_DATA_REQUESTS, "data_requests.listing"),
        (Permission.HEAR_EVERY_RECORDING, "recordings.listing"),
    )
    theirs = [place for permission, place in places if permits(account, permission)]
    return url_for(theirs[0] if theirs else "account.page")


def _enter(account: Account, where: str, *, shared: bool = False, key: str | None = None) -> Any:
    """Begin a session on this device, and lead there. On a shared device it ends with the browser."""
    kept = {name: session[name] for name in ("csrf_token",) if name in session}
    session.clear()
    session.update(kept)
    session.permanent = not (account.is_staff or shared)
    device = device_of(request.user_agent.string)
    begun = sessions.begin(account, device, shared=shared, now=utc_now(), key=key)
    account.session_code = begun.code
    if language := languages.asked_for():
        reader.choose(account.id, language)
    login_user(account)
    return redirect(where, 303)


@pages.route("/staff/password/<token>", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("20/minute")
def new_password(token: str) -> Any:
    """A one-time link from an admin: the person sets their own password."""
    holder = accounts.reset_link_holder(token, now=utc_now())
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            accounts.set_password(token, form.password.data or "", now=utc_now())
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".staff_login"), 303)
    return render("sign_in/new_password.html", form=form, holder=holder), 422 if form.problems else 200


@pages.post("/logout")
@requires(Permission.READ_PUBLIC)
def logout() -> Any:
    staff = current_user.is_authenticated and current_user.is_staff
    if permits(current_user, Permission.HAVE_ACCOUNT):
        sessions.end(current_user.session_code, by=as_self(), now=utc_now())
    logout_user()
    session.clear()
    return redirect(url_for(".staff_login" if staff else "public.home"), 303)
