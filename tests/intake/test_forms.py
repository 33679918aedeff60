"""From a form's text to a report, or to a refusal by field."""

import pytest
from werkzeug.datastructures import MultiDict

from cases.errors import InvalidReportError
from intake.forms import UNSURE, parse_report
from tests.support.office import CAT_HAI


def faults_of(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    with pytest.raises(InvalidReportError) as refused:
        parse_report(MultiDict(pairs), CAT_HAI)
    return refused.value.faults


def test_what_happened_is_all_that_is_needed() -> None:
    report = parse_report(MultiDict({"statement": "Họ đòi tiền."}), CAT_HAI)
    assert report.statement == "Họ đòi tiền."
    assert report.kind == "ordinary"
    assert not (report.accused or report.bypass or report.urgent)


@pytest.mark.parametrize("statement", ["", "   ", "\r\n\t"])
def test_a_report_that_says_nothing_is_refused(statement: str) -> None:
    assert faults_of(("statement", statement)) == (("statement", "missing"),)


def test_not_knowing_who_is_taken_and_accuses_nobody() -> None:
    told = MultiDict([("statement", "a"), ("accused", UNSURE)])
    assert parse_report(told, CAT_HAI) == parse_report(MultiDict({"statement": "a"}), CAT_HAI)
    told.add("accused", "truong-hoc")
    assert parse_report(told, CAT_HAI).accused == {"truong-hoc"}
    assert UNSURE not in {unit.code for unit in CAT_HAI.units}
    assert faults_of(("statement", "a"), ("accused_head", UNSURE)) == (
        ("accused_head", "not-listed"),
    )


@pytest.mark.parametrize("typed", ["a\r\nb", " a ", "a\x00b\x07", "a\u202eb", "e\u0302"])
def test_words_are_taken_exactly_as_typed(typed: str) -> None:
    report = parse_report(MultiDict({"statement": typed, "where": typed}), CAT_HAI)
    assert (report.statement, report.where) == (typed, typed)


def test_a_line_break_counts_as_one_character() -> None:
    text = "a\r\n" * 25_000
    assert parse_report(MultiDict({"statement": text}), CAT_HAI).statement == text
    assert faults_of(("statement", text + "a")) == (("statement", "too-long"),)


@pytest.mark.parametrize("field", ["when", "where", "accused_text", "evidence", "verifiable"])
def test_other_words_may_have_five_thousand_characters(field: str) -> None:
    fits = MultiDict({"statement": "a", field: "b" * 5_000})
    assert getattr(parse_report(fits, CAT_HAI), field) == "b" * 5_000
    assert faults_of(("statement", "a"), (field, "b" * 5_001)) == ((field, "too-long"),)


@pytest.mark.parametrize(
    "field",
    ["field", "act", "kind", "accused", "accused_head", "not_to", "bypass", "urgent"],
)
def test_a_choice_that_the_form_never_offered_is_refused(field: str) -> None:
    assert faults_of(("statement", "a"), (field, "nowhere")) == ((field, "not-listed"),)


@pytest.mark.parametrize(
    "field", ["statement", "when", "where", "accused_text", "evidence", "verifiable"]
)
def test_a_single_field_that_comes_twice_is_refused(field: str) -> None:
    pairs = {("statement", "a"), (field, "a")}
    assert faults_of(*sorted(pairs), (field, "b")) == ((field, "repeated"),)


@pytest.mark.parametrize("field", ["accused", "accused_head", "not_to"])
def test_several_units_can_be_chosen(field: str) -> None:
    pairs = [("statement", "a"), (field, "chu-tich"), (field, "van-phong"), (field, "chu-tich")]
    report = parse_report(MultiDict(pairs), CAT_HAI)
    assert getattr(report, field) == {"chu-tich", "van-phong"}


def test_boxes_are_read_as_ticked_or_not() -> None:
    ticked = {"statement": "a", "bypass": "1", "urgent": "on"}
    report = parse_report(MultiDict(ticked), CAT_HAI)
    assert report.bypass
    assert report.urgent


def test_every_fault_is_told_at_once_in_the_order_of_the_form() -> None:
    found = faults_of(
        ("verifiable", "b" * 5_001), ("act", "x"), ("statement", ""), ("where", "b" * 5_001)
    )
    assert [field for field, _ in found] == ["statement", "where", "act", "verifiable"]
