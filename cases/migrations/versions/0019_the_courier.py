"""What was exported to units whose key is off the network, and what their answers are judged by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CODE, REF = sa.String(length=64), sa.String(length=26)
TABLES = ("courier_exports", "courier_entries")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "courier_exports",
        sa.Column("mark", REF, nullable=False),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("verifies", sa.LargeBinary(), nullable=False),
        sa.Column("exported_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_courier_exports")),
    )
    op.create_table(
        "courier_entries",
        sa.Column("unit", CODE, nullable=False),
        sa.Column("entry_id", REF, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_courier_entries_entry_id_entries")
        ),
        sa.PrimaryKeyConstraint("unit", "entry_id", name=op.f("pk_courier_entries")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(TABLES):
        op.drop_table(table)
