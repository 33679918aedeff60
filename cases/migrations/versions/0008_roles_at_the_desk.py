"""Several roles for one person in one unit, and memberships that hold no keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("memberships", "enrolments")
SHORT, LONG = 64, 200


def upgrade() -> None:
    """Make the change."""
    for table in TABLES:
        _rename(table, ("role", SHORT), ("roles", LONG))
    # Until now, nobody was admitted who must not read.
    op.add_column(
        "memberships", sa.Column("reads", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    """Take the change back: of several roles the first is kept."""
    op.execute(text("DELETE FROM memberships WHERE NOT reads"))
    op.drop_column("memberships", "reads")
    first = "substr(roles, 1, CASE instr(roles, ' ') WHEN 0 THEN 64 ELSE instr(roles, ' ') - 1 END)"
    if op.get_bind().dialect.name == "postgresql":
        first = "split_part(roles, ' ', 1)"
    for table in TABLES:
        op.execute(text(f"UPDATE {table} SET roles = {first}"))  # noqa: S608 (our own words)
        _rename(table, ("roles", LONG), ("role", SHORT))


def _rename(table: str, old: tuple[str, int], new: tuple[str, int]) -> None:
    with op.batch_alter_table(table) as batch:
        batch.alter_column(
            old[0],
            new_column_name=new[0],
            type_=sa.String(new[1]),
            existing_type=sa.String(old[1]),
            existing_nullable=False,
        )
