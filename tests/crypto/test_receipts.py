import csv
import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.check_symbol import FIELD, check_value, weighed_sum
from crypto.receipts import ALPHABET, SYMBOLS, VALUE_OF, MistypedReceiptError, Receipt
from tests.crypto.keyboards import TELEX, VNI, Keyboard

TYPED = Path(__file__).parents[1] / "data" / "typed_receipts.csv"
RECEIPT = Receipt("0S1F060T1R0X0J15K2HZ9N3Q7BCS")


def typed_rows() -> list[dict[str, str]]:
    with TYPED.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def random_receipts() -> st.SearchStrategy[Receipt]:
    symbols = st.text(alphabet=ALPHABET, min_size=27, max_size=27)
    return symbols.map(
        lambda text: Receipt(text + ALPHABET[check_value(VALUE_OF[symbol] for symbol in text)])
    )


def test_a_receipt_has_28_symbols_shown_in_seven_groups_of_four() -> None:
    receipt = Receipt.generate()
    assert len(receipt.code) == SYMBOLS
    assert [len(group) for group in receipt.grouped().split("-")] == [4] * 7


def test_a_receipt_carries_128_bits_of_chance() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == FIELD
    assert FIELD**27 > 2**128


def test_the_alphabet_has_nothing_that_telex_or_vni_compose() -> None:
    # Marks go on vowels, on D (đ) and, by W alone, on nothing (ư); all are missing from it.
    assert not set(ALPHABET) & set("AEIOUYDW")


@given(random_receipts(), st.sampled_from([TELEX, VNI]))
def test_a_code_typed_as_shown_arrives_as_shown(receipt: Receipt, keyboard: Keyboard) -> None:
    assert keyboard.type(receipt.grouped()) == receipt.grouped()


@given(random_receipts(), st.sampled_from([TELEX, VNI]), st.booleans(), st.data())
def test_zeros_and_ones_read_as_letters_never_open_another_case(
    receipt: Receipt, keyboard: Keyboard, is_grouped: bool, draw: st.DataObject
) -> None:
    shown = receipt.grouped().replace("-", " ") if is_grouped else receipt.code
    pressed = "".join(
        draw.draw(st.sampled_from({"0": "0O", "1": "1I"}.get(symbol, symbol))) for symbol in shown
    )
    arrived = keyboard.type(pressed)
    try:
        assert Receipt.parse(arrived) == receipt
    except MistypedReceiptError as slip:
        assert slip.typed_symbols <= SYMBOLS


@pytest.mark.parametrize("row", typed_rows(), ids=lambda row: f"{row['keyboard']}: {row['habit']}")
def test_what_a_keyboard_makes_of_a_code_is_read_or_clearly_refused(row: dict[str, str]) -> None:
    if row["outcome"] == "accepted":
        assert Receipt.parse(row["arrives"]) == RECEIPT
        return
    with pytest.raises(MistypedReceiptError) as slip:
        Receipt.parse(row["arrives"])
    assert slip.value.reason == row["outcome"]
    assert str(slip.value.typed_symbols) == row["typed_symbols"]


@pytest.mark.parametrize("row", typed_rows(), ids=lambda row: f"{row['keyboard']}: {row['habit']}")
def test_the_table_of_typed_codes_is_what_the_keyboards_make(row: dict[str, str]) -> None:
    keyboard = {"Telex": TELEX, "VNI": VNI}.get(row["keyboard"])
    if keyboard is not None and row["pressed"]:
        arrived = keyboard.type(row["pressed"])
        assert arrived == unicodedata.normalize("NFC", row["arrives"])


@given(random_receipts(), st.sampled_from(["NFC", "NFD", "NFKC"]), st.booleans())
def test_case_and_normal_form_are_forgiven(receipt: Receipt, form: str, is_lower: bool) -> None:
    typed = receipt.grouped().lower() if is_lower else receipt.grouped()
    assert Receipt.parse(unicodedata.normalize(form, typed)) == receipt  # type: ignore[arg-type] # a drawn str


def test_every_single_slip_is_caught_at_every_place() -> None:
    for place, right, wrong in itertools.product(range(SYMBOLS), range(FIELD), range(FIELD)):
        values = [VALUE_OF[symbol] for symbol in RECEIPT.code]
        values[place] = right
        balance = weighed_sum(values)
        values[place] = wrong
        assert (weighed_sum(values) == balance) == (right == wrong)


@pytest.mark.parametrize("distance", range(1, 26))
def test_every_swap_is_caught_at_every_place(distance: int) -> None:
    pairs = [pair for pair in itertools.product(range(FIELD), repeat=2) if pair[0] < pair[1]]
    for place, (left, right) in itertools.product(range(SYMBOLS - distance), pairs):
        values = [0] * SYMBOLS
        values[place], values[place + distance] = left, right
        swapped = [0] * SYMBOLS
        swapped[place], swapped[place + distance] = right, left
        assert weighed_sum(values) != weighed_sum(swapped)


@given(random_receipts(), random_receipts())
def test_the_check_is_linear_so_slips_are_caught_in_every_code(one: Receipt, two: Receipt) -> None:
    """The exhaustive tests above stand for all codes because codes add up to codes."""
    pairs = zip(one.code, two.code, strict=True)
    digits = [
        sum((VALUE_OF[left] // place + VALUE_OF[right] // place) % 3 * place for place in (1, 3, 9))
        for left, right in pairs
    ]
    assert weighed_sum(digits) == 0


@given(st.text(max_size=60))
def test_any_text_is_a_receipt_or_a_mistyped_one(typed: str) -> None:
    try:
        assert len(Receipt.parse(typed).code) == SYMBOLS
    except MistypedReceiptError as slip:
        assert slip.typed_symbols >= 0


def test_a_very_long_text_is_refused_by_its_length() -> None:
    with pytest.raises(MistypedReceiptError) as slip:
        Receipt.parse("Ố" * 1_000_000)
    assert (slip.value.reason, slip.value.typed_symbols) == ("length", 1_000_000)


def test_many_marked_letters_are_refused_in_bounded_time() -> None:
    with pytest.raises(MistypedReceiptError):
        Receipt.parse("Ố" * 400)


def test_a_refusal_does_not_say_what_was_typed() -> None:
    with pytest.raises(MistypedReceiptError) as slip:
        Receipt.parse(RECEIPT.code[:-1] + "0")
    assert slip.value.args == ("check",)


def test_lookup_tag_and_identity_come_from_the_code_alone() -> None:
    again = Receipt.parse(RECEIPT.grouped().lower())
    assert again.lookup_tag() == RECEIPT.lookup_tag()
    assert again.identity() == RECEIPT.identity()
    assert again.lookup_tag() != again.identity().seed
    assert len(again.lookup_tag()) == 32
    assert {again, RECEIPT} == {RECEIPT}


def test_a_code_that_does_not_check_is_no_receipt() -> None:
    with pytest.raises(ValueError, match="one written form"):
        Receipt(RECEIPT.grouped())
    with pytest.raises(ValueError, match="one written form"):
        Receipt(RECEIPT.code[:-1] + "0")
