"""The HTTP door: ask policy, call a service, render."""

from flask import Flask

from ..config import Settings
from . import (
    account,
    admin_accounts,
    attachments,
    demo,
    desk,
    operations,
    petition,
    public,
    room,
    sign_in,
    waiting,
)


def register(app: Flask, settings: Settings) -> None:
    """Hang every family of pages on the app; the demo's only where the demo is on."""
    for module in (
        public,
        sign_in,
        account,
        petition,
        waiting,
        room,
        attachments,
        desk,
        admin_accounts,
        operations,
    ):
        app.register_blueprint(module.pages)
    if settings.demo:
        app.register_blueprint(demo.pages)
