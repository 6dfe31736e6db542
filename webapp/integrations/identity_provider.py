"""The provider of the national electronic identity, whose client we are (OpenID Connect Core 1.0).

Authorization code with PKCE (S256), state and nonce; the ID token is believed only when its
signature, issuer, audience, expiry and nonce are right. Every request has a time limit.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from ..config import IdentityProviderSettings
from ..domain.identity_levels import ElectronicClaims, claims_from

PATIENCE = (3.0, 5.0)
"""Seconds to connect, and between two bytes of an answer."""
_KNOWN_FOR = 3600.0
"""Seconds that the provider's own description counts."""
_CLOCKS_DIFFER = 60
"""Seconds by which its clock and ours may differ."""
_ALGORITHMS = [f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)]
"""Signatures with a key pair only: never `none`, never the client's own secret."""


class SignInFailed(Exception):
    """A sign-in with the electronic identity did not come to its end."""


class Cancelled(SignInFailed):
    """The person pressed cancel, or the provider does not let them."""


class StateLost(SignInFailed):
    """This browser asked for no such answer, or the answer was used already or came too late."""


class ProviderDown(SignInFailed):
    """The provider cannot be reached, or not in time."""


class AnswerRefused(SignInFailed):
    """What the provider answered is not to be believed."""


@dataclass(frozen=True)
class Asked:
    """What the answer must fit; the person's session keeps it till then."""

    state: str
    nonce: str
    verifier: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class IdentityProvider:
    """One provider; what it tells of itself is kept for an hour."""

    def __init__(self, settings: IdentityProviderSettings):
        self._settings = settings
        self._metadata: dict[str, Any] = {}
        self._until = 0.0
        self._keys: KeySet | None = None

    def ask(self, redirect_uri: str) -> tuple[str, Asked]:
        """Where to send the person, and what the answer must fit.

        They are asked to sign in anew each time, because a device may be used by several people.

        Raises:
            ProviderDown, AnswerRefused
        """
        asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._session(redirect_uri) as session:
            address, _ = session.create_authorization_url(
                self._told("authorization_endpoint"),
                state=asked.state,
                code_verifier=asked.verifier,
                nonce=asked.nonce,
                prompt="login",
            )
        return str(address), asked

    def take(self, answer: Mapping[str, str], asked: Asked | None, redirect_uri: str) -> ElectronicClaims:
        """Who the person is, by the answer that their browser brought back.

        Raises:
            StateLost, Cancelled, ProviderDown, AnswerRefused
        """
        if asked is None or not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
            raise StateLost
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise AnswerRefused("iss")  # RFC 9207: another provider's answer
        if error := answer.get("error"):
            raise Cancelled if error == "access_denied" else AnswerRefused("error")
        try:
            with self._session(redirect_uri) as session:
                told = self._exchange(session, answer.get("code", ""), asked)
        except OAuthError as problem:
            raise StateLost if problem.error == "invalid_grant" else AnswerRefused(problem.error) from None
        except JoseError as problem:
            raise AnswerRefused(problem.error) from None
        except requests.JSONDecodeError:
            raise AnswerRefused("no JSON") from None
        except requests.RequestException as problem:
            raise ProviderDown(type(problem).__name__) from None
        except (ValueError, KeyError, TypeError) as problem:
            raise AnswerRefused(type(problem).__name__) from None
        return told

    def _exchange(self, session: OAuth2Session, code: str, asked: Asked) -> ElectronicClaims:
        token = session.fetch_token(self._told("token_endpoint"), code=code, code_verifier=asked.verifier)
        found: dict[str, Any] = dict(self._checked(token, asked.nonce))
        if "userinfo_endpoint" in self._metadata:
            more = session.get(self._told("userinfo_endpoint"))
            more.raise_for_status()
            if more.json().get("sub") != found["sub"]:
                raise AnswerRefused("sub")
            found = more.json() | found
        return claims_from(self._settings.issuer, found, self._settings.claims)

    def _checked(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """The ID token, when everything in it is as it must be."""
        try:
            read = jwt.decode(token["id_token"], self._key_set(), algorithms=_ALGORITHMS)
        except InvalidKeyIdError:  # the provider has changed its keys
            read = jwt.decode(token["id_token"], self._key_set(anew=True), algorithms=_ALGORITHMS)
        us = self._settings.client_id
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self._settings.issuer},
                "aud": {"essential": True, "value": us},
            },
            {"nonce": nonce, "client_id": us, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=_CLOCKS_DIFFER)
        return claims

    def _told(self, name: str) -> str:
        """An address from the provider's description of itself (OpenID Connect Discovery 1.0)."""
        if not self._metadata or time.monotonic() > self._until:
            found = self._fetch(self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                raise AnswerRefused("issuer")
            self._metadata, self._until = found, time.monotonic() + _KNOWN_FOR
        address = self._metadata.get(name)
        if not isinstance(address, str):
            raise AnswerRefused(name)
        return address

    def _key_set(self, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(self._fetch(self._told("jwks_uri")))  # type: ignore[arg-type]
        return self._keys

    def _session(self, redirect_uri: str) -> OAuth2Session:
        """A line of its own for each sign-in: the library keeps the token in it."""
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope=self._settings.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=PATIENCE,
        )

    @staticmethod
    def _fetch(address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=PATIENCE)
            answer.raise_for_status()
            found = answer.json()
        except requests.JSONDecodeError:
            raise AnswerRefused("no JSON") from None
        except requests.RequestException as problem:
            raise ProviderDown(type(problem).__name__) from None
        if not isinstance(found, dict):
            raise AnswerRefused("no JSON object")
        return found


@cache
def provider_of(settings: IdentityProviderSettings) -> IdentityProvider:
    """The process's one line to this provider."""
    return IdentityProvider(settings)
