"""Settings from the environment, checked at start: a wrong one stops the start with a sentence."""

import contextlib
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from .domain.identity_levels import ClaimNames
from .domain.sign_in_rules import SHARED_CODES_AN_HOUR
from .shared_addresses import SharedAddresses
from .shared_addresses import read as read_shared

RELAY = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9a-fA-F:]+\]|[^:?/@\s]+)(?::(?P<port>\d{1,5}))?"
    r"(?:\?transport=(?P<way>udp|tcp))?"
)
"""A relay's address (RFC 7065); without a transport `turn` goes by UDP, `turns` by TLS over TCP."""

CLAMD = re.compile(r"unix:/.+|tcp:[^:/\s]+:\d{1,5}")
"""Where ClamAV's daemon listens."""


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class IdentityProviderSettings:
    """The OpenID provider of the national electronic identity, and us as its client."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str = "VNeID"
    scopes: str = "openid profile phone"
    claims: ClaimNames = ClaimNames()


@dataclass(frozen=True)
class SmsSettings:
    """A gateway that takes an SMS over HTTP.

    In url, headers and body `$to` (+84…), `$digits` (84…), `$text` and `$key` stand for the message's own.
    """

    url: str
    method: str
    headers: dict[str, str] = field(repr=False)
    body: str = field(repr=False)
    id_path: str
    ok: str
    timeout: float


@dataclass(frozen=True)
class MailSettings:
    """A server that takes e-mail by SMTP."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    timeout: float = 20.0


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations."""

    instance_path: Path
    database_url: str
    redis_url: str | None = None
    demo: bool = False
    production: bool = False
    host: str = "127.0.0.1"
    port: int = 5000
    secret_key: str = field(default="", repr=False)
    async_mode: str = "threading"
    trusted_proxies: int = 0
    https: bool = False
    hotline: str = "1800 0000"
    ice_servers: tuple[dict[str, object], ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)
    ice_relay_only: bool = False
    janus_url: str = ""
    janus_api_secret: str = field(default="", repr=False)
    janus_admin_key: str = field(default="", repr=False)
    janus_record_dir: Path | None = None
    identity_provider: IdentityProviderSettings | None = None
    public_host: str = ""
    sms: SmsSettings | None = None
    mail: MailSettings | None = None
    clamd: str = ""
    rate_limits: bool = True
    reader_days: int = 10
    shared_addresses: SharedAddresses = SharedAddresses()
    testing: bool = False


def load_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a value is missing or cannot be used.
    """
    instance = Path(env.get("INSTANCE_PATH", "instance")).resolve()
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"INSTANCE_PATH: cannot write in {instance} ({problem.strerror}).") from None
    production = env.get("APP_ENV", env.get("FLASK_ENV", "")) == "production"
    settings = Settings(
        instance_path=instance,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        redis_url=env.get("REDIS_URL") or None,
        demo=_flag(env, "DEMO"),
        production=production,
        host=env.get("HOST", "127.0.0.1"),
        port=_number(env, "PORT", 5000),
        secret_key=env.get("SECRET_KEY")
        or kept_secret(instance / "secret.key", lambda: secrets.token_urlsafe(48)),
        async_mode=env.get("ASYNC_MODE", "threading"),
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
        https=_flag(env, "HTTPS"),
        hotline=env.get("HOTLINE", "1800 0000"),
        ice_servers=tuple({"urls": url} for url in _words(env, "STUN_URLS")),
        turn_urls=_words(env, "TURN_URLS"),
        turn_secret=env.get("TURN_SECRET", ""),
        ice_relay_only=_flag(env, "ICE_RELAY_ONLY"),
        janus_url=env.get("JANUS_URL", "").rstrip("/"),
        janus_api_secret=env.get("JANUS_API_SECRET", ""),
        janus_admin_key=env.get("JANUS_ADMIN_KEY", ""),
        janus_record_dir=Path(env["JANUS_RECORD_DIR"]).resolve() if env.get("JANUS_RECORD_DIR") else None,
        identity_provider=_identity_provider(env),
        public_host=_public_host(env.get("PUBLIC_HOST", "" if production else "localhost")),
        sms=_sms(env) if env.get("SMS_URL") else None,
        mail=_mail(env) if env.get("SMTP_HOST") else None,
        clamd=env.get("CLAMD", ""),
        rate_limits=env.get("RATE_LIMITS", "1") != "0",
        reader_days=max(1, _number(env, "READER_DAYS", 10)),
        shared_addresses=_shared(env),
    )
    _refuse_unsafe_demo(settings, public=_flag(env, "DEMO_PUBLIC"))
    _check_relays(settings)
    _check_janus(settings)
    if settings.clamd and not CLAMD.fullmatch(settings.clamd):
        raise SettingsError(
            f"CLAMD: {settings.clamd!r} is not like unix:/run/clamav/clamd.ctl or tcp:host:3310."
        )
    return settings


def _shared(env: Mapping[str, str]) -> SharedAddresses:
    most = _number(env, "SHARED_CODES_AN_HOUR", SHARED_CODES_AN_HOUR)
    try:
        return read_shared(_words(env, "SHARED_ADDRESSES"), most)
    except ValueError as problem:
        raise SettingsError(str(problem)) from None


def _public_host(name: str) -> str:
    if name and not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name):
        raise SettingsError("PUBLIC_HOST must be a name alone, like tiepcongdan.hanoi.gov.vn.")
    return name


_SMS_HEADERS = '{"Content-Type": "application/json", "Idempotency-Key": "$key"}'
_SMS_BODY = '{"to": "$to", "text": "$text"}'


def _sms(env: Mapping[str, str]) -> SmsSettings:
    try:
        headers = json.loads(env.get("SMS_HEADERS", _SMS_HEADERS))
    except ValueError:
        headers = None
    if not isinstance(headers, dict) or not all(
        isinstance(text, str) and text.isascii() and text.isprintable() for text in headers.values()
    ):
        raise SettingsError('SMS_HEADERS must be a JSON object like {"Authorization": "Bearer …"}.')
    method = env.get("SMS_METHOD", "POST").upper()
    settings = SmsSettings(
        url=env["SMS_URL"],
        method=method,
        headers=headers,
        body="" if method == "GET" else env.get("SMS_BODY", _SMS_BODY),
        id_path=env.get("SMS_ID", "id"),
        ok=env.get("SMS_OK", ""),
        timeout=_number(env, "SMS_TIMEOUT", 20),
    )
    if not settings.url.startswith(("http://", "https://")):
        raise SettingsError("SMS_URL must begin with http:// or https://.")
    if settings.method not in ("POST", "PUT", "GET"):
        raise SettingsError("SMS_METHOD must be POST, PUT or GET.")
    if not 1 <= settings.timeout <= 60:
        raise SettingsError("SMS_TIMEOUT must be from 1 to 60 seconds.")
    if settings.ok and "=" not in settings.ok:
        raise SettingsError("SMS_OK must be like status=success.")
    _check_sms_templates(settings)
    return settings


def _check_sms_templates(settings: SmsSettings) -> None:
    used: set[str] = set()
    for text in (settings.url, settings.body, *settings.headers.values()):
        template = Template(text)
        if not template.is_valid():
            raise SettingsError("SMS_URL, SMS_HEADERS, SMS_BODY: a $ of its own is written $$.")
        used |= set(template.get_identifiers())
    if not used <= {"to", "digits", "text", "key"}:
        raise SettingsError("SMS_URL, SMS_HEADERS, SMS_BODY know $to, $digits, $text and $key only.")
    if "text" not in used or used.isdisjoint({"to", "digits"}):
        raise SettingsError("SMS_BODY or SMS_URL must hold $text, and $to or $digits.")


def _mail(env: Mapping[str, str]) -> MailSettings:
    security = env.get("SMTP_SECURITY", "starttls")
    if security not in ("starttls", "tls", "none"):
        raise SettingsError("SMTP_SECURITY must be starttls, tls or none.")
    settings = MailSettings(
        host=env["SMTP_HOST"],
        port=_number(env, "SMTP_PORT", 465 if security == "tls" else 587),
        security=security,
        user=env.get("SMTP_USER", ""),
        password=env.get("SMTP_PASSWORD", ""),
        sender=env.get("MAIL_FROM", ""),
    )
    if not re.fullmatch(r"[^@<>\s]+@[^@<>\s]+", settings.sender):
        raise SettingsError("SMTP_HOST is set: set MAIL_FROM to an address like tiepdan@example.vn.")
    if settings.user and security == "none":
        raise SettingsError("SMTP_USER without encryption would show the password: set SMTP_SECURITY.")
    return settings


def _check_relays(settings: Settings) -> None:
    for url in settings.turn_urls:
        if not RELAY.fullmatch(url):
            raise SettingsError(
                f"TURN_URLS: {url!r} is not like turn:host:3478?transport=udp or turns:host:443."
            )
    if settings.turn_urls and not settings.turn_secret:
        raise SettingsError("TURN_URLS is set but TURN_SECRET is not: set the secret shared with coturn.")
    if settings.ice_relay_only and not settings.turn_urls:
        raise SettingsError("ICE_RELAY_ONLY=1 without TURN_URLS: no call could be made. Set TURN_URLS.")


def _check_janus(settings: Settings) -> None:
    folder = settings.janus_record_dir
    if folder and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise SettingsError(f"JANUS_RECORD_DIR: {folder} is no folder that we can write in.")
    if not settings.janus_url:
        if folder:
            raise SettingsError("JANUS_RECORD_DIR is set but JANUS_URL is not: no mixer could record there.")
        return
    if not settings.janus_url.startswith(("http://", "https://")):
        raise SettingsError("JANUS_URL must begin with http:// or https://.")
    if not (settings.janus_api_secret and settings.janus_admin_key):
        raise SettingsError("JANUS_URL is set: set JANUS_API_SECRET and JANUS_ADMIN_KEY too.")


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _identity_provider(env: Mapping[str, str]) -> IdentityProviderSettings | None:
    issuer = env.get("EID_ISSUER", "")
    if not issuer:
        return None
    address = urlsplit(issuer)
    if not (address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK)):
        raise SettingsError("EID_ISSUER must begin with https:// (http:// only for this machine itself).")
    if not (env.get("EID_CLIENT_ID") and env.get("EID_CLIENT_SECRET")):
        raise SettingsError("EID_ISSUER is set: set EID_CLIENT_ID and EID_CLIENT_SECRET too.")
    usual = IdentityProviderSettings(issuer, env["EID_CLIENT_ID"], env["EID_CLIENT_SECRET"])
    scopes = env.get("EID_SCOPES") or usual.scopes
    if "openid" not in scopes.split():
        raise SettingsError("EID_SCOPES must hold openid.")
    return IdentityProviderSettings(
        issuer=issuer,
        client_id=usual.client_id,
        client_secret=usual.client_secret,
        label=env.get("EID_LABEL") or usual.label,
        scopes=scopes,
        claims=ClaimNames(
            full_name=env.get("EID_CLAIM_NAME") or usual.claims.full_name,
            number=env.get("EID_CLAIM_NUMBER") or usual.claims.number,
            assurance=env.get("EID_CLAIM_LEVEL") or usual.claims.assurance,
            phone=env.get("EID_CLAIM_PHONE") or usual.claims.phone,
        ),
    )


def _refuse_unsafe_demo(settings: Settings, *, public: bool) -> None:
    if not settings.demo:
        return
    if settings.production:
        raise SettingsError("DEMO=1 is refused in production: its passwords are public. Set DEMO=0.")
    if settings.host not in _LOOPBACK and not public:
        raise SettingsError(
            f"DEMO=1 is refused on {settings.host}: its passwords are public. "
            "Use HOST=127.0.0.1, DEMO=0, or DEMO_PUBLIC=1 when you mean it."
        )


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'app.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise SettingsError("DATABASE_URL must begin with postgresql:// or sqlite:///.")


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """A secret made once and kept beside the database, readable by its owner only.

    Two processes that start at one moment agree: the file appears whole, and the first one wins.
    """
    if not path.exists():
        own = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text().strip()


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "0").lower() in ("1", "true", "yes", "on")


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(env.get(name, default))
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {env[name]!r}.") from None


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(env.get(name, "").replace(",", " ").split())
