"""Talking to somebody at a terminal: secrets are shown and typed there, and nowhere else."""

import sys
from typing import NoReturn

import click

from crypto.errors import KeyFormatError
from crypto.keys import Identity
from crypto.paper_keys import typed_identity

TRIES = 3
# Clears what a terminal keeps to scroll back to (xterm, "Erase Saved Lines").
_FORGET_SCROLLED = "\x1b[3J"


def refuse(reason: str) -> NoReturn:
    """End the command with one line that says why."""
    click.echo(f"liemchinh: {reason}", err=True)
    sys.exit(1)


def need_terminal() -> None:
    """Go on only where somebody sits: what is sent to a file or a pipe stays there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        refuse(
            "việc này làm tại màn hình, không qua tệp hay lệnh khác"
            " / this is done at a terminal, through no file and no other command"
        )


def ask_identity(prompt: str) -> Identity:
    """Return the identity that somebody types from paper; it is not shown."""
    for _ in range(TRIES):
        try:
            return typed_identity(str(click.prompt(prompt, hide_input=True)))
        except KeyFormatError as error:
            click.echo(f"Chưa đúng, xin gõ lại / not right, please type it again: {error}.")
    refuse("ba lần chưa đúng / wrong three times")


def legible(text: str) -> str:
    """Return what a file says of itself without what could steer the terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def forget_screen() -> None:
    """Take what was shown off the screen."""
    click.clear()
    click.echo(_FORGET_SCROLLED, nl=False)
