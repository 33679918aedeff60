import shutil
from pathlib import Path

import pytest

from policy.errors import PolicyError
from policy.loading import load_pack
from tests.policy.packs import XA_THU_PATH

BAD = [
    # file, what stands there, what somebody writes instead, every fault that is told
    ("units.toml", 'superior = "to-dat"', 'superior = "to-dac"',
     ["units.toml: to-thue: unknown superior 'to-dac'"]),
    ("units.toml", 'code = "to-thue"', 'code = "to-dat"',
     ["units.toml: to-dat: is its own superior's superior: a cycle",
     "units.toml: to-dat: twice in force on 2025-07-01"]),
    ("units.toml", 'receives = "no"', 'receives = "maybe"',
     ["units.toml: lop-hoc: unknown 'receives' value 'maybe'"]),
    ("units.toml", 'group = "trong-xa"', 'group = "tren-troi"',
     ["units.toml: truong-xa: unknown group 'tren-troi'"]),
    ("units.toml", 'group = "trong-xa"\n', "",
     ["units.toml: truong-xa: accusable, and in no group of the form"]),
    ("units.toml", "inside = true", 'inside = "yes"',
     ["units.toml: truong-xa: 'inside' must be true or false"]),
    ("units.toml", "accusable = true", "acusable = true",
     ["units.toml: truong-xa: missing 'accusable'",
      "units.toml: truong-xa: unknown key 'acusable'"]),
    ("units.toml", 'kind = "leader"', 'kind = "hero"',
     ["competence.toml: lanh-dao: unknown kind of unit 'leader'"]),
    ("units.toml", 'code = "trung-uong"\nkind = "state"\ninside = false\nreceives = "outside"',
     'code = "trung-uong"\nkind = "state"\ninside = false\nreceives = "no"',
     ["units.toml: tinh-truong: a report that names its head reaches nobody",
      "units.toml: tinh-truong: a report that names its staff reaches nobody"]),
    ("units.toml", 'receives = "outside"\naccusable = false',
     'receives = "outside"\naccusable = true\ngroup = "ngoai-xa"',
     ["competence.toml: state/body: nobody is competent on 2025-07-01",
      "competence.toml: state/head: nobody is competent on 2025-07-01",
      "competence.toml: state/staff: nobody is competent on 2025-07-01"]),
    ("units.toml", 'sits_in = ["truong-xa"]', 'sits_in = ["truong-lang"]',
     ["units.toml: nguoi-may: unknown unit 'truong-lang'"]),
    ("competence.toml", 'resolver = "truong-xa"', 'resolver = "truong-lang"',
     ["competence.toml: to: unknown resolver 'truong-lang'"]),
    ("competence.toml", 'who = ["staff"]', 'who = ["stuff"]',
     ["competence.toml: lop-giao-vien: unknown 'who' value 'stuff'"]),
    ("competence.toml", 'who = ["staff"]', "who = []",
     ["competence.toml: lop-giao-vien: 'who' must be a list of texts"]),
    ("competence.toml", 'kinds = ["team"]', 'kinds = ["school"]',
     ["competence.toml: team/body: nobody is competent on 2025-07-01",
      "competence.toml: team/head: nobody is competent on 2025-07-01",
      "competence.toml: team/staff: nobody is competent on 2025-07-01"]),
    ("competence.toml", "from = 2025-07-01", "from = 2026-07-01",
     [f"competence.toml: {kind}/{who}: nobody is competent on 2025-07-01"
      for kind in ("leader", "province") for who in ("body", "head", "staff")]),
    ("competence.toml", 'kinds = ["team"]\nwho = ["head", "body", "staff"]',
     'kinds = ["team"]\nwho = ["head", "staff"]',
     ["competence.toml: team/body: nobody is competent on 2025-07-01"]),
    ("fields.toml", 'basis = "Luật xã Thử Điều 1"', 'basis = " "',
     ["fields.toml: ruong: missing source: 'basis'"]),
    ("fields.toml", 'basis = "Luật xã Thử Điều 1"\n', "",
     ["fields.toml: ruong: missing source: 'basis'"]),
    ("fields.toml", 'plain_en = "Fields"\n', "",
     ["fields.toml: ruong: missing translation: 'plain_en'"]),
    ("fields.toml", 'competent = "so-tinh"', 'competent = "so-x"',
     ["fields.toml: giau-len: unknown unit 'so-x'"]),
    ("fields.toml", 'managed_by = ["lop-hoc", "cong-an-xa"]', 'managed_by = ["lop-x"]',
     ["fields.toml: ruong: unknown unit 'lop-x'"]),
    ("competence.toml", 'track = "B"', 'track = "Z"',
     ["competence.toml: ban-sao: unknown track 'Z'"]),
    ("competence.toml", 'resolver = "cong-an-tinh"', 'resolver = "@superior"',
     ["competence.toml: ban-sao: a copy must go to a unit that is named"]),
    ("fields.toml", "confirmed = true", "confirmed = false",
     ["fields.toml: ruong: not confirmed, and no note says what is open"]),
    ("fields.toml", "from = 2025-07-01", "from = 2025-07-01\nuntil = 2025-06-30",
     ["fields.toml: ruong: ends before it begins"]),
    ("fields.toml", "from = 2025-07-01", 'from = "2025-07-01"',
     ["fields.toml: ruong: 'from' must be a date"]),
    ("fields.toml", "from = 2025-07-01", "from = 2025-07-01T08:00:00",
     ["fields.toml: ruong: 'from' must be a date"]),
    ("offices.toml", 'code = "fallback"', 'code = "fall"',
     ["offices.toml: fall: unknown part", "offices.toml: fallback: no unit fills this part"]),
    ("offices.toml", 'unit = "tinh-truong"', 'unit = "so-tinh"',
     ["offices.toml: fallback: unit 'so-tinh' can receive nothing"]),
    ("acts.toml", 'sector = "state"', 'sector = "stage"',
     ["acts.toml: doi-tien: unknown sector 'stage'"]),
    ("kinds.toml", 'act = "doi-tien"', 'act = "doi-qua"',
     ["kinds.toml: doi-tien: unknown act 'doi-qua'"]),
    ("states.toml", 'state = "closed"', 'state = "shut"',
     ["states.toml: closed: no words for this state on every track",
      "states.toml: closed: unknown state 'shut'"]),
    ("states.toml", 'state = "closed"', 'state = "closed"\ntrack = "Z"',
     ["states.toml: closed: no words for this state on every track",
      "states.toml: closed: unknown track 'Z'"]),
    ("deadlines.toml", 'measure = "months"', 'measure = "moons"',
     ["deadlines.toml: X2: unknown measure 'moons'"]),
    ("deadlines.toml", 'starts = ["received"]', 'starts = ["arrived"]',
     ["deadlines.toml: X1: unknown event 'arrived'"]),
    ("deadlines.toml", 'lapses = ["close"]', 'lapses = ["shut"]',
     ["deadlines.toml: X2: unknown event 'shut'"]),
    ("deadlines.toml", 'starts = ["received"]', "",
     ["deadlines.toml: X1: nothing starts its clock: no 'starts' and no 'after'"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X1"\nstarts = ["told"]',
     ["deadlines.toml: X2: has both 'starts' and 'after'"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X1"\nalong = "X9"',
     ["deadlines.toml: X2: unknown rule 'X9'"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X1"\nalong = "X2"',
     ["deadlines.toml: X2: goes along with itself"]),
    ("deadlines.toml", 'lapses = ["close"]', 'lapses = ["close", "conclude"]',
     ["deadlines.toml: X2: 'conclude' both ends it and lets it lapse"]),
    ("deadlines.toml", "count = 2", 'pauses = ["gui-thu"]\ncount = 2',
     ["deadlines.toml: X1: 'pauses' and 'resumes' go together, one for one"]),
    ("deadlines.toml", "count = 2", 'resumes = ["gui-thu"]\ncount = 2',
     ["deadlines.toml: X1: 'pauses' and 'resumes' go together, one for one"]),
    ("deadlines.toml", "count = 1", 'pauses = ["refer"]\nresumes = ["assess"]\ncount = 1',
     ["deadlines.toml: X2: a clock that counts months cannot be paused"]),
    ("deadlines.toml", 'measure = "months"',
     'measure = "hours"\npauses = ["refer"]\nresumes = ["assess"]',
     ["deadlines.toml: X2: a clock that counts hours cannot be paused"]),
    ("deadlines.toml", 'who = "intake"', 'who = "nobody"',
     ["deadlines.toml: X1: unknown 'who' value 'nobody'"]),
    ("deadlines.toml", 'tracks = ["B"]', 'tracks = ["Z"]',
     ["deadlines.toml: X2: outlasts 'X1', which it follows",
      "deadlines.toml: X2: unknown track 'Z'"]),
    ("extensions.toml", 'rule = "X1"', 'rule = "X9"',
     ["extensions.toml: X1-them: unknown rule 'X9'"]),
    ("extensions.toml", "time = 1", "time = 2",
     ["extensions.toml: X1-them: no time 1 before time 2"]),
    ("extensions.toml", "grounds = 1", "grounds = 2",
     ["extensions.toml: X1-them: needs 2 grounds of 1"]),
    ("grounds.toml", 'name_en = "Heavy rain"\n', "",
     ["grounds.toml: mua-to: missing translation: 'name_en'"]),
    ("marks.toml", 'code = "gui-thu"', 'code = "accept"',
     ["deadlines.toml: X2: unknown event 'gui-thu'",
      "marks.toml: accept: is the name of a step or of a common event",
      "protection-deciders.toml: cong-an: unknown mark 'gui-thu'",
      "protection-deciders.toml: cong-an: unknown mark 'gui-thu'",
      "steps.toml: dung: none of its marks can be recorded on track 'A'",
      "steps.toml: dung: none of its marks can be recorded on track 'B'",
      "steps.toml: dung: unknown mark 'gui-thu'"]),
    ("marks.toml", 'code = "gui-thu"', 'code = "told"',
     ["deadlines.toml: X2: unknown event 'gui-thu'",
      "marks.toml: told: is the name of a step or of a common event",
      "protection-deciders.toml: cong-an: unknown mark 'gui-thu'",
      "protection-deciders.toml: cong-an: unknown mark 'gui-thu'",
      "steps.toml: dung: none of its marks can be recorded on track 'A'",
      "steps.toml: dung: none of its marks can be recorded on track 'B'",
      "steps.toml: dung: unknown mark 'gui-thu'"]),
    ("marks.toml", 'tracks = ["A", "B"]', 'tracks = ["A", "Z"]',
     ["marks.toml: gui-thu: unknown track 'Z'",
      "steps.toml: dung: none of its marks can be recorded on track 'B'"]),
    ("marks.toml", 'group = "notice"', 'group = "notice"\nat_triage = true\nneeds_two = true',
     ["marks.toml: gui-thu: takes two, and triage is one reviewer's"]),
    ("steps.toml", 'step = "stop"', 'step = "halt"',
     ["steps.toml: dung: unknown step 'halt'"]),
    ("steps.toml", 'step = "stop"', 'step = "refer"',
     ["steps.toml: dung: unknown step 'refer'"]),
    ("steps.toml", 'tracks = ["A", "B"]', 'tracks = ["A", "Z"]',
     ["steps.toml: dung: none of its marks can be recorded on track 'Z'",
      "steps.toml: dung: unknown track 'Z'"]),
    ("steps.toml", "needs_two = true\n", "",
     ["steps.toml: mo-lai: asks for nothing: no 'needs' and no 'needs_two'"]),
    ("marks.toml", 'group = "notice"', 'group = "notice"\nbeside = "Z"',
     ["marks.toml: gui-thu: unknown track 'Z'"]),
    ("marks.toml", 'group = "notice"', 'group = "notice"\nbefore = "leave"',
     ["marks.toml: gui-thu: unknown step 'leave'"]),
    ("marks.toml", 'group = "notice"', 'group = "letters"',
     ["marks.toml: gui-thu: unknown group 'letters'"]),
    ("marks.toml", '"verifying"', '"asleep"', ["marks.toml: gui-thu: unknown state 'asleep'"]),
    ("advice.toml", 'tracks = ["B"]', 'tracks = ["Z"]',
     ["advice.toml: hoi-them: unknown track 'Z'"]),
    ("advice.toml", 'states = ["assessing"]', 'states = ["asleep"]',
     ["advice.toml: hoi-them: unknown state 'asleep'"]),
    ("advice.toml", 'states = ["assessing"]', 'states = ["assessing"]\nfindings = ["maybe"]',
     ["advice.toml: hoi-them: unknown finding 'maybe'"]),
    ("advice.toml", 'tests = ["some"', 'tests = ["most"',
     ["advice.toml: hoi-them: unknown 'tests' value 'most'"]),
    ("findings.toml", 'plain_en = "It is so"\n', "",
     ["findings.toml: true: missing translation: 'plain_en'"]),
    ("measures.toml", 'area = "economic"', 'area = "magic"',
     ["measures.toml: tra-lai: unknown area 'magic'"]),
    ("periods.toml", "month = 12\nday = 14", "month = 2\nday = 31",
     ["periods.toml: ca-nam: there is no day 31 of month 2"]),
    ("periods.toml", "month = 12", "month = 13",
     ["periods.toml: ca-nam: there is no day 14 of month 13"]),
    ("periods.toml", "due_day = 17", "due_day = 14",
     ["periods.toml: ca-nam: is not due on day 14 of that month"]),
    ("periods.toml", "due_day = 17", "due_day = 29",
     ["periods.toml: ca-nam: is not due on day 29 of that month"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X1"\nreplaces = "X9"',
     ["deadlines.toml: X2: unknown rule 'X9'"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X1"\nreplaces = "X1"',
     ["deadlines.toml: X2: follows a rule that follows another one",
      "deadlines.toml: X2: must begin on the day after 'X1' ends"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X9"', ["deadlines.toml: X2: unknown rule 'X9'"]),
    ("deadlines.toml", 'after = "X1"', 'after = "X2"',
     ["deadlines.toml: X2: follows a rule that follows another one"]),
    ("deadlines.toml", 'tracks = ["A", "B"]', 'tracks = ["A"]',
     ["deadlines.toml: X2: outlasts 'X1', which it follows"]),
    ("deadlines.toml", "count = 2", "count = -2",
     ["deadlines.toml: X1: 'count' must be a whole number, 0 or more"]),
    ("escalation.toml", "working_days = 0", "working_days = true",
     ["escalation.toml: unopened: 'working_days' must be a whole number, 0 or more"]),
    ("reasons.toml", 'code = "barred"', 'code = "banned"',
     ["reasons.toml: banned: unknown reason", "reasons.toml: barred: no words for this reason"]),
    ("reasons.toml", "{unit}: barred (en)", "{name}: barred",
     ["reasons.toml: barred: only {unit} can be filled in"]),
    ("reasons.toml", "{unit}: barred (en)", "{unit: barred",
     ["reasons.toml: barred: only {unit} can be filled in"]),
    ("notices.toml", 'code = "paid"\n', 'code = "pay"\n',
     ["notices.toml: paid: no words for this notice", "notices.toml: pay: unknown notice"]),
    ("groups.toml", "[[group]]", "[[gruop]]", ["groups.toml: gruop: unknown table"]),
    ("calendar.toml", "[[day]]", "[day]", ["calendar.toml: day: must be written as [[day]]"]),
    ("reception.toml", 'unit = "truong-xa"', 'unit = "dinh-lang"',
     ["reception.toml: tiep-dan: unknown unit 'dinh-lang'"]),
    ("duties.toml", 'class = "core"', 'class = "huge"',
     ["duties.toml: nghe: unknown class 'huge'"]),
    ("duties.toml", 'state = "built"', 'state = "half"',
     ["duties.toml: nghe: unknown state 'half'"]),
    ("duties.toml", 'section = "1"', 'section = "9"', ["duties.toml: nghe: unknown section '9'"]),
    ("duties.toml", 'where = ["/report"]\n', "",
     ["duties.toml: nghe: built, and no 'where' says where it is"]),
    ("duties.toml", 'state = "built"', 'state = "not-yet"',
     ["duties.toml: nghe: not built, and 'where' says where it is"]),
    ("duties.toml", '["/report"]', '["/report", "report"]',
     ["duties.toml: nghe: unknown kind of place 'report'"]),
    ("duties.toml", 'does_en = "Not yet"\n', "",
     ["duties.toml: thuong: missing translation: 'does_en'"]),
]  # fmt: skip


def broken(tmp_path: Path, file: str, before: str, after: str) -> Path:
    pack = tmp_path / "pack"
    shutil.copytree(XA_THU_PATH, pack)
    text = (pack / file).read_text(encoding="utf-8")
    assert before in text
    (pack / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return pack


def faults(pack: Path) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        load_pack(pack)
    assert str(refused.value) == "\n".join(map(str, refused.value.faults))
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("file", "before", "after", "told"), BAD, ids=[f"{row[0]}-{row[2][:40]}" for row in BAD]
)
def test_a_broken_pack_is_refused_with_file_row_and_rule(
    tmp_path: Path, file: str, before: str, after: str, told: list[str]
) -> None:
    assert faults(broken(tmp_path, file, before, after)) == told


def test_a_cycle_of_superiors_is_refused(tmp_path: Path) -> None:
    pack = broken(tmp_path, "units.toml", 'superior = "tinh-truong"', 'superior = "to-thue"')
    assert faults(pack) == [
        f"units.toml: {unit}: is its own superior's superior: a cycle"
        for unit in ("to-dat", "to-thue", "truong-xa")
    ]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    pack = broken(tmp_path, "acts.toml", 'sector = "state"\n', "")
    (pack / "tracks.toml").unlink()
    (pack / "notes.toml").write_text("")
    (pack / "kinds.toml").write_text("[[kind")
    told = faults(pack)
    assert told[0] == "acts.toml: doi-tien: missing 'sector'"
    assert told[1].startswith("kinds.toml: -: not TOML: ")
    assert told[2:] == ["notes.toml: -: unknown file", "tracks.toml: -: missing file"]


def test_a_fault_in_one_row_hides_none_in_another(tmp_path: Path) -> None:
    pack = broken(tmp_path, "acts.toml", 'sector = "state"\n', "")
    units = pack / "units.toml"
    text = units.read_text(encoding="utf-8")
    text = text.replace('superior = "to-dat"', 'superior = "to-dac"')
    units.write_text(text.replace("inside = true", 'inside = "yes"', 1), encoding="utf-8")
    assert faults(pack) == [
        "acts.toml: doi-tien: missing 'sector'",
        "units.toml: to-thue: unknown superior 'to-dac'",
        "units.toml: truong-xa: 'inside' must be true or false",
    ]


def test_a_pack_of_nowhere_is_refused(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(XA_THU_PATH, pack)
    (pack / "pack.toml").write_text("")
    assert faults(pack) == ["pack.toml: -: must hold one row [[pack]]"]


def test_a_place_without_a_plan_has_no_duties(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(XA_THU_PATH, pack)
    for file in ("plan.toml", "duties.toml"):
        (pack / file).write_text("")
    assert load_pack(pack).duties == ()
