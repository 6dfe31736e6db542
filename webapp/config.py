"""Settings from the environment, checked at start: a wrong one stops the start with a sentence."""

import contextlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    clamd: str = ""
    rate_limits: bool = True
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
    host = env.get("HOST", "127.0.0.1")
    settings = Settings(
        instance_path=instance,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        redis_url=env.get("REDIS_URL") or None,
        demo=_flag(env, "DEMO"),
        production=production,
        host=host,
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
        clamd=env.get("CLAMD", ""),
        rate_limits=env.get("RATE_LIMITS", "1") != "0",
    )
    _refuse_unsafe_demo(settings, public=_flag(env, "DEMO_PUBLIC"))
    _check_relays(settings)
    _check_janus(settings)
    if settings.clamd and not CLAMD.fullmatch(settings.clamd):
        raise SettingsError(
            f"CLAMD: {settings.clamd!r} is not like unix:/run/clamav/clamd.ctl or tcp:host:3310."
        )
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


def _refuse_unsafe_demo(settings: Settings, *, public: bool) -> None:
    if not settings.demo:
        return
    if settings.production:
        raise SettingsError("DEMO=1 is refused in production: its passwords are public. Set DEMO=0.")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and not public:
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
