"""What waits for a second person, and which accounts are one person's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REF = sa.String(length=26)


def upgrade() -> None:
    """Make the change."""
    op.add_column("reviewers", sa.Column("person", REF, nullable=True))
    op.create_table(
        "proposals",
        sa.Column("id", REF, nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("proposed_by", REF, nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_proposals_case_ref_cases")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["reviewers.id"], name=op.f("fk_proposals_proposed_by_reviewers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_case_ref"), "proposals", ["case_ref"])
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        op.execute(text("REVOKE ALL ON proposals FROM PUBLIC"))
        op.execute(text("ALTER TABLE proposals ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("proposals")
    op.drop_column("reviewers", "person")
