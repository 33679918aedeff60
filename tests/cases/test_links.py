"""Cases that tell the same are linked, and nobody learns of one that they do not read."""

import pytest
from sqlalchemy import select

from cases.case_file import open_case
from cases.errors import NotPermittedError, StaleCaseError
from cases.links import RELATED, Link, Unlink, link, unlink
from cases.names import DUPLICATE
from cases.parts import Part
from cases.records import CaseRecord
from cases.step_errors import LinkRefusedError
from tests.support.casework import UNIT, listed, new_case, opened, pass_on
from tests.support.office import TestOffice

PART = Part(text="Giáo viên thu tiền.", reason="hai nơi giải quyết", version=0)


def tie(office: TestOffice, ref: str, other: str, kind: str = DUPLICATE) -> None:
    wanted = Link(other=other, kind=kind, reason="cùng việc", version=opened(office, ref).version)
    link(office.office, office.reviewers[UNIT], ref, wanted)


def test_a_duplicate_counts_as_a_report_and_no_longer_as_a_matter(office: TestOffice) -> None:
    older, ref = new_case(office), new_case(office)
    number = opened(office, older).serial
    assert "/" in number

    tie(office, ref, number)

    with office.office.database.reading() as session:
        counted = {row.ref: row.is_matter for row in session.scalars(select(CaseRecord))}
    assert counted == {older: True, ref: False}
    line = opened(office, ref).entries[-1]
    assert (line.text("other"), line.values["is_older"]) == (older, True)
    back = opened(office, older).entries[-1]
    assert (back.text("other"), back.values["is_older"]) == (ref, False)


def test_related_cases_both_stay_matters(office: TestOffice) -> None:
    older, ref = new_case(office), new_case(office)
    tie(office, ref, older[:8].upper(), RELATED)
    with office.office.database.reading() as session:
        assert all(row.is_matter for row in session.scalars(select(CaseRecord)))


@pytest.mark.parametrize("other", ["999/2026", "1/x", "x/1", "", "a", "ffffffff", "../../..", "/"])
def test_an_unknown_case_cannot_be_linked(office: TestOffice, other: str) -> None:
    ref = new_case(office)
    with pytest.raises(LinkRefusedError) as refused:
        tie(office, ref, other)
    assert refused.value.why == "unknown"


def test_a_case_is_not_linked_to_itself(office: TestOffice) -> None:
    ref = new_case(office)
    with pytest.raises(LinkRefusedError) as refused:
        tie(office, ref, opened(office, ref).serial)
    assert refused.value.why == "same"


def test_a_case_of_another_unit_is_unknown_however_well_it_is_named(office: TestOffice) -> None:
    office.file("Trưởng Văn phòng.", accused_head=frozenset({UNIT}))
    [hidden] = listed(office, "chu-tich")
    ref = new_case(office)
    for other in (hidden, hidden[:8], opened(office, hidden, "chu-tich").serial):
        try:
            tie(office, ref, other)
        except LinkRefusedError as refused:
            assert refused.why in {"unknown", "same"}
    assert all(entry.text("other") != hidden for entry in opened(office, ref).entries)


def test_a_reader_who_may_know_one_of_two_cases_does_not_learn_of_the_other(
    office: TestOffice,
) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Lò Thị Mẫu", reviewer=named)
    hidden, ref = new_case(office, "Bà Lò Thị Mẫu đòi tiền."), new_case(office)

    tie(office, ref, hidden[:8], RELATED)

    # Who reads the one that names nobody must not learn of the other; the line stands there alone.
    assert ref in {entry.text("other") for entry in opened(office, hidden).entries}
    seen = open_case(office.office, named, ref)
    assert all(entry.text("step") != "link" for entry in seen.entries)


def test_whoever_reads_one_case_only_is_not_told_that_it_is_no_matter_of_its_own(
    office: TestOffice,
) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Lò Thị Mẫu", reviewer=named)
    hidden, ref = new_case(office, "Bà Lò Thị Mẫu đòi tiền."), new_case(office)
    with pytest.raises(LinkRefusedError) as refused:
        tie(office, ref, hidden[:8])
    assert refused.value.why == "reader"
    assert open_case(office.office, named, ref).is_matter


def test_a_link_does_not_travel_to_whom_the_other_case_is_kept_from(office: TestOffice) -> None:
    other = new_case(office, accused=frozenset({"phong-kinh-te"}))
    ref = new_case(office)
    tie(office, ref, other[:8])
    pass_on(office, ref, "phong-kinh-te")

    theirs = opened(office, ref, "phong-kinh-te")

    assert all(entry.text("step") != "link" for entry in theirs.entries)
    assert theirs.counts_as_matter
    ours = opened(office, ref)
    assert other in {entry.text("other") for entry in ours.entries}
    assert not ours.counts_as_matter


def test_two_cases_are_not_duplicates_of_each_other(office: TestOffice) -> None:
    first, second = new_case(office), new_case(office)
    tie(office, second, first[:8])
    with pytest.raises(LinkRefusedError) as refused:
        tie(office, first, second[:8])
    assert refused.value.why == "duplicate"


@pytest.mark.parametrize("other", [f"{2**63}/2026", f"1/{2**63}", "\u0663/2026", "1/\u0662026"])
def test_a_number_that_no_register_holds_is_unknown(office: TestOffice, other: str) -> None:
    ref = new_case(office)
    with pytest.raises(LinkRefusedError):
        tie(office, ref, other)


def untie(office: TestOffice, ref: str, other: str, reviewer: str = UNIT) -> None:
    version = opened(office, ref, reviewer).version
    wanted = Unlink(other=other, reason="nối nhầm", version=version)
    unlink(office.office, office.reviewers[reviewer], ref, wanted)


def is_matter(office: TestOffice, ref: str) -> bool:
    with office.office.database.reading() as session:
        return session.scalars(select(CaseRecord.is_matter).where(CaseRecord.ref == ref)).one()


def test_a_link_made_by_mistake_is_undone_and_both_histories_keep_every_line(
    office: TestOffice,
) -> None:
    older, ref = new_case(office), new_case(office)
    tie(office, ref, older[:8])

    untie(office, ref, older)

    assert is_matter(office, ref)
    for one, other in ((ref, older), (older, ref)):
        lines = [entry for entry in opened(office, one).entries if entry.text("other") == other]
        assert [line.text("step") for line in lines] == ["link", "unlink"]
    assert opened(office, ref).older_links == ()
    assert opened(office, ref).counts_as_matter


def test_a_case_stays_a_duplicate_of_the_other_one_that_it_tells_the_same_as(
    office: TestOffice,
) -> None:
    first, second, ref = (new_case(office) for _ in range(3))
    tie(office, ref, first[:8])
    tie(office, ref, second[:8])

    untie(office, ref, first)

    assert not is_matter(office, ref)
    assert [link.other for link in opened(office, ref).older_links] == [second]


def test_an_undone_link_can_be_made_again(office: TestOffice) -> None:
    older, ref = new_case(office), new_case(office)
    tie(office, ref, older[:8])
    untie(office, ref, older)
    tie(office, ref, older[:8])
    assert not is_matter(office, ref)
    [standing] = opened(office, ref).older_links
    assert (standing.other, standing.kinds) == (older, frozenset({DUPLICATE}))


def test_what_is_not_linked_from_here_is_not_undone_from_here(office: TestOffice) -> None:
    older, ref, third = (new_case(office) for _ in range(3))
    tie(office, ref, older[:8])
    for case, other in ((older, ref), (ref, third), (ref, "x"), (ref, "")):
        with pytest.raises(LinkRefusedError) as refused:
            untie(office, case, other)
        assert refused.value.why == "unlinked"
    assert not is_matter(office, ref)


def test_a_link_that_is_hidden_from_a_reader_stands_and_keeps_what_it_did(
    office: TestOffice,
) -> None:
    hidden = new_case(office, accused=frozenset({"phong-kinh-te"}))
    ref = new_case(office)
    tie(office, ref, hidden[:8])
    pass_on(office, ref, "phong-kinh-te")

    assert opened(office, ref, "phong-kinh-te").older_links == ()
    with pytest.raises(LinkRefusedError):
        untie(office, ref, hidden, "phong-kinh-te")
    with pytest.raises(NotPermittedError):
        untie(office, ref, hidden)
    assert not is_matter(office, ref)


def test_an_older_case_that_was_not_told_of_the_link_is_not_told_that_it_is_over(
    office: TestOffice,
) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Lò Thị Mẫu", reviewer=named)
    older, ref = new_case(office), new_case(office, "Bà Lò Thị Mẫu đòi tiền.")
    tie(office, ref, older[:8], RELATED)
    assert all(entry.text("other") != ref for entry in opened(office, older).entries)

    untie(office, ref, older)

    assert opened(office, ref).entries[-1].text("step") == "unlink"
    assert all(entry.text("other") != ref for entry in opened(office, older).entries)


def test_a_link_is_not_undone_from_an_old_page(office: TestOffice) -> None:
    older, ref = new_case(office), new_case(office)
    tie(office, ref, older[:8])
    wanted = Unlink(other=older, reason="cũ", version=opened(office, ref).version - 1)
    with pytest.raises(StaleCaseError):
        unlink(office.office, office.reviewers[UNIT], ref, wanted)
