"""Passkeys beside the codes of an app; whoever has none signs in as before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "passkeys",
        sa.Column("reviewer_id", sa.String(length=26), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_passkeys_reviewer_id_reviewers")
        ),
        sa.PrimaryKeyConstraint("reviewer_id", "tag", name=op.f("pk_passkeys")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        op.execute(text("REVOKE ALL ON passkeys FROM PUBLIC"))
        op.execute(text("ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("passkeys")
