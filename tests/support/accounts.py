"""Signing in as tests do: an app's key that tests know, and codes that were not used yet."""

import time
from collections import defaultdict

from cases.office import Office
from cases.reviewers import SignedIn
from cases.signing_in import Credentials, SignInDesk
from crypto.second_factor import STEP_SECONDS, STEPS_EITHER_WAY, TotpKey
from tests.support.office import SERVER_SECRET, TestOffice

# Of everybody whom tests enrol.
APP_KEY = TotpKey(bytes(range(20)))
PASSPHRASE = "thuyền xanh neo gần đảo vắng"
# Steps of each key that this process used, on the machine's own clock.
USED: defaultdict[bytes, set[int]] = defaultdict(set)


def sign_in(
    office: TestOffice, name: str, passphrase: str = PASSPHRASE, secret: bytes = SERVER_SECRET
) -> SignedIn:
    """Return somebody whom tests enrolled, at the next step of the office's clock."""
    office.clock.pass_seconds(STEP_SECONDS)
    code = APP_KEY.code_at(office.clock.now())
    return SignInDesk(office.office, secret).sign_in(Credentials(name, passphrase, code))


def sign_in_now(
    office: Office, secret: bytes, name: str, passphrase: str, key: TotpKey
) -> SignedIn:
    """Return somebody who signs in by the clock of an office that is there already."""
    code = unused_code(key, office.clock.now() - int(time.time()))
    return SignInDesk(office, secret).sign_in(Credentials(name, passphrase, code))


def unused_code(key: TotpKey, seconds_later: int = 0) -> str:
    """Return a code of about now that this process has not used, waiting for one if it must."""
    used = USED[key.raw]
    while True:
        now = int(time.time()) + seconds_later
        present = now // STEP_SECONDS
        near = range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1)
        for step in sorted(near, key=lambda each: abs(each - present)):
            if step not in used:
                used.add(step)
                return key.code_at(step * STEP_SECONDS)
        time.sleep(1)
