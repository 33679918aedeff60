"""What all tables have in common, and the way past the mapper where speed matters."""

from sqlalchemy import LargeBinary, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase

# 128 random bits in lower-case base32: tells neither order nor number of cases.
REF_CHARS = 26
CODE_CHARS = 64
# Every role at once.
ROLES_CHARS = 200

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {bytes: LargeBinary, str: String}


def table_of(record: type[Record]) -> Table:
    """Return a record's table. Statements on tables cost half of those on mapped classes."""
    table = record.__table__
    if not isinstance(table, Table):
        raise TypeError("every record has a table of its own")
    return table
