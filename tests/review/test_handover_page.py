"""Handing over redacted at the desk: looked at before it counts, given once, nothing typed lost."""

import re

import pytest

from cases.hiding import HIDDEN
from cases.originals import open_requests
from cases.reports import Report
from tests.support.casework import opened
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag

NEW = "phong-vhxh"
NAME = "Lê Thị Tỏa Sáng"
WORDS = f"Ông ấy đòi tiền. Tôi bán cá trước cổng. Tôi là {NAME}."
SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
MARKS = {"words": "le thi toa sang", "hide": ["0.1"]}


def filed(desk: RunningDesk, browser: Browser) -> str:
    before = set(desk.refs(browser))
    upload = desk.test_office.upload(f"{NAME}.jpg", b"anh")
    desk.test_office.send(Report(WORDS), (upload,))
    [ref] = set(desk.refs(browser)) - before
    return ref


def form_of(browser: Browser, ref: str, **more: object) -> dict[str, object]:
    version = {"once": new_tag(), "version": browser.version(ref)}
    return {**MARKS, "unit": NEW, "reason": "Đúng việc.", **version, **more}


def previewed(browser: Browser, ref: str, **more: object) -> dict[str, object]:
    """Return the form as it stands under a copy that was looked at."""
    form = form_of(browser, ref, **more)
    answer = browser.post(f"/cases/{ref}/handover", {**form, "action": "preview"})
    assert answer.status_code == 200, answer.text
    return {**form, "shown": SHOWN.findall(answer.text)[0], "action": "send"}


def handed(desk: RunningDesk, browser: Browser) -> str:
    ref = filed(desk, browser)
    answer = browser.post(f"/cases/{ref}/handover", previewed(browser, ref))
    assert answer.location == f"/cases/{ref}?done=handover", answer.text
    return ref


def test_the_copy_is_shown_before_anything_is_given(desk: RunningDesk, browser: Browser) -> None:
    ref = filed(desk, browser)
    form = form_of(browser, ref)
    for action in ("preview", "send"):
        answer = browser.post(f"/cases/{ref}/handover", {**form, "action": action})
        assert f"Ông ấy đòi tiền. {HIDDEN} Tôi là {HIDDEN}." in answer.text
        assert answer.status_code == (200 if action == "preview" else 422)
    assert desk.refs(desk.signed_in(NEW)) == []
    assert not opened(desk.test_office, ref).went_up


def test_what_was_looked_at_is_given_and_the_other_unit_reads_no_more(
    desk: RunningDesk, browser: Browser
) -> None:
    theirs = desk.signed_in(NEW)
    ref = handed(desk, browser)
    case, queue = theirs.get(f"/cases/{ref}").text, theirs.get("/cases").text
    assert f"Ông ấy đòi tiền. {HIDDEN} Tôi là {HIDDEN}." in case
    for page in (case, queue, theirs.get(f"/cases/{ref}/law").text):
        assert NAME not in page
        assert "bán cá" not in page
    assert "Bạn đọc bản đã che" in case
    assert "giao bản đã che" in browser.get(f"/cases/{ref}").text


def test_a_file_goes_along_only_when_it_is_ticked_and_under_another_name(
    desk: RunningDesk, browser: Browser
) -> None:
    theirs, ref = desk.signed_in(NEW), filed(desk, browser)
    page = browser.get(f"/cases/{ref}/handover").text
    assert "Tệp không che được bằng chữ" in page
    [key] = re.findall(r'name="files" value="([^"]+)"', page)
    browser.post(f"/cases/{ref}/handover", previewed(browser, ref, files=key))
    case = theirs.get(f"/cases/{ref}").text
    assert "tep-01.jpg" in case
    [link] = re.findall(r'href="(/cases/[^"]+/files/[^"]+)"', case)
    assert theirs.get(link).data == b"anh"
    assert theirs.get(f"/cases/{ref}/files/{key}").status_code == 404


def test_a_second_click_gives_once_and_leads_to_the_same_place(
    desk: RunningDesk, browser: Browser
) -> None:
    ref = filed(desk, browser)
    form = previewed(browser, ref)
    first, second = (browser.post(f"/cases/{ref}/handover", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    steps = [entry.text("step") for entry in opened(desk.test_office, ref).entries]
    assert steps.count("refer") == 1


@pytest.mark.parametrize(
    ("more", "status", "place"),
    [
        ({"words": "", "hide": []}, 422, "words"),
        ({"words": "Không có ai như vậy"}, 422, "words"),
        ({"words": "a" * 5_001}, 422, "words"),
        ({"hide": ["0.77"]}, 422, "words"),
        ({"hide": ["x"]}, 422, "words"),
        ({"unit": "khong-co"}, 422, "unit"),
        ({"unit": RECEIVER}, 422, "unit"),
        ({"reason": " "}, 422, "reason"),
        ({"reason": f"Của {NAME}"}, 422, "reason"),
        ({"shown": "0" * 64}, 422, "preview"),
        ({"version": "0"}, 409, ""),
    ],
)
def test_a_refused_handover_names_the_field_and_gives_every_word_back(
    desk: RunningDesk, browser: Browser, more: dict[str, object], status: int, place: str
) -> None:
    ref = filed(desk, browser)
    form = {**previewed(browser, ref), **more}
    answer = browser.post(f"/cases/{ref}/handover", form)
    assert answer.status_code == status
    if place:
        assert f'<li><a href="#{place}">' in answer.text
        assert f'id="{place}"' in answer.text
    for typed in (str(form["words"]), str(form["reason"]).strip()):
        assert typed in answer.text
    assert opened(desk.test_office, ref).unit == RECEIVER


def test_a_plain_referral_wants_it_said_that_nothing_identifies(
    desk: RunningDesk, browser: Browser
) -> None:
    ref = filed(desk, browser)
    assert browser.refer(ref, NEW, clean="").status_code == 422
    assert browser.refer(ref, NEW, keeps="yes").status_code == 303
    assert "xác nhận không có gì cho biết ai gửi" in browser.get(f"/cases/{ref}").text


def test_the_original_is_asked_for_waits_in_the_queue_and_is_given_in_one_click(
    desk: RunningDesk, browser: Browser
) -> None:
    theirs, ref = desk.signed_in(NEW), handed(desk, browser)
    once = new_tag()
    ask = {"reason": "Cần đối chiếu.", "once": once, "version": theirs.version(ref)}
    for _ in range(2):
        asked = theirs.post(f"/cases/{ref}/original", ask)
        assert asked.status_code == 303
    assert desk.refs(browser, "/cases?only=approval") == [ref]
    assert desk.refs(theirs, "/cases?only=approval") == []
    page = browser.get(f"/cases/{ref}").text
    assert "Cần đối chiếu." in page
    [request] = open_requests(opened(desk.test_office, ref).entries)
    give = {"request": request.id, "original": "give", "once": new_tag()}
    form = {**give, "version": browser.version(ref)}
    colleague, unit = desk.signed_in(NEW), desk.test_office.office.pack.unit_name(NEW, "vi")
    assert f"<h1>Hồ sơ 1/2026 – {unit}</h1>" in page
    assert "<h1>Hồ sơ 1/2026</h1>" in theirs.get(f"/cases/{ref}").text
    for _ in range(2):
        assert browser.post(f"/cases/{ref}/original/answer", form).status_code == 303
    case = theirs.get(f"/cases/{ref}").text
    assert NAME in case
    assert "Bạn đọc bản gốc, đồng nghiệp đọc bản đã che" in case
    for reader in (browser, colleague):
        other = reader.get(f"/cases/{ref}").text
        assert f"{theirs.name} (Phòng" in other.partition('id="original"')[2]
        assert "Bạn đọc bản gốc" not in other
    assert "Cho xem bản gốc" in case
    assert desk.refs(browser, "/cases?only=approval") == []


def test_a_refusal_wants_a_reason_and_stale_or_wordless_forms_come_back(
    desk: RunningDesk, browser: Browser
) -> None:
    theirs, ref = desk.signed_in(NEW), handed(desk, browser)
    wordless = {"reason": " ", "once": new_tag(), "version": theirs.version(ref)}
    assert 'href="#ask-reason"' in theirs.post(f"/cases/{ref}/original", wordless).text
    ask = {"reason": "Cần đối chiếu.", "once": new_tag(), "version": "0"}
    stale = theirs.post(f"/cases/{ref}/original", ask)
    assert stale.status_code == 409
    assert "Cần đối chiếu.</textarea>" in stale.text
    theirs.post(f"/cases/{ref}/original", {**ask, "version": theirs.version(ref)})
    [request] = open_requests(opened(desk.test_office, ref).entries)
    form: dict[str, object] = {"request": request.id, "original": "refuse", "once": new_tag()}
    form |= {"version": browser.version(ref), "reason": ""}
    refused = browser.post(f"/cases/{ref}/original/answer", form)
    assert refused.status_code == 422
    assert 'href="#original-reason"' in refused.text
    form["reason"] = "Bản che đã đủ."
    assert browser.post(f"/cases/{ref}/original/answer", form).status_code == 303
    case = theirs.get(f"/cases/{ref}").text
    assert f"{browser.name} không cho" in case.partition('id="original"')[2]
    assert "Bản che đã đủ." in case.partition('id="original"')[2].partition("</section>")[0]
    assert NAME not in case
