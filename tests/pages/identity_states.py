"""Who a reporter is, on both sides: closed, open, given; and a passage that is moved."""

import shutil
from pathlib import Path

from crypto.keys import Identity
from tests.pages.public_states import HOSTILE, States
from tests.policy.packs import CAT_HAI_PATH, XA_THU_PATH
from tests.support.identity import OFFICER
from tests.support.instance import Instance
from tests.support.people import receipt_of, reporter_at, reviewer_of

PUBLIC_IDENTITY_STATES = {
    "identity, closed": 200,
    "identity": 200,
    "identity, in English": 200,
    "identity, without anything": 422,
    "identity, after the session": 400,
    "thread, identity given": 200,
    "identity, closed meanwhile": 409,
}
DESK_IDENTITY_STATES = {
    "identity, without a key": 200,
    "identity, with a key": 200,
    "identity, with a key, in English": 200,
    "passage, without anything": 422,
    "identity, passage moved": 200,
    "passage, on a case that changed": 409,
}
PERMITS = "identity-permits.toml"
PAGE = "/case/identity"
GIVEN: dict[str, str | list[str]] = {"purpose": "protected", "words": HOSTILE[:1000]}


def permitting_pack(folder: Path) -> Path:
    """Return the pack of Cát Hải with a document that permits identities."""
    shutil.copytree(CAT_HAI_PATH, folder)
    shutil.copy(XA_THU_PATH / PERMITS, folder / PERMITS)
    return folder


def closed_identity_states(instance: Instance) -> States:
    """Return what the page is by default."""
    visitor = reporter_at(instance)
    visitor.follow(receipt_of(visitor.report("Tôi muốn nêu tên.")))
    yield "identity, closed", visitor.get(PAGE)


def public_identity_states(instance: Instance) -> States:
    """Return every state of the box where a document permits it, until its key is ended."""
    _use_key(instance, OFFICER)
    visitor = reporter_at(instance)
    visitor.follow(receipt_of(visitor.report("Tôi muốn được bảo vệ bằng tên thật.")))
    yield "identity, in English", visitor.get(f"{PAGE}?lang=en")
    page = visitor.get(f"{PAGE}?lang=vi")
    yield "identity", page
    yield "identity, without anything", visitor.submit(page, PAGE, {"words": HOSTILE[:1000]})
    late = page.form(PAGE).filled(GIVEN)
    yield "identity, after the session", reporter_at(instance).post(PAGE, late)
    yield "thread, identity given", visitor.submit(page, PAGE, GIVEN)
    again = visitor.get(PAGE)
    instance.command("identity-key", "end")
    yield "identity, closed meanwhile", visitor.submit(again, PAGE, GIVEN)


def desk_identity_states(instance: Instance) -> States:
    """Return every state of the desk's side, on a fresh case."""
    office, visitor = reviewer_of(instance, "van-phong"), reporter_at(instance)
    words = "Tôi là Lê Văn Thử, ở thôn 9."
    visitor.report(words)
    page = f"{office.case_saying(words)}/identity"
    yield "identity, without a key", office.get(page)
    _use_key(instance, Identity.generate())
    yield "identity, with a key, in English", office.get(f"{page}?lang=en")
    shown = office.get(f"{page}?lang=vi")
    yield "identity, with a key", shown
    passages = f"{page}/passages"
    yield "passage, without anything", office.submit(shown, passages, {})
    moved: dict[str, str | list[str]] = {"passage": "Lê Văn Thử"}
    yield "identity, passage moved", office.submit(shown, passages, moved)
    stale: dict[str, str | list[str]] = {"passage": HOSTILE[:400]}
    yield "passage, on a case that changed", office.submit(shown, passages, stale)


def _use_key(instance: Instance, key: Identity) -> None:
    public = key.recipient
    read_out = ("--fingerprint", public.fingerprint())
    instance.command("identity-key", "add", public.encoded(), *read_out)
