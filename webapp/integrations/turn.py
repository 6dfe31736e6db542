"""Relay servers for calls: what a browser needs to know of them for one visit.

coturn's time-limited credentials: the name is `expiry:visit`, the word its HMAC-SHA1 under the secret
that both servers share, so that no list of names is kept anywhere.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

LIFE = timedelta(hours=4)
"""Long enough for the longest reception; a page that is opened again gets new ones. A relay asks
when a way is opened, not while it is used."""


def ice_servers(visit_code: str, now: datetime) -> list[dict[str, Any]]:
    """What a browser needs to find a way to the other side (RTCIceServer objects)."""
    settings = current_app.config["SETTINGS"]
    servers: list[dict[str, Any]] = [dict(server) for server in settings.ice_servers]
    if settings.turn_urls:
        username, credential = credentials(settings.turn_secret, visit_code, now + LIFE)
        servers.append({"urls": list(settings.turn_urls), "username": username, "credential": credential})
    return servers


def stun_alone() -> list[dict[str, Any]]:
    """The servers that tell a device how it is seen from outside, where no relay stands behind them; else none."""
    settings = current_app.config["SETTINGS"]
    return [] if settings.turn_urls else [dict(server) for server in settings.ice_servers]


def ice_config(visit_code: str, now: datetime) -> dict[str, Any]:
    """The page's RTCConfiguration: the servers, and `relay` where nothing else may be used."""
    settings = current_app.config["SETTINGS"]
    policy = "relay" if settings.ice_relay_only else "all"
    return {"iceServers": ice_servers(visit_code, now), "iceTransportPolicy": policy}


def credentials(secret: str, name: str, until: datetime) -> tuple[str, str]:
    """Name and word for whoever may use the relays until then."""
    username = f"{int(until.timestamp())}:{name}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()
