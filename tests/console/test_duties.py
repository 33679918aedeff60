"""What the operator and the reader of docs/vi are told of the plan's duties."""

from dataclasses import replace
from pathlib import Path

from console.duties import duties_paper, open_duties, summary
from policy.rows import BUILT, CORE, NOT_YET, PARTLY
from tests.policy.packs import CAT_HAI, CAT_HAI_PATH, ROOT, XA_THU, XA_THU_PATH
from tests.support.command import liemchinh

PAPER = ROOT / "docs" / "vi" / "nhiem-vu.md"


def test_the_list_of_duties_on_paper_is_what_the_pack_says() -> None:
    assert PAPER.read_text(encoding="utf-8") == duties_paper(CAT_HAI), "run: make papers"


def test_every_core_duty_that_is_open_has_a_line_with_its_state() -> None:
    core = [duty for duty in CAT_HAI.duties if duty.class_ == CORE and duty.state != BUILT]
    assert list(open_duties(CAT_HAI)) == [f"{d.code}: {d.state}: {d.text_vi}" for d in core]
    assert {duty.state for duty in core} == {PARTLY, NOT_YET}


def test_the_summary_counts_core_duties_only() -> None:
    assert summary(XA_THU) == "2 core duties: 1 built, 0 partly, 1 not-yet"
    supplied = tuple(replace(duty, class_="feed") for duty in XA_THU.duties)
    assert summary(replace(XA_THU, duties=supplied)).startswith("0 core duties")


def test_a_paper_says_in_words_what_is_there_and_what_is_not() -> None:
    paper = duties_paper(XA_THU)
    assert "| nghe | Nghe dân nói | phải làm | đã có | Có biểu mẫu | `/report` |" in paper
    assert "| thuong | Thưởng người nói thật | phải làm | chưa có | Chưa có |  |" in paper


def test_a_paper_leads_to_documents_and_names_pages_of_the_desk() -> None:
    where = ("docs/packs.md", "desk:/cases")
    duty = replace(XA_THU.duties[0], where=where, confirmed=False, note="hỏi lại | sau")
    paper = duties_paper(replace(XA_THU, duties=(duty,)))
    assert "[docs/packs.md](../packs.md), bàn làm việc `/cases` |" in paper
    assert "Còn phải đối chiếu: hỏi lại \\| sau |" in paper


def test_open_duties_are_listed_by_the_check_and_are_no_fault(tmp_path: Path) -> None:
    checked = liemchinh(tmp_path, "policy", "check", "--duties", str(XA_THU_PATH))
    lines = checked.stdout.splitlines()
    assert checked.returncode == 0
    assert lines[0] == "thuong: not-yet: Thưởng người nói thật"
    assert lines[1] == "xa-thu: 2 core duties: 1 built, 0 partly, 1 not-yet"
    assert lines[-1].startswith("xa-thu: no fault")
    plain = liemchinh(tmp_path, "policy", "check", str(XA_THU_PATH))
    assert plain.stdout.splitlines() == lines[2:]


def test_a_broken_pack_tells_its_faults_rather_than_its_duties(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for arguments in (("check", "--duties"), ("duties",)):
        refused = liemchinh(tmp_path, "policy", *arguments, str(broken))
        assert refused.returncode == 1
        assert "duties.toml: -: missing file" in refused.stdout.splitlines()


def test_both_papers_are_printed_by_commands(tmp_path: Path) -> None:
    printed = liemchinh(tmp_path, "policy", "duties", str(CAT_HAI_PATH)).stdout
    assert printed == PAPER.read_text(encoding="utf-8")
    schema = liemchinh(tmp_path, "policy", "schema").stdout
    assert schema == (ROOT / "docs" / "pack.schema.json").read_text(encoding="utf-8")
