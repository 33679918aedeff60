"""`liemchinh recovery`: the three keys on paper, any two of which open a unit again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from cases.errors import BackupError, RecoveryError, StorageError
from cases.recovery_checks import epochs_by_unit
from cases.recovery_export import ask_for_recovery
from cases.recovery_file import read_answer, read_asked
from cases.recovery_import import take_answer
from cases.recovery_keys import (
    NUMBERS,
    RecoveryKey,
    add_recovery_key,
    list_recovery_keys,
    list_uncompared,
    list_unsealed,
)
from cases.recovery_replacement import replace_recovery_key
from cases.whole_file import whole_file
from console.paper_making import make_paper
from console.recipients import brought
from console.recovery_open import MOST_BYTES, open_question
from console.terminal import refuse
from crypto.errors import KeyFormatError
from web.starting import office_or_exit, settings_or_exit

FILE = click.Path(path_type=Path, dir_okay=False)
HEADING = "KHÓA KHÔI PHỤC / RECOVERY KEY"
COMPARE_NOW = (
    "Một thành viên của mỗi đơn vị so dấu vân khóa với người giữ, ở trang Đơn vị."
    " / A member of each unit compares the fingerprint with its holder, on the page Đơn vị."
)


@click.group()
def recovery() -> None:
    """Make, register and use the recovery keys: any two of three give a unit's key back."""


@recovery.command()
@click.argument("file", type=FILE, required=False)
def new(file: Path | None) -> None:
    """Make one recovery key, for one person, on a machine off the network.

    The key goes on paper and nowhere else. Its public half, which the server gets by `liemchinh
    recovery add`, is printed, or written to FILE. Needs no instance.
    """
    make_paper(HEADING, file)


@recovery.command()
@click.argument("number", type=int)
@click.argument("recipient")
def add(number: int, recipient: str) -> None:
    """Register the public half of recovery key NUMBER (1, 2 or 3), on the server.

    RECIPIENT is age1pq1…, or the file in which it was brought. Afterwards a member of each unit
    compares the fingerprints with those who hold the keys, on the page Đơn vị of the desk.
    """
    with _told():
        key = RecoveryKey(number, brought(recipient))
        add_recovery_key(office_or_exit(settings_or_exit()), key)
    click.echo(f"Khóa khôi phục / recovery key {number}: {key.fingerprint}")
    click.echo(COMPARE_NOW)


@recovery.command()
@click.argument("number", type=int)
@click.argument("recipient")
@click.option("--despite-loss", is_flag=True, help="Also if nothing opens some keys afterwards.")
def replace(number: int, recipient: str, *, despite_loss: bool) -> None:
    """Put a new key in the place of recovery key NUMBER, which was lost or seen, on the server.

    What was sealed to the former one is destroyed here; the two others still open it. Older backups
    keep it. Members compare the keys anew on the page Đơn vị, and seal to the new one.
    """
    with _told():
        key = RecoveryKey(number, brought(recipient))
        office = office_or_exit(settings_or_exit())
        former = replace_recovery_key(office, key, despite_loss=despite_loss)
    click.echo(f"Khóa khôi phục / recovery key {number}: {former.fingerprint} → {key.fingerprint}")
    click.echo(COMPARE_NOW)


@recovery.command("list")
def list_keys() -> None:
    """Show the recovery keys, and which units' keys they could not open yet."""
    with _told(), office_or_exit(settings_or_exit()).database.reading() as session:
        keys = {key.number: key for key in list_recovery_keys(session)}
        unsealed = list_unsealed(session)
        waiting = list_uncompared(session)
    for number in NUMBERS:
        said = keys[number].fingerprint if number in keys else "chưa có / missing"
        click.echo(f"{number}: {said}")
    if unsealed:
        click.echo(f"Chưa niêm / not sealed to recovery yet: {epochs_by_unit(unsealed)}")
    if keys and waiting:
        click.echo(f"Chưa ai so / nobody compared them: {', '.join(waiting)}")


@recovery.command()
@click.argument("unit")
@click.argument("file", type=FILE)
@click.option("--member", default="", help="Sign-in name; else the one who waits there.")
def export(unit: str, file: Path, member: str) -> None:
    """Write what the holders need to let somebody into UNIT, into FILE, on the server.

    It holds ciphertext and public keys only. An older export for this unit counts no more.
    """
    with _told():
        content = ask_for_recovery(office_or_exit(settings_or_exit()), unit, member)
        with whole_file(file) as out:
            out.write(content)
    asked, _ = read_asked(content)
    click.echo(
        f"{unit}: khóa / keys {len(asked.epochs)}, hồ sơ riêng / single cases {len(asked.cases)}"
    )
    click.echo(f"Người mới / newcomer: {asked.newcomer.sign_in_name}")
    click.echo(
        "Hai người giữ khóa mở tệp này trên máy không nối mạng: `liemchinh recovery open`."
        " / Two recovery holders open it on a machine off the network."
    )


@recovery.command("import")
@click.argument("file", type=click.File("rb"))
def take(file: BinaryIO) -> None:
    """Take in what two holders answered, on the server: the newcomer holds the unit's keys."""
    with _told():
        answer = read_answer(file.read(MOST_BYTES))
        recovered = take_answer(office_or_exit(settings_or_exit()), answer)
    click.echo(
        f"Đã nhận / let in: {recovered.sign_in_name}, {answer.unit}"
        f" ({recovered.holder}; hồ sơ riêng / single cases: {recovered.cases})"
    )
    click.echo(
        "Người đó đăng nhập và thấy hồ sơ; trang Đơn vị ghi ai đã cho vào và vì sao."
        " / They sign in and see the cases; the page Đơn vị says who let them in and why."
    )


@contextmanager
def _told() -> Iterator[None]:
    """Say a refusal in one line."""
    try:
        yield
    except (RecoveryError, KeyFormatError, BackupError) as error:
        refuse(str(error))
    except StorageError:
        refuse("the database is away, full or cannot be written")


recovery.add_command(open_question)
