"""One-time codes and passwords: how many, how long, how often."""

import re
import unicodedata
from datetime import timedelta

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
CODES_AN_HOUR = 5
RESET_LINK_LIFE = timedelta(hours=24)
PASSWORD_MIN = 12
STAFF_TRIES = 10
STAFF_TRIES_WINDOW = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
"""On one's own device."""
SHARED_SESSION_LIFE = timedelta(hours=6)
"""At most, on a device that others use too; the browser forgets it earlier, when it is closed."""
STAFF_SESSION_LIFE = timedelta(hours=12)
UNPROVEN_AN_HOUR = 5
"""Codes that one address may ask for without anyone signing in with them.

A bridge point or a carrier's NAT is one address for many people: the codes of numbers that sign in do not
count.
"""


TRACKED_AN_HOUR = 30
"""Questions after a case from one address, behind which many people may be."""


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


def code_message(code: str, host: str) -> str:
    """The SMS with a code, within one message of 160 letters; its last line lets phones offer the code.

    That line is the form of the W3C's "Origin-bound one-time codes delivered via SMS"; without a host it
    is left out.
    """
    words = f"Ma dang nhap Tiep cong dan truc tuyen: {code}. Dung trong 5 phut. Khong doc ma nay cho ai."
    return f"{words}\n\n@{host} #{code}" if host else words
