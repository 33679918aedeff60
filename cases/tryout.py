"""A try-out instance: made-up reviewers in every unit, whose passphrases and keys are told once."""

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select

from cases.enrolment import Enrolment, Place, enrol, invite
from cases.members import admit, list_members
from cases.names import new_ref
from cases.office import Office
from cases.public_side import MODE_KEY
from cases.records import InstanceRecord, ReviewerRecord, RosterRecord, UnitKeyRecord
from cases.sign_in_records import SpentCodeRecord
from cases.signing_in import Credentials, SignInDesk
from crypto.second_factor import TotpKey
from policy.rights import Role
from policy.routing import possible_receivers

VAULT_KEY = "vault"
TRY_OUT = "try-out"
SYMBOLS = "bcfghjkmnpqrstvxz23456789"
GROUPS, GROUP_CHARS = 4, 4

# Invented people: each part of the names says that nobody is meant.
MADE_UP_NAMES = (
    "Hoàng Văn Ví Dụ",
    "Đoàn Thị Giả Định",
    "Lý Văn Thử Nghiệm",
    "Phạm Thị Làm Mẫu",
    "Vũ Văn Minh Họa",
    "Ngô Thị Tượng Trưng",
)
FIRST_ROLES = frozenset({Role.HEAD})
SECOND_ROLES = frozenset({Role.INTAKE, Role.HANDLER})
OFFICER_ROLES = frozenset({Role.PROTECTION})


@dataclass(frozen=True, repr=False)
class MadeUpReviewer:
    """Somebody to sign in as; the passphrase is stored nowhere, nor their key in clear."""

    sign_in_name: str
    unit: str
    passphrase: str
    totp_key: TotpKey
    name: str = ""


def mark_instance(office: Office, mode: str) -> None:
    """Write down once what this instance is."""
    with office.database.writing() as session:
        session.execute(insert(InstanceRecord).values(key=MODE_KEY, value=mode))


def make_vault_once(office: Office) -> None:
    """Make the vault of an instance that had none yet; never a second one.

    Raises:
        StoreUnavailableError: the vault cannot be made.
    """
    with office.database.reading() as session:
        is_made = session.get(InstanceRecord, VAULT_KEY) is not None
    if not is_made:
        office.vault.make()
        with office.database.writing() as session:
            session.execute(insert(InstanceRecord).values(key=VAULT_KEY, value="made"))


def instance_mode(office: Office) -> str | None:
    """Return what this instance was made as, or None when it was not made yet."""
    with office.database.reading() as session:
        return session.scalar(select(InstanceRecord.value).where(InstanceRecord.key == MODE_KEY))


def missing_recipients(office: Office) -> tuple[str, ...]:
    """Return the units that routing can end at and to which nothing could be sealed."""
    with office.database.reading() as session:
        units = select(UnitKeyRecord.unit).where(UnitKeyRecord.ended_on.is_(None))
        have = set(session.scalars(units))
    return tuple(sorted(possible_receivers(office.todays_pack, office.clock.today()) - have))


def make_up_reviewers(office: Office, server_secret: bytes) -> tuple[MadeUpReviewer, ...]:
    """Add a reviewer to every receiving unit; a second one and an officer to the one that is first.

    All of it by the steps that real people take: a link, a passphrase, an admission.
    """
    units = [unit.code for unit in office.todays_pack.receiving_units()]
    made = [_enrol(office, Place(unit, FIRST_ROLES), f"{unit}-1", server_secret) for unit in units]
    second, officer = _later_members(office, made, server_secret)
    named = dict(zip(_in_naming_order(office, [*made, second]), MADE_UP_NAMES, strict=False))
    for reviewer, name in named.items():
        _add_to_roster(office, reviewer, name)
    # Whoever signs in first, within seconds, has the very code that an admission here used.
    with office.database.writing() as session:
        session.execute(delete(SpentCodeRecord))
    everybody = (*made, second, officer)
    return tuple(replace(reviewer, name=named.get(reviewer, "")) for reviewer in everybody)


def _enrol(office: Office, place: Place, sign_in_name: str, server_secret: bytes) -> MadeUpReviewer:
    passphrase = new_passphrase()
    token = invite(office, place)
    key = TotpKey.generate()
    enrol(office, Enrolment(token, sign_in_name, passphrase, key), server_secret)
    return MadeUpReviewer(sign_in_name, place.unit, passphrase, key)


def _later_members(
    office: Office, made: list[MadeUpReviewer], server_secret: bytes
) -> list[MadeUpReviewer]:
    unit = office.todays_pack.default_receiver
    first = next(reviewer for reviewer in made if reviewer.unit == unit)
    later = [
        _enrol(office, Place(unit, roles), f"{unit}-{number}", server_secret)
        for number, roles in ((2, SECOND_ROLES), (3, OFFICER_ROLES))
    ]
    code = first.totp_key.code_at(office.clock.now())
    given = Credentials(first.sign_in_name, first.passphrase, code)
    signed_in = SignInDesk(office, server_secret).sign_in(given)
    for member in list_members(office, frozenset({unit})):
        if not member.is_admitted:
            admit(office, signed_in, member.reviewer_id, unit)
    return later


def _in_naming_order(office: Office, made: list[MadeUpReviewer]) -> list[MadeUpReviewer]:
    """Return whom the invented names are given to first: the unit that receives first."""
    first_unit = office.todays_pack.default_receiver
    return sorted(made, key=lambda reviewer: reviewer.unit != first_unit)


def _add_to_roster(office: Office, reviewer: MadeUpReviewer, name: str) -> None:
    with office.database.writing() as session:
        reviewer_id = session.scalars(
            select(ReviewerRecord.id).where(ReviewerRecord.sign_in_name == reviewer.sign_in_name)
        ).one()
        session.execute(
            insert(RosterRecord).values(
                id=new_ref(),
                unit=reviewer.unit,
                names=name,
                is_head=reviewer.sign_in_name.endswith("-1"),
                reviewer_id=reviewer_id,
            )
        )


def new_passphrase() -> str:
    """Return a random passphrase of about 74 bits that is easy to copy from a terminal."""
    groups = ("".join(secrets.choice(SYMBOLS) for _ in range(GROUP_CHARS)) for _ in range(GROUPS))
    return "-".join(groups)
