"""Telling people outside the pages what happened: the one place where it is decided by which way."""

from datetime import datetime

from ..domain.notices import NOTICES, Notice, letter
from ..models import Account
from . import mail_address, notifications
from .unit_of_work import Work


def tell(work: Work, account_id: int, notice: Notice, *, about: str, now: datetime, code: str = "") -> None:
    """By SMS to the account's phone, and by letter too where the person gave an address and confirmed it.

    `about` names what it is about, once for each notice; `code` is the petition's, in groups.
    """
    words = NOTICES[notice]
    phone = work.session.get_one(Account, account_id).phone
    key = f"{about}:{notice.value}"
    if phone and words.sms:
        notifications.enqueue(work, notifications.SMS, phone, words.sms.format(code=code), key=key, now=now)
    address = mail_address.confirmed_of(work, account_id)
    if address:
        body = letter(words.letter.format(code=code))
        notifications.enqueue(work, notifications.EMAIL, address, body, key=f"{key}:letter", now=now)
