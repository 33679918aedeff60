"""A copy of the whole instance opens nothing; each key opens what its holder may read, no more."""

import shutil
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.passphrases import unwrap_seed
from crypto.receipts import Receipt
from tests.seizure.thief import Thief, identities_from
from tests.support.browser import File
from tests.support.instance import Instance, running_instance
from tests.support.people import Reporter, Reviewer, receipt_of, reporter_at, reviewer_of

pytestmark = pytest.mark.slow

STATEMENT, QUESTION = "Lời kể kín.", "Câu hỏi của văn phòng."
LATER_QUESTION, LATER_REPLY = "Câu hỏi sau khi chuyển.", "Lời đáp sau khi chuyển."
NOTE = "Ghi chú nội bộ."
PHOTO = File("ảnh kín.jpg", b"\xff\xd8" + bytes(50_000))


@dataclass
class Scene:
    """A case that van-phong passed on to phong-kinh-te; the instance, copied before and after."""

    instance: Instance
    case: str
    code: str
    before: Path
    after: Path


def copy_of(instance: Instance, folder: Path) -> Path:
    return shutil.copytree(instance.folder, folder)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("stolen")
    with running_instance(folder) as instance:
        reporter = reporter_at(instance)
        code = receipt_of(reporter.report(STATEMENT, [PHOTO]))
        keeper = reporter_at(instance)
        assert keeper.report("", [PHOTO]).status == 422  # Its file waits in a draft.
        office = reviewer_of(instance, "van-phong")
        case = office.listed()[0]
        assert office.answer(case, QUESTION).status == 200
        assert office.note(case, NOTE).status == 200
        before = copy_of(instance, folder / "before")
        assert office.refer(case, "phong-kinh-te", "Đúng việc.", keeps=False).status == 200
        other = reviewer_of(instance, "phong-kinh-te")
        assert other.answer(case, LATER_QUESTION).status == 200
        assert other.note(case, f"{NOTE} Sau.").status == 200
        reporter.follow(code)
        assert reporter.reply(LATER_REPLY, [PHOTO]).status == 200
        receipt_of(reporter_at(instance).report("Một tin khác, còn mã trong biểu mẫu."))
        yield Scene(instance, case, code, before, copy_of(instance, folder / "after"))


def loot_text(loot: dict[str, bytes]) -> str:
    return "\n".join(content.decode("utf-8", "replace") for content in loot.values())


def member(scene: Scene, copy: Path, unit: str) -> tuple[Thief, dict[str, bytes]]:
    thief = Thief(copy)
    return thief, thief.open_with([thief.identity_of(*scene.instance.reviewer_of(unit)[:2])])


def cases_in(loot: dict[str, bytes]) -> list[str]:
    """Return what was opened beyond a unit's own keys."""
    return [place for place in loot if not place.startswith("unit key ")]


def test_a_copy_of_the_whole_instance_opens_nothing(scene: Scene) -> None:
    thief = Thief(scene.after)
    secrets = thief.lying_about()
    assert thief.server_secret in secrets
    assert len(secrets) > 100
    assert thief.open_boxes_with(secrets) == {}
    assert thief.open_with(identities_from(secrets)) == {}


def test_the_same_attempts_succeed_with_a_members_passphrase(scene: Scene) -> None:
    _, loot = member(scene, scene.after, "phong-kinh-te")
    text = loot_text(loot)
    for word in (STATEMENT, QUESTION, LATER_QUESTION, LATER_REPLY, NOTE, PHOTO.name):
        assert word in text
    assert any(place.startswith("file ") for place in loot)


def test_a_passphrase_cannot_be_read_off_the_copy_nor_used_without_the_server_secret(
    scene: Scene,
) -> None:
    thief = Thief(scene.after)
    name, passphrase, _ = scene.instance.reviewer_of("van-phong")
    for guess in ("", name, thief.server_secret.hex(), passphrase[:-1]):
        with pytest.raises(OpenError):
            thief.identity_of(name, guess)
    ((_, wrapped),) = thief.rows("SELECT id, wrapped FROM reviewers WHERE sign_in_name = ?", name)
    with pytest.raises(OpenError):
        unwrap_seed(wrapped, passphrase, bytes(32))


def test_a_member_of_another_unit_opens_no_case_even_with_the_whole_copy(scene: Scene) -> None:
    _, loot = member(scene, scene.after, "phong-vhxh")
    assert any(place.startswith("unit key phong-vhxh") for place in loot)
    assert cases_in(loot) == []


def test_who_lost_access_opens_nothing_of_that_case_afterwards(scene: Scene) -> None:
    _, loot = member(scene, scene.after, "van-phong")
    text = loot_text(loot)
    for word in (STATEMENT, QUESTION, LATER_QUESTION, LATER_REPLY, NOTE):
        assert word not in text


def test_who_kept_the_old_keys_opens_nothing_that_came_after(scene: Scene) -> None:
    _, kept = member(scene, scene.before, "van-phong")
    assert STATEMENT in loot_text(kept)
    old = [Identity.from_seed(content) for content in kept.values() if len(content) == 32]
    loot = Thief(scene.after).open_with(old)
    text = loot_text(loot)
    assert STATEMENT in text  # What was already read cannot be unread.
    for word in (LATER_QUESTION, LATER_REPLY, "Sau."):
        assert word not in text


def test_the_receipt_opens_the_thread_and_nothing_else(scene: Scene) -> None:
    receipt = Receipt.parse(scene.code)
    thief = Thief(scene.after)
    loot = thief.open_with([receipt.identity()])
    text = loot_text(loot)
    for word in (QUESTION, LATER_QUESTION, LATER_REPLY):
        assert word in text
    for word in (STATEMENT, NOTE, "Đúng việc."):
        assert word not in text
    report_files = {
        f"file {key}"
        for key, _ in thief.rows(
            "SELECT object_key, header FROM attachments JOIN entries"
            " ON entries.id = entry_id WHERE kind = 'report'"
        )
    }
    assert report_files
    assert not report_files & loot.keys()


def test_the_cookie_is_needed_to_read_a_visit(scene: Scene) -> None:
    reporter = reporter_at(scene.instance)
    reporter.follow(scene.code)
    thief = Thief(copy_of(scene.instance, scene.after.parent / "visited"))
    assert thief.open_boxes_with(thief.lying_about()) == {}
    cookie = reporter.cookies["liemchinh-visit"]
    loot = thief.open_boxes_with([urlsafe_b64decode(cookie + "=")])
    assert scene.code.replace("-", "") in loot["visit"].decode()


def test_the_administrators_own_reviewer_waits_and_sees_no_case(scene: Scene) -> None:
    link = scene.instance.command("reviewer", "invite", "phong-kinh-te").strip()
    path = link.removeprefix(scene.instance.desk)
    intruder = Reviewer(scene.instance.desk)
    passphrase = "thuyền neo gió bấc lặng chiều hôm"
    key = intruder.enrol(path, "quan-tri", passphrase)
    queue = intruder.sign_in("quan-tri", passphrase, key)
    assert queue.status == 200
    assert intruder.listed() == []
    assert intruder.get(scene.case).status == 403
    thief = Thief(copy_of(scene.instance, scene.after.parent / "invited"))
    assert thief.open_with([thief.identity_of("quan-tri", passphrase)]) == {}


@pytest.mark.parametrize("unit", ["van-phong", "phong-vhxh"])
def test_the_desk_hides_the_case_from_whoever_cannot_open_it(scene: Scene, unit: str) -> None:
    outsider = reviewer_of(scene.instance, unit)
    assert scene.case not in outsider.listed()
    assert outsider.get(scene.case).status == 404
    assert STATEMENT not in outsider.get("/cases").text


def test_a_receipt_of_one_case_leads_to_no_other(scene: Scene) -> None:
    visitor = Reporter(scene.instance.public)
    visitor.follow(receipt_of(reporter_at(scene.instance).report("Của người khác.")))
    page = visitor.get("/case")
    assert LATER_QUESTION not in page.text
    thief = Thief(scene.after)
    for key, _ in thief.rows("SELECT object_key, header FROM attachments"):
        assert visitor.get(f"/case/files/{key}").status == 404
