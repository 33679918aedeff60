"""What both doors say when something fails: altered rows, the vault gone, the database broken."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from tests.pages.public_states import HOSTILE, States
from tests.support.browser import Answer, File
from tests.support.instance import Instance
from tests.support.people import Reviewer, file_links, receipt_of, reporter_at, reviewer_of

ALTERED_STATES = {
    "answer, with files over the limit": 413,
    "sign-in, with a unit's key exchanged": 403,
    "case, altered": 500,
    "note, on an altered case": 500,
    "thread, altered": 500,
}
BUSY_STATES = {"sign-in, too often": 429}
BROKEN_STATES = {
    "report, with the vault away": 503,
    "reply, with the vault away": 503,
    "answer, with the vault away": 503,
    "file, with the vault away": 503,
    "thread, with a broken database": 503,
    "reply, with a broken database": 503,
    "receipt, with a broken database": 503,
    "report asked for, with a broken database": 200,
    "report, with a broken database": 503,
    "queue, with a broken database": 503,
    "note, with a broken database": 503,
}
SMALL = File("nhỏ.txt", b"x")


def altered_states(instance: Instance) -> States:
    """Return what both doors say of rows that somebody changed in the database."""
    visitor = reporter_at(instance)
    visitor.follow(receipt_of(visitor.report("Ai đó sẽ sửa.")))
    office = reviewer_of(instance, "van-phong")
    case = office.case_saying("Ai đó sẽ sửa.")
    assert office.answer(case, "Rồi cũng bị sửa.").status == 200
    large = [File("lớn.txt", bytes(5000)), SMALL]
    yield "answer, with files over the limit", office.answer(case, HOSTILE, large)
    with instance.database() as database:
        database.execute(
            "UPDATE unit_keys SET recipient = (SELECT recipient FROM unit_keys"
            " WHERE unit = 'van-phong') WHERE unit = 'cong-an-tp'"
        )
    exchanged = Reviewer(instance.desk).sign_in(*instance.reviewer_of("cong-an-tp"))
    yield "sign-in, with a unit's key exchanged", exchanged
    form = office.get(case).form(f"{case}/notes").filled({"text": HOSTILE})
    with instance.database() as database:
        database.execute("UPDATE entries SET sealed = substr(sealed, 1, length(sealed) - 1)")
    yield "case, altered", office.get(case)
    yield "note, on an altered case", office.post(f"{case}/notes", form)
    yield "thread, altered", visitor.get("/case")


def busy_states(instance: Instance) -> States:
    """Return what the desk says of more sign-ins at once than a whole office needs."""
    visitors = [Reviewer(instance.desk) for _ in range(60)]
    # The forms are at hand before the rush, so that however slow a machine is they come at once.
    pages = [visitor.get("/sign-in") for visitor in visitors]

    def rush(visitor: Reviewer, page: Answer) -> Answer:
        # Each name is another, so that none waits for the failures of one.
        typed = {"name": f"ai-{id(visitor)}", "passphrase": "không phải", "code": "000000"}
        return visitor.submit(page, "/sign-in", typed)

    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(rush, visitors, pages))
    yield "sign-in, too often", next(answer for answer in answers if answer.status == 429)


def broken_states(instance: Instance) -> States:
    """Return what an instance says whose vault, then whose database is gone."""
    visitor = reporter_at(instance)
    receipt = receipt_of(visitor.report("Trước khi hỏng.", [SMALL]))
    visitor.follow(receipt)
    office = reviewer_of(instance, "van-phong")
    case = office.case_saying("Trước khi hỏng.")
    shutil.rmtree(instance.folder / "vault")
    (instance.folder / "vault").touch()
    yield "report, with the vault away", reporter_at(instance).report("Kho hỏng.", [SMALL])
    yield "reply, with the vault away", visitor.reply(HOSTILE, [SMALL])
    yield "answer, with the vault away", office.answer(case, HOSTILE, [SMALL])
    yield "file, with the vault away", office.get(file_links(office.get(case))[0])
    reply = visitor.get("/case").form("/case/messages").filled({"text": HOSTILE})
    note = office.get(case).form(f"{case}/notes").filled({"text": HOSTILE})
    with instance.database() as database:
        for table in ("receipts", "once", "listings"):
            database.execute(f"DROP TABLE {table}")
    yield "thread, with a broken database", visitor.get("/case")
    yield "reply, with a broken database", visitor.post("/case/messages", reply)
    yield "receipt, with a broken database", reporter_at(instance).follow(receipt)
    yield "report asked for, with a broken database", visitor.get("/report")
    yield "report, with a broken database", visitor.report(HOSTILE)
    yield "queue, with a broken database", office.get("/cases")
    yield "note, with a broken database", office.post(f"{case}/notes", note)
