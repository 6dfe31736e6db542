"""E-mail by SMTP, step by step: up to the words themselves nothing is taken, after them it is in doubt."""

import hashlib
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from ..clock import utc_now
from ..config import MailSettings
from ..domain.deliveries import BROKEN_OFF, NOT_REACHED, NoAnswer, NotTaken, Receipt, Refused

_SUBJECT = "Tiếp công dân trực tuyến"
"""The same for all: nothing of a matter stands where others read it."""


class MailServer:
    """Hands one letter to the server that the settings name."""

    def __init__(self, settings: MailSettings):
        self._settings = settings

    def send(self, recipient: str, body: str, key: str) -> Receipt:
        """Raises NotTaken, Refused or NoAnswer, as `domain.deliveries` means them."""
        letter = self._letter(recipient, body, key)
        server = self._ready(recipient)
        try:
            code, _words = server.data(letter.as_bytes())
        except smtplib.SMTPDataError as problem:
            raise _refusal(problem.smtp_code) from None
        except (OSError, smtplib.SMTPException):
            raise NoAnswer(BROKEN_OFF) from None
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.close()
        if code != 250:
            raise _refusal(code)
        return Receipt(letter["Message-ID"])

    def _letter(self, recipient: str, body: str, key: str) -> EmailMessage:
        """Its Message-ID comes of the key, so that mail servers know a double."""
        sender = self._settings.sender
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, recipient, _SUBJECT
        letter["Date"] = format_datetime(utc_now())
        host = sender.rpartition("@")[2]
        letter["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(body)
        return letter

    def _ready(self, recipient: str) -> smtplib.SMTP:
        """A server that waits for the words."""
        server: smtplib.SMTP | None = None
        try:
            server = self._connect()
            for command in (partial(server.mail, self._settings.sender), partial(server.rcpt, recipient)):
                code, _words = command()
                if code not in (250, 251):
                    raise _refusal(code)
        except (OSError, smtplib.SMTPException, NotTaken) as problem:
            if server is not None:
                server.close()
            if isinstance(problem, NotTaken):
                raise
            raise NotTaken(f"{NOT_REACHED}: {type(problem).__name__}") from None
        return server

    def _connect(self) -> smtplib.SMTP:
        told, secure = self._settings, ssl.create_default_context()
        server: smtplib.SMTP
        if told.security == "tls":
            server = smtplib.SMTP_SSL(told.host, told.port, timeout=told.timeout, context=secure)
        else:
            server = smtplib.SMTP(told.host, told.port, timeout=told.timeout)
        if told.security == "starttls":
            server.starttls(context=secure)
        if told.user:
            server.login(told.user, told.password)
        server.ehlo_or_helo_if_needed()
        return server


def _refusal(code: int) -> NotTaken:
    """A reply of the 400s asks to come again (RFC 5321, 4.2.1); all else is final."""
    return NotTaken(f"SMTP {code}") if 400 <= code < 500 else Refused(f"SMTP {code}")
