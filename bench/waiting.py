"""Thousands wait in one sitting on one web process, and an officer calls: who is told when, and what it costs.

Real Socket.IO connections (websocket, no deflate) from one asyncio process, as served: eventlet,
SQLite. From the officer's key to the phone: the request of the key begins, the frame
is read. "Last phone" is the slowest of a call, median over the calls. Bytes are those of websocket
frames or of HTTP, both ways, without TCP/IP and TLS; per idle minute nobody is called. Beside it the
same people who ask every 15 s instead.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from bench.report import keep
from bench.signed_in import cookie_of
from tests import servers
from tests.scale import hall
from webapp import create_app
from webapp.config import load_settings
from webapp.extensions import db
from webapp.models import Account, Desk, Petition, Visit

CROWDS = (1_000, 2_500, 5_000)
CALLS = {"socket": 10, "poll": 3}
"""Each is told to thousands; who asks every 15 s is told so late that more calls would say the same."""
HEADS = [
    "people",
    "by",
    "told p50 ms",
    "told p99 ms",
    "last phone ms",
    "not told",
    "KB of memory each",
    "bytes each for a call",
    "bytes each per idle minute",
]


def measure(crowds: tuple[int, ...] = CROWDS) -> None:
    rows = [_row(people, way) for people in crowds for way in ("socket", "poll")]
    keep("waiting", (__doc__ or "").strip(), HEADS, rows)


def _row(people: int, way: str) -> list[object]:
    with tempfile.TemporaryDirectory(prefix="tcd-waiting-", ignore_cleanup_errors=True) as folder:
        instance = Path(folder)
        servers.flask(instance, "db", "upgrade")
        app = create_app(load_settings({"INSTANCE_PATH": folder, "DEMO": "1"}))
        with app.app_context():
            told = _told(app, people, way)
            db.session.remove()
            db.engine.dispose()
        web = servers.Web(instance)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench.waiters", str(web.port), str(web.pid)],
                cwd=servers.ROOT,
                input=json.dumps(told),
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
        finally:
            web.kill()  # thousands who leave at once are another matter
    return [people, way, *_figures(json.loads(done.stdout), CALLS[way])]


def _told(app: Flask, people: int, way: str) -> dict[str, Any]:
    """Everybody's session, made in bulk beforehand."""
    calls = CALLS[way]
    sitting, first_desk = hall.fill(people, calls)
    waiting = (
        db.session.query(Visit.code, Account)
        .join(Petition, Petition.id == Visit.petition_id)
        .join(Account, Account.id == Petition.account_id)
        .order_by(Visit.number)
        .all()
    )
    officers = [db.session.get_one(Desk, first_desk + place).officer for place in range(calls)]
    return {
        "way": way,
        "topic": f"line:{sitting.id}",
        "people": [[code, cookie_of(app, account)] for code, account in waiting[calls:]],
        "officers": [cookie_of(app, one) for one in officers if one],
        "token": URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps("0" * 40),
    }


def _figures(found: dict[str, Any], times: int) -> list[object]:
    calls: list[list[float]] = found["calls"]
    cuts = quantiles([one * 1000 for call in calls for one in call], n=100)
    listening = found["listening"]
    missing = listening * times - sum(map(len, calls))
    return [
        f"{cuts[49]:.0f}",
        f"{cuts[98]:.0f}",
        f"{median(max(call) for call in calls) * 1000:.0f}",
        missing,
        f"{found['memory'] / listening / 1024:.0f}",
        f"{found['call_bytes'] / listening / times:.0f}",
        f"{found['idle_bytes'] / listening:.0f}",
    ]
