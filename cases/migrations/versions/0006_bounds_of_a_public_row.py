"""What a taken-over public door may put into the rows that it adds: nothing that stops others.

A day that Python cannot read would shut a whole list and every backup, a place at the end of the
numbers would let nobody answer, a file key of another form would lead out of the vault.
"""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OWN_CASE = "= ANY ((SELECT public_cases())::varchar[])"
IN_OWN_THREAD = "IN (SELECT id FROM compartments)"
KNOWN = "= ANY ((SELECT public_known())::bytea[])"
KEY = "object_key ~ '^[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{28}$'"
NEW_CASE = "state = 'received' AND version = 1 AND opened_on IS NULL AND escalated_on IS NULL"
REPORTERS = (
    f"author = 'reporter' AND case_ref {OWN_CASE} AND (kind = 'message' AND compartment_id"
    f" {IN_OWN_THREAD}{{place}} OR kind = 'report' AND position = 1)"
)


def _days(*columns: str) -> str:
    """Return a condition: each is a day of our era, or none."""
    each = "({0} IS NULL OR {0} BETWEEN DATE '2000-01-01' AND DATE '9999-12-31')"
    return " AND ".join(each.format(column) for column in columns)


# Table, policy, before, now. The next place is looked up once, before the row is there.
CHECKS = (
    ("cases", "insert", NEW_CASE, f"{NEW_CASE} AND {_days('received_on', 'due_on', 'escalates_on')}"),
    ("listings", "insert", "public_is_filing(case_ref)", f"public_is_filing(case_ref) AND {_days('received_on', 'due_on', 'listed_from')}"),
    ("entries", "insert", REPORTERS.format(place=""), REPORTERS.format(place=" AND position = public_next_position(case_ref)") + f" AND {_days('day')}"),
    ("attachments", "insert", "public_may_attach(entry_id)", f"public_may_attach(entry_id) AND {KEY}"),
    ("draft_files", "all", f"draft_tag {KNOWN}", f"draft_tag {KNOWN} AND {KEY} AND padded_bytes BETWEEN 0 AND 1099511627776"),
)  # fmt: skip
# One day to another: least() lets 'infinity' through where nothing else is smaller.
GUARD = "found.escalates_to IS NULL"
GUARDED = "$2 NOT BETWEEN DATE '2000-01-01' AND DATE '9999-12-31' OR found.escalates_to IS NULL"


def upgrade() -> None:
    """Make the change."""
    _change({(table, name): now for table, name, _, now in CHECKS}, GUARD, GUARDED)


def downgrade() -> None:
    """Take the change back."""
    _change({(table, name): before for table, name, before, _ in CHECKS}, GUARDED, GUARD)


def _change(checks: dict[tuple[str, str], str], old: str, new: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    for (table, name), check in checks.items():
        # Colons of casts and expressions are PostgreSQL's and no parameters.
        order = f"ALTER POLICY public_{name} ON {table} WITH CHECK ({check})"
        op.execute(text(order.replace(":", r"\:")))
    whole = str(bind.scalar(text("SELECT pg_get_functiondef('public_escalate'\\:\\:regproc)")))
    op.execute(text(whole.replace(old, new, 1).replace(":", r"\:")))
