"""A reviewer at the desk: signs in, and opens pages on one connection."""

from urllib.parse import quote_plus

from bench.programs import Address
from bench.wire import Line, hidden
from tests.support.desk import PASSPHRASE

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
        token = quote_plus(hidden(asked.page, b"csrf_token"))
        typed = f"csrf_token={token}&name={quote_plus(name)}&passphrase={quote_plus(PASSPHRASE)}"
        entered = self._line.post(b"/sign-in", asked.cookie, FORM, typed.encode())
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
