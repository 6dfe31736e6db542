"""Signing in with the national electronic identity: there, back, and once a code to the phone."""

import base64
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from flask import current_app, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..clock import utc_now
from ..config import IdentityProviderSettings
from ..domain.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, TooMany
from ..domain.identity_levels import ElectronicClaims
from ..domain.texts import N_
from ..errors import status_of
from ..extensions import db, limiter
from ..forms.screens import CodeForm, PhoneForm
from ..integrations import identity_provider as provider
from ..keyring import keyring
from ..policy import Permission, requires
from ..rendering import render
from ..services import electronic_identity, phone_change, sign_in
from ..services.actor import citizen
from ..services.phone_numbers import masked
from .common import optional_key, way_back
from .sign_in import _enter, _send_code, pages

log = structlog.get_logger("webapp")

_ASKED, _TOLD, _PHONE, _SHARED = "electronic", "electronic_told", "electronic_phone", "electronic_shared"
_TOLD_LIFE = timedelta(minutes=15)
"""How long what the provider told waits for the code to the phone."""

PROBLEMS: dict[type[provider.SignInFailed], tuple[int, str]] = {
    provider.Cancelled: (
        403,
        N_("Ông/Bà đã thôi đăng nhập bằng định danh điện tử. Có thể vào bằng số điện thoại."),
    ),
    provider.StateLost: (400, N_("Lần đăng nhập này đã cũ hoặc đã dùng rồi. Hãy bấm đăng nhập lại.")),
    provider.ProviderDown: (
        503,
        N_("Hệ thống định danh điện tử chưa trả lời. Hãy thử lại sau ít phút, hoặc vào bằng số điện thoại."),
    ),
    provider.AnswerRefused: (
        502,
        N_(
            "Chưa xác minh được câu trả lời của hệ thống định danh điện tử. Hãy thử lại, hoặc vào bằng số điện thoại."
        ),
    ),
}


def _settings() -> IdentityProviderSettings:
    """Raises NotFound where no provider is configured."""
    settings: IdentityProviderSettings | None = current_app.config["SETTINGS"].identity_provider
    if settings is None:
        raise NotFound
    return settings


@pages.get("/login/electronic")
@requires(Permission.READ_PUBLIC)
@limiter.limit("20/minute")
def electronic() -> Any:
    """To the provider, to sign in; whether the device is shared is said before, for afterwards nothing is asked."""
    return _ask(None, shared=request.args.get("shared") == "1")


@pages.get("/account/electronic")
@requires(Permission.BE_CITIZEN)
@limiter.limit("20/minute")
def electronic_link() -> Any:
    """To the provider, to make the identity that of the account that is signed in."""
    return _ask(current_user.id)


@pages.get("/account/phone/electronic")
@requires(Permission.BE_CITIZEN)
@limiter.limit("20/minute")
def electronic_move() -> Any:
    """To the provider, to show that it is oneself who moves the account to another number."""
    return _ask(current_user.id, moves=True)


def _ask(account_id: int | None, *, shared: bool = False, moves: bool = False) -> Any:
    settings, wanted = _settings(), way_back("/account/data#phone" if moves else "/account")
    db.session.rollback()  # no connection is held while another machine is asked
    try:
        address, asked = provider.provider_of(settings).ask(url_for(".electronic_back", _external=True))
    except provider.SignInFailed as problem:
        return _failed(problem)
    session[_ASKED] = {
        **asked.as_dict(),
        "link": account_id,
        "next": wanted,
        "shared": shared,
        "moves": moves,
    }
    return redirect(address)


@pages.get("/login/electronic/back")
@requires(Permission.READ_PUBLIC)
@limiter.limit("60/minute")
def electronic_back() -> Any:
    """Back from the provider, with its answer in the address; it counts once."""
    settings, kept = _settings(), session.pop(_ASKED, None)
    here = current_user.id if current_user.is_authenticated and not current_user.is_staff else None
    db.session.rollback()
    asked = provider.Asked(kept["state"], kept["nonce"], kept["verifier"]) if kept else None
    try:
        claims = provider.provider_of(settings).take(
            request.args, asked, url_for(".electronic_back", _external=True)
        )
        if kept["link"] is not None and kept["link"] != here:
            raise provider.StateLost  # signed out meanwhile, or signed in as somebody else
    except provider.SignInFailed as problem:
        return _failed(problem)
    try:
        if kept.get("moves"):
            me = {"session_code": current_user.session_code, "by": citizen(current_user.id)}
            phone_change.prove_by_identity(claims, now=utc_now(), **me)
            return redirect(kept["next"], 303)
        if kept["link"] is not None:
            electronic_identity.link(claims, kept["link"], now=utc_now())
            return redirect(kept["next"], 303)
        account = electronic_identity.sign_in(claims, now=utc_now())
    except (Conflict, NotAllowed) as problem:
        return _refused(problem)
    if account is not None:
        return _enter(account, kept["next"], shared=kept["shared"])
    session[_SHARED] = kept["shared"]
    _keep(claims, utc_now())
    return redirect(url_for(".electronic_phone", next=kept["next"]), 303)


@pages.route("/login/electronic/phone", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("60/minute", methods=["POST"])
def electronic_phone() -> Any:
    """The first time: which phone is theirs. The provider's proposal stands in the field."""
    _settings()
    if (claims := _kept(utc_now())) is None:
        return _failed(provider.StateLost())
    form, status = PhoneForm(), 200
    if request.method == "GET":
        form.phone.data = _proposed(claims)
    elif form.validate_on_submit():
        try:
            number = sign_in.read_phone(form.phone.data or "")
            _send_code(number)
        except (InvalidInput, TooMany) as problem:
            form.blame(InvalidInput(problem.message, "phone"))
            status = status_of(problem)
        else:
            session[_PHONE] = number
            return redirect(url_for(".electronic_code", next=way_back("/account")), 303)
    if form.problems and status == 200:
        status = 422
    return render("sign_in/electronic_phone.html", form=form, name=claims.full_name), status


@pages.route("/login/electronic/code", methods=["GET", "POST"])
@requires(Permission.READ_PUBLIC)
@limiter.limit("60/minute", methods=["POST"])
def electronic_code() -> Any:
    """The code that reached the phone: from now on the identity is that of the phone's account."""
    _settings()
    claims, number = _kept(utc_now()), session.get(_PHONE)
    if claims is None or number is None:
        return _failed(provider.StateLost())
    form, status = CodeForm(), 200
    if request.method == "GET":
        form.shared.data = session.get(_SHARED, False)
    elif form.validate_on_submit():
        key = optional_key()
        try:
            account = sign_in.check_code(number, form.code.data or "", now=utc_now(), key=key)
        except (InvalidInput, TooMany) as problem:
            form.blame(InvalidInput(problem.message, "code"))
            status = status_of(problem)
        else:
            try:
                electronic_identity.link(claims, account.id, now=utc_now())
            except (Conflict, NotAllowed) as problem:
                return _refused(problem)
            return _enter(account, way_back("/account"), shared=bool(form.shared.data), key=key)
    if form.problems and status == 200:
        status = 422
    return render("sign_in/electronic_code.html", form=form, phone=masked(number)), status


def _keep(claims: ElectronicClaims, now: datetime) -> None:
    """What was told waits in the session, sealed: a cookie can be read by whoever has the device."""
    until = (now + _TOLD_LIFE).timestamp()
    sealed = keyring.seal(json.dumps([until, asdict(claims)]).encode(), _TOLD.encode())
    session[_TOLD] = base64.b64encode(sealed).decode()


def _kept(now: datetime) -> ElectronicClaims | None:
    try:
        until, claims = json.loads(keyring.open(base64.b64decode(session[_TOLD]), _TOLD.encode()))
    except (KeyError, ValueError, InvalidTag):
        return None
    return ElectronicClaims(**claims) if now.timestamp() < until else None


def _proposed(claims: ElectronicClaims) -> str:
    try:
        return sign_in.phone_as_spoken(sign_in.read_phone(claims.phone))
    except InvalidInput:
        return ""


def _failed(problem: provider.SignInFailed) -> Any:
    status, sentence = next(PROBLEMS[kind] for kind in type(problem).__mro__ if kind in PROBLEMS)
    if status >= 500:
        log.warning("identity_provider", problem=type(problem).__name__, about=str(problem))
    return _sign_in_page(_(sentence), status)


def _refused(problem: DomainError) -> Any:
    for name in (_TOLD, _PHONE, _SHARED):
        session.pop(name, None)
    return _sign_in_page(_(problem.message), status_of(problem))


def _sign_in_page(sentence: str, status: int) -> Any:
    headers = {"Retry-After": "60"} if status == 503 else {}
    return (
        render("sign_in/electronic_problem.html", form=PhoneForm(formdata=None), problem=sentence),
        status,
        headers,
    )
