"""Making and destroying a try-out instance."""

import os
import shutil
import sys
from pathlib import Path

from cases.durable import make_durable_folder
from cases.errors import StoreUnavailableError
from cases.office import Office
from cases.schema import upgrade
from cases.tryout import (
    TRY_OUT,
    MadeUpReviewer,
    instance_mode,
    make_up_reviewers,
    make_vault_once,
    mark_instance,
    missing_recipients,
)
from web.settings import FILE_NAME, Mode, Settings, create_server_secret, write_default
from web.starting import ROOT, office_or_exit, refuse_start, server_secret_or_exit


def instance_folder() -> Path:
    """Return where the instance lies: LIEMCHINH_INSTANCE, or ``instance`` beside the code."""
    return Path(os.environ.get("LIEMCHINH_INSTANCE") or ROOT / "instance").absolute()


def prepare_folder(instance: Path) -> None:
    """Make the instance's folder and settings, for this account alone, where they are missing."""
    make_durable_folder(instance)
    if not (instance / FILE_NAME).exists():
        write_default(instance / FILE_NAME)


def open_instance(settings: Settings) -> tuple[Office, bool]:
    """Return the office with its database at this version's schema, and whether it is new.

    A try-out is made the first time; a live instance cannot be made by starting it, since its
    recovery recipients come first.
    """
    if settings.mode is Mode.LIVE and not settings.server_secret_file.exists():
        refuse_start("mode: this instance was not set up as live")
    office = office_or_exit(settings)
    try:
        upgrade(office.database)
    except StoreUnavailableError:
        refuse_start("database_url: the database is away, or cannot be written")
    mode = instance_mode(office)
    if mode is None and settings.mode is Mode.LIVE:
        refuse_start("mode: this instance was not set up as live")
    try:
        make_vault_once(office)
        office.vault.check()
    except StoreUnavailableError:
        refuse_start("vault_url: this place cannot be used")
    if mode is None:
        _make_try_out(settings, office)
    elif mode != settings.mode:
        refuse_start(f"mode: this instance was set up as {mode}")
    else:
        server_secret_or_exit(settings)
    missing = missing_recipients(office)
    if missing:
        refuse_start(f"units without a recipient, so the public side stays shut: {missing}")
    return office, mode is None


def _make_try_out(settings: Settings, office: Office) -> None:
    if not settings.server_secret_file.exists():
        create_server_secret(settings)
    made = make_up_reviewers(office, server_secret_or_exit(settings))
    mark_instance(office, TRY_OUT)
    tell_passphrases(made)


def tell_passphrases(made: tuple[MadeUpReviewer, ...]) -> None:
    """Print who can sign in, once, to the terminal only."""
    lines = [
        "",
        "BẢN THỬ / TRY-OUT. Made-up reviewers; these passphrases are shown once and kept nowhere:",
        "",
        *(
            f"  {reviewer.sign_in_name:<24} {reviewer.passphrase}   {reviewer.name}"
            for reviewer in made
        ),
        "",
        "Lost them? `.venv/bin/liemchinh init --reset` destroys this try-out and makes a new one.",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def destroy_try_out(settings: Settings) -> None:
    """Remove the database, the vault and the server secret of a try-out; never of a live one."""
    if not settings.is_try_out:
        refuse_start("mode: only a try-out can be destroyed")
    office = office_or_exit(settings)
    upgrade(office.database)
    if instance_mode(office) not in {None, TRY_OUT}:
        refuse_start("mode: only a try-out can be destroyed")
    office.database.close()
    database = office.database.engine.url.database
    if office.database.engine.dialect.name != "sqlite" or database is None:
        refuse_start("database_url: empty the database by its own tools, then start again")
    for suffix in ("", "-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)
    if "://" not in settings.vault_url:
        shutil.rmtree(settings.vault_url, ignore_errors=True)
    settings.server_secret_file.unlink(missing_ok=True)
