"""Building what a process needs from its settings. Only the operator's commands do this."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from cases.clock import Clock, SystemClock
from cases.database import Database
from cases.errors import PublicRoleError, StoreUnavailableError
from cases.office import Office
from cases.public_role import check_role, public_login
from cases.vault import Vault
from policy.deadlines import calendar_for
from policy.errors import PolicyError
from policy.loading import load_pack
from web.server_secret import read_server_secret
from web.serving import ServingLimits, serve
from web.settings import AUTO, POSTGRESQL, Settings, SettingsError, load_settings

ROOT = Path(__file__).resolve().parent.parent
# A start that is refused says so in one line and gives this code (BSD sysexits.h, EX_CONFIG).
EXIT_CONFIGURATION = 78
# Nothing is wrong with the settings: whoever keeps the process starts it again (EX_TEMPFAIL).
EXIT_TEMPORARY = 75


def refuse_start(reason: str) -> NoReturn:
    """End the program with one line that says what is wrong."""
    sys.stderr.write(f"liemchinh: {reason}\n")
    raise SystemExit(EXIT_CONFIGURATION)


def settings_or_exit() -> Settings:
    """Return the settings, or end the program naming the key that is wrong."""
    try:
        return load_settings(ROOT, os.environ)
    except SettingsError as error:
        refuse_start(str(error))


def server_secret_or_exit(settings: Settings) -> bytes:
    """Return the server secret, or end the program."""
    try:
        return read_server_secret(settings)
    except SettingsError as error:
        refuse_start(str(error))


def office_or_exit(settings: Settings) -> Office:
    """Return the office of these settings, or end the program with every fault of its pack."""
    return _office_or_exit(settings, _database_or_exit("database_url", settings.database_url))


def public_office_or_exit(settings: Settings, server_secret: bytes) -> Office:
    """Return the office as the public door may see it, or end the program.

    On PostgreSQL under a role of its own, and under no other: one that can do more would be a hole
    in the wall that nobody notices.
    """
    url = public_database_url(settings, server_secret)
    database = _database_or_exit("public_database_url", url, is_walled=True)
    try:
        check_role(database)
    except PublicRoleError as error:
        refuse_start(f"public_database_url: this role {error}; `liemchinh init` grants it")
    except StoreUnavailableError:
        sys.stderr.write("liemchinh: public_database_url: the database is away, or refuses it\n")
        raise SystemExit(EXIT_TEMPORARY) from None
    return _office_or_exit(settings, database)


def public_database_url(settings: Settings, server_secret: bytes) -> str:
    """Return where the public door finds the database: on SQLite the same file."""
    if settings.public_database_url != AUTO:
        return settings.public_database_url
    if not settings.database_url.startswith(POSTGRESQL):
        return settings.database_url
    return public_login(settings.database_url, server_secret)


def _office_or_exit(settings: Settings, database: Database) -> Office:
    try:
        pack = load_pack(settings.pack, settings.own_days)
    except PolicyError as error:
        refuse_start(f"pack: {error}")
    clock = SystemClock()
    return Office(
        database=database,
        vault=_vault_or_exit(settings, clock),
        pack=pack,
        calendar=calendar_for(pack),
        clock=clock,
    )


def _database_or_exit(key: str, url: str, *, is_walled: bool = False) -> Database:
    try:
        return Database(url, is_walled=is_walled)
    except (SQLAlchemyError, ImportError):
        # Their messages quote the URL, which may hold a password.
        refuse_start(f"{key}: no such database, or its library is missing")


def _vault_or_exit(settings: Settings, clock: Clock) -> Vault:
    try:
        # Made once, when the instance is: where a disk is away for a while, an empty vault in its
        # place would take files that are hidden when it is back.
        return Vault(settings.vault_url, clock.today, is_made=True)
    except StoreUnavailableError:
        refuse_start("vault_url: this place cannot be used")


def app_or_exit(build: Callable[[], Flask]) -> Flask:
    """Return the app that ``build`` makes, or end the program naming the key that is wrong."""
    try:
        return build()
    except SettingsError as error:
        refuse_start(str(error))


def serve_or_exit(app: Flask, key: str, settings: Settings, *, is_shared: bool = False) -> None:
    """Serve a door on the address of a setting until SIGTERM, or end the program naming the key."""
    limits = ServingLimits(threads=settings.threads)
    try:
        serve(app, getattr(settings, key), limits, is_shared=is_shared)
    except (OSError, ValueError):
        # Somebody else listens there, or the address is none of this machine's.
        refuse_start(f"{key}: this address cannot be listened on")
