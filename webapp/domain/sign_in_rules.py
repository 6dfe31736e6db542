"""One-time codes and passwords: how many, how long, how often."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from .texts import N_

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
CODES_AN_HOUR = 5
"""To one number, and from one address unless it is known to be shared; each code counts, whatever it is for."""
RESET_LINK_LIFE = timedelta(hours=24)
PASSWORD_MIN = 12
STAFF_TRIES = 10
STAFF_TRIES_WINDOW = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
"""On one's own device."""
SHARED_SESSION_LIFE = timedelta(hours=6)
"""At most, on a device that others use too; the browser forgets it earlier, when it is closed."""
STAFF_SESSION_LIFE = timedelta(hours=12)
SHARED_CODES_AN_HOUR = 100
"""Codes that may be asked for from an address that is known to be shared: a bridge point's, the office's, a
carrier's."""

TRACKED_AN_HOUR = 30
"""Questions after a case from one address, behind which many people may be."""


def counted_as(address: str) -> str:
    """An address as limits count it: of IPv6 the network, for one device may take any address in it."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(known) if known.version == 4 else str(ip_network((known, 64), strict=False))


def session_life(*, staff: bool, shared: bool) -> timedelta:
    """How long someone stays signed in who does not sign out."""
    if shared:
        return SHARED_SESSION_LIFE
    return STAFF_SESSION_LIFE if staff else SESSION_LIFE


_BOUND = re.compile(r"#(\d{6})\s*$", re.ASCII)
_ALONE = re.compile(r"(?<!\d)(?:\d[\s.\-]*){6}(?!\d)", re.ASCII)


def read_code(typed: str) -> str:
    """The six digits in what was typed or pasted: spaced, or within the whole text message; else nothing."""
    text = unicodedata.normalize("NFKC", typed)
    if bound := _BOUND.search(text):
        return bound[1]
    found = {re.sub(r"\D", "", code) for code in _ALONE.findall(text)}
    return found.pop() if len(found) == 1 else ""


class CodeFor(StrEnum):
    """What a code to a phone is for; it counts for nothing else."""

    SIGN_IN = "sign_in"
    NEW_NUMBER = "new_number"
    """To the number that an account is to be moved to."""
    OLD_NUMBER = "old_number"
    """To the number that it has, which agrees to the move."""


CODE_WORDS = {
    CodeFor.SIGN_IN: N_(
        "Ma dang nhap Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. Khong doc ma nay cho ai."
    ),
    CodeFor.NEW_NUMBER: N_(
        "Ma de dung so nay tai Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. Khong doc ma nay cho ai."
    ),
    CodeFor.OLD_NUMBER: N_(
        "Ma de doi so nay sang so khac tai Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. "
        "Khong doc cho ai."
    ),
}
AT_DESK = N_(
    "Ma de dung so nay tai Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. "
    "Chi doc cho can bo dang xem giay to."
)
"""Instead of the words to a new number, where an officer moves the account."""
NUMBER_TAKEN = N_(
    "Tiep cong dan truc tuyen: co nguoi muon dung so nay cho tai khoan khac, nhung so nay da co tai khoan. "
    "Neu la Ong/Ba, hay dang nhap bang so nay."
)
"""To a number that an account cannot be moved to; on the page nothing tells it."""
TRACKING_WORDS = N_(
    "Ma xem viec tai Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. Khong doc ma nay cho ai."
)


def code_message(code: str, host: str, words: str = CODE_WORDS[CodeFor.SIGN_IN]) -> str:
    """The SMS with a code, within one message of 160 letters; its last line lets phones offer the code.

    That line is the form of the W3C's "Origin-bound one-time codes delivered via SMS"; without a host it
    is left out. `words` are in the reader's language already.
    """
    text = words.format(code=code)
    return f"{text}\n\n@{host} #{code}" if host else text
