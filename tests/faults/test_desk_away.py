"""The desk while database or vault are away: what was written comes back, and it goes on after."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from cases.reports import Report
from tests.support.desk import Browser, RunningDesk, new_tag, open_desk
from tests.support.outages import DATABASE_OUTAGES, VAULT_OUTAGES, Outage

WORDS = "Xin hỏi thêm: giấy hẹn ghi ngày nào?"
FILE = ("ảnh chụp.jpg", b"evidence" * 5000)


@dataclass
class AtWork:
    """A signed-in reviewer in front of one case with a file."""

    desk: RunningDesk
    browser: Browser
    ref: str
    object_key: str

    def answer(self, token: str, tag: str) -> tuple[int, str]:
        form = {"csrf_token": token, "text": WORDS, "once": tag}
        answer = self.browser.send(f"/cases/{self.ref}/messages", form)
        return answer.status_code, answer.text

    def download(self) -> tuple[int, bytes]:
        answer = self.browser.get(f"/cases/{self.ref}/files/{self.object_key}")
        return answer.status_code, answer.data


@pytest.fixture
def at_work(tmp_path: Path) -> AtWork:
    desk = open_desk(tmp_path)
    upload = desk.test_office.upload(*FILE)
    desk.test_office.send(Report("Chuyện có tệp."), (upload,))
    browser = desk.signed_in()
    (ref,) = desk.refs(browser)
    browser.get(f"/cases/{ref}")
    return AtWork(desk, browser, ref, upload.object_key)


@pytest.mark.parametrize("name", DATABASE_OUTAGES)
def test_an_answer_comes_back_and_is_sent_once_when_it_is_over(at_work: AtWork, name: str) -> None:
    token, tag = at_work.browser.token(), new_tag()
    with DATABASE_OUTAGES[name](at_work.desk.test_office.office):
        status, page = at_work.answer(token, tag)
        assert status == 503
        assert WORDS in page

    assert at_work.answer(token, tag)[0] == 303
    assert at_work.answer(token, tag)[0] == 303
    assert at_work.browser.get(f"/cases/{at_work.ref}").text.count(WORDS) == 1


@pytest.mark.parametrize("outage", VAULT_OUTAGES.values(), ids=VAULT_OUTAGES)
def test_a_file_is_refused_with_503_and_shown_whole_when_it_is_over(
    at_work: AtWork, outage: Outage
) -> None:
    with outage(at_work.desk.test_office.office):
        assert at_work.download()[0] == 503
        form = {"text": WORDS, "once": new_tag()}
        answer = at_work.browser.upload(f"/cases/{at_work.ref}/messages", form, a__txt=b"a")
        assert answer.status_code == 503
        assert WORDS in answer.text

    assert at_work.download() == (200, FILE[1])
