"""Every word that a page shows is said in every language, with the same places to fill in."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from tests.support.words import CATALOGUES, read_catalogue, words_of_pages

PLACES = re.compile(r"%\((\w+)\)[sd]")
VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
# Names stay as they are in any language.
NAMES = re.compile(
    r"Liêm Chính|Tiếng Việt|Cát Hải|Hải Phòng|tố cáo|khiếu nại|Tố cáo|đặc khu|Mặt trận Tổ quốc"
)


def words() -> Iterator[Message]:
    return (message for message in words_of_pages() if message.id)


def texts(message: Message) -> tuple[str, ...]:
    string = message.string
    return tuple(string) if isinstance(string, (tuple, list)) else (string or "",)


def wanted_places(message: Message) -> set[str]:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    return {place for text in ids for place in PLACES.findall(text)}


@pytest.fixture(params=sorted(CATALOGUES), scope="module")
def said(request: pytest.FixtureRequest) -> Catalog:
    return read_catalogue(CATALOGUES[request.param])


def test_words_are_found_in_python_and_in_templates() -> None:
    places = {path.split("/")[0] for message in words() for path, _ in message.locations}
    assert places == {"web", "intake", "review", "templates"}


def test_every_word_is_said_and_none_by_a_guess(said: Catalog) -> None:
    unsaid = [
        message.id
        for message in words()
        if (found := said.get(message.id)) is None or found.fuzzy or not all(texts(found))
    ]
    assert unsaid == [], "run translations/update.py and fill in what it names"


def test_every_translation_fills_in_the_same_places(said: Catalog) -> None:
    for message in words():
        found = said.get(message.id)
        assert found is not None
        for text in texts(found):
            assert set(PLACES.findall(text)) <= wanted_places(message), message.id
        # "one case" may leave its number out; the plural may not.
        assert set(PLACES.findall(texts(found)[-1])) == wanted_places(message), message.id


def test_no_translation_is_the_vietnamese_left_standing(said: Catalog) -> None:
    left = [
        message.id
        for message in said
        if message.id
        for text in texts(message)
        if VIETNAMESE.search(NAMES.sub("", text))
    ]
    assert left == []


def test_a_catalogue_holds_no_word_that_no_page_shows(said: Catalog) -> None:
    shown = {message.id for message in words()}
    assert [message.id for message in said if message.id and message.id not in shown] == []
