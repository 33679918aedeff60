"""A visitor who follows a case: signs in with the receipt and reads the thread."""

from itertools import cycle
from urllib.parse import quote_plus

from bench.programs import Address
from bench.wire import Line, hidden

FORM = b"application/x-www-form-urlencoded"
SEE_OTHER = 303
# Stands before the last message of a thread, on no other page.
MARK = b'id="latest"'


class Follower:
    """Follows cases, each time as a new visitor on a new connection."""

    def __init__(self, address: Address, receipts: list[str], path: str) -> None:
        """Read the page that asks for a receipt once: its token and cookie serve every sign-in."""
        self._address = address
        self._path = path.encode()
        with Line(address) as line:
            asked = line.get(self._path)
        self._cookie = asked.cookie
        token = quote_plus(hidden(asked.page, b"csrf_token"))
        self._bodies = cycle([f"csrf_token={token}&receipt={code}".encode() for code in receipts])

    def visit(self) -> str:
        """Sign in, read the thread, and return how many bytes it has.

        Raises:
            RuntimeError: there was no thread.
        """
        with Line(self._address) as line:
            entered = line.post(self._path, self._cookie, FORM, next(self._bodies))
            page = line.get(self._path, entered.cookie)
        if entered.status != SEE_OTHER or MARK not in page.body:
            raise RuntimeError(f"no thread: status {entered.status}, then {page.status}")
        return str(len(page.body))
