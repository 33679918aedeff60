"""What the public door's role on PostgreSQL can do about rewards, tried on the bare connection."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tests.support.walled import Walled, open_walled

DAY = "2026-11-23"
REWARD, OTHERS = "r" * 26, "o" * 26
TAG = "07" * 32


@pytest.fixture
def walled(tmp_path: Path, postgresql_url: str) -> Iterator[Walled]:
    """Yield an office in which the reporters of both cases are rewarded."""
    with open_walled(tmp_path, postgresql_url) as opened:
        for receipt, reward in ((opened.known, REWARD), (opened.other, OTHERS)):
            with opened.office.office.database.writing() as session:
                session.execute(
                    text(
                        "INSERT INTO rewards (id, case_ref, level, amount, proposed_on, granted)"
                        " SELECT :id, case_ref, 'x', 5, current_date, true FROM receipts"
                        " WHERE lookup_tag = :tag"
                    ),
                    {"id": reward, "tag": receipt.lookup_tag()},
                )
        yield opened


def claim(walled: Walled, reward: str = REWARD, day: str = DAY, **line: object) -> object:
    """Call the one function that claims a reward, and return whether it did."""
    tag = walled.known.lookup_tag()
    [(thread,)] = walled.tried("SELECT id FROM compartments", tag)
    values = {"id": "l" * 26, "compartment_id": thread, "sealed": r"\x05", **line}
    call = (
        f"SELECT public_claim_reward('\\x{tag.hex()}', '{day}', '{reward}', '\\x{TAG}',"
        f" '{json.dumps(values)}'::jsonb)"
    )
    [(answer,)] = walled.tried(call, tag)
    return answer


def claimed(walled: Walled) -> list[tuple[object, ...]]:
    with walled.office.office.database.reading() as session:
        query = "SELECT id, claimed_on::text, paid_on FROM rewards WHERE claim_tag IS NOT NULL"
        return [tuple(row) for row in session.execute(text(query))]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM rewards",
        "SELECT * FROM reward_payers",
        "UPDATE rewards SET amount = 1000",
        "DELETE FROM rewards",
        "INSERT INTO reward_payers VALUES ('r', 'unit:mine')",
    ],
)
def test_rewards_are_none_of_the_public_role_s_business(unchanged: Walled, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        unchanged.tried(statement, unchanged.known.lookup_tag())


def test_only_what_was_granted_to_the_receipt_s_case_is_claimed(walled: Walled) -> None:
    notes = "SELECT id FROM compartments WHERE kind = 'notes' LIMIT 1"
    with walled.office.office.database.reading() as session:
        elsewhere = session.scalar(text(notes))
    assert claim(walled, OTHERS) is False
    assert claim(walled, day="infinity") is False
    assert claim(walled, compartment_id=elsewhere) is False
    assert claimed(walled) == []
    assert claim(walled) is True
    assert claimed(walled) == [(REWARD, DAY, None)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rewards SET granted = false",
        "UPDATE rewards SET granted = NULL",
        "UPDATE rewards SET paid_on = current_date",
    ],
)
def test_what_was_not_granted_or_is_paid_is_not_claimed(walled: Walled, change: str) -> None:
    with walled.office.office.database.writing() as session:
        session.execute(text(change))
    assert claim(walled) is False
    assert claimed(walled) == []
