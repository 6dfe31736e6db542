"""Telling people outside the pages what happened: the one place where it is decided by which way."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from ..domain.notices import AT_HOME, NOTICES, Notice, letter, place_for_sms
from ..domain.staff_letters import BEFORE, STAFF_LETTERS, UNTIL_END_OF_DAY, StaffNotice, staff_letter
from ..domain.working_days import HANOI
from ..models import Account
from . import mail_address, notifications
from .languages import in_language
from .unit_of_work import Work


def tell(
    work: Work,
    account_id: int,
    notice: Notice,
    *,
    about: str,
    now: datetime,
    code: str = "",
    day: date | None = None,
    at: datetime | None = None,
    place: str = "",
    **more: object,
) -> None:
    """By SMS to the account's phone, and by letter too where the person gave an address and confirmed it.

    In the language that they chose. `about` names what it is about, once for each notice; `code` is the
    petition's, in groups; `day` a day by which something is due, `at` when something is held, `place` where, none at
    home; `more` what else the words name.
    """
    words, account = NOTICES[notice], work.session.get_one(Account, account_id)
    speak = partial(in_language, language=account.language)
    filled = {"code": code, "day": _day(day), "at": _time(at), **more}
    key = _key(about, notice)
    if account.phone and words.sms:
        there = place_for_sms(place) or speak(AT_HOME.sms)
        sms = speak(words.sms).format(**filled, place=there)
        notifications.enqueue(work, notifications.SMS, account.phone, sms, key=key, now=now)
    address = mail_address.confirmed_of(work.session, account_id)
    if address and words.letter:
        body = letter(speak(words.letter).format(**filled, place=place or speak(AT_HOME.letter)), speak)
        notifications.enqueue(work, notifications.EMAIL, address, body, key=f"{key}:letter", now=now)


def take_back(work: Work, notice: Notice, *, about: str) -> None:
    """What of it still waits to be sent is not sent."""
    key = _key(about, notice)
    for one in (key, f"{key}:letter"):
        notifications.withdraw(work, one)


def told(work: Work, notice: Notice, abouts: Iterable[str]) -> set[str]:
    """About which of these the notice has gone out by SMS."""
    by_key = {_key(about, notice): about for about in abouts}
    return {by_key[key] for key in notifications.known(work, by_key)}


def _key(about: str, notice: Notice) -> str:
    return f"{about}:{notice.value}"


def tell_staff(
    work: Work,
    whom: Iterable[Account],
    notice: StaffNotice,
    *,
    about: str,
    day: date,
    now: datetime,
    at: datetime | None = None,
    by: date | None = None,
    what: str = "",
    place: str = "",
    was: datetime | None = None,
    number: str = "",
) -> int:
    """By letter to those of them who gave an address and confirmed it, each one once for each notice; says to how many.

    Something is due before `at`, or until the end of the day `by`. `what` is one of our own texts, said in each
    reader's language; `was` when something was held, `number` a ticket's.
    """
    told = 0
    for account in whom:
        address = mail_address.confirmed_of(work.session, account.id)
        if address:
            told += 1
            speak = partial(in_language, language=account.language)
            due = speak(UNTIL_END_OF_DAY if by else BEFORE).format(day=_day(by), at=_time(at))
            filled = {"day": _day(day), "at": _time(at), "due": due, "what": speak(what) if what else ""}
            filled |= {"place": place, "was": _time(was), "number": number}
            body = staff_letter(speak(STAFF_LETTERS[notice]).format(**filled), speak)
            key = _staff_key(about, notice, account)
            notifications.enqueue(work, notifications.EMAIL, address, body, key=key, now=now)
    return told


def take_back_staff(work: Work, whom: Iterable[Account], notice: StaffNotice, *, about: str) -> None:
    """What of it still waits to be sent to them is not sent."""
    for account in whom:
        notifications.withdraw(work, _staff_key(about, notice, account))


def _staff_key(about: str, notice: StaffNotice, account: Account) -> str:
    return f"{about}:{notice.value}:{account.id}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _time(at: datetime | None) -> str:
    """On Hanoi's clock, as people write it."""
    there = at.astimezone(HANOI) if at else None
    return f"{there.hour}:{there:%M %d/%m/%Y}" if there else ""
