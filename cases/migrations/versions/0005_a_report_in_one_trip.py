"""A report's rows in one trip to PostgreSQL; SQLite is in the same process and makes none.

The function has its caller's rights: it adds what its caller may add, row by row.
"""

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SIGNATURE = "public_file(text, jsonb)"
# The case and its receipt come first and its entry last: what is added between them must belong to
# a case that this transaction knows the receipt of, and that is not yet whole (0002).
TABLES = (
    "once", "cases", "receipts", "compartments", "seals", "listings", "entries", "attachments"
)  # fmt: skip


def upgrade() -> None:
    """Make the change."""
    if op.get_bind().dialect.name != "postgresql":
        return
    path = op.get_bind().scalar(text("SELECT quote_ident(current_schema()) || ', pg_temp'"))
    inserts = "\n".join(
        f"INSERT INTO {table} SELECT * FROM"  # noqa: S608 (names of our own tables)
        f" jsonb_populate_recordset(CAST(NULL AS {table}), $2->'{table}');"
        for table in TABLES
    )
    op.execute(
        text(
            f"CREATE FUNCTION {SIGNATURE} RETURNS void LANGUAGE plpgsql VOLATILE"
            f" SET search_path = {path} AS $$ BEGIN"
            f" PERFORM set_config('liemchinh.known', $1, true); {inserts} END $$"
        )
    )
    op.execute(text(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC"))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(text(f"DROP FUNCTION {SIGNATURE}"))
