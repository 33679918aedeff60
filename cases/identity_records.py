"""The table of the keys that are kept off the network for who somebody is: public halves only."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import Record


class IdentityKeyRecord(Record):
    """The public half of a key of the protection officer; its private half was never here."""

    __tablename__ = "identity_keys"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient: Mapped[bytes]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
