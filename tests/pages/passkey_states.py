"""The pages of a reviewer's passkeys in every state, with an authenticator in software."""

from urllib.parse import urlsplit

from tests.pages.public_states import HOSTILE, States
from tests.support.accounts import unused_code
from tests.support.authenticator import Authenticator, Manner, question_on
from tests.support.browser import Answer
from tests.support.instance import Instance
from tests.support.people import Reviewer

PASSKEY_STATES = {
    "passkeys, none": 200,
    "passkeys, in English": 200,
    "passkeys, refused": 422,
    "new passkey": 200,
    "new passkey, not made": 422,
    "passkeys": 200,
    "passkey": 200,
    "passkey, not removed": 422,
    "passkeys, removed": 200,
}
LIST, NEW = "/account/passkeys", "/account/passkeys/new"
# Nobody else of these pages signs in for it.
UNIT = "cong-an-dk"
NAME = HOSTILE[:64]


def passkey_states(instance: Instance) -> States:
    """Return every state of the pages of passkeys."""
    office, device = Reviewer(instance.desk), Authenticator(Manner(origin=instance.desk))
    name, passphrase, key = instance.reviewer_of(UNIT)
    office.sign_in(name, passphrase, key)
    yield "passkeys, none", office.get(LIST)
    yield "passkeys, in English", office.get(f"{LIST}?lang=en")
    page = office.get(f"{LIST}?lang=vi")
    yield "passkeys, refused", office.submit(page, LIST, {"name": NAME, "present": "sai"})
    both = {"name": NAME, "present": passphrase, "present_code": unused_code(key)}
    page = office.submit(page, LIST, both)
    yield "new passkey", page
    yield "new passkey, not made", office.submit(page, NEW, {})
    yield "passkeys", office.submit(page, NEW, _answered(page, device))
    one = next(link for link in office.get(LIST).document.links if _is_of_one(link))
    page = office.get(one)
    yield "passkey", page
    yield "passkey, not removed", office.submit(page, one, {})
    answered = {"present": passphrase, **_answered(page, device)}
    yield "passkeys, removed", office.submit(page, one, answered)


def _answered(page: Answer, device: Authenticator) -> dict[str, str]:
    question = question_on(page.text)
    answer = device.create if question.kind == "create" else device.answer
    return {"challenge": question.challenge, "passkey": answer(question)}


def _is_of_one(link: str) -> bool:
    return urlsplit(link).path.startswith(f"{LIST}/")
