"""Sending messages out: each channel by its own carrier, or by the demo's outbox where none is set up."""

from collections.abc import Callable
from typing import Protocol

from ..config import Settings
from ..domain.deliveries import NO_GATEWAY, NotTaken, Receipt
from ..keyring import keyring
from ..logs import log
from .mail_server import MailServer
from .sms_gateway import SmsGateway


class Carrier(Protocol):
    """Takes one message, once for each key."""

    def send(self, recipient: str, body: str, key: str) -> Receipt:
        """Raises NotTaken when it surely has not taken it, NoAnswer when nobody can say."""


class DemoOutbox:
    """Nothing is sent: the message is read at /demo/outbox."""

    def send(self, recipient: str, body: str, key: str) -> Receipt:
        return Receipt(shown_here=True)


def sender(settings: Settings) -> Callable[[str, str, str, str], Receipt]:
    """What hands messages over: channel, recipient, body, key."""
    carriers: dict[str, Carrier] = {}
    if settings.demo:
        carriers = {"sms": DemoOutbox(), "email": DemoOutbox()}
    if settings.sms:
        carriers["sms"] = SmsGateway(settings.sms)
    if settings.mail:
        carriers["email"] = MailServer(settings.mail)

    def send(channel: str, recipient: str, body: str, key: str) -> Receipt:
        carrier = carriers.get(channel)
        if carrier is None:
            raise NotTaken(NO_GATEWAY)
        # Another installation at the same gateway counts its rows from one too.
        receipt = carrier.send(recipient, body, keyring.look_up(f"message:{key}")[:32])
        log.info("message delivered", channel=channel, key=key)
        return receipt

    return send
