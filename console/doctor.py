"""The operator's check-up: what is wrong, in plain words and by exit code."""

import ctypes
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import click
from limits.errors import ConfigurationError
from sqlalchemy.exc import SQLAlchemyError

from cases.clock import Clock, SystemClock
from cases.database import Database
from cases.disk_room import RESERVED_BYTES
from cases.errors import MailServerAwayError, PublicRoleError, StorageError
from cases.findings import Finding, Grade, exit_code, unknown, wrong
from cases.going_live import check_receivers
from cases.jobs import JOBS
from cases.machine_checks import (
    NOT_WRITTEN_BY_OTHERS,
    Guarded,
    check_dumps,
    check_open_files,
    check_owners,
    check_room,
    check_swap,
    check_time_service,
)
from cases.mailing import open_line
from cases.notice_checks import check_notice
from cases.office import Office
from cases.office_checks import (
    check_durability,
    check_integrity,
    check_readers,
    check_schema,
    check_time,
)
from cases.public_role import check_role
from cases.recovery_checks import check_recovery
from cases.sqlite_files import SUFFIXES, sqlite_files
from cases.vault import Vault, local_root
from cases.vault_checks import check_vault
from console.backups import RECIPIENTS_FILE, read_recipients
from crypto.errors import KeyFormatError
from policy.deadlines import calendar_for
from policy.errors import PolicyError
from policy.loading import load_pack
from policy.pack import Pack
from web.embedded_jobs import mail_jobs, post_of
from web.limits import does_store_answer, does_store_write
from web.server_secret import read_server_secret
from web.serving import most_open_files, open_files_for
from web.settings import FILE_NAME, Settings, SettingsError, load_settings
from web.starting import ROOT, public_database_url

PR_GET_DUMPABLE: Final = 3
# What adjtimex(2) calls TIME_ERROR.
CLOCK_NOT_SET: Final = 5
HEADINGS: Final = {Grade.WRONG: "SAI / wrong", Grade.UNKNOWN: "KHÔNG RÕ / cannot tell"}


def can_dump() -> bool:
    """Return whether a crash of this program would leave a dump; what holds here, in the doors."""
    if sys.platform != "linux":
        return True
    limit, _ = resource.getrlimit(resource.RLIMIT_CORE)
    return bool(limit or ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))


def is_clock_kept() -> bool:
    """Return whether the kernel was told the time by a time service, as far as it says so."""
    if sys.platform != "linux":
        return True
    # Larger than the kernel's struct timex, all zeros: a question that changes nothing.
    answer = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)))
    return answer != CLOCK_NOT_SET


@dataclass(frozen=True)
class Machine:
    """Where the facts about the machine come from."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    reserved_bytes: int = RESERVED_BYTES
    clock: Clock = field(default_factory=SystemClock)
    can_dump: bool = field(default_factory=can_dump)
    open_files: int = field(default_factory=most_open_files)
    is_clock_kept: bool = field(default_factory=is_clock_kept)


@click.command()
@click.option("--quick", is_flag=True, help="Look at the length of each file, and read none.")
def doctor(*, quick: bool) -> None:
    """Say what is wrong with this instance; exit 0 well, 1 something is wrong, 2 cannot tell."""
    try:
        settings = load_settings(ROOT, os.environ)
    except SettingsError as error:
        findings = [wrong(f"settings: {error}", f"mend {FILE_NAME}")]
    else:
        findings = examine(settings, Machine(), is_read=not quick)
    for grade, heading in HEADINGS.items():
        for finding in findings:
            if finding.grade is grade:
                click.echo(f"{heading}: {finding.what}. → {finding.mend}")
    if not findings:
        click.echo("Ổn / well: nothing wrong was found.")
    sys.exit(exit_code(findings))


def examine(settings: Settings, machine: Machine, *, is_read: bool = True) -> list[Finding]:
    """Return everything that is wrong with an instance or its machine, or could not be told."""
    places = _Places(settings, machine, is_read=is_read)
    return list(
        chain(
            check_owners(settings.instance, places.guarded()),
            check_swap(machine.proc, machine.sys),
            check_dumps(can_dump=machine.can_dump),
            check_time_service(is_kept=machine.is_clock_kept),
            check_open_files(machine.open_files, open_files_for(settings.threads)),
            _check_settings(settings),
            _check_recipients(settings),
            _check_mail(settings),
            places.check_rooms(),
            places.check_stores(),
        )
    )


class _Places:
    """Where an instance keeps things."""

    def __init__(self, settings: Settings, machine: Machine, *, is_read: bool) -> None:
        self._settings = settings
        self._is_read = is_read
        self._machine = machine
        self._files = sqlite_files(settings.database_url)
        self._vault = local_root(settings.vault_url)

    def guarded(self) -> Iterator[Guarded]:
        """Yield what other accounts must not read, and what they must not write."""
        instance = self._settings.instance
        yield Guarded(instance, "the instance's folder")
        yield Guarded(instance / FILE_NAME, "the settings")
        yield Guarded(self._settings.server_secret_file, "the server secret")
        yield Guarded(instance / RECIPIENTS_FILE, "the backup's recipients", NOT_WRITTEN_BY_OTHERS)
        for path, suffix in zip(self._files, SUFFIXES, strict=False):
            yield Guarded(path, f"the database{suffix}")
        if self._vault is not None:
            yield Guarded(self._vault, "the vault")

    def check_rooms(self) -> Iterator[Finding]:
        """Find disks without room, each once."""
        vaults = (self._vault,) if self._vault is not None else ()
        folders = (*vaults, *(each.parent for each in self._files))
        disks = {each.stat().st_dev: each for each in folders if each.exists()}
        for folder in disks.values():
            yield from check_room(folder, self._machine.reserved_bytes)

    def check_stores(self) -> Iterator[Finding]:
        """Find what is wrong with pack, database and vault, as far as each can be opened."""
        if self._files and not self._files[0].exists():
            yield wrong("there is no database here", "run `liemchinh init`, or restore a backup")
            return
        if self._vault is not None and not self._vault.exists():
            yield wrong("there is no vault here", "mount its disk, or restore a backup")
            return
        try:
            pack = load_pack(self._settings.pack, self._settings.own_days)
        except PolicyError as error:
            yield wrong(f"the pack has faults: {error}", "liemchinh policy check")
            return
        office = self._open(pack)
        if office is None:
            yield wrong("database_url or vault_url cannot be used", "look at both settings")
            return
        try:
            yield from _check_office(office, self._settings, is_read=self._is_read)
            yield from _check_recovery(office.database, self._settings)
            if office.database.is_postgresql:
                yield from _check_public_role(self._settings)
        finally:
            office.database.close()

    def _open(self, pack: Pack) -> Office | None:
        try:
            database = Database(self._settings.database_url)
            vault = Vault(self._settings.vault_url, self._machine.clock.today, is_made=True)
        except (SQLAlchemyError, ImportError, StorageError):
            return None
        return Office(database, vault, pack, calendar_for(pack), self._machine.clock)


def _check_office(office: Office, settings: Settings, *, is_read: bool) -> Iterator[Finding]:
    schema = list(_asked("the database", lambda: check_schema(office.database)))
    yield from schema
    if schema:
        # The rows of another version cannot be read as this one's.
        return
    yield from _asked("the database", lambda: check_integrity(office.database))
    yield from _asked("the database", lambda: check_durability(office.database))
    live = not settings.is_try_out
    yield from _asked("the database", lambda: check_receivers(office, is_live=live))
    yield from _asked("the database", lambda: check_readers(office.database))
    jobs = (*JOBS, *mail_jobs(settings))
    yield from _asked("the database", lambda: check_time(office, jobs))
    if settings.sends_mail:
        yield from _asked("the database", lambda: check_notice(office, settings.notice_hour))
    yield from _asked("the vault", lambda: check_vault(office, is_read=is_read))


def _check_recovery(database: Database, settings: Settings) -> Iterator[Finding]:
    if not list(_asked("the database", lambda: check_schema(database))):
        live = not settings.is_try_out
        yield from _asked("the database", lambda: check_recovery(database, is_live=live))


def _check_public_role(settings: Settings) -> Iterator[Finding]:
    try:
        secret = read_server_secret(settings)
    except SettingsError:
        # Said among the settings; without it nobody knows the role's password.
        return
    database = Database(public_database_url(settings, secret), is_walled=True)
    try:
        check_role(database)
    except PublicRoleError as error:
        yield wrong(f"public_database_url: this role {error}", "`liemchinh init` mends its rights")
    except StorageError:
        yield wrong(
            "public_database_url: the database does not let the public door's role in",
            "`liemchinh init` makes it; pg_hba.conf must let it in",
        )
    finally:
        database.close()


def _asked(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except StorageError:
        yield wrong(f"{name} is away, damaged or cannot be read", "start it, or restore a backup")


def _check_settings(settings: Settings) -> Iterator[Finding]:
    try:
        read_server_secret(settings)
    except SettingsError as error:
        yield wrong(str(error), "bring back the copy that is kept apart: a new one opens nobody")
    try:
        answers = does_store_answer(settings.limiter_url)
    except (ConfigurationError, ValueError):
        answers = False
    if not answers:
        yield wrong(
            "limiter_url: the store does not answer, so each process counts by itself", "start it"
        )
    elif does_store_write(settings.limiter_url):
        yield wrong(
            "limiter_url: this Redis keeps counts on a disk, from which addresses could be guessed",
            'start it with --save "" --appendonly no',
        )


def _check_mail(settings: Settings) -> Iterator[Finding]:
    post = post_of(settings)
    if post is None:
        return
    try:
        with open_line(post.server, post.sender):
            pass
    except MailServerAwayError as error:
        yield wrong(
            f"smtp_url: the mail server does not let us in ({error})",
            "look at the address, its certificate and the password; notice waits meanwhile",
        )


def _check_recipients(settings: Settings) -> Iterator[Finding]:
    mend = (
        f"make a key off the server (`liemchinh backup-key`), its recipient into {RECIPIENTS_FILE}"
    )
    try:
        found = read_recipients(settings.instance)
    except (KeyFormatError, UnicodeDecodeError):
        yield wrong(
            f"{RECIPIENTS_FILE} holds a line that is no recipient, so no backup is made", mend
        )
        return
    except OSError:
        yield unknown(f"{RECIPIENTS_FILE} cannot be read", "run this as the instance's account")
        return
    if not found and not settings.is_try_out:
        yield wrong("backups have no recipient, so none is made", mend)
