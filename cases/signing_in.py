"""Signing in: name, passphrase and second factor open a reviewer's identity, or nothing is said."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update

from cases.enrolment import fold_sign_in_name
from cases.errors import SignInError
from cases.office import Office
from cases.passkeys import PasskeyAnswer, PasskeyDesk
from cases.records import MembershipRecord, ReviewerRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.second_factor import SecondFactor, seal_totp_key
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.passphrases import unwrap_seed, wrap_seed
from crypto.second_factor import TotpKey

# No sign-in name has it (review.enrolment_form).
UNKNOWN_SIGN = "\ufffd"
NOBODY = ""


@dataclass(frozen=True, repr=False)
class Credentials:
    """What somebody signs in with: a name, and two factors; a passkey stands for the code."""

    sign_in_name: str
    passphrase: str
    code: str
    passkey: PasskeyAnswer | None = None


class SignInDesk:
    """Opens reviewers' identities, taking as long for a name that does not exist."""

    def __init__(self, office: Office, server_secret: bytes) -> None:
        self._office = office
        self._server_secret = server_secret
        # Unknown names are tried against this, so that time does not tell them from known ones.
        seed = secrets.token_bytes(32)
        self._decoy = wrap_seed(seed, secrets.token_urlsafe(), server_secret)
        key_box = seal_totp_key(seed, TotpKey.generate())
        self._decoy_factor = SecondFactor(NOBODY, seed, key_box)
        self._passkeys = PasskeyDesk(seed, office.clock.today())

    def sign_in(self, given: Credentials) -> SignedIn:
        """Return the reviewer whom name, passphrase and second factor open.

        Raises:
            SignInError: they open nobody.
            OpenError: a unit's stored recipient is not the one of the identity that was opened.
        """
        try:
            found, factor = self._unlock(given.sign_in_name, given.passphrase)
        except SignInError:
            found, factor = None, self._decoy_factor
        accepted = self._accepts(factor, given)
        if found is None or not accepted:
            raise SignInError
        signed_in = self.resume(found, factor.seed)
        self._check_units(signed_in)
        return signed_in

    def _accepts(self, factor: SecondFactor, given: Credentials) -> bool:
        now = self._office.clock.now()
        with self._office.database.writing() as session:
            if given.passkey is None:
                return factor.accepts(session, given.code, now)
            whose = (factor.reviewer_id, factor.seed)
            return self._passkeys.accepts(session, whose, given.passkey, now)

    def _unlock(self, sign_in_name: str, passphrase: str) -> tuple[str, SecondFactor]:
        # PostgreSQL cannot look for NUL, which no name has: such a name is like any unknown one.
        name = fold_sign_in_name(sign_in_name).replace("\0", UNKNOWN_SIGN)
        with self._office.database.reading() as session:
            row = session.execute(
                select(ReviewerRecord.id, ReviewerRecord.wrapped, ReviewerRecord.totp).where(
                    ReviewerRecord.sign_in_name == name, ReviewerRecord.left_on.is_(None)
                )
            ).first()
        reviewer_id, wrapped, box = row or (NOBODY, self._decoy, b"")
        try:
            seed = unwrap_seed(wrapped, passphrase, self._server_secret)
        except OpenError:
            raise SignInError from None
        if reviewer_id == NOBODY:
            raise SignInError
        return reviewer_id, SecondFactor(reviewer_id, seed, box)

    def resume(self, reviewer_id: str, seed: bytes) -> SignedIn:
        """Return the reviewer of a running session, with the memberships of this moment.

        Raises:
            SignInError: they left meanwhile.
        """
        with self._office.database.reading() as session:
            found = session.execute(
                select(ReviewerRecord.sign_in_name, ReviewerRecord.wrapped).where(
                    ReviewerRecord.id == reviewer_id, ReviewerRecord.left_on.is_(None)
                )
            ).first()
            rows = session.execute(
                select(MembershipRecord.unit, MembershipRecord.roles).where(
                    MembershipRecord.reviewer_id == reviewer_id,
                    MembershipRecord.admitted_on.is_not(None),
                    MembershipRecord.left_on.is_(None),
                )
            )
            roles = {unit: frozenset(codes.split()) for unit, codes in rows}
        if found is None:
            raise SignInError
        name, wrapped = found
        # The wrapping has a salt of its own, so its digest says nothing of the passphrase.
        mark = hashlib.sha256(wrapped).digest()
        return SignedIn(reviewer_id, name, Identity.from_seed(seed), roles, mark)

    def change_passphrase(self, signed_in: SignedIn, present: str, new: str) -> None:
        """Wrap the reviewer's identity anew; what is sealed to it stays as it is.

        Raises:
            SignInError: the present passphrase is another one.
        """
        # Asked for again, so that a desk left open is not taken over.
        reviewer_id, factor = self._unlock(signed_in.sign_in_name, present)
        wrapped = wrap_seed(factor.seed, new, self._server_secret)
        with self._office.database.writing() as session:
            session.execute(
                update(ReviewerRecord)
                .where(ReviewerRecord.id == reviewer_id)
                .values(wrapped=wrapped)
            )

    def _check_units(self, signed_in: SignedIn) -> None:
        with self._office.database.reading() as session:
            for unit in signed_in.units:
                open_unit_identities(session, signed_in, unit)
