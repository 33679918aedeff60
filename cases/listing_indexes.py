"""The partial indexes of the lists: one serves each page, however many cases there are."""

from datetime import date

from sqlalchemy import Index, TextClause, text

# A case without a due day sorts behind every other one.
NEVER = date(9999, 12, 31)

# The conditions of the partial indexes; a query says the very same words to be served by one.
OPEN_LISTING = text("state <> 'closed'")
CLOSED_LISTING = text("state = 'closed'")
UNNUMBERED_LISTING = text("NOT is_numbered")

# Few cases have a compartment for protection: the register finds them by this.
PROTECTION_PART = text("kind = 'protection'")
PROTECTED_CASES = Index(
    "ix_compartments_protection",
    "case_ref",
    sqlite_where=PROTECTION_PART,
    postgresql_where=PROTECTION_PART,
)


def listing_index(name: str, condition: TextClause, *columns: str) -> Index:
    """Return an index of each holder's listings that are listed and fulfil a condition."""
    where = text(f"listed_from IS NOT NULL AND {condition.text}")
    return Index(
        f"ix_listings_{name}", "holder", *columns, sqlite_where=where, postgresql_where=where
    )
