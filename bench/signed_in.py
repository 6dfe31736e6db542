"""Session cookies of people who have signed in, made without the pages of signing in."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from webapp.clock import utc_now
from webapp.domain.devices import Device
from webapp.models import Account
from webapp.services import sessions


def cookie_of(app: Flask, account: Account) -> str:
    """The value of the cookie `tcd` of a session of its own."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    code = sessions.begin(account, Device(), now=utc_now()).code
    return str(signer.dumps({"_user_id": code, "_fresh": True, "csrf_token": "0" * 40}))
