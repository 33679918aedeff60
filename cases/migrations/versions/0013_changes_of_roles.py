"""Other roles for a member, proposed by one person and settled by another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REF = sa.String(length=26)
PEOPLE = ("reviewer_id", "proposed_by", "settled_by")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "role_changes",
        sa.Column("id", REF, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", REF, nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("settled_by", REF, nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], ["reviewers.id"], name=op.f(f"fk_role_changes_{column}_reviewers")
            )
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_changes")),
    )
    op.create_index(op.f("ix_role_changes_unit"), "role_changes", ["unit"])
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        op.execute(text("REVOKE ALL ON role_changes FROM PUBLIC"))
        op.execute(text("ALTER TABLE role_changes ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("role_changes")
