"""Who handles a case: nobody without a declaration of their own."""

from dataclasses import replace

import pytest

from cases.handlers import Giving, Taking, give_case, take_case
from cases.step_errors import HandlerRefusedError
from policy.rights import Role
from tests.support.casework import opened, pass_on
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag

DECLARED = "Tôi cam kết"
HEAD = frozenset({Role.HEAD})


def take(browser: Browser, ref: str, **more: str) -> tuple[int, str]:
    form = {"version": browser.version(ref), "once": new_tag(), **more}
    answer = browser.post(f"/cases/{ref}/handler", form)
    return answer.status_code, answer.text


def mine(desk: RunningDesk, browser: Browser) -> list[str]:
    return desk.refs(browser, "/cases?only=mine")


def test_nobody_takes_a_case_without_a_declaration_and_the_history_keeps_it(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    status, page = take(browser, ref)
    assert status == 422
    assert "Chưa cam kết" in page
    assert mine(desk, browser) == []

    twice = {"declares": "yes", "once": new_tag(), "version": browser.version(ref)}
    assert take(browser, ref, **twice)[0] == 303
    assert take(browser, ref, **twice)[0] == 303
    page = browser.get(f"/cases/{ref}").text
    [line] = [each for each in page.split("<li>") if "Nhận xử lý, và cam kết" in each]
    words = desk.test_office.office.todays_pack.notice("declaration")
    assert words.text_vi in line
    assert words.basis in line
    assert f"{browser.name}, " in line
    assert mine(desk, browser) == [ref]


def test_what_a_head_gives_is_somebodys_once_they_declare(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    head, third = desk.signed_in(roles=HEAD), desk.signed_in()
    who = desk.identity_of(browser.name).reviewer_id
    form = {"member": who, "reason": "", "version": head.version(ref), "once": new_tag()}
    assert head.post(f"/cases/{ref}/assignment", form).status_code == 422
    assert browser.post(f"/cases/{ref}/assignment", form).status_code == 403
    form["reason"] = "đúng người"
    assert head.post(f"/cases/{ref}/assignment", form).status_code == 303

    assert mine(desk, browser) == [ref]
    assert "chưa cam kết" in head.get(f"/cases/{ref}").text
    status, page = take(third, ref, declares="yes")
    assert status == 422
    assert "chỉ người đứng đầu giao lại" in page
    assert take(browser, ref, declares="yes")[0] == 303
    assert "chưa cam kết" not in head.get(f"/cases/{ref}").text
    assert mine(desk, third) == []


def test_who_gives_the_case_up_or_passes_it_on_handles_it_no_longer(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    office, other = desk.test_office, desk.signed_in()
    assert take(other, ref, declares="yes")[0] == 303
    own = desk.identity_of(other.name).reviewer_id
    form = {"recused": own, "reason": "", "version": other.version(ref), "once": new_tag()}
    assert other.post(f"/cases/{ref}/recusal", form).status_code == 303
    assert "chưa ai nhận" in browser.get(f"/cases/{ref}").text

    head = replace(desk.identity_of(browser.name), roles={RECEIVER: HEAD})
    version = opened(office, ref).version
    giving = Giving(reviewer_id=own, reason="vẫn giao", version=version)
    with pytest.raises(HandlerRefusedError, match="member"):
        give_case(office.office, head, ref, giving)
    take_case(office.office, head, ref, Taking(declares=True, version=version))
    assert mine(desk, browser) == [ref]
    pass_on(office, ref, "phong-vhxh", keeps=True)
    assert mine(desk, browser) == []
    assert opened(office, ref, "phong-vhxh").handler is None
