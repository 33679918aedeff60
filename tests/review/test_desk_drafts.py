"""What a reviewer began to write: there again at the next visit, for nobody else, not for long."""

import pytest
from sqlalchemy import select, update

from cases.desk_draft_expiry import KEPT_DAYS, expire_desk_drafts
from cases.desk_drafts import DraftKind, find_draft
from cases.desk_records import DeskDraftRecord
from crypto.errors import OpenError
from crypto.padding import pad_text
from crypto.sealing import seal
from tests.support.casework import opened
from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.html import read_document

WORDS = "Chúng tôi đã xem\r\nvà còn hỏi thêm."
SHOWN = "Chúng tôi đã xem\nvà còn hỏi thêm."
FORMS = {DraftKind.ANSWER: "messages", DraftKind.NOTE: "notes"}


def boxes(browser: Browser, path: str) -> dict[str, dict[str, str]]:
    """Return the fields of the answer's and the note's form, as a page shows them."""
    found = {}
    for form in read_document(browser.get(path).text).forms:
        for kind, name in FORMS.items():
            if form.method == "POST" and form.action.endswith(f"/{name}"):
                found[kind.value] = {
                    each.name: each.value for each in form.controls if each.kind == "text"
                }
    return found


def press(browser: Browser, ref: str, kind: DraftKind, do: str, **typed: str) -> tuple[int, str]:
    form = {**boxes(browser, f"/cases/{ref}")[kind], **typed, "do": do, "once": new_tag()}
    answer = browser.post(f"/cases/{ref}/{FORMS[kind]}", form)
    return answer.status_code, answer.text


def kept(desk: RunningDesk) -> list[DeskDraftRecord]:
    with desk.test_office.office.database.reading() as session:
        return list(session.scalars(select(DeskDraftRecord)))


@pytest.mark.parametrize("kind", DraftKind)
def test_a_draft_is_there_again_for_its_author_only(
    desk: RunningDesk, browser: Browser, ref: str, kind: DraftKind
) -> None:
    other, path = desk.signed_in(), f"/cases/{ref}"
    assert press(browser, ref, kind, "keep", text=WORDS)[0] == 303
    browser.sign_in(browser.name)

    assert boxes(browser, path)[kind]["text"].replace("\r\n", "\n").strip("\n") == SHOWN
    assert SHOWN not in other.get(path).text.replace("\r\n", "\n")
    assert boxes(other, path)[kind]["text"] == ""
    page = browser.get(path).text
    assert "Chưa có trao đổi nào." in page
    assert "Chưa có ghi chú nào." in page
    assert "Hồ sơ có điều mới" not in page
    assert press(other, ref, DraftKind.NOTE, "send", text="Điều mới.")[0] == 303
    assert "Hồ sơ có điều mới" in browser.get(path).text
    [saved, *_] = desk.test_office.office.pack.answers
    begun = boxes(browser, f"{path}?answer={saved.code}")["answer"]["text"]
    assert (SHOWN in begun.replace("\r\n", "\n")) == (kind is DraftKind.ANSWER)
    assert saved.text_vi in begun


def test_storage_tells_neither_words_nor_author_nor_case(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    other = desk.signed_in()
    assert press(browser, ref, DraftKind.NOTE, "keep", text=WORDS)[0] == 303
    assert press(other, ref, DraftKind.NOTE, "keep", text="x")[0] == 303
    author, colleague = (desk.identity_of(each.name) for each in (browser, other))

    office = desk.test_office.office
    rows = kept(desk)
    for row in rows:
        raw = row.tag + row.sealed
        for word in (ref, author.reviewer_id, colleague.reviewer_id, browser.name, "xem"):
            assert word.encode() not in raw
    assert len({len(row.sealed) for row in rows}) == 1
    with office.database.writing() as session:
        theirs = find_draft(office, colleague, ref, DraftKind.NOTE)
        assert theirs is not None
        first, second = rows
        session.execute(
            update(DeskDraftRecord)
            .where(DeskDraftRecord.tag == first.tag)
            .values(sealed=second.sealed)
        )
        session.execute(
            update(DeskDraftRecord)
            .where(DeskDraftRecord.tag == second.tag)
            .values(sealed=first.sealed)
        )
    for who in (author, colleague):
        with pytest.raises(OpenError):
            find_draft(office, who, ref, DraftKind.NOTE)


def test_a_draft_is_erased_when_it_is_sent_discarded_or_old(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    for ending in ("send", "discard"):
        assert press(browser, ref, DraftKind.ANSWER, "keep", text=WORDS)[0] == 303
        assert press(browser, ref, DraftKind.ANSWER, ending)[0] == 303
        assert kept(desk) == []
    page = browser.get(f"/cases/{ref}").text
    assert page.count("và còn hỏi thêm.") == 1

    office = desk.test_office.office
    press(browser, ref, DraftKind.ANSWER, "keep", text=WORDS)
    desk.pass_days(KEPT_DAYS - 1, browser)
    expire_desk_drafts(office)
    assert len(kept(desk)) == 1
    desk.pass_days(1, browser)
    expire_desk_drafts(office)
    assert kept(desk) == []


def test_words_kept_in_another_window_are_not_written_over(browser: Browser, ref: str) -> None:
    before = boxes(browser, f"/cases/{ref}")["note"]
    assert press(browser, ref, DraftKind.NOTE, "keep", text="ở cửa sổ kia")[0] == 303
    form = {**before, "text": "ở cửa sổ này", "do": "keep", "once": new_tag()}
    answer = browser.post(f"/cases/{ref}/notes", form)

    assert answer.status_code == 409
    assert "ở cửa sổ kia" in answer.text
    assert "ở cửa sổ này" in answer.text
    sent = browser.post(f"/cases/{ref}/notes", {**form, "do": "send"})
    assert sent.status_code == 303
    assert "ở cửa sổ kia" in boxes(browser, f"/cases/{ref}")["note"]["text"]


def test_files_that_came_with_a_draft_are_said_not_to_be_kept(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    form = {**boxes(browser, f"/cases/{ref}")["answer"], "text": WORDS, "do": "keep"}
    answer = browser.upload(f"/cases/{ref}/messages", {**form, "once": new_tag()}, a__txt=b"x")

    assert answer.status_code == 303
    assert "Tệp không lưu theo nháp" in browser.get(answer.headers["Location"]).text
    assert boxes(browser, f"/cases/{ref}")["answer"]["text"].strip()
    assert list(desk.test_office.office.vault.stored()) == []


@pytest.mark.parametrize("kind", DraftKind)
def test_what_was_sent_is_sent_though_its_draft_cannot_be_forgotten(
    desk: RunningDesk, browser: Browser, ref: str, kind: DraftKind
) -> None:
    path = f"/cases/{ref}/{FORMS[kind]}"
    assert press(browser, ref, kind, "keep", text=WORDS)[0] == 303
    form = {**boxes(browser, f"/cases/{ref}")[kind], "do": "send", "once": new_tag()}
    with desk.test_office.office.database.writing() as session:
        session.execute(update(DeskDraftRecord).values(sealed=b"x"))

    assert browser.post(path, form).status_code == 303
    said = opened(desk.test_office, ref).entries[-1].text()
    assert SHOWN in said.replace("\r\n", "\n")


@pytest.mark.parametrize("planted", [b"x", b"{}", b"[]", b'{"case": 1}', b"no text"])
def test_a_draft_that_was_altered_is_said_to_be_lost_and_stops_nothing(
    desk: RunningDesk, browser: Browser, ref: str, planted: bytes
) -> None:
    assert press(browser, ref, DraftKind.NOTE, "keep", text=WORDS)[0] == 303
    recipient = desk.identity_of(browser.name).identity.recipient
    sealed = planted if planted == b"x" else seal(pad_text(planted), [recipient])
    with desk.test_office.office.database.writing() as session:
        session.execute(update(DeskDraftRecord).values(sealed=sealed))

    page = browser.get(f"/cases/{ref}")
    assert page.status_code == 200
    assert page.text.count("đã bị sửa hoặc hỏng, không mở được nữa") == 1
    assert press(browser, ref, DraftKind.NOTE, "keep", text="Viết lại.")[0] == 303
    assert "không mở được nữa" not in browser.get(f"/cases/{ref}").text
    assert boxes(browser, f"/cases/{ref}")["note"]["text"] == "Viết lại."

    with desk.test_office.office.database.writing() as session:
        session.execute(update(DeskDraftRecord).values(sealed=sealed))
    assert press(browser, ref, DraftKind.NOTE, "discard")[0] == 303
    assert kept(desk) == []
