"""The second factor of every sign-in. A try-out of before has none: it is made anew."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    # An empty box opens with nothing, so nobody signs in with a passphrase alone.
    op.add_column(
        "reviewers", sa.Column("totp", sa.LargeBinary(), nullable=False, server_default="")
    )
    op.create_table(
        "spare_codes",
        sa.Column("reviewer_id", sa.String(length=26), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_spare_codes_reviewer_id_reviewers")
        ),
        sa.PrimaryKeyConstraint("reviewer_id", "tag", name=op.f("pk_spare_codes")),
    )
    op.create_table(
        "spent_codes",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_spent_codes")),
    )
    op.create_index(op.f("ix_spent_codes_expires_at"), "spent_codes", ["expires_at"])
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        for table in ("spare_codes", "spent_codes"):
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("spent_codes")
    op.drop_table("spare_codes")
    op.drop_column("reviewers", "totp")
