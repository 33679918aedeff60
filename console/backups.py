"""The operator's commands around backups: a key off the server, a backup, a restore."""

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

import click

from cases.backup import BackupOrder, write_backup
from cases.backup_format import End
from cases.errors import BackupError, StorageError
from cases.key_holders import UnitHolders, list_unit_holders
from cases.office import Office
from cases.restore import Restored, RestoreOrder, restore_backup
from cases.whole_file import whole_file
from console.instances import instance_folder, prepare_folder
from crypto.errors import KeyFormatError
from crypto.keys import Identity, Recipient
from web.server_secret import create_server_secret, parse_server_secret, write_server_secret
from web.settings import Settings, SettingsError
from web.starting import office_or_exit, server_secret_or_exit, settings_or_exit

RECIPIENTS_FILE = "backup_recipients.txt"
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup-key")
@click.argument("file", type=FILE)
def backup_key(file: Path) -> None:
    """Make the key that opens backups, in FILE; do this on another machine than the server.

    Prints the recipient, which belongs into backup_recipients.txt in the instance's folder.
    """
    identity = Identity.generate()
    recipient = identity.recipient
    text = f"# liemchinh backup key {recipient.fingerprint()}\n{identity.encoded()}\n"
    with _told(), whole_file(file) as out:
        out.write(text.encode("ascii"))
    click.echo(recipient.encoded())
    click.echo(
        f"Fingerprint: {recipient.fingerprint()}. Keep {file.name} off the server.", err=True
    )


@click.command()
@click.argument("file", type=FILE)
@click.option("--to", "recipients", multiple=True, help="age1pq1…; else backup_recipients.txt.")
@click.option("--despite-damage", is_flag=True, help="Files are missing: keep what is there.")
def backup(file: Path, recipients: tuple[str, ...], *, despite_damage: bool) -> None:
    """Write everything into one new sealed FILE, while the instance runs."""
    settings = settings_or_exit()
    with _told():
        secret = server_secret_or_exit(settings)
        order = BackupOrder(_recipients(recipients), secret, despite_damage)
        office = office_or_exit(settings)
        with whole_file(file) as out:
            end = write_backup(office, order, out)
    cases = end.rows.get("cases", 0)
    click.echo(f"Đã sao lưu / backed up into {file.name}: cases {cases}, files {end.objects}")
    _tell_what_was_lost(end)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--identity", "identity_file", type=click.File("r"), required=True)
@click.option("--server-secret", "secret_file", type=click.File("r"), help="Else it is asked for.")
@click.option("--without-server-secret", is_flag=True, help="It is lost: say what that means.")
def restore(
    file: BinaryIO,
    identity_file: TextIO,
    secret_file: TextIO | None,
    *,
    without_server_secret: bool,
) -> None:
    """Restore a backup FILE into an empty instance: all of it, or nothing."""
    prepare_folder(instance_folder())
    settings = settings_or_exit()
    with _told():
        if settings.server_secret_file.exists():
            raise BackupError("server_secret_file: there is one already; this place is not empty")
        identity = _identity(identity_file.read())
        secret = None if without_server_secret else _server_secret(secret_file)
        with _empty_place(settings) as office:
            order = RestoreOrder(identity, secret, settings.mode)
            _keep_secret(settings, secret)
            restored = restore_backup(office, order, file)
        _tell(office, restored)
        if secret is None:
            _tell_what_is_lost(office, settings)
        else:
            click.echo("The backup was made by this very instance: its origin is proven.")


@contextmanager
def _told() -> Iterator[None]:
    """Say a refusal in one line, and end what was begun also when this program is stopped."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except (BackupError, KeyFormatError, SettingsError) as error:
        _refuse(str(error))
    except StorageError:
        _refuse("the database or the vault is away, full or cannot be written")
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _refuse(reason: str) -> NoReturn:
    click.echo(f"liemchinh: {reason}", err=True)
    sys.exit(1)


def _recipients(given: tuple[str, ...]) -> tuple[Recipient, ...]:
    found = _parsed(given) if given else read_recipients(instance_folder())
    if not found:
        raise BackupError(f"to whom? Give --to age1pq1…, or write it into {RECIPIENTS_FILE}")
    return found


def read_recipients(instance: Path) -> tuple[Recipient, ...]:
    """Return who opens the backups of an instance; nobody, where nothing was written down.

    Raises:
        KeyFormatError: a line is no recipient.
    """
    kept = instance / RECIPIENTS_FILE
    return _parsed(kept.read_text(encoding="ascii").splitlines() if kept.exists() else ())


def _parsed(lines: Iterable[str]) -> tuple[Recipient, ...]:
    return tuple(Recipient.parse(line.strip()) for line in lines if _says_a_key(line))


def _identity(text: str) -> Identity:
    lines = [line.strip() for line in text.splitlines() if _says_a_key(line)]
    if len(lines) != 1:
        raise KeyFormatError("the identity file holds one line AGE-SECRET-KEY-PQ-1…")
    return Identity.parse(lines[0])


def _says_a_key(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _server_secret(given: TextIO | None) -> bytes:
    text = given.read() if given else click.prompt("Server secret", hide_input=True)
    return parse_server_secret(str(text).strip())


@contextmanager
def _empty_place(settings: Settings) -> Iterator[Office]:
    """Yield the office to restore into; what this made is removed on a refusal."""
    office = office_or_exit(settings)
    url = office.database.engine.url
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    was_there = file is None or file.exists()
    try:
        yield office
    except BaseException:
        office.database.close()
        settings.server_secret_file.unlink(missing_ok=True)
        if file is not None and not was_there:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
        raise


def _keep_secret(settings: Settings, secret: bytes | None) -> None:
    if secret is None:
        create_server_secret(settings)
    else:
        write_server_secret(settings, secret)


def _tell(office: Office, restored: Restored) -> None:
    about, end = restored.about, restored.end
    click.echo(
        f"Đã khôi phục / restored as of {about.day}:"
        f" cases {end.rows.get('cases', 0)}, files {end.objects}."
    )
    _tell_what_was_lost(end)
    click.echo("Everybody signs in again. Every receipt given until then opens its thread.")
    if about.pack_version != office.pack.version:
        click.echo(
            f"The pack here is version {office.pack.version}; it was {about.pack_version} then."
        )


def _tell_what_was_lost(end: End) -> None:
    if end.lost:
        click.echo(f"Files that it lacks, since they could not be had any more: {len(end.lost)}")
    for key in end.lost:
        click.echo(f"  {key}")


def _tell_what_is_lost(office: Office, settings: Settings) -> None:
    with office.database.reading() as session:
        holders = list_unit_holders(session)
    click.echo(
        "Without its server secret nothing says who made this backup, and nobody who enrolled"
        " before can sign in: their keys need it. A new one was made, so that receipts open their"
        " threads. If the old one is found, put it into"
        f" {settings.server_secret_file.name} and start again. What each unit can still open:"
    )
    for each in holders:
        click.echo(f"  {each.unit}: {_what_is_left(each)}")


def _what_is_left(holders: UnitHolders) -> str:
    if holders.is_offline:
        return "its key was never on the server and opens everything that was sealed to it."
    if holders.has_recovery:
        return "any two recovery holders together can open its key."
    return "nobody can open what was sealed to it, unless the old server secret is found."
