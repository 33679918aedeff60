"""`liemchinh open`: an age file, on a machine off the network, by a key that is typed."""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from cases.errors import BackupError
from cases.whole_file import whole_file
from console.terminal import ask_identity, refuse
from crypto.errors import OpenError
from crypto.header import read_header
from crypto.keys import Identity
from crypto.opening import open_header, open_payload

READ_BYTES = 1 << 20
# A text that somebody reads on a screen; what is longer goes into a file.
MOST_SHOWN_BYTES = 1 << 20
CANNOT_OPEN = (
    "this key does not open it, or the file was altered or cut off; nothing was kept of it"
)
KEY = "Khóa AGE-SECRET-KEY-PQ-1… (không hiện) / key (not shown)"


@click.command("open")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--to", "out", type=click.Path(path_type=Path, dir_okay=False), help="A new file for it."
)
def open_file(file: BinaryIO, out: Path | None) -> None:
    """Open a sealed FILE.age with the key on paper. Do this on a machine off the network.

    Needs no instance. A text is shown; anything else goes into a new file (--to), or to whatever
    the output is sent to.
    """
    try:
        opened = _opened(file, ask_identity(KEY))
        if out is not None:
            _keep(opened, out)
        elif sys.stdout.isatty():
            click.echo(_legible(opened))
        else:
            _pass_on(opened)
    except OpenError:
        refuse(CANNOT_OPEN)
    except BackupError as error:
        refuse(str(error))


def _opened(file: BinaryIO, identity: Identity) -> Iterator[bytes]:
    file_key = open_header(read_header(file), identity)
    return open_payload(file_key, iter(lambda: file.read(READ_BYTES), b""))


def _keep(opened: Iterator[bytes], out: Path) -> None:
    with whole_file(out) as kept:
        for piece in opened:
            kept.write(piece)
    click.echo(f"Đã mở vào / opened into {out.name}", err=True)


def _pass_on(opened: Iterator[bytes]) -> None:
    """Send it on whole, or what came of it with an exit status that says so."""
    for piece in opened:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _legible(opened: Iterator[bytes]) -> str:
    """Return a text that may be shown: what controls a terminal could rewrite what it says."""
    whole = bytearray()
    for piece in opened:
        whole += piece
        if len(whole) > MOST_SHOWN_BYTES:
            refuse("it is too long to be shown: choose a new file by --to")
    # A text of ours ends in the zeros of its padding (docs/sealing.md, section 5).
    try:
        text = bytes(whole).rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        refuse("it is no text: choose a new file by --to")
    if any(
        unicodedata.category(symbol) in {"Cc", "Cf"} and symbol not in "\n\t" for symbol in text
    ):
        refuse("it holds characters that would control the terminal: choose a new file by --to")
    return text
