"""Making and destroying a try-out instance."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

from cases.durable import make_durable_folder
from cases.errors import PublicRoleError, StoreUnavailableError
from cases.office import Office
from cases.public_role import grant_privileges, make_role
from cases.schema import downgrade, upgrade
from cases.sqlite_files import sqlite_files
from cases.tryout import (
    TRY_OUT,
    MadeUpReviewer,
    instance_mode,
    make_up_reviewers,
    make_vault_once,
    mark_instance,
    missing_recipients,
)
from cases.vault import local_root
from web.server_secret import create_server_secret
from web.settings import AUTO, FILE_NAME, POSTGRESQL, PREFIX, Mode, Settings, write_default
from web.starting import (
    ROOT,
    office_or_exit,
    public_database_url,
    public_office_or_exit,
    refuse_start,
    server_secret_or_exit,
)

NOT_LIVE = (
    "mode: this instance was not set up as live (`liemchinh init --live` does that), or its"
    " database or server secret is missing"
)
NEVER_LIVE = "mode: only a try-out can be destroyed"


def instance_folder() -> Path:
    """Return where the instance lies: LIEMCHINH_INSTANCE, or ``instance`` beside the code."""
    return Path(os.environ.get("LIEMCHINH_INSTANCE") or ROOT / "instance").absolute()


def prepare_folder(instance: Path) -> None:
    """Make the instance's folder and settings, for this account alone, where they are missing."""
    make_durable_folder(instance)
    if not (instance / FILE_NAME).exists():
        write_default(instance / FILE_NAME)


def hold_instance(settings: Settings) -> None:
    """Keep this instance from being run a second time, until this process ends.

    Two that know nothing of each other would each count limits by itself (flock(2)).
    """
    # The folder's own lock, so that nothing is written for it.
    descriptor = os.open(settings.instance, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse_start(f"this instance runs already: {settings.instance.name}")


def open_instance(settings: Settings) -> tuple[Office, bool]:
    """Return the office with its database at this version's schema, and whether it is new.

    A try-out is made the first time; a live instance cannot be made by starting it, since its
    recovery recipients come first.
    """
    if settings.mode is Mode.LIVE and not settings.server_secret_file.exists():
        refuse_start(NOT_LIVE)
    office = open_schema(settings)
    mode = instance_mode(office)
    if mode is None and settings.mode is Mode.LIVE:
        refuse_start(NOT_LIVE)
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
    _open_public_role(settings, office)
    missing = missing_recipients(office)
    # A live instance starts without, so that members can enrol: its public side stays shut.
    if missing and settings.is_try_out:
        refuse_start(f"units without a recipient, so the public side stays shut: {missing}")
    return office, mode is None


def open_schema(settings: Settings) -> Office:
    """Return the office with its database at this version's schema, whatever it is."""
    office = office_or_exit(settings)
    try:
        upgrade(office.database)
    except StoreUnavailableError:
        refuse_start("database_url: the database is away, or cannot be written")
    return office


def _open_public_role(settings: Settings, office: Office) -> None:
    """Give the public door a role of its own on PostgreSQL, and see that it can do no more."""
    if not office.database.is_postgresql:
        return
    secret = server_secret_or_exit(settings)
    url = public_database_url(settings, secret)
    try:
        if settings.public_database_url == AUTO:
            make_role(office.database, url)
        grant_privileges(office.database, url)
    except PublicRoleError as error:
        refuse_start(f"public_database_url: this role {error}; name one of the public door's own")
    except StoreUnavailableError:
        refuse_start(
            "public_database_url: the account of database_url may not make or grant the public"
            " door's role; make a role by the database's own tools and name its address here"
        )
    public_office_or_exit(settings, secret).database.close()


def public_environ(settings: Settings) -> dict[str, str]:
    """Return what the public door's process is told in place of the owner's address."""
    if not settings.database_url.startswith(POSTGRESQL):
        return {}
    url = public_database_url(settings, server_secret_or_exit(settings))
    return {f"{PREFIX}{key}": url for key in ("DATABASE_URL", "PUBLIC_DATABASE_URL")}


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
        "BẢN THỬ / TRY-OUT. Made-up reviewers; what follows is shown once and kept nowhere:",
        "",
        f"  {'name':<18} {'passphrase':<19}   key of one-time codes",
        *(
            f"  {reviewer.sign_in_name:<18} {reviewer.passphrase}   {reviewer.totp_key.shown()}"
            f"   {reviewer.name}".rstrip()
            for reviewer in made
        ),
        "",
        "To sign in, give the key to any authenticator app. Without one, this prints the code of"
        " the moment:",
        "  .venv/bin/liemchinh reviewer code",
        "",
        "Lost them? `.venv/bin/liemchinh init --reset` destroys this try-out and makes a new one.",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def destroy_try_out(settings: Settings) -> None:
    """Remove the database, the vault and the server secret of a try-out; never of a live one."""
    if not settings.is_try_out:
        refuse_start(NEVER_LIVE)
    destroy_stores(settings, open_schema(settings))


def destroy_stores(settings: Settings, office: Office) -> None:
    """Remove what an instance keeps, unless it was set up as live."""
    if instance_mode(office) not in {None, TRY_OUT}:
        refuse_start(NEVER_LIVE)
    office.database.close()
    if office.database.is_postgresql:
        _drop_tables(office)
    else:
        for path in sqlite_files(settings.database_url):
            path.unlink(missing_ok=True)
    vault = local_root(settings.vault_url)
    if vault is not None:
        shutil.rmtree(vault, ignore_errors=True)
    settings.server_secret_file.unlink(missing_ok=True)


def _drop_tables(office: Office) -> None:
    try:
        downgrade(office.database, "base")
    except StoreUnavailableError:
        refuse_start("database_url: somebody still uses the tables; stop the doors first")
