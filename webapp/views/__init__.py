"""The HTTP door: ask policy, call a service, render."""

from flask import Flask

from ..config import Settings
from . import (
    account,
    admin_accounts,
    attachments,
    call_backs,
    data_requests,
    demo,
    desk,
    guest,
    my_data,
    operations,
    people,
    petition,
    public,
    ratings,
    recordings,
    room,
    sign_in,
    tracking,
    waiting,
)


def register(app: Flask, settings: Settings) -> None:
    """Hang every family of pages on the app; the demo's only where the demo is on."""
    families = (
        *(public, sign_in, account, petition, waiting, room, people, guest),
        *(attachments, call_backs),
        *(tracking, ratings, my_data, data_requests),
        *(desk, recordings, admin_accounts, operations),
    )
    for module in families:
        app.register_blueprint(module.pages)
    if settings.demo:
        app.register_blueprint(demo.pages)
