"""Session cookies of people who have signed in, made without the pages of signing in."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from webapp.models import Account


def cookie_of(app: Flask, account: Account) -> str:
    """The value of the cookie `tcd`."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    return str(signer.dumps({"_user_id": account.get_id(), "_fresh": True, "csrf_token": "0" * 40}))
