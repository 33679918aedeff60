"""What a reviewer does with a case: nothing is lost, nothing is done twice or by surprise."""

import pytest
from sqlalchemy import select

from cases.names import EntryKind
from cases.records import EntryRecord, SealRecord
from cases.threads import read_thread
from crypto.errors import OpenError
from crypto.opening import open_sealed
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag

OTHER = "phong-vhxh"


def filed(desk: RunningDesk, browser: Browser) -> str:
    before = set(desk.refs(browser))
    desk.test_office.file()
    [ref] = set(desk.refs(browser)) - before
    return ref


def texts_of(desk: RunningDesk, kind: EntryKind) -> int:
    with desk.test_office.office.database.reading() as session:
        return len(session.scalars(select(EntryRecord).where(EntryRecord.kind == kind)).all())


def test_an_answer_reaches_the_receipt(desk: RunningDesk, browser: Browser) -> None:
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    browser.post(f"/cases/{ref}/messages", {"text": "Xin gửi thêm ảnh.\r\n", "once": new_tag()})
    [message] = read_thread(desk.test_office.office, receipt).messages
    assert message.text() == "Xin gửi thêm ảnh.\r\n"


def test_an_answer_takes_its_files_along(desk: RunningDesk, browser: Browser) -> None:
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    form = {"text": "", "once": new_tag()}
    answer = browser.upload(f"/cases/{ref}/messages", form, mẫu__pdf=b"%PDF", kèm__txt=b"hai")
    assert answer.status_code == 303
    [message] = read_thread(desk.test_office.office, receipt).messages
    assert [item.file_name for item in message.attachments] == ["mẫu.pdf", "kèm.txt"]


def test_a_note_is_kept_and_no_seal_of_the_receipt_opens_it(
    desk: RunningDesk, browser: Browser
) -> None:
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    browser.post(f"/cases/{ref}/notes", {"text": "Chỉ nội bộ.", "once": new_tag()})
    assert "Chỉ nội bộ." in browser.get(f"/cases/{ref}").text
    assert read_thread(desk.test_office.office, receipt).messages == ()
    with desk.test_office.office.database.reading() as session:
        seals = session.scalars(select(SealRecord)).all()
        notes = session.scalars(select(EntryRecord).where(EntryRecord.kind == "note")).all()
    opened = [seal for seal in seals if opens(seal.sealed, receipt.identity())]
    assert len(opened) == 1
    assert opened[0].compartment_id not in {note.compartment_id for note in notes}


def opens(sealed: bytes, identity: object) -> bool:
    try:
        open_sealed(sealed, identity)  # type: ignore[arg-type]  # an Identity
    except OpenError:
        return False
    return True


@pytest.mark.parametrize(
    ("part", "kind"), [("messages", EntryKind.MESSAGE), ("notes", EntryKind.NOTE)]
)
def test_a_double_click_adds_once(
    desk: RunningDesk, browser: Browser, part: str, kind: EntryKind
) -> None:
    ref = filed(desk, browser)
    form = {"text": "Một lần thôi.", "once": new_tag()}
    for _ in range(2):
        assert browser.post(f"/cases/{ref}/{part}", form).status_code == 303
    assert texts_of(desk, kind) == 1


@pytest.mark.parametrize("part", ["steps", "referral"])
def test_a_second_click_ends_where_the_first_one_did(
    desk: RunningDesk, browser: Browser, part: str
) -> None:
    ref = filed(desk, browser)
    form = {"step": "assess", "unit": OTHER, "keeps": "no", "reason": "Một lần.", "clean": "yes"}
    form |= {"once": new_tag(), "version": browser.version(ref)}
    first, second = (browser.post(f"/cases/{ref}/{part}", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert texts_of(desk, EntryKind.STEP) == 2


def test_going_back_and_sending_other_words_loses_neither(
    desk: RunningDesk, browser: Browser
) -> None:
    ref, once = filed(desk, browser), new_tag()
    for text in ("Trước.", "Sau."):
        browser.post(f"/cases/{ref}/notes", {"text": text, "once": once})
    page = browser.get(f"/cases/{ref}").text
    assert "Trước." in page
    assert "Sau." in page


@pytest.mark.parametrize(
    ("part", "form", "place"),
    [
        ("messages", {"text": " \r\n "}, "answer-text"),
        ("messages", {"text": "a" * 20_001}, "answer-text"),
        ("notes", {"text": ""}, "note-text"),
        ("notes", {"text": "ă" * 20_001}, "note-text"),
        ("steps", {"reason": "Vì thế.", "version": "2"}, "step"),
        ("steps", {"step": "refer", "reason": "Vì thế.", "version": "2"}, "step"),
        ("steps", {"step": "assess", "reason": " ", "version": "2"}, "step-reason"),
        ("steps", {"step": "assess", "reason": "b" * 5_001, "version": "2"}, "step-reason"),
        ("referral", {"reason": "Vì thế.", "keeps": "no", "version": "2"}, "unit"),
        ("referral", {"unit": "x", "reason": "Vì.", "keeps": "no", "version": "2"}, "unit"),
        ("referral", {"unit": OTHER, "keeps": "no", "version": "2"}, "referral-reason"),
        ("referral", {"unit": OTHER, "reason": "Vì thế.", "version": "2"}, "keeps"),
        ("referral", {"unit": OTHER, "reason": "Vì.", "keeps": "no", "version": "2"}, "clean"),
        (
            "referral",
            {"unit": RECEIVER, "reason": "Vì.", "keeps": "no", "clean": "yes", "version": "2"},
            "unit",
        ),
    ],
)
def test_a_refused_form_names_the_field_and_keeps_the_words(
    desk: RunningDesk, browser: Browser, part: str, form: dict[str, str], place: str
) -> None:
    ref = filed(desk, browser)
    browser.get(f"/cases/{ref}")
    of_now = {"version": browser.version(ref)} if "version" in form else {}
    answer = browser.post(f"/cases/{ref}/{part}", {**form, **of_now})
    assert answer.status_code == 422
    assert f'<li><a href="#{place}">' in answer.text
    assert f'id="{place}"' in answer.text
    assert "<title>Lỗi:" in answer.text
    typed = form.get("text", form.get("reason", ""))
    assert typed.replace("\r\n", "\n") in answer.text.replace("\r\n", "\n")


@pytest.mark.parametrize("part", ["messages", "notes", "steps", "referral"])
def test_a_form_with_a_stale_token_does_nothing_and_keeps_the_words(
    desk: RunningDesk, browser: Browser, part: str
) -> None:
    ref = filed(desk, browser)
    form = {"text": "Giữ lại.", "reason": "Giữ lại.", "csrf_token": "old", "step": "assess"}
    answer = browser.send(f"/cases/{ref}/{part}", form)
    assert answer.status_code == 400
    assert "Giữ lại.</textarea>" in answer.text
    assert texts_of(desk, EntryKind.MESSAGE) == texts_of(desk, EntryKind.NOTE) == 0


def test_a_step_moves_the_case_and_tells_the_reporter_the_state_without_the_reason(
    desk: RunningDesk, browser: Browser
) -> None:
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    assert browser.step(ref, "assess", "Đủ ba điều kiện.").status_code == 303
    assert "Đủ ba điều kiện." in browser.get(f"/cases/{ref}").text
    thread = read_thread(desk.test_office.office, receipt)
    assert thread.state == "assessing"
    assert "Đủ ba điều kiện." not in str([entry.values for entry in thread.messages])


def test_a_step_that_the_table_lacks_is_refused(desk: RunningDesk, browser: Browser) -> None:
    ref = filed(desk, browser)
    answer = browser.step(ref, "close", "Khép luôn.")
    assert answer.status_code == 409
    assert "Khép luôn." in answer.text
    assert desk.refs(browser) == [ref]


@pytest.mark.parametrize("part", ["steps", "referral"])
def test_a_change_on_an_old_page_is_refused_with_its_words(
    desk: RunningDesk, browser: Browser, part: str
) -> None:
    ref = filed(desk, browser)
    old = browser.version(ref)
    browser.step(ref, "assess")
    form = {"step": "accept", "unit": OTHER, "keeps": "yes", "reason": "Lời cũ.", "version": old}
    form["clean"] = "yes"
    answer = browser.post(f"/cases/{ref}/{part}", form)
    assert answer.status_code == 409
    assert "Có người vừa thay đổi hồ sơ này" in answer.text
    assert "Lời cũ." in answer.text
    assert "Đang xem xét" in browser.get(f"/cases/{ref}").text


def test_a_referred_case_opens_in_the_other_unit_with_reason_and_notes(
    desk: RunningDesk, browser: Browser
) -> None:
    ref = filed(desk, browser)
    browser.post(f"/cases/{ref}/notes", {"text": "Xem kỹ mục 2.", "once": new_tag()})
    assert (
        browser.refer(ref, OTHER, reason="Thuộc lĩnh vực y tế.").location == "/cases?done=referral"
    )
    other = desk.signed_in(OTHER)
    assert desk.refs(other) == [ref]
    page = other.get(f"/cases/{ref}").text
    assert "Thuộc lĩnh vực y tế." in page
    assert "Xem kỹ mục 2." in page


def test_the_referral_form_offers_no_unit_that_the_report_bars(
    desk: RunningDesk, browser: Browser
) -> None:
    desk.test_office.file("Chuyện.", not_to=frozenset({OTHER}))
    [ref] = desk.refs(browser)
    assert f'<option value="{OTHER}">' not in browser.get(f"/cases/{ref}").text


def test_a_referral_to_a_barred_unit_is_refused_in_words(
    desk: RunningDesk, browser: Browser
) -> None:
    desk.test_office.file("Chuyện.", not_to=frozenset({OTHER}))
    [ref] = desk.refs(browser)
    answer = browser.refer(ref, OTHER)
    assert answer.status_code == 422
    assert "không được chuyển" in answer.text
    assert "Đúng thẩm quyền.</textarea>" in answer.text
    assert desk.refs(desk.signed_in(OTHER)) == []
