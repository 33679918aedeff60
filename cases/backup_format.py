"""What a backup holds, member by member; a second implementation reads docs/sealing.md, section 11.

A backup is a tar inside one age file. It outlives what it was made from, so it leaves out whatever
must not: visits, drafts, links, the due times of jobs, and every time of day.
"""

import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import Table

from cases.errors import BackupError
from cases.json_bytes import decode_bytes, encode_bytes
from cases.records import CaseRecord
from crypto.boxes import keyed_digest

FORMAT = "liemchinh/backup/v1"
ABOUT, END = "about.json", "end.json"
TABLE_PART = re.compile(r"tables/([a-z_]{1,64})/[0-9]{8}\.jsonl")
OBJECT = re.compile(r"vault/([0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{28})")
OBJECT_LIST = re.compile(r"objects/[0-9]{8}\.jsonl")

# A part is closed once it has this much; one row more than that is what a reader must hold.
PART_BYTES = 1 << 20
MOST_PART_BYTES = 64 << 20
DAY_SECONDS = 24 * 60 * 60

SECRET_LABEL = "backup/server-secret"  # noqa: S105 (a label, not a secret)
ORIGIN_LABEL = "backup/origin"

# What expires soon, or was promised to be erased, is not carried on; jobs run when the instance
# starts again, and a recovery that was under way is asked for anew.
LEFT_OUT = frozenset(
    {
        "public_sessions",
        "desk_sessions",
        "desk_drafts",
        "drafts",
        "draft_files",
        "enrolments",
        "jobs",
        "mail_server",
        "recovery_exports",
        "spent_codes",
    }
)


def _whole_day(seconds: object) -> int:
    if not isinstance(seconds, int):
        raise TypeError
    return seconds - seconds % DAY_SECONDS


def _nothing(_value: object) -> None:
    return None


# A form that was filed stays known as filed, and no more: no receipt, no way to its case.
REDUCED: Mapping[str, Mapping[str, Callable[[object], object]]] = {
    "once": {"sealed_receipt": _nothing, "lookup_tag": _nothing, "expires_at": _whole_day},
    # Whoever waits for a code asks for another one; letters that were not sent are still to be.
    "notice_addresses": {"wanted": _nothing, "code": _nothing, "expires_at": _nothing},
    "outbox": {"due_at": _whole_day},
}


@dataclass(frozen=True, kw_only=True)
class About:
    """The first member: what the backup is of, and a check of its server secret."""

    format: str
    schema: str
    pack_version: str
    mode: str
    day: str
    server_secret: str

    def encoded(self) -> bytes:
        """Return the member's content."""
        return _json(asdict(self))

    @classmethod
    def parse(cls, content: bytes) -> "About":
        """Return what the first member says.

        Raises:
            BackupError: it is no backup, or one of another format.
        """
        found = _texts(content)
        if found.get("format") != FORMAT:
            raise BackupError("this is no backup of Liêm Chính, or one of a newer format")
        if found.keys() != cls.__dataclass_fields__.keys():
            raise BackupError("the backup's first page is not as its format wants it")
        return cls(**found)


@dataclass(frozen=True, kw_only=True)
class End:
    """The last member: how much there was, and who made it. Without it a backup is not whole.

    Lost: the files that its rows name and that could not be had any more when it was made.
    """

    rows: Mapping[str, int]
    objects: int
    lost: tuple[str, ...] = ()
    origin: str = ""

    def counted(self) -> bytes:
        """Return the figures in one fixed form."""
        rows = dict(sorted(self.rows.items()))
        return _json({"rows": rows, "objects": self.objects, "lost": self.lost})

    def encoded(self) -> bytes:
        """Return the member's content."""
        return _json({**json.loads(self.counted()), "origin": self.origin})

    def signed(self, server_secret: bytes, trace: "Trace") -> "End":
        """Return the same with a digest that only who has the server secret can make.

        Anybody can seal a file to the backup's recipient; this tells ours from a forged one.
        """
        origin = keyed_digest(server_secret, ORIGIN_LABEL, trace.digest(), self.counted())
        return replace(self, origin=origin.hex())


class Trace:
    """A digest over all members so far, by name and content."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, name: str, content_sha256: bytes) -> None:
        """Take note of the next member."""
        self._digest.update(hashlib.sha256(name.encode("ascii")).digest() + content_sha256)

    def digest(self) -> bytes:
        """Return the digest."""
        return self._digest.digest()


def secret_check(server_secret: bytes) -> str:
    """Return what tells the right server secret from a wrong one, and nothing else about it."""
    return keyed_digest(server_secret, SECRET_LABEL).hex()


def kept_tables() -> tuple[Table, ...]:
    """Return the tables that a backup holds, each after those that it refers to."""
    return tuple(each for each in CaseRecord.metadata.sorted_tables if each.name not in LEFT_OUT)


def encode_row(table: Table, row: Mapping[str, object]) -> bytes:
    """Return a row as a line of JSON, without what must not outlive its time."""
    reduced = REDUCED.get(table.name, {})
    kept = {name: reduced.get(name, _same)(value) for name, value in row.items()}
    return _json({name: _plain(value) for name, value in kept.items()}) + b"\n"


def decode_row(table: Table, line: bytes) -> dict[str, object]:
    """Return the row that a line stands for, as the columns of ``table`` want it.

    Raises:
        BackupError: it is no row of this table.
    """
    try:
        found = json.loads(line)
        if found.keys() != {column.name for column in table.columns}:
            raise BackupError("a row is not as its table wants it")
        return {
            column.name: _typed(column.type.python_type, found[column.name])
            for column in table.columns
        }
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise BackupError("a row is not as its table wants it") from None


def encode_listed(key: str, length: int, sha256: bytes) -> bytes:
    """Return the line of an object in the list of objects."""
    return _json({"key": key, "length": length, "sha256": sha256.hex()}) + b"\n"


def parse_end(content: bytes) -> End:
    """Return what the last member says.

    Raises:
        BackupError: it is not as the format wants it.
    """
    try:
        found = json.loads(content)
        return End(
            rows=dict(found["rows"]),
            objects=int(found["objects"]),
            lost=tuple(map(str, found["lost"])),
            origin=found["origin"],
        )
    except (ValueError, TypeError, KeyError):
        raise BackupError("the backup's last page is not as its format wants it") from None


def _same(value: object) -> object:
    return value


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return encode_bytes(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(wanted: type, value: object) -> object:
    if value is None:
        return None
    if wanted is bytes:
        return decode_bytes(str(value))
    if wanted is date:
        return date.fromisoformat(str(value))
    if not isinstance(value, wanted):
        raise TypeError
    return value


def _texts(content: bytes) -> dict[str, str]:
    try:
        found = json.loads(content)
        return {str(key): str(value) for key, value in found.items()}
    except (ValueError, AttributeError):
        raise BackupError("this is no backup of Liêm Chính") from None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
