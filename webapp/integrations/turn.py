"""Relay servers for calls: time-limited credentials of coturn's shared secret."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

_LIFE = timedelta(hours=12)


def ice_servers(account_id: int, now: datetime) -> list[dict[str, Any]]:
    """What a browser needs to find a way to the other side (RTCIceServer objects)."""
    settings = current_app.config["SETTINGS"]
    servers: list[dict[str, Any]] = [dict(server) for server in settings.ice_servers]
    if settings.turn_urls:
        username = f"{int((now + _LIFE).timestamp())}:{account_id}"
        digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
        servers.append(
            {
                "urls": list(settings.turn_urls),
                "username": username,
                "credential": base64.b64encode(digest).decode(),
            }
        )
    return servers
