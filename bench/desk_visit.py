"""A reviewer at the desk: signs in, and opens pages on one connection."""

from urllib.parse import urlencode

from bench.programs import Address
from bench.wire import Line, hidden
from tests.support.accounts import APP_KEY, PASSPHRASE, unused_code

FORM = b"application/x-www-form-urlencoded"
OK, SEE_OTHER = 200, 303


class DeskVisit:
    """A browser that is signed in."""

    def __init__(self, address: Address, name: str) -> None:
        """Sign in.

        Raises:
            RuntimeError: the desk refused.
        """
        self._line = Line(address)
        asked = self._line.get(b"/sign-in")
        form = {
            "csrf_token": hidden(asked.page, b"csrf_token"),
            "name": name,
            "passphrase": PASSPHRASE,
            "code": unused_code(APP_KEY),
        }
        entered = self._line.post(b"/sign-in", asked.cookie, FORM, urlencode(form).encode())
        if entered.status != SEE_OTHER:
            raise RuntimeError(f"not signed in: status {entered.status}")
        self._cookie = entered.cookie

    def page(self, path: str) -> bytes:
        """Return a page.

        Raises:
            RuntimeError: it was not shown.
        """
        answer = self._line.get(path.encode(), self._cookie)
        if answer.status != OK:
            raise RuntimeError(f"{path}: status {answer.status}")
        return answer.page

    def close(self) -> None:
        """Leave."""
        self._line.close()
