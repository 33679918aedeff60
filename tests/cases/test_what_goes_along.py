"""What a redacted copy has to bring along, and what has to stay with who hands the case over."""

from cases.barring import Barring, bar
from cases.identity import GivenIdentity, give_identity
from cases.identity_boxes import boxes_of
from cases.referral import referable_units
from cases.threads import Message, reply
from tests.support.casework import listed, opened
from tests.support.handover import NEW, OLD, THIRD, filed_to_be_hidden, handed
from tests.support.identity import open_box_of
from tests.support.office import TestOffice


def test_a_unit_that_a_reader_named_stays_out_of_what_is_handed_over(office: TestOffice) -> None:
    filed_to_be_hidden(office)
    [ref] = listed(office)
    version = opened(office, ref).version
    barring = Barring(accused=frozenset({THIRD}), reason="ai cũng biết", version=version)
    bar(office.office, office.reviewers[OLD], ref, barring)

    handed(office, ref)

    case = opened(office, ref, NEW)
    assert THIRD in case.exclusions.naming.accused
    assert THIRD not in referable_units(office.office, case)


def test_who_somebody_is_stays_sealed_with_the_unit_that_it_was_given_to(
    office: TestOffice,
) -> None:
    open_box_of(office)
    filed = filed_to_be_hidden(office)
    [ref] = listed(office)
    given = GivenIdentity("reward", "Họ tên, nơi ở.")
    give_identity(office.office, filed.receipt, given)
    reply(office.office, filed.receipt, Message("Tôi ở đâu cũng được."))

    handed(office, ref)

    assert len(boxes_of(opened(office, ref).entries)) == 1
    copied = opened(office, ref, NEW).entries
    assert boxes_of(copied) == ()
    said = [entry.text() for entry in copied if entry.author == "reporter"]
    assert "" not in said[1:]
    assert "Tôi ở đâu cũng được." in said
