"""What stands between the public door and the tables on PostgreSQL: it shows the tags it knows.

There the public door has a role of its own, which sees a row only in a transaction that knows the
tag of the row's secret, and does what needs more through one narrow function each (migration 0002,
docs/adr/0009-postgresql.md). SQLite has no roles: the same steps are plain statements.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Insert, func, insert, select, text, update
from sqlalchemy.orm import Session

from cases.database import is_postgresql
from cases.record_base import Record, table_of
from cases.records import AttachmentRecord, DraftFileRecord, EntryRecord, OnceRecord

KNOWN_SETTING = "liemchinh.known"
# Rows to insert, by column, for each table.
NewRows = Mapping[type[Record], Sequence[Mapping[str, object]]]
_FILE = text("SELECT public_file(:known, CAST(:rows AS jsonb))")


def know(session: Session, *tags: bytes) -> None:
    """Show the tags that this transaction knows the secrets of; the last call counts."""
    if is_postgresql(session):
        session.execute(select(func.set_config(KNOWN_SETTING, _joined(tags), True)))


def _joined(tags: Iterable[bytes]) -> str:
    return ",".join(tag.hex() for tag in tags)


def need_every_row(session: Session) -> None:
    """Fail rather than find nothing where a role is shown some rows only, until this one ends.

    For whoever destroys what no row names: to the public door's role no file would be any case's.
    """
    if is_postgresql(session):
        session.execute(text("SET LOCAL row_security = off"))


def filed_keys(session: Session, object_keys: Collection[str]) -> set[str]:
    """Return which of these files belong to a case by now: nobody may destroy them.

    The public door must know it of cases that it is not shown.
    """
    keys = list(object_keys)
    if is_postgresql(session):
        return set(session.scalar(select(func.public_filed_keys(keys))) or ())
    filed = select(AttachmentRecord.object_key).where(AttachmentRecord.object_key.in_(keys))
    return set(session.scalars(filed))


def add_case(session: Session, rows: NewRows, *tags: bytes) -> None:
    """Show these tags, and add all rows of a new case in the order of their tables."""
    if is_postgresql(session):
        by_name = {table.__tablename__: list(each) for table, each in rows.items()}
        as_json = as_jsonb(by_name)
        session.execute(_FILE, {"known": _joined(tags), "rows": as_json})
        return
    connection = session.connection()
    for table, each in rows.items():
        if each:
            connection.execute(_insert_into(table), list(each))


@cache
def _insert_into(table: type[Record]) -> Insert:
    # Put together once: what the library does for each new statement is a third of adding rows.
    return insert(table_of(table))


def as_jsonb(values: object) -> str:
    """Return rows as a function behind the wall takes them: bytes as PostgreSQL writes them."""
    return json.dumps(values, default=_as_postgresql_reads_it)


def _as_postgresql_reads_it(value: object) -> str:
    return rf"\x{value.hex()}" if isinstance(value, bytes) else str(value)


def lock_case_of(session: Session, lookup_tag: bytes) -> None:
    """Let nobody else add to the case of a receipt until this transaction ends.

    Called before anything of the case is read, so that what is read is what is added to.
    """
    if is_postgresql(session):
        session.execute(select(func.public_lock_case(lookup_tag)))


def next_position(session: Session, case_ref: str) -> ColumnElement[int]:
    """Return the place after the last entry of a case, as a part of the statement that takes it."""
    if is_postgresql(session):
        return func.public_next_position(case_ref)
    last = select(func.max(EntryRecord.position)).where(EntryRecord.case_ref == case_ref)
    return func.coalesce(last.scalar_subquery(), 0) + 1


def forget_receipt(session: Session, lookup_tag: bytes) -> None:
    """Stop showing a receipt again, since it was used and so was kept."""
    if is_postgresql(session):
        session.execute(select(func.public_forget_receipt(lookup_tag)))
        return
    session.execute(
        update(OnceRecord)
        .where(OnceRecord.lookup_tag == lookup_tag)
        .values(sealed_receipt=None, lookup_tag=None)
    )


def draft_use(session: Session) -> tuple[int, int]:
    """Return how many bytes and files all drafts have; it stays so until this transaction ends."""
    if is_postgresql(session):
        use = func.public_draft_use().table_valued("padded_bytes", "files")
        padded, files = session.execute(select(use.c.padded_bytes, use.c.files)).one()
    else:
        padded, files = session.execute(
            select(func.coalesce(func.sum(DraftFileRecord.padded_bytes), 0), func.count())
        ).one()
    return int(padded), int(files)
