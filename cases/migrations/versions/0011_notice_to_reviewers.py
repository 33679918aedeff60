"""Notice to reviewers: their addresses, unsent letters, what was told, how the mail server does."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REF, CODE = sa.String(length=26), sa.String(length=64)
TABLES = ("mail_server", "told", "outbox", "notice_addresses")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "notice_addresses",
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("wanted", sa.String(), nullable=True),
        sa.Column("code", CODE, nullable=True),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("codes_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["reviewers.id"],
            name=op.f("fk_notice_addresses_reviewer_id_reviewers"),
        ),
        sa.PrimaryKeyConstraint("reviewer_id", name=op.f("pk_notice_addresses")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", REF, nullable=False),
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("is_code", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_outbox_reviewer_id_reviewers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    for column in ("reviewer_id", "due_at"):
        op.create_index(op.f(f"ix_outbox_{column}"), "outbox", [column])
    op.create_table(
        "told",
        sa.Column("reviewer_id", REF, nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("what", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewers.id"], name=op.f("fk_told_reviewer_id_reviewers")
        ),
        sa.ForeignKeyConstraint(
            ["case_ref"], ["cases.ref"], name=op.f("fk_told_case_ref_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reviewer_id", "case_ref", "what", name=op.f("pk_told")),
    )
    op.create_table(
        "mail_server",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_mail_server")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # None of the public door's business (0002).
        for table in TABLES:
            op.execute(text(f"REVOKE ALL ON {table} FROM PUBLIC"))
            op.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


def downgrade() -> None:
    """Take the change back."""
    for table in TABLES:
        op.drop_table(table)
