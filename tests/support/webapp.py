"""A small app of either door over a store in memory, and the settings it starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask

from tests.support.office import SERVER_SECRET
from web.appbase import AppParts, Side, new_app
from web.settings import Settings, load_settings, write_default

ROOT = Path(__file__).resolve().parents[2]
# Nobody listens there: no page waits for a mail server.
SENDS_MAIL = {"smtp_url": "smtp://127.0.0.1:1", "notice_from": "desk@example.test"}


@dataclass
class StoredSessions:
    """Sessions in memory, with the promises of the real store."""

    rows: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    saves: int = 0

    def load(self, tag: bytes, now: int) -> bytes | None:
        sealed, expires_at = self.rows.get(tag, (None, 0))
        return sealed if expires_at > now else None

    def save(self, tag: bytes, sealed: bytes, expires_at: int) -> None:
        self.saves += 1
        self.rows[tag] = (sealed, expires_at)

    def renew(self, tag: bytes, sealed: bytes, expires_at: int) -> bool:
        is_there = tag in self.rows
        if is_there:
            self.save(tag, sealed, expires_at)
        return is_there

    def delete(self, tag: bytes) -> None:
        self.rows.pop(tag, None)


@dataclass
class MovedClock:
    """A clock that a test moves."""

    seconds: int = 1_800_000_000

    def today(self) -> date:
        return datetime.fromtimestamp(self.seconds, UTC).date()

    def now(self) -> int:
        return self.seconds


def settings_in(instance: Path, changes: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a new try-out instance in a folder of the test's own."""
    path = instance / "liemchinh.toml"
    if not path.exists():
        write_default(path)
    changed = {f"LIEMCHINH_{key.upper()}": value for key, value in (changes or {}).items()}
    return load_settings(ROOT, {"LIEMCHINH_INSTANCE": str(instance), **changed})


def parts_in(instance: Path, changes: Mapping[str, str] | None = None) -> AppParts:
    """Return what an app is started with, over stores in memory."""
    settings = settings_in(instance, changes)
    return AppParts(settings, SERVER_SECRET, StoredSessions(), MovedClock())


def app_of(parts: AppParts, side: Side = Side.PUBLIC) -> Flask:
    """Return an app without views."""
    return new_app("try", side, parts)
