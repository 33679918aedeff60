"""Who handles a case; what somebody began to write about one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CODE, REF = sa.String(length=64), sa.String(length=26)
TABLES = ("handlers", "desk_drafts")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "handlers",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("is_declared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_handlers_case_ref_cases")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_handlers_reviewer_id_reviewers")
        ),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_handlers")),
    )
    op.create_index(op.f("ix_handlers_reviewer_id"), "handlers", ["reviewer_id"])
    op.create_table(
        "desk_drafts",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_desk_drafts")),
    )
    op.create_index(op.f("ix_desk_drafts_kept_on"), "desk_drafts", ["kept_on"])
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        for table in TABLES:
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(TABLES):
        op.drop_table(table)
