"""Off the network: two recovery holders open what is asked for and seal it to the newcomer.

It needs no instance, and tells nobody what a report says: that one keeps the newcomer out is read
in memory, and the case is left out of the answer.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cases.errors import RecoveryError
from cases.names import EntryKind, recovery_holder
from cases.opened import texts_of
from cases.recovery_file import PROOF_BYTES, Answer, Asked, CarriedCase, CarriedKey
from cases.recovery_lines import RecoveryLine, sealed_line
from crypto.errors import CryptoError
from crypto.keys import Identity, Recipient
from crypto.opening import open_sealed
from crypto.padding import strip_padding
from crypto.sealing import seal

ALTERED = "the file was altered, or is not of these keys: nothing was opened"


@dataclass(frozen=True, repr=False)
class Papers:
    """The keys of two recovery holders, by number, the smaller one first."""

    numbers: tuple[int, int]
    identities: tuple[Identity, Identity]

    @property
    def pair(self) -> str:
        """Return the name of the holder that they are together."""
        return recovery_holder(self.numbers)

    def open(self, sealed: bytes) -> bytes:
        """Return what is sealed to both, the first outermost.

        Raises:
            OpenError: it is not for these two.
        """
        outer, inner = self.identities
        return open_sealed(open_sealed(sealed, outer), inner)


def number_of(asked: Asked, identity: Identity) -> int:
    """Return the number of a recovery key.

    Raises:
        RecoveryError: it is none of those that the file names.
    """
    for number, recipient in asked.keys.items():
        if recipient == identity.recipient:
            return number
    raise RecoveryError("this key is none of the recovery keys that the file names")


def put_together(asked: Asked, one: Identity, other: Identity) -> Papers:
    """Return the two keys as a pair.

    Raises:
        RecoveryError: they are the same, or one is no recovery key of this file.
    """
    if one == other:
        raise RecoveryError("this is the same key twice: two different people each bring theirs")
    keys = {number_of(asked, identity): identity for identity in (one, other)}
    first, second = sorted(keys)
    return Papers((first, second), (keys[first], keys[second]))


@dataclass(frozen=True)
class Consent:
    """What the holders say beside their keys.

    ``fingerprint`` is the newcomer's as they read it out; ``former`` are the ids of accounts that
    the same person had before.
    """

    fingerprint: str
    reason: str
    day: str
    former: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Opened:
    """The answer, and the references of cases that could not be opened: their rows are damaged."""

    answer: Answer
    damaged: tuple[str, ...]


def is_fingerprint_of(typed: str, recipient: Recipient) -> bool:
    """Return whether somebody typed this recipient's fingerprint, spaces and case aside."""
    return "".join(typed.split()).upper() == recipient.fingerprint().replace(" ", "")


def open_asked(
    asked: Asked, proofs: Mapping[str, bytes], papers: Papers, consent: Consent
) -> Opened:
    """Return seals for the newcomer of everything that is asked for and that they may have.

    Raises:
        RecoveryError: the file was altered or is not for these keys, the fingerprint is not the
            newcomer's, there is no reason, or an account is named that the unit never had.
    """
    _check_consent(asked, consent)
    proof = _proof(asked, proofs, papers)
    identities = {_epoch(key): _open_key(key, papers) for key in asked.epochs}
    if not identities:
        raise RecoveryError(ALTERED)
    people = consent.former | {asked.newcomer.reviewer_id}
    seals, damaged = _reseal_cases(asked, papers, people)
    newest, to = max(identities), asked.newcomer.recipient
    answer = Answer(
        unit=asked.unit,
        reviewer_id=asked.newcomer.reviewer_id,
        holder=papers.pair,
        digest=asked.digest(),
        proof=proof,
        former=tuple(sorted(consent.former)),
        epochs={epoch: seal(identity.seed, [to]) for epoch, identity in identities.items()},
        seals=seals,
        line_epoch=newest,
        line=sealed_line(_line(asked, papers, consent), identities[newest]),
    )
    return Opened(answer, damaged)


def _check_consent(asked: Asked, consent: Consent) -> None:
    if not is_fingerprint_of(consent.fingerprint, asked.newcomer.recipient):
        raise RecoveryError("the fingerprint is not the one of the newcomer in the file")
    if not consent.reason.strip():
        raise RecoveryError("a reason is needed: it stands at the desk")
    if not consent.former <= asked.accounts.keys():
        raise RecoveryError("no such account was in this unit")


def _line(asked: Asked, papers: Papers, consent: Consent) -> RecoveryLine:
    return RecoveryLine(
        unit=asked.unit,
        reviewer_id=asked.newcomer.reviewer_id,
        holder=papers.pair,
        day=consent.day,
        reason=consent.reason.strip(),
        former=tuple(sorted(asked.accounts[each] for each in consent.former)),
    )


def _proof(asked: Asked, proofs: Mapping[str, bytes], papers: Papers) -> bytes:
    """Return what only this pair can open, if all that is asked for is as it was written then."""
    try:
        opened = papers.open(proofs[papers.pair])
    except (KeyError, CryptoError):
        raise RecoveryError(ALTERED) from None
    if not hmac.compare_digest(opened[PROOF_BYTES:], asked.digest()):
        raise RecoveryError(ALTERED)
    return opened[:PROOF_BYTES]


def _epoch(key: CarriedKey) -> int:
    try:
        return int(key.name)
    except ValueError:
        raise RecoveryError(ALTERED) from None


def _open_key(key: CarriedKey, papers: Papers) -> Identity:
    """Return an identity, checked against its public half.

    Raises:
        RecoveryError: it is not sealed to this pair, or is another one.
    """
    if papers.pair not in key.seals:
        raise RecoveryError(
            f"key {key.name} is not sealed to these two: another pair may open it, if it was sealed"
            " before the third key came"
        )
    try:
        identity = Identity.from_seed(papers.open(key.seals[papers.pair]))
    except CryptoError:
        raise RecoveryError(ALTERED) from None
    if identity.recipient != key.recipient:
        raise RecoveryError(ALTERED)
    return identity


def _reseal_cases(
    asked: Asked, papers: Papers, people: frozenset[str]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    seals: dict[str, bytes] = {}
    damaged: list[str] = []
    for case in asked.cases:
        try:
            identities = {key.name: _open_key(key, papers) for key in case.compartments}
            is_kept_out = _keeps_out(case, identities, people, frozenset(asked.barred_by))
        except (RecoveryError, CryptoError, ValueError, KeyError, TypeError, RecursionError):
            damaged.append(case.ref)
            continue
        if not is_kept_out:
            to = asked.newcomer.recipient
            seals |= {name: seal(identity.seed, [to]) for name, identity in identities.items()}
    return seals, tuple(damaged)


def _keeps_out(
    case: CarriedCase,
    identities: Mapping[str, Identity],
    people: frozenset[str],
    barred_by: frozenset[str],
) -> bool:
    """Return whether one of these people lost the case, or the report names them or a head above.

    Raises:
        ValueError: no report says so, and what cannot be told is not given.
    """
    kept_out: set[str] = set()
    heads: set[str] = set()
    kinds: set[EntryKind] = set()
    is_untold = False
    for entry in case.keeping_out:
        if entry.compartment not in identities:
            is_untold = True
            continue
        text = open_sealed(entry.sealed, identities[entry.compartment])
        found = json.loads(strip_padding(text))
        if found["case"] != case.ref:
            raise ValueError("of another case")
        kind, values = EntryKind(found["kind"]), found["values"]
        kinds.add(kind)
        if kind is EntryKind.REDACTED:
            # It repeats what the report and all recusals before it say; the unit has no more.
            is_untold = False
        if kind is EntryKind.RECUSAL:
            kept_out.add(str(values["who"]))
        else:
            kept_out |= set(texts_of(values["kept_out"]))
            heads |= set(texts_of(values["roster_heads"]))
    if is_untold or kinds.isdisjoint({EntryKind.REPORT, EntryKind.REDACTED}):
        raise ValueError("no report")
    return not (people.isdisjoint(kept_out) and barred_by.isdisjoint(heads))
