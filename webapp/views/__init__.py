"""The HTTP door: ask policy, call a service, render."""

from flask import Flask

from ..config import Settings
from . import (
    account,
    admin_accounts,
    admin_calendar,
    admin_messages,
    admin_schedule,
    admin_sittings,  # noqa: F401 - its pages are admin_schedule's
    attachments,
    board,
    bridge,
    bridge_people,  # noqa: F401 - its pages are the bridge's
    bridge_places,  # noqa: F401 - its pages are the bridge's
    call_backs,
    data_requests,
    demo,
    desk,
    desk_papers,  # noqa: F401 - its pages are the desk's
    desk_priority,  # noqa: F401 - its pages are the desk's
    desk_statement,  # noqa: F401 - its pages are the desk's
    device_check,
    early_check,
    electronic_sign_in,  # noqa: F401 - its pages are sign_in's
    evidence,
    evidence_proofs,  # noqa: F401 - its pages are evidence's
    guest,
    my_data,
    operations,
    people,
    petition,
    phone_change,
    place_requests,
    preparation,
    public,
    ratings,
    reading,
    recordings,
    room,
    sealed,
    sign_in,
    staff_mail,
    ticket,
    told,
    tracking,
    tus,
    visit_records,
    waiting,
)


def register(app: Flask, settings: Settings) -> None:
    """Hang every family of pages on the app; the demo's only where the demo is on."""
    families = (
        *(
            public,
            board,
            sign_in,
            account,
            petition,
            waiting,
            ticket,
            device_check,
            early_check,
            room,
            people,
            guest,
        ),
        *(attachments, call_backs, evidence, tus),
        *(tracking, ratings, my_data, data_requests, staff_mail, phone_change),
        *(
            desk,
            told,
            sealed,
            visit_records,
            reading,
            place_requests,
            bridge,
            preparation,
            recordings,
            admin_accounts,
            admin_calendar,
            admin_messages,
            admin_schedule,
            operations,
        ),
    )
    for module in families:
        app.register_blueprint(module.pages)
    if settings.demo:
        app.register_blueprint(demo.pages)
