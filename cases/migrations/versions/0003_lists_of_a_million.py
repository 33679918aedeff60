"""Lists that stay quick with a million cases: what they choose and sort by stands beside each."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LISTED = "listed_from IS NOT NULL"
INDEXES = {
    "ix_listings_open_by_received": (("received_on", "case_ref"), "state <> 'closed'"),
    "ix_listings_open_by_due": (("due_on", "case_ref"), "state <> 'closed'"),
    "ix_listings_closed_by_received": (("received_on", "case_ref"), "state = 'closed'"),
    "ix_listings_closed_by_due": (("due_on", "case_ref"), "state = 'closed'"),
    "ix_listings_unnumbered": (("listed_from",), "NOT is_numbered"),
}
COPY_OF_CASE = """
    UPDATE listings SET
        state = (SELECT state FROM cases WHERE cases.ref = listings.case_ref),
        due_on = COALESCE(
            (SELECT due_on FROM cases WHERE cases.ref = listings.case_ref), '9999-12-31'
        )
"""


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("listings") as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.drop_index("ix_listings_holder_received_on_case_ref")
    op.execute(COPY_OF_CASE)
    with op.batch_alter_table("listings") as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_index("ix_listings_case_ref", ["case_ref"])
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(f"{LISTED} AND {condition}")
        op.create_index(
            name, "listings", ["holder", *columns], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    """Take the change back."""
    for name in (*INDEXES, "ix_listings_case_ref"):
        op.drop_index(name, "listings")
    with op.batch_alter_table("listings") as batch_op:
        batch_op.drop_column("due_on")
        batch_op.drop_column("state")
        batch_op.create_index(
            "ix_listings_holder_received_on_case_ref", ["holder", "received_on", "case_ref"]
        )
