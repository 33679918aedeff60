"""Identity at the desk: what was given is seen and not read, and a passage is moved away."""

import re
from html import unescape

import pytest

from cases.identity import GivenIdentity, give_identity
from cases.passages import MOVED_MARK
from crypto.receipts import Receipt
from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.identity import OFFICER, PERMITS, opened_boxes, register_key

NAME = "Nguyễn Văn <An>"
SAID = f"Tôi là {NAME}.\r\nChuyện đất đai."


@pytest.fixture
def receipt(desk: RunningDesk, browser: Browser) -> Receipt:
    return desk.test_office.file(SAID).receipt


@pytest.fixture
def ref(desk: RunningDesk, browser: Browser, receipt: Receipt) -> str:
    [found] = desk.refs(browser)
    return found


@pytest.fixture
def keyed(desk: RunningDesk) -> RunningDesk:
    register_key(desk.test_office)
    return desk


def page(browser: Browser, path: str) -> str:
    return re.sub(r"\s+", " ", unescape(browser.get(path).text))


def moved(browser: Browser, ref: str, **typed: str) -> dict[str, str]:
    version = browser.version(ref)
    return {
        "once": new_tag(),
        "version": version,
        "place": "everywhere",
        "passage": NAME,
        **typed,
    }


def send(browser: Browser, ref: str, form: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(f"/cases/{ref}/identity/passages", form)
    return answer.status_code, unescape(answer.text)


def test_without_a_key_the_page_says_what_is_missing_and_gives_the_words_back(
    browser: Browser, ref: str
) -> None:
    shown = page(browser, f"/cases/{ref}/identity")
    assert "liemchinh identity-key new" in shown
    assert 'name="passage"' not in shown
    status, answer = send(browser, ref, moved(browser, ref))
    assert (status, NAME in answer) == (422, True)
    assert NAME in page(browser, f"/cases/{ref}")


def test_a_passage_is_moved_by_copying_it_once_a_form(
    keyed: RunningDesk, browser: Browser, ref: str
) -> None:
    assert f'href="/cases/{ref}/identity"' in browser.get(f"/cases/{ref}").text
    form = moved(browser, ref)
    for _ in range(2):
        assert send(browser, ref, form)[0] == 303
    case = page(browser, f"/cases/{ref}")
    assert "An>" not in case
    assert f"Tôi là {MOVED_MARK}." in case
    line = "Chuyển đi đoạn có thể cho biết người gửi là ai (số chỗ: 1)"
    assert (case.count(line), f"{line}</bdi> – {browser.name}" in case) == (1, True)
    shown = page(browser, f"/cases/{ref}/identity?done=passage")
    assert "Đã chuyển đoạn đó đi" in shown
    assert OFFICER.recipient.fingerprint() in shown
    # From the page of before: somebody changed the case meanwhile, and the words come back.
    status, answer = send(browser, ref, {**form, "once": new_tag()})
    assert (status, NAME in answer) == (409, True)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"place": ""}, "place"),
        ({"place": "nowhere"}, "place"),
        ({"passage": ""}, "passage"),
        ({"passage": "Trần Văn Bình"}, "passage"),
        ({"passage": "x" * 501}, "passage"),
    ],
)
def test_a_refused_passage_comes_back(
    keyed: RunningDesk, browser: Browser, ref: str, typed: dict[str, str], place: str
) -> None:
    form = moved(browser, ref, **typed)
    status, answer = send(browser, ref, form)
    assert status == 422
    assert f'<a href="#{place}">' in answer
    assert f'id="{place}"' in answer
    assert form["passage"] in answer
    assert NAME in page(browser, f"/cases/{ref}")


def test_the_desk_sees_that_an_identity_was_given_and_carries_it_away_unread(
    keyed: RunningDesk, browser: Browser, ref: str, receipt: Receipt
) -> None:
    nothing = browser.post(f"/cases/{ref}/identity/boxes", {"once": new_tag()})
    assert nothing.status_code == 422
    keyed.follow(identity_permits=PERMITS)
    given = GivenIdentity("heard", "Bà Tư, thôn 5")
    give_identity(keyed.test_office.office, receipt, given)
    for path in ("", "/identity"):
        shown = page(browser, f"/cases/{ref}{path}")
        assert "Được mời làm việc, tố cáo theo Luật Tố cáo" in shown
        assert "Bà Tư" not in shown
    form = {"once": new_tag()}
    for _ in range(2):
        carried = browser.post(f"/cases/{ref}/identity/boxes", form)
        assert carried.status_code == 200
        assert carried.headers["Content-Disposition"].startswith("attachment;")
        [box] = opened_boxes(carried.data)
        assert box.endswith("\n\nBà Tư, thôn 5\n")
    case = page(browser, f"/cases/{ref}")
    line = "Tải tệp niêm kín để mang đi (số tệp: 1)"
    assert (case.count(line), f"{line}</bdi> – {browser.name}" in case) == (1, True)


def test_who_has_no_part_in_the_case_learns_nothing(
    keyed: RunningDesk, browser: Browser, ref: str
) -> None:
    curious = keyed.signed_in("phong-vhxh")
    assert curious.get(f"/cases/{ref}/identity").status_code == 404
    form = {**moved(browser, ref), "passage": "Chuyện đất đai"}
    for path, sent in (("passages", form), ("boxes", {"once": new_tag()})):
        answer = curious.post(f"/cases/{ref}/identity/{path}", sent)
        assert answer.status_code == 404
