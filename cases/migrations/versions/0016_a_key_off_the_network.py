"""A key off the network, to which it is sealed who somebody is: its public half."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = "identity_keys"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        TABLE,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{TABLE}")),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    # Public halves: the public door seals to the one in use.
    op.execute(text(f"REVOKE ALL ON {TABLE} FROM PUBLIC"))
    op.execute(text(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY"))
    op.execute(text(f"CREATE POLICY public_select ON {TABLE} FOR SELECT USING (true)"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table(TABLE)
