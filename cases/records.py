"""The tables. In clear stand only unit, state, track, field, urgent, opened or not, and days."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases import courier_records as _courier_records  # noqa: F401 - tables of the same schema
from cases import desk_records as _desk_records  # noqa: F401 - tables of the same schema
from cases import identity_records as _identity_records  # noqa: F401 - likewise
from cases import law_records as _law_records  # noqa: F401 - tables of the same schema
from cases import notice_records as _notice_records  # noqa: F401 - tables of the same schema
from cases import protection_records as _protection_records  # noqa: F401 - likewise
from cases import recovery_records as _recovery_records  # noqa: F401 - tables of the same schema
from cases import redaction_records as _redaction_records  # noqa: F401 - likewise
from cases import retention_records as _retention_records  # noqa: F401 - likewise
from cases import reward_records as _reward_records  # noqa: F401 - tables of the same schema
from cases import sign_in_records as _sign_in_records  # noqa: F401 - likewise
from cases.listing_indexes import (
    CLOSED_LISTING,
    OPEN_LISTING,
    PROTECTED_CASES,
    UNNUMBERED_LISTING,
    listing_index,
)
from cases.record_base import CODE_CHARS, REF_CHARS, ROLES_CHARS, Record


class CaseRecord(Record):
    """The office's record around one report, or around a paper that stays outside.

    A duplicate is no matter of its own; ``side_tracks`` run beside its track, each followed
    by a space.
    """

    __tablename__ = "cases"
    ref: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    received_on: Mapped[date]
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    state: Mapped[str] = mapped_column(String(CODE_CHARS))
    track: Mapped[str] = mapped_column(String(CODE_CHARS))
    side_tracks: Mapped[str] = mapped_column(String(CODE_CHARS), default="")
    field: Mapped[str | None] = mapped_column(String(CODE_CHARS))
    urgent: Mapped[bool]
    # What runs out first, and first for the reporter (cases.clocks).
    due_on: Mapped[date | None]
    due_rule: Mapped[str | None] = mapped_column(String(CODE_CHARS))
    told_on: Mapped[date | None]
    told_rule: Mapped[str | None] = mapped_column(String(CODE_CHARS))
    opened_on: Mapped[date | None]
    escalates_to: Mapped[str | None] = mapped_column(String(CODE_CHARS))
    escalates_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    is_paper: Mapped[bool] = mapped_column(default=False)
    is_matter: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class SerialRecord(Record):
    """The serial number of a case in one unit's register; shown, never in a URL."""

    __tablename__ = "serials"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    __table_args__ = (UniqueConstraint("unit", "year", "number"),)


class ListingRecord(Record):
    """A holder in whose list a case stands, from which day; no day: not listed.

    The columns that lists choose and sort by are those of the case (``cases.listings``), so that
    one index serves a page, however many cases there are.
    """

    __tablename__ = "listings"
    holder: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    received_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(CODE_CHARS))
    due_on: Mapped[date]
    listed_from: Mapped[date | None]
    is_numbered: Mapped[bool] = mapped_column(default=False)
    # Most listings of a superior are never listed, and most cases are closed.
    __table_args__ = (
        listing_index("open_by_received", OPEN_LISTING, "received_on", "case_ref"),
        listing_index("open_by_due", OPEN_LISTING, "due_on", "case_ref"),
        listing_index("closed_by_received", CLOSED_LISTING, "received_on", "case_ref"),
        listing_index("closed_by_due", CLOSED_LISTING, "due_on", "case_ref"),
        listing_index("unnumbered", UNNUMBERED_LISTING, "listed_from"),
        # Where a case stands is written to all of its listings.
        Index(None, "case_ref"),
    )


class CompartmentRecord(Record):
    """One epoch of one part of a case, with the public recipient that anybody may seal to."""

    __tablename__ = "compartments"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"))
    kind: Mapped[str] = mapped_column(String(CODE_CHARS))
    epoch: Mapped[int]
    recipient: Mapped[bytes]
    __table_args__ = (UniqueConstraint("case_ref", "kind", "epoch"), PROTECTED_CASES)


class SealRecord(Record):
    """A compartment's identity, sealed to one holder."""

    __tablename__ = "seals"
    compartment_id: Mapped[str] = mapped_column(ForeignKey("compartments.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    holder_epoch: Mapped[int]
    sealed: Mapped[bytes]


class ReceiptRecord(Record):
    """What storage keeps of a receipt: the tag that finds it and its public recipient."""

    __tablename__ = "receipts"
    lookup_tag: Mapped[bytes] = mapped_column(primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), unique=True)
    recipient: Mapped[bytes]


class EntryRecord(Record):
    """One sealed text of a case: the report, a message, a note, a step of its history."""

    __tablename__ = "entries"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"))
    compartment_id: Mapped[str] = mapped_column(ForeignKey("compartments.id"))
    kind: Mapped[str] = mapped_column(String(CODE_CHARS))
    author: Mapped[str] = mapped_column(String(CODE_CHARS))
    position: Mapped[int]
    day: Mapped[date]
    sealed: Mapped[bytes]
    form_tag: Mapped[bytes | None] = mapped_column(unique=True)
    __table_args__ = (UniqueConstraint("case_ref", "position"),)


class AttachmentRecord(Record):
    """A sealed file of an entry: its age header here, its payload in the vault.

    The check tells whether the payload still is what was written (``crypto.payload_checks``).
    """

    __tablename__ = "attachments"
    object_key: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), index=True)
    position: Mapped[int]
    header: Mapped[bytes]
    payload_check: Mapped[bytes]


class SeenRecord(Record):
    """An entry that the reporter has been shown."""

    __tablename__ = "seen"
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), primary_key=True)


class DraftRecord(Record):
    """A refused or previewed form whose files wait; found by a tag of its secret."""

    __tablename__ = "drafts"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class DraftFileRecord(Record):
    """A sealed file of a draft, with its sealed name, length and digest."""

    __tablename__ = "draft_files"
    object_key: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    draft_tag: Mapped[bytes] = mapped_column(
        ForeignKey("drafts.tag", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    header: Mapped[bytes]
    manifest: Mapped[bytes]
    padded_bytes: Mapped[int] = mapped_column(BigInteger)
    payload_check: Mapped[bytes]


class OnceRecord(Record):
    """A form that was filed, and for a quarter of an hour its receipt sealed to the form."""

    __tablename__ = "once"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    lookup_tag: Mapped[bytes | None] = mapped_column(index=True)
    sealed_receipt: Mapped[bytes | None]
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class PublicSessionRecord(Record):
    """A visit at the public door, sealed under the visitor's own cookie."""

    __tablename__ = "public_sessions"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class DeskSessionRecord(Record):
    """A signed-in reviewer's session, sealed under the reviewer's own cookie."""

    __tablename__ = "desk_sessions"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class UnitKeyRecord(Record):
    """A unit's public recipient in one epoch; offline: its private half was never here."""

    __tablename__ = "unit_keys"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[bytes]
    offline: Mapped[bool]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class UnitKeySealRecord(Record):
    """A unit's identity of one epoch, sealed to a member or to a pair of recovery holders."""

    __tablename__ = "unit_key_seals"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    sealed: Mapped[bytes]


class ReviewerRecord(Record):
    """Somebody who signs in at the desk."""

    __tablename__ = "reviewers"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(CODE_CHARS), unique=True)
    recipient: Mapped[bytes]
    wrapped: Mapped[bytes]
    totp: Mapped[bytes]
    # Another account of the same person, where the member who admitted this one said so.
    person: Mapped[str | None] = mapped_column(String(REF_CHARS))
    enrolled_on: Mapped[date]
    left_on: Mapped[date | None]


class MembershipRecord(Record):
    """A reviewer's place in a unit. Not admitted yet: may do nothing there, and holds no keys.

    ``roles`` have spaces between. Who ``reads`` none of its cases never holds its keys; who
    ``protects`` is given what they say of protection, and reads nothing else.
    """

    __tablename__ = "memberships"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    roles: Mapped[str] = mapped_column(String(ROLES_CHARS))
    reads: Mapped[bool]
    protects: Mapped[bool]
    admitted_on: Mapped[date | None]
    left_on: Mapped[date | None]


class RosterRecord(Record):
    """A person whose name in a report keeps the case from them; a name or alias a line."""

    __tablename__ = "roster"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    names: Mapped[str]
    is_head: Mapped[bool]
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("reviewers.id"))


class JobRecord(Record):
    """When a job is due next; whoever moves the due time runs it."""

    __tablename__ = "jobs"
    name: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    due_at: Mapped[int] = mapped_column(BigInteger)


class InstanceRecord(Record):
    """What this instance is: its mode, set when it is made and changed by going live only."""

    __tablename__ = "instance"
    key: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    value: Mapped[str]
