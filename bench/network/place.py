"""The product as it is served, in the core namespace, with one visit whose citizen has just been called."""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench.network.link import CORE, Links
from bench.network.namespaces import inside
from bench.signed_in import cookie_of
from tests import servers
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import load_settings
from webapp.domain.codes import new_code
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import Account, Desk, Visit
from webapp.rendering import asset
from webapp.services import desks, reception
from webapp.services.actor import officer


@dataclass(frozen=True)
class Place:
    url: str
    code: str
    """the visit's"""
    officer: str
    citizen: str
    """their session cookies"""
    assets: list[str]
    """every script of the pages, as a browser that was here before has them"""


class _Web(servers.Web):
    """As tests serve it, but in the core namespace and without the demo, at the core's address."""

    def __init__(self, links: Links, instance: Path):
        self._links = links
        super().__init__(instance, HOST=CORE, DEMO="0")
        self.url = f"http://{CORE}:{self.port}"

    def start(self) -> None:
        self.log = (self.instance / "web.log").open("ab")
        self._process = subprocess.Popen(
            self._links.in_core(sys.executable, "wsgi.py"),
            cwd=servers.ROOT,
            env=self._environment,
            stderr=self.log,
            stdout=self.log,
        )
        with inside(self._links.core):
            servers.wait_for_port(self.port, host=CORE)


def base(folder: Path) -> Path:
    """An instance with the demo's people and visits, copied for each place."""
    instance = folder / "base"
    servers.load_demo(instance)
    return instance


@contextlib.contextmanager
def served(links: Links, ready: Path) -> Iterator[Place]:
    instance = ready.with_name("instance")
    shutil.copytree(ready, instance)
    app = create_app(load_settings({"INSTANCE_PATH": str(instance)}))
    with app.app_context():
        code, *cookies = _called(app)
        db.session.remove()
        db.engine.dispose()
    web = _Web(links, instance)
    try:
        yield Place(web.url, code, cookies[0], cookies[1], _assets(app))
    finally:
        web.stop()
        shutil.rmtree(instance)


def _called(app: Flask) -> tuple[str, str, str]:
    """The visit's code, the officer's cookie, the citizen's."""
    account = db.session.query(Account).filter(Account.username == "canbo1").one()
    waiting = db.session.query(Visit).filter(Visit.state == State.WAITING, Visit.bridge_point_id.is_(None))
    visit = next(one for one in waiting.order_by(Visit.id) if one.petition.account)
    cookies = cookie_of(app, account), cookie_of(app, visit.petition.account)
    visit_id, code, by = visit.id, visit.code, officer(account.id)
    free = db.session.query(Desk).filter(Desk.officer_id.is_(None)).order_by(Desk.number).first()
    assert free
    desk = desks.held_by(account.id) or desks.open_desk(free.id, by=by, now=utc_now())
    reception.call(visit_id, desk.id, by=by, now=utc_now(), key=new_code())
    return code, *cookies


def _assets(app: Flask) -> list[str]:
    folder = Path(app.static_folder or "")
    files = [*folder.glob("js/*.js"), *folder.glob("vendor/*.js")]
    with app.test_request_context():
        return [asset(str(file.relative_to(folder))) for file in files]
