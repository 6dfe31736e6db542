"""How to reach a citizen, as they themselves tell it: theirs to correct at any time."""

import re
from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import InvalidInput
from ..domain.petition_matter import clean_name
from ..domain.texts import clean_line
from ..extensions import db
from ..models import ContactDetails
from . import audit
from .actor import Actor
from .unit_of_work import safe_to_repeat, unit_of_work

EMAIL_MAX, ADDRESS_MAX = 254, 300
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(\.{_LABEL})+", re.IGNORECASE | re.ASCII
)
"""As browsers check it (HTML, "valid e-mail address"), and with a dot: mail servers take no other."""


def of_account(account_id: int) -> ContactDetails | None:
    """What the person told of themselves."""
    return db.session.get(ContactDetails, account_id)


@dataclass(frozen=True)
class Contact:
    """What a person may correct, as typed; each may be left empty."""

    full_name: str
    email: str
    address: str


@safe_to_repeat
def correct(typed: Contact, *, by: Actor, now: datetime) -> None:
    """Keep what the person tells of themselves, and nothing where all is empty.

    Which fields changed is audited, not what stands in them.

    Raises:
        InvalidInput: a name too short or long, no e-mail address, or too long an address.
    """
    new = _clean(typed)
    with unit_of_work() as work:
        kept = work.session.get(ContactDetails, by.account_id, with_for_update=True)
        if kept is None:
            kept = ContactDetails(
                account_id=by.account_id, full_name="", email="", address="", updated_at=now
            )
        changed = [name for name, value in vars(new).items() if getattr(kept, name) != value]
        if not changed:
            return
        if any(vars(new).values()):
            work.session.add(kept)
        else:
            work.session.delete(kept)
        if "email" in changed:
            kept.email_confirmed_at = None
        kept.full_name, kept.email, kept.address, kept.updated_at = new.full_name, new.email, new.address, now
        audit.record(work, "contact_corrected", "account", by.account_id, by=by, now=now, fields=changed)


def _clean(typed: Contact) -> Contact:
    name, email, address = (clean_line(text) for text in (typed.full_name, typed.email, typed.address))
    if name:
        name = clean_name(name)
    if email and (len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email)):
        raise InvalidInput("Địa chỉ thư điện tử chưa đúng. Ví dụ: ten@thu.vn.", "email")
    if len(address) > ADDRESS_MAX:
        raise InvalidInput("Địa chỉ dài quá 300 chữ cái.", "address")
    return Contact(name, email, address)
