"""Two hundred people on all pages at once, and how many more until it is too many.

One web process as served (eventlet, SQLite, the demo); the people are a process of their own, so
that on two cores each has one. Thought between pages: 1 to 3 s.
"""

import json
import subprocess
import sys
from collections import defaultdict
from statistics import quantiles

from flask import Flask

from bench.report import keep
from bench.signed_in import cookie_of
from tests import servers
from webapp import create_app
from webapp.config import load_settings
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import Account, Petition, Role, Visit

SECONDS = 25
Times = list[tuple[str, float, int]]


def measure() -> None:
    with servers.demo() as web:
        app = create_app(load_settings({"INSTANCE_PATH": str(web.instance), "DEMO": "1"}))
        with app.app_context():
            sessions = _sessions(app)
        rows: list[list[object]] = []
        people = 200
        while people <= 3_200:
            times = _crowd(web.port, people, sessions)
            everything = _row(people, "all pages", times)
            rows.append(everything)
            if people == 200:
                rows += [_row(people, name, part) for name, part in sorted(_by_page(times).items())]
            if float(str(everything[4])) > 1_000 or everything[6]:
                break
            people *= 2
    heads = ["people", "page", "requests/s", "p50 ms", "p95 ms", "p99 ms", "errors"]
    keep("load", (__doc__ or "").strip(), heads, rows)


def _crowd(port: int, people: int, sessions: list[dict[str, object]]) -> Times:
    done = subprocess.run(
        [sys.executable, "-m", "bench.people", str(port), str(people), str(SECONDS)],
        cwd=servers.ROOT,
        input=json.dumps(sessions),
        capture_output=True,
        text=True,
        check=True,
    )
    return [tuple(one) for one in json.loads(done.stdout)]


def _by_page(times: Times) -> dict[str, Times]:
    pages: dict[str, Times] = defaultdict(list)
    for name, seconds, status in times:
        pages[name].append((name, seconds, status))
    return pages


def _row(people: int, name: str, times: Times) -> list[object]:
    cuts = quantiles([seconds * 1000 for _, seconds, _ in times], n=100)
    errors = sum(status not in (200, 304) for _, _, status in times)
    rate = len(times) / SECONDS
    return [people, name, f"{rate:.1f}", f"{cuts[49]:.0f}", f"{cuts[94]:.0f}", f"{cuts[98]:.0f}", errors]


def _sessions(app: Flask) -> list[dict[str, object]]:
    """Signed-in people: four citizens to one officer, each with the pages they use."""
    visits = db.session.query(Visit).filter(Visit.state == State.WAITING).all()
    citizens = [_citizen(app, visit.petition.account, visit.petition, visit) for visit in visits[:8]]
    officers = [
        _session(app, account, [("desk", "/desk", 0), ("desk queue", "/desk/queue", 1)])
        for account in db.session.query(Account).filter(Account.username.in_(("canbo1", "canbo2")))
        if Role.OFFICER in account.roles
    ]
    assert (len(citizens), len(officers)) == (8, 2)
    return citizens + officers


def _citizen(app: Flask, account: Account, petition: Petition, visit: Visit) -> dict[str, object]:
    pages = [
        ("home", "/", 0),
        ("schedule", "/schedule", 0),
        ("account", "/account", 0),
        ("petition", f"/petitions/{petition.code}", 0),
        ("visit", f"/visits/{visit.code}", 0),
        ("waiting", f"/visits/{visit.code}/wait", 0),
        ("waiting, swap", f"/visits/{visit.code}/wait", 1),
    ]
    return _session(app, account, pages)


def _session(app: Flask, account: Account, pages: list[tuple[str, str, int]]) -> dict[str, object]:
    return {"cookie": f"tcd={cookie_of(app, account)}", "paths": pages}
