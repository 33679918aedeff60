"""The one settings object: complete and frozen, or the start is refused by name of the key."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cases.addresses import is_address
from cases.durable import make_durable_file
from cases.mailing import MailServer

PREFIX: Final = "LIEMCHINH_"
FILE_NAME: Final = "liemchinh.toml"
LIMITER_STORES: Final = ("memory://", "redis://", "rediss://", "redis+unix://")
# The public door's database, where the operator names none: see web.starting.
AUTO: Final = "auto"
POSTGRESQL: Final = ("postgresql://", "postgresql+psycopg://", "postgres://")

# Variables that start with our prefix and are no key of the file: where the instance lies, and
# what tests and measurements are told about the machine.
RESERVED_VARIABLES: Final = frozenset({"LIEMCHINH_INSTANCE", "LIEMCHINH_CHROMIUM"})


class SettingsError(Exception):
    """The settings cannot be used; the operator can mend them. Names the key, never the value."""


class Mode(StrEnum):
    """An instance to play with, or one that takes real reports."""

    TRY_OUT = "try-out"
    LIVE = "live"


@dataclass(frozen=True, repr=False)
class Settings:
    """Every setting of an instance. Never printed: a database URL may hold a password."""

    root: Path
    instance: Path
    mode: Mode
    pack: Path
    public_bind: str
    desk_bind: str
    public_origin: str
    desk_origin: str
    database_url: str
    public_database_url: str
    vault_url: str
    limiter_url: str
    public_processes: int
    threads: int
    server_secret_file: Path
    max_file_bytes: int
    max_report_bytes: int
    max_files: int
    draft_quota_bytes: int
    exit_url: str
    embedded_jobs: bool
    smtp_url: str
    notice_from: str
    notice_hour: int

    @property
    def own_days(self) -> Path:
        """Return where the office adds days to the calendar of its pack."""
        return self.instance / OWN_DAYS_FILE

    @property
    def sends_mail(self) -> bool:
        """Return whether reviewers can have notice by e-mail."""
        return self.smtp_url not in NO_MAIL

    @property
    def is_try_out(self) -> bool:
        """Return whether every page must say that this instance is a try-out."""
        return self.mode is Mode.TRY_OUT


OWN_DAYS_FILE: Final = "calendar.toml"

DEFAULT_FILE: Final = """\
# Every key is required; each can be overridden by LIEMCHINH_<KEY>, in capitals.
# Relative paths start at this file's folder.
mode = "try-out"                       # or "live", by `liemchinh init --live`
pack = "cat-hai"                       # a folder of policy/packs/, or a path
public_bind = "127.0.0.1:8000"
desk_bind = "127.0.0.1:8001"
public_origin = "auto"                 # as people type it; live: https://, or http:// on .onion
desk_origin = "auto"                   # auto: http:// and where it is bound
database_url = "sqlite:///liemchinh.db"  # or postgresql://owner:...@host/name
public_database_url = "auto"           # PostgreSQL: a role made for the public door; or its URL
vault_url = "vault"                    # a folder, or an object store's URL
limiter_url = "memory://"              # shared between processes: redis://...
public_processes = 1                   # more than one needs a shared limiter_url
threads = 600                          # slow uploads each hold one
server_secret_file = "server_secret"   # keep a copy apart from database and backups
max_file_bytes = 2_147_483_648
max_report_bytes = 4_294_967_296
max_files = 200
draft_quota_bytes = 21_474_836_480     # room for files of unfinished forms, all visitors together
exit_url = "https://vi.wikipedia.org/"  # where the quick exit leaves for
embedded_jobs = true                   # false when `liemchinh jobs` runs by itself
smtp_url = "off"                       # notice to reviewers: smtps://account:password@host
notice_from = ""                       # the address that it comes from
notice_hour = 8                        # when the digest goes, on working days (Việt Nam's time)
"""

NO_MAIL: Final = frozenset({"", "off"})
_MAY_BE_EMPTY: Final = frozenset({"smtp_url", "notice_from"})
HOURS_A_DAY: Final = 24

# Each address as people type it, and where it is bound.
BOUND: Final = {"public_origin": "public_bind", "desk_origin": "desk_bind"}
_PLACES: Final = frozenset({"root", "instance"})
_KEYS: Final = {each.name: each.type for each in fields(Settings) if each.name not in _PLACES}


def write_default(path: Path) -> None:
    """Write the settings of a new try-out instance; an existing file is left alone.

    Raises:
        FileExistsError: there is a file already.
    """
    if path.exists():
        raise FileExistsError(path.name)
    make_durable_file(path, DEFAULT_FILE.encode())


def load_settings(root: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings of the instance that the environment names, or of ``root/instance``.

    Raises:
        SettingsError: a key is unknown, missing or of the wrong kind; the message names it.
    """
    instance = Path(environ.get("LIEMCHINH_INSTANCE") or root / "instance").absolute()
    given = _from_file(instance / FILE_NAME) | _from_environment(environ)
    missing = sorted(_KEYS.keys() - given.keys())
    if missing:
        raise SettingsError(f"missing: {', '.join(missing)} ({FILE_NAME})")
    typed = {key: _typed(key, given[key]) for key in _KEYS}
    for key, bind in BOUND.items():
        typed[key] = f"http://{typed[bind]}" if typed[key] == AUTO else typed[key]
    typed["pack"] = _pack_folder(root, instance, typed["pack"])
    typed["server_secret_file"] = instance / typed["server_secret_file"]
    typed["database_url"] = _database_url(instance, typed["database_url"])
    typed["vault_url"] = _vault_url(instance, typed["vault_url"])
    settings = Settings(root=root.absolute(), instance=instance, **typed)
    _check(settings)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{FILE_NAME} is missing: run `liemchinh init`") from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{FILE_NAME} cannot be read") from None
    except tomllib.TOMLDecodeError:
        # The parser's own message quotes the file, which may hold a password.
        raise SettingsError(f"{FILE_NAME} is not TOML") from None
    unknown = sorted(given.keys() - _KEYS.keys())
    if unknown:
        raise SettingsError(f"unknown: {', '.join(unknown)} ({FILE_NAME})")
    return given


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    ours = {name for name in environ if name.startswith(PREFIX)} - RESERVED_VARIABLES
    known = {PREFIX + key.upper(): key for key in _KEYS}
    unknown = sorted(ours - known.keys())
    if unknown:
        raise SettingsError(f"unknown: {', '.join(unknown)} (environment)")
    return {known[name]: environ[name] for name in ours}


def _typed(key: str, value: object) -> Any:
    wanted = _KEYS[key]
    if wanted is int:
        return _whole_number(key, value)
    if wanted is bool:
        return _truth(key, value)
    if not isinstance(value, str) or not (value.strip() or key in _MAY_BE_EMPTY):
        raise SettingsError(f"{key}: must be a text")
    if wanted is Mode:
        if value not in set(Mode):
            raise SettingsError(f"{key}: must be one of {', '.join(Mode)}")
        return Mode(value)
    return value


def _whole_number(key: str, value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(f"{key}: must be a positive whole number")
    return value


def _truth(key: str, value: object) -> bool:
    named = {"true": True, "false": False}
    if isinstance(value, str):
        value = named.get(value)
    if not isinstance(value, bool):
        raise SettingsError(f"{key}: must be true or false")
    return value


def _pack_folder(root: Path, instance: Path, pack: str) -> Path:
    named = root / "policy" / "packs" / pack
    return named if "/" not in pack else instance / pack


def _database_url(instance: Path, url: str) -> str:
    # SQLAlchemy reads sqlite:///x as relative to wherever the process was started.
    scheme, found, path = url.partition(":///")
    if not found or not scheme.startswith("sqlite") or path.startswith((":memory:", "/")):
        return url
    return f"{scheme}:///{instance / path}"


def _vault_url(instance: Path, url: str) -> str:
    return url if "://" in url else str(instance / url)


def _check(settings: Settings) -> None:
    for key in ("public_bind", "desk_bind"):
        _check_bind(key, getattr(settings, key))
    for key in ("public_origin", "desk_origin"):
        _check_origin(key, getattr(settings, key), settings.mode)
    if urlsplit(settings.exit_url).scheme not in {"http", "https"}:
        raise SettingsError("exit_url: must start with https:// or http://")
    if settings.max_file_bytes > settings.max_report_bytes:
        raise SettingsError("max_file_bytes: must not be above max_report_bytes")
    if not settings.limiter_url.startswith(LIMITER_STORES):
        raise SettingsError("limiter_url: must be memory:// or a Redis (redis://, rediss://)")
    _check_public_database(settings)
    _check_mail(settings)
    if settings.public_processes > 1 and settings.limiter_url.startswith("memory://"):
        raise SettingsError(
            "public_processes: more than 1 needs a shared limiter_url (LIEMCHINH_LIMITER_URL),"
            " or each process would count by itself"
        )


def _check_public_database(settings: Settings) -> None:
    urls = (settings.public_database_url, settings.database_url)
    if urls[0] != AUTO and not all(url.startswith(POSTGRESQL) for url in urls):
        raise SettingsError('public_database_url: must be "auto", or both must be postgresql://')


def _check_mail(settings: Settings) -> None:
    if settings.notice_hour >= HOURS_A_DAY:
        raise SettingsError("notice_hour: must be an hour of the day, 1 to 23")
    if not settings.sends_mail:
        return
    try:
        MailServer.parse(settings.smtp_url)
    except ValueError:
        raise SettingsError(
            'smtp_url: must be "off", or smtp[s]://[account:password@]host[:port]'
        ) from None
    if not is_address(settings.notice_from):
        raise SettingsError("notice_from: must be an e-mail address where smtp_url is set")


def _check_bind(key: str, bind: str) -> None:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not int(port) < 2**16:
        raise SettingsError(f"{key}: must be host:port")


def _check_origin(key: str, origin: str, mode: Mode) -> None:
    try:
        parts = urlsplit(origin)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{key}: must be scheme://host[:port]") from None
    if not host or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise SettingsError(f"{key}: must be scheme://host[:port]")
    if origin != f"{parts.scheme}://{parts.netloc}":
        raise SettingsError(f"{key}: must end after the host, without a path")
    if mode is Mode.LIVE and parts.scheme != "https" and not host.endswith(".onion"):
        raise SettingsError(f"{key}: must be https://, or http:// on an .onion host, when live")
