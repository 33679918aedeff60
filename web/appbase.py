"""What both doors are built on: an app with its headers, sessions, languages and error pages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, request
from flask_babel.speaklater import LazyString
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from limits.errors import ConfigurationError

from cases.clock import Clock
from crypto.boxes import derive
from web.addresses import install_addresses
from web.assets import install_assets
from web.compression import install_compression
from web.errors import ErrorPage, register_errors
from web.headers import install_headers
from web.languages import LANGUAGE_ARGUMENT, LANGUAGES, install_languages
from web.limits import DEFAULT_LIMITS, LimitRule, Limits, install_limits, store_options
from web.multipart import UploadRequest, abort_unclaimed
from web.session_rows import SessionStore, VisitKeeping
from web.sessions import DESK_IDLE_SECONDS, PUBLIC_IDLE_SECONDS, VisitInterface
from web.settings import Settings, SettingsError
from web.texts import content_disposition, show_text

LOCAL_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
# Enough for every text of a form; files have a parser of their own (web.multipart).
FORM_BYTES: Final = 2 * 1024 * 1024
JINJA_OPTIONS: Final[dict[str, object]] = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "undefined": StrictUndefined,
    "extensions": [],
}


class Side(StrEnum):
    """Which of the two doors an app is."""

    PUBLIC = "public"
    DESK = "desk"


@dataclass(frozen=True)
class NavLink:
    """A line of the navigation: where it leads, and its words."""

    href: str
    words: LazyString


@dataclass(frozen=True)
class Site:
    """What every template may know: ``site.side``, ``site.is_try_out``, ``site.nav``."""

    side: Side
    is_try_out: bool
    nav: tuple[NavLink, ...]


@dataclass(frozen=True, repr=False)
class AppParts:
    """What an app is given by whoever starts it."""

    settings: Settings
    server_secret: bytes
    sessions: SessionStore
    clock: Clock
    nav: tuple[NavLink, ...] = ()
    errors: Mapping[type[Exception], ErrorPage] = field(default_factory=dict)
    limits: Mapping[str, LimitRule] = field(default_factory=lambda: DEFAULT_LIMITS)
    known_queries: Mapping[str, Collection[str]] = field(default_factory=dict)


def new_app(name: str, side: Side, parts: AppParts) -> Flask:
    """Return an app of one door, ready for its views.

    Every POST is checked for its CSRF token before the view runs; a view that takes files checks
    by itself (``app.extensions["csrf"].exempt(view)``), before the first file byte is read.
    """
    settings = parts.settings
    root = settings.root
    app = Flask(
        name,
        root_path=str(root),
        instance_path=str(settings.instance),
        template_folder=str(root / "templates"),
        static_folder=None,
    )
    app.request_class = UploadRequest
    install_addresses(app)
    origin = settings.public_origin if side is Side.PUBLIC else settings.desk_origin
    is_secure = urlsplit(origin).scheme == "https"
    _configure(app, parts, origin)
    app.teardown_request(_drop_unclaimed)
    _install_templates(app, Site(side, settings.is_try_out, parts.nav))
    _install_session(app, side, parts, is_secure=is_secure)
    install_assets(app, root / "static")
    # What is installed first runs last: headers see the finished answer.
    install_headers(app, is_secure=is_secure, is_indexed=side is Side.PUBLIC)
    known = {LANGUAGE_ARGUMENT: frozenset(LANGUAGES), **parts.known_queries}
    install_compression(app, known)
    install_languages(app, str(root / "translations"), is_secure=is_secure)
    CSRFProtect(app)
    _install_limits(app, parts)
    register_errors(app, parts.errors)
    return app


def _configure(app: Flask, parts: AppParts, origin: str) -> None:
    app.config.update(
        SECRET_KEY=derive(parts.server_secret, "csrf").hex(),
        TRUSTED_HOSTS=[urlsplit(origin).hostname, *LOCAL_HOSTS],
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        # The token lives as long as the visit (design.md §4, Drafts), and rests on no Referer.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        # An error page must not be followed by a trace of values.
        PROPAGATE_EXCEPTIONS=False,
    )


def _install_templates(app: Flask, site: Site) -> None:
    app.jinja_options = JINJA_OPTIONS
    app.add_template_global(site, "site")  # type: ignore[arg-type]  # a value, not a function
    app.add_template_filter(show_text)
    app.add_template_filter(content_disposition)


def _install_session(app: Flask, side: Side, parts: AppParts, *, is_secure: bool) -> None:
    is_public = side is Side.PUBLIC
    keeping = VisitKeeping(
        parts.sessions,
        parts.clock,
        parts.server_secret,
        PUBLIC_IDLE_SECONDS if is_public else DESK_IDLE_SECONDS,
    )
    cookie = "liemchinh-visit" if is_public else "liemchinh-desk"
    app.session_interface = VisitInterface(keeping, cookie, is_secure=is_secure)


def _drop_unclaimed(_: BaseException | None) -> None:
    if isinstance(request, UploadRequest):
        abort_unclaimed(request)


def _install_limits(app: Flask, parts: AppParts) -> None:
    try:
        limiter = Limiter(
            lambda: "",  # keys are given with each use
            # Not of ours: its hooks would look at each request for limits that no view has.
            app=Flask(__name__),
            storage_uri=parts.settings.limiter_url,
            strategy="moving-window",
            key_prefix="liemchinh",
            in_memory_fallback_enabled=True,
            swallow_errors=True,
            storage_options=store_options(parts.settings.limiter_url),
        )
    except ConfigurationError:
        # Its message quotes the URL, which may hold a password.
        raise SettingsError("limiter_url: no such store, or its library is missing") from None
    install_limits(app, Limits(limiter, parts.limits, parts.clock, parts.server_secret))
