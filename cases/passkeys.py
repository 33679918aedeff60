"""The passkeys of a reviewer: what is kept of each, and that each challenge is answered once."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from cases.database import insert_or
from cases.errors import PasskeyLimitError
from cases.json_bytes import decode_bytes, encode_bytes
from cases.office import Office
from cases.reviewers import SignedIn
from cases.sign_in_records import PasskeyRecord, SpentCodeRecord
from crypto.boxes import SecretBox, keyed_digest
from crypto.errors import OpenError, PasskeyError
from crypto.padding import pad_text, strip_padding
from crypto.passkeys import (
    Answer,
    Owner,
    Passkey,
    RelyingParty,
    check_answer,
    check_creation,
    decoy_passkey,
    read_answer,
)

LABEL = "passkey"
# More than anybody carries; a list stays one that can be read.
MOST_PASSKEYS = 10


@dataclass(frozen=True, repr=False)
class Ceremony:
    """One question to an authenticator: where, with which challenge, and until when it counts.

    Storage remembers by ``spent_tag`` that it was answered.
    """

    site: RelyingParty
    challenge: bytes
    spent_tag: bytes
    expires_at: int


@dataclass(frozen=True, repr=False)
class PasskeyAnswer:
    """What a browser sent as the answer to a question of ours."""

    ceremony: Ceremony
    text: str


@dataclass(frozen=True, repr=False)
class KeptPasskey:
    """A passkey with the name that its reviewer gave it, and the day since when it counts."""

    name: str
    added_on: date
    passkey: Passkey

    def seal(self, seed: bytes) -> bytes:
        """Return it in a box of one size, which opens with the seed and in its own row only."""
        kept = {
            "name": self.name,
            "added_on": self.added_on.isoformat(),
            "credential_id": encode_bytes(self.passkey.credential_id),
            "public_key": encode_bytes(self.passkey.public_key),
            "sign_count": self.passkey.sign_count,
        }
        context = passkey_tag(seed, self.passkey.credential_id)
        return SecretBox(seed, LABEL).seal(pad_text(json.dumps(kept).encode()), context)

    @classmethod
    def open(cls, seed: bytes, tag: bytes, box: bytes) -> Self:
        """Return what a row holds.

        Raises:
            OpenError: it is of another seed or row, or altered.
        """
        kept = json.loads(strip_padding(SecretBox(seed, LABEL).open(box, tag)))
        passkey = Passkey(
            decode_bytes(kept["credential_id"]),
            decode_bytes(kept["public_key"]),
            kept["sign_count"],
        )
        return cls(kept["name"], date.fromisoformat(kept["added_on"]), passkey)


class PasskeyDesk:
    """Accepts passkeys, taking the same steps for somebody who has none."""

    def __init__(self, decoy_seed: bytes, today: date) -> None:
        decoy = KeptPasskey("", today, decoy_passkey())
        tag = passkey_tag(decoy_seed, decoy.passkey.credential_id)
        self._decoy = (decoy_seed, tag, decoy.seal(decoy_seed))

    def accepts(
        self, session: Session, whose: tuple[str, bytes], given: PasskeyAnswer, now: int
    ) -> bool:
        """Return whether a passkey of a reviewer (id and seed) answered; from now on it did.

        Every answer takes the same steps, so that time tells nothing of what was wrong. The
        challenge is used up whatever comes of it.
        """
        reviewer_id, seed = whose
        is_fresh = _spend(session, given.ceremony, now)
        try:
            answer = read_answer(given.text)
        except PasskeyError:
            return False
        tag = passkey_tag(seed, answer.credential_id)
        row = (PasskeyRecord.reviewer_id == reviewer_id, PasskeyRecord.tag == tag)
        box = session.scalar(select(PasskeyRecord.sealed).where(*row))
        after = self._checked(seed, tag, box, (given.ceremony, answer))
        if box is None or after is None or not is_fresh:
            return False
        # The box that was opened is replaced, or somebody else used or removed it meanwhile.
        replaced = session.execute(
            update(PasskeyRecord)
            .where(*row, PasskeyRecord.sealed == box)
            .values(sealed=after.seal(seed))
            .returning(PasskeyRecord.tag)
        )
        return replaced.first() is not None

    def _checked(
        self, seed: bytes, tag: bytes, box: bytes | None, said: tuple[Ceremony, Answer]
    ) -> KeptPasskey | None:
        (ceremony, answer) = said
        try:
            kept = KeptPasskey.open(*(self._decoy if box is None else (seed, tag, box)))
            after = check_answer(ceremony.site, ceremony.challenge, answer, kept.passkey)
        except (OpenError, PasskeyError):
            return None
        if answer.user_handle not in {None, user_id_for(seed)}:
            return None
        return KeptPasskey(kept.name, kept.added_on, after)


def passkey_tag(seed: bytes, credential_id: bytes) -> bytes:
    """Return what storage knows a passkey by."""
    return keyed_digest(seed, "passkey tag", credential_id)


def user_id_for(seed: bytes) -> bytes:
    """Return what an authenticator knows a reviewer by: it says nothing to anybody else."""
    return keyed_digest(seed, "passkey user handle")


def list_passkeys(office: Office, signed_in: SignedIn) -> list[tuple[bytes, KeptPasskey]]:
    """Return a reviewer's passkeys with their tags, by name; what does not open counts for none."""
    seed, found = signed_in.identity.seed, []
    with office.database.reading() as session:
        rows = session.execute(
            select(PasskeyRecord.tag, PasskeyRecord.sealed).where(
                PasskeyRecord.reviewer_id == signed_in.reviewer_id
            )
        ).all()
    for tag, box in rows:
        try:
            found.append((tag, KeptPasskey.open(seed, tag, box)))
        except OpenError:
            continue
    return sorted(found, key=lambda each: (each[1].name, each[0]))


def owner_of(office: Office, signed_in: SignedIn) -> Owner:
    """Return whom an authenticator is to make a new passkey for."""
    known = [kept.passkey.credential_id for _, kept in list_passkeys(office, signed_in)]
    return Owner(user_id_for(signed_in.identity.seed), signed_in.sign_in_name, known)


def add_passkey(office: Office, signed_in: SignedIn, name: str, given: PasskeyAnswer) -> None:
    """Keep a new passkey; one that is kept already keeps its name.

    Raises:
        PasskeyError: it does not answer the question, or the question was answered before.
        PasskeyLimitError: the reviewer has as many as anybody may.
    """
    seed, ceremony = signed_in.identity.seed, given.ceremony
    passkey = check_creation(ceremony.site, ceremony.challenge, given.text)
    kept = KeptPasskey(name, office.clock.today(), passkey)
    with office.database.writing() as session:
        if not _spend(session, ceremony, office.clock.now()):
            raise PasskeyError("asked before")
        mine = PasskeyRecord.reviewer_id == signed_in.reviewer_id
        if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST_PASSKEYS:
            raise PasskeyLimitError
        session.execute(
            insert_or(session, PasskeyRecord)
            .values(
                reviewer_id=signed_in.reviewer_id,
                tag=passkey_tag(seed, passkey.credential_id),
                sealed=kept.seal(seed),
            )
            .on_conflict_do_nothing()
        )


def remove_passkey(office: Office, signed_in: SignedIn, tag: bytes) -> None:
    """Forget a passkey, which opens nothing any more; the app's codes stay as they are."""
    with office.database.writing() as session:
        session.execute(
            delete(PasskeyRecord).where(
                PasskeyRecord.reviewer_id == signed_in.reviewer_id, PasskeyRecord.tag == tag
            )
        )


def _spend(session: Session, ceremony: Ceremony, now: int) -> bool:
    spent = session.scalar(
        insert_or(session, SpentCodeRecord)
        .values(tag=ceremony.spent_tag, expires_at=ceremony.expires_at)
        .on_conflict_do_nothing()
        .returning(SpentCodeRecord.tag)
    )
    return spent is not None and now < ceremony.expires_at
