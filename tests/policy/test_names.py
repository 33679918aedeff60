import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.names import NameIndex, Person, fold
from tests.support.cost import cpu_seconds

HEAD = Person("head", ("Nguyễn Đức Ưng", "Ba Ưng bến Bèo"))


@pytest.mark.parametrize(
    "text",
    [
        "Hôm qua ông Nguyễn Đức Ưng đòi tiền.",
        "ong nguyen duc ung doi tien",
        "NGUYEN DUC UNG",
        "NGUYỄN ĐỨC ƯNG!",
        "Nguyễn   Đức\n\tƯng",
        "nguyễn-đức-ưng",
        "(Nguyễn.Đức.Ưng)",
        unicodedata.normalize("NFD", "gặp Nguyễn Đức Ưng ở bến"),
        "Nguyễn Ðức Ưng",  # the Icelandic letter that old fonts typed for Đ
        "Ngu\u00adyễn Đức\u200b Ưng",
        "\uff2e\uff47\uff55\uff59\uff45\uff4e duc ung",
        "ba ung ben beo thu phi",
    ],
)
def test_a_name_is_found_however_it_was_typed(text: str) -> None:
    assert NameIndex([HEAD]).find([text]) == {"head"}


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Đức Ưngg",
        "xNguyễn Đức Ưng",
        "Nguyễn Đức",
        "Đức Ưng",
        "Nguyễn Văn Đức Ưng",
        "Ưng Đức Nguyễn",
        "",
        "\u0301\u0301",
    ],
)
def test_a_part_of_a_name_or_of_a_word_is_nobody(text: str) -> None:
    assert NameIndex([HEAD]).find([text]) == frozenset()


def test_a_name_of_one_syllable_finds_nobody() -> None:
    assert NameIndex([Person("p", ("Hoa", " Hòa. "))]).find(["anh Hoa nói", "Hoa"]) == frozenset()


def test_a_name_is_not_put_together_from_two_texts() -> None:
    assert NameIndex([HEAD]).find(["Nguyễn Đức", "Ưng"]) == frozenset()


def test_two_people_of_one_name_are_both_found() -> None:
    people = [Person("a", ("Lê Văn An",)), Person("b", ("Le Van An",))]
    assert NameIndex(people).find(["lê văn an"]) == {"a", "b"}


@given(st.text(alphabet="abơưđ ăâêôÁÀẢ\u0301\u0323", max_size=40), st.text(max_size=20))
def test_folding_is_done_once_and_the_same_for_every_spelling(left: str, right: str) -> None:
    text = left + right
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", left)) == fold(unicodedata.normalize("NFC", left))


def finding(text: str, people: list[Person]) -> float:
    """Return the processor seconds that a text and a roster cost."""
    return cpu_seconds(lambda: NameIndex(people).find([text]))


def roster(length: int) -> list[Person]:
    return [Person(str(n), (f"Nguyễn Văn {chr(97 + n % 26)}{n}",)) for n in range(length)]


# Eight times as much may cost a little more than eight times, and must not cost its square.
@pytest.mark.parametrize(
    ("text", "people"),
    [
        pytest.param("Nguyễn Văn " * 500, roster(200), id="a long text"),
        # Sorting these marks, as normalising a whole text does, takes quadratic time.
        pytest.param("\u0301\u0323" * 4_000, [HEAD], id="a hostile run of marks"),
    ],
)
def test_a_text_costs_no_more_than_its_length(text: str, people: list[Person]) -> None:
    assert finding("a" + text * 8, people) < 24 * finding("a" + text, people)


def test_a_roster_costs_no_more_than_its_length() -> None:
    text = "Nguyễn Văn " * 500
    assert finding(text, roster(800)) < 24 * finding(text, roster(100))


def test_a_person_of_the_roster_does_not_print() -> None:
    assert "Ưng" not in repr(HEAD)
