"""What people can rely on when the electronic identity's provider answers: only a true answer is believed."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.openid import LANH, OpenIdProvider
from webapp.domain.identity_levels import ClaimNames, ElectronicClaims
from webapp.integrations import identity_provider
from webapp.integrations.identity_provider import (
    AnswerRefused,
    Asked,
    Cancelled,
    IdentityProvider,
    ProviderDown,
    StateLost,
)

BACK = "http://localhost/login/electronic/back"
Answer = dict[str, str]


def went(server: OpenIdProvider, us: IdentityProvider, sub: str | None = "person-1") -> tuple[Answer, Asked]:
    """Someone walked to the provider and came back."""
    address, asked = us.ask(BACK)
    return _query(server.sign_in(address, sub)), asked


def _query(address: str) -> Answer:
    return dict(parse_qsl(urlsplit(address).query))


@pytest.fixture
def us(openid_server: OpenIdProvider) -> IdentityProvider:
    """A client that knows nothing of the provider yet."""
    return IdentityProvider(openid_server.settings)


def test_a_person_is_told_by_the_names_of_the_settings(
    openid_server: OpenIdProvider, us: IdentityProvider
) -> None:
    answer, asked = went(openid_server, us)
    assert us.take(answer, asked, BACK) == ElectronicClaims(
        issuer=openid_server.issuer,
        subject="person-1",
        full_name="Nguyễn Văn Lành",
        number="001062012345",
        assurance="2",
        phone="+84912345678",
    )
    other = replace(openid_server.settings, claims=ClaimNames(full_name="personal_number", number="name"))
    answer, asked = went(openid_server, IdentityProvider(other))
    told = IdentityProvider(other).take(answer, asked, BACK)
    assert (told.full_name, told.number) == ("001062012345", ""), "a name is no number"


def test_the_provider_is_asked_with_pkce_state_and_nonce_that_never_come_twice(us: IdentityProvider) -> None:
    asked = [_query(us.ask(BACK)[0]) for _ in range(2)]
    for one in asked:
        assert (one["code_challenge_method"], one["response_type"], one["prompt"]) == (
            "S256",
            "code",
            "login",
        )
        assert one["redirect_uri"] == BACK and "openid" in one["scope"].split()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name] and len(asked[0][name]) >= 40


def test_who_pressed_cancel_has_cancelled(openid_server: OpenIdProvider, us: IdentityProvider) -> None:
    answer, asked = went(openid_server, us, sub=None)
    with pytest.raises(Cancelled):
        us.take(answer, asked, BACK)


def test_an_answer_that_nobody_asked_for_is_no_answer(
    openid_server: OpenIdProvider, us: IdentityProvider
) -> None:
    answer, asked = went(openid_server, us)
    _address, another = us.ask(BACK)
    for wrong in (None, another):
        with pytest.raises(StateLost):
            us.take(answer, wrong, BACK)
    for without in ("", "é"):
        with pytest.raises(StateLost):
            us.take(answer | {"state": without}, asked, BACK)
    assert us.take(answer, asked, BACK).subject == "person-1", "none of these used the answer up"


def test_an_answer_counts_once(openid_server: OpenIdProvider, us: IdentityProvider) -> None:
    answer, asked = went(openid_server, us)
    us.take(answer, asked, BACK)
    with pytest.raises(StateLost):
        us.take(answer, asked, BACK)


def test_a_code_is_no_use_without_the_verifier(openid_server: OpenIdProvider, us: IdentityProvider) -> None:
    answer, asked = went(openid_server, us)
    with pytest.raises(StateLost):
        us.take(answer, replace(asked, verifier="x" * 43), BACK)


def test_another_providers_answer_is_refused(openid_server: OpenIdProvider, us: IdentityProvider) -> None:
    answer, asked = went(openid_server, us)
    with pytest.raises(AnswerRefused):
        us.take(answer | {"iss": "https://elsewhere.example"}, asked, BACK)


HOUR = 3600


@pytest.mark.parametrize(
    ("key", "claims"),
    [
        ("foreign", {}),
        ("none", {}),
        ("own", {"nonce": "another"}),
        ("own", {"nonce": None}),
        ("own", {"iss": "https://elsewhere.example"}),
        ("own", {"aud": "another client"}),
        ("own", {"aud": None}),
        ("own", {"aud": ["tiep-cong-dan", "another client"]}),
        ("own", {"azp": "another client"}),
        ("own", {"exp": int(time.time()) - HOUR}),
        ("own", {"exp": None}),
        ("own", {"iat": int(time.time()) + HOUR}),
        ("own", {"sub": "person-2"}),
        ("own", {"sub": None}),
        ("own", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ],
    ids=lambda one: (
        one if isinstance(one, str) else "-".join(one)
    ),  # moments in them differ between processes
)
def test_a_false_token_is_refused(
    openid_server: OpenIdProvider, us: IdentityProvider, key: str, claims: dict[str, object]
) -> None:
    answer, asked = went(openid_server, us)
    openid_server.falsify_next(key, **claims)
    with pytest.raises(AnswerRefused):
        us.take(answer, asked, BACK)


def test_the_same_token_signed_again_by_the_provider_is_believed(
    openid_server: OpenIdProvider, us: IdentityProvider
) -> None:
    answer, asked = went(openid_server, us)
    openid_server.falsify_next("own", acr="1")
    assert us.take(answer, asked, BACK).assurance == "1"


def test_a_provider_may_change_its_keys_and_be_away_for_a_while() -> None:
    server = OpenIdProvider([BACK])
    us = IdentityProvider(server.settings)
    try:
        us.take(*went(server, us), BACK)
        answer, asked = went(server, us)
        server.stop()
        with pytest.raises(ProviderDown):
            us.take(answer, asked, BACK)
        server.start(kid="second")
        assert us.take(*went(server, us), BACK).full_name == LANH["name"]
    finally:
        server.stop()


def test_a_provider_that_never_answers_is_given_up(
    us: IdentityProvider, openid_server: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "PATIENCE", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ProviderDown):
            IdentityProvider(replace(openid_server.settings, issuer=issuer)).ask(BACK)


@pytest.fixture
def description() -> Iterator[tuple[str, dict[str, object]]]:
    """A machine that describes itself as the test says."""
    told: dict[str, object] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the library's name
            content = json.dumps(told.get("whole", told)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", told
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("whole", [None, {"issuer": "https://elsewhere.example"}, [], "words"])
def test_who_describes_itself_as_another_is_not_asked(
    openid_server: OpenIdProvider, description: tuple[str, dict[str, object]], whole: object
) -> None:
    issuer, told = description
    told |= {"issuer": issuer} if whole is None else {"whole": whole}
    with pytest.raises(AnswerRefused):
        IdentityProvider(replace(openid_server.settings, issuer=issuer)).ask(BACK)
