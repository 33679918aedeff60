"""Hiding passages: found however they were typed, and nothing else of the text is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.hiding import HIDDEN, hide_sentences, passages_of, sentences


@given(st.text())
def test_sentences_together_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert hide_sentences(text, ()) == text


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("Lê Thị Tỏa Sáng", "LE  THI\ntoa sang"),
        ("le thi toa sang", "Lê Thị Tỏa Sáng"),
        ("Đặng Đào", "đặng đào"),
        ("dang dao", "Đặng Ðào"),
        ("Tỏa Sáng", "To\u0309a Sa\u0301ng"),
        ("Tỏa Sáng", "Tỏ\u200ba S\u00adáng"),
        ("0912 345 678", "0912.345.678"),
        ("0912345678", "0912 345-678"),
        ("(0225) 388-12", "022538812"),
        ("số 5", "SỐ\u00a05"),
    ],
)
def test_a_passage_is_found_however_it_was_typed(passage: str, text: str) -> None:
    assert passages_of((passage,)).hidden_in(f"trước {text}, sau") == f"trước {HIDDEN}, sau"


def test_a_short_name_is_no_part_of_other_words() -> None:
    text = "An bán bánh ở Lan An."
    assert passages_of(("An",)).hidden_in(text) == f"{HIDDEN} bán bánh ở Lan {HIDDEN}."


def test_passages_that_overlap_are_hidden_as_one() -> None:
    hidden = passages_of(("Lê Thị Tỏa", "Tỏa Sáng")).hidden_in("do Lê Thị Tỏa Sáng gửi")
    assert hidden == f"do {HIDDEN} gửi"


def test_what_has_no_letter_hides_nothing() -> None:
    assert passages_of(("...", " ", "+")).hidden_in("a ... + b") == "a ... + b"


def test_a_sentence_is_hidden_and_its_line_break_stays() -> None:
    assert hide_sentences("Một. Hai!\n\nBa.", (1,)) == f"Một. {HIDDEN}\n\nBa."
