"""Tiếp công dân trực tuyến: the online citizen reception of Hanoi's Citizen Reception Board."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import database, errors, languages, logs, models, policy, rendering, security
from .clock import utc_now
from .config import Settings, load_settings
from .domain.sign_in_rules import SESSION_LIFE
from .extensions import babel, compress, csrf, db, htmx, limiter, login_manager, migrate, socketio
from .guest_identity import Guest, guest_of
from .keyring import keyring
from .services import sessions

_MOST_BYTES = 640 * 1024
"""The longest minutes, 50,000 letters, take nine bytes a letter in a form's encoding."""
_ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; registers, nothing else."""
    settings = settings or load_settings()
    keyring.load(settings.instance_path / "data.keys")
    app = Flask(__name__, instance_path=str(settings.instance_path))
    _configure(app, settings)
    logs.register(app)  # first, so that a request refused by any other has its own id too
    _bind_extensions(app, settings)
    database.prepare_engine(app)
    policy.guard(app)
    security.register(app, settings)
    rendering.register(app)
    errors.register(app)
    _register_doors(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
        # It lasts so long from signing in; sent with each answer it would weigh a tenth of a petition.
        SESSION_REFRESH_EACH_REQUEST=False,
        REMEMBER_COOKIE_DURATION=timedelta(0),
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        COMPRESS_ALGORITHM=["br", "gzip"],
        # Static files are streamed; without this a client that knows gzip alone would get them whole.
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=500,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=settings.redis_url is not None,
        TESTING=settings.testing,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # Flask's own recipe; for mypy a method is not to be assigned.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {"hide_parameters": True}  # what people wrote must not reach the logs by an error
    return {"hide_parameters": True, "pool_size": 20, "max_overflow": 10, "pool_pre_ping": True}


def _bind_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(_ROOT / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    babel.init_app(app, locale_selector=languages.chosen)
    compress.init_app(app)
    limiter.init_app(app)
    socketio.init_app(
        app,
        async_mode=settings.async_mode,
        message_queue=settings.redis_url,
        cors_allowed_origins=None,  # its own origin only
        max_http_buffer_size=64 * 1024,
        ping_interval=20,
        ping_timeout=15,
        manage_session=False,
        cookie=None,
    )
    login_manager.user_loader(_load_identity)


def _load_identity(token: str) -> models.Account | Guest | None:
    """The account whose session it is, unless that is over or the account is disabled; or a guest."""
    if (guest := guest_of(token)) is not None:
        return guest
    return sessions.holder(token, now=utc_now())


def _register_doors(app: Flask, settings: Settings) -> None:
    from . import cli, realtime, views

    views.register(app, settings)
    realtime.register(settings)
    cli.register(app)
