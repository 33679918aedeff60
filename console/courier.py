"""`liemchinh courier`: a unit whose key is on paper reads and answers off the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from cases.courier_export import begin_export, note_export, write_export
from cases.courier_file import read_answer
from cases.courier_import import MOST_FILE_BYTES, take_in
from cases.errors import BackupError, CourierError, StorageError
from cases.offline_keys import register_offline_key
from cases.whole_file import whole_file
from console.courier_desk import answer_case, open_export
from console.paper_making import make_paper
from console.recipients import brought, is_on_the_paper
from console.terminal import refuse
from crypto.errors import KeyFormatError
from crypto.keys import Recipient
from web.starting import office_or_exit, settings_or_exit

FILE = click.Path(path_type=Path, dir_okay=False)
HEADING = "KHÓA CỦA ĐƠN VỊ, NGOÀI MẠNG / A UNIT'S KEY, OFF THE NETWORK"
ASKED = "Người giữ khóa đọc từ tờ giấy đúng như trên? / Does the holder's paper say the same?"
NOT_THE_PAPERS = "the fingerprint is not the one on the paper; nothing was registered"


@click.group()
def courier() -> None:
    """Carry sealed cases to a unit whose key is on paper, and its answers back."""


@courier.command()
@click.argument("file", type=FILE, required=False)
def new(file: Path | None) -> None:
    """Make a unit's key, on a machine off the network: it goes on paper and nowhere else.

    Its public half, which the server gets by `liemchinh courier add`, is printed, or written to
    FILE. Needs no instance.
    """
    make_paper(HEADING, file)


@courier.command()
@click.argument("unit")
@click.argument("recipient")
@click.option("--fingerprint", default="", help="As the holder read it out; else it is asked for.")
def add(unit: str, recipient: str, fingerprint: str) -> None:
    """Register the public half of UNIT's key, on the server; or a new one in place of a lost one.

    RECIPIENT is age1pq1…, or the file in which it was brought.
    """
    with _told():
        key = brought(recipient)
        office = office_or_exit(settings_or_exit())
        _compare(unit, key, fingerprint)
        epoch = register_offline_key(office, unit, key)
    click.echo(
        f"Từ nay mọi điều gửi cho {unit} được niêm cho khóa này (đời {epoch})."
        f" / From now on everything for {unit} is sealed to this key (epoch {epoch})."
    )
    if epoch > 1:
        click.echo(
            "Điều đã niêm cho khóa trước vẫn chỉ khóa ấy mở: giữ tờ giấy cũ."
            " / What was sealed to the key of before opens with that one only: keep its paper."
        )


def _compare(unit: str, key: Recipient, fingerprint: str) -> None:
    """Go on once somebody confirmed that this is the holder's own key."""
    click.echo(f"{unit}: dấu vân khóa / fingerprint {key.fingerprint()}")
    if not is_on_the_paper(key, fingerprint, ASKED):
        raise CourierError(NOT_THE_PAPERS)


@courier.command()
@click.argument("unit")
@click.argument("file", type=FILE)
@click.option("--again", is_flag=True, help="Everything, also what was exported before.")
def export(unit: str, file: Path, *, again: bool) -> None:
    """Write what UNIT has not been given yet into FILE, sealed to its key, on the server.

    The unit counts as having opened these cases from then on.
    """
    with _told():
        office = office_or_exit(settings_or_exit())
        if file.exists():
            raise BackupError(f"{file.name} is there already, and no file is ever replaced")
        found = begin_export(office, unit, again=again)
        if found is None:
            click.echo(f"{unit}: không có gì mới / nothing is new")
            return
        with whole_file(file) as out:
            write_export(office, found, out)
        note_export(office, found)
    click.echo(f"{file.name}: hồ sơ / cases {len(found.cases)}, văn bản / texts {found.texts}")
    click.echo(
        "Chỉ có bản mã. Người giữ khóa mở trên máy không nối mạng: `liemchinh courier open`."
        " / Ciphertext only. The holder opens it on a machine off the network."
    )


@courier.command("import")
@click.argument("file", type=click.File("rb"))
def take(file: BinaryIO) -> None:
    """Take an answer into its thread, on the server: the reporter reads it with the receipt."""
    with _told():
        content = file.read(MOST_FILE_BYTES + 1)
        if len(content) > MOST_FILE_BYTES:
            raise CourierError("this answer is longer than any that we make")
        answer = read_answer(content)
        unit = take_in(office_or_exit(settings_or_exit()), answer)
    click.echo(f"Đã nhận trả lời / taken in: {unit}, {answer.case[:6].upper()}")


@contextmanager
def _told() -> Iterator[None]:
    """Say a refusal in one line."""
    try:
        yield
    except (CourierError, KeyFormatError, BackupError) as error:
        refuse(str(error))
    except StorageError:
        refuse("the database or the vault is away, full or cannot be written; nothing is lost")


courier.add_command(open_export)
courier.add_command(answer_case)
