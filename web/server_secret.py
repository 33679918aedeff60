"""The server secret: one file outside database and backups, for this account alone."""

import secrets
import stat
from typing import Final

from cases.durable import make_durable_file
from web.settings import Settings, SettingsError

SERVER_SECRET_BYTES: Final = 32


def create_server_secret(settings: Settings) -> None:
    """Write a new server secret, readable by this account only.

    Raises:
        FileExistsError: there is one already; replacing it would lock out every reviewer.
    """
    write_server_secret(settings, secrets.token_bytes(SERVER_SECRET_BYTES))


def write_server_secret(settings: Settings, secret: bytes) -> None:
    """Write this server secret, readable by this account only, and bring it to the disk.

    Raises:
        FileExistsError: there is one already; replacing it would lock out every reviewer.
    """
    path = settings.server_secret_file
    if path.exists():
        raise FileExistsError(path.name)
    # Whole and on the disk before anything rests on it: a reviewer who is enrolled under a secret
    # that a power cut takes away is locked out for good.
    make_durable_file(path, f"{secret.hex()}\n".encode())


def read_server_secret(settings: Settings) -> bytes:
    """Return the server secret that stands outside database and backups.

    Raises:
        SettingsError: it is missing, malformed, or readable by other accounts.
    """
    path = settings.server_secret_file
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        secret = parse_server_secret(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        raise SettingsError("server_secret_file: missing or malformed") from None
    if mode & 0o077:
        raise SettingsError("server_secret_file: must be readable by its owner only (mode 600)")
    return secret


def parse_server_secret(text: str) -> bytes:
    """Return the server secret that somebody copied.

    Raises:
        SettingsError: it is none.
    """
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        raise SettingsError("server_secret_file: missing or malformed") from None
    if len(secret) != SERVER_SECRET_BYTES:
        raise SettingsError(f"server_secret_file: must hold {SERVER_SECRET_BYTES} bytes in hex")
    return secret
