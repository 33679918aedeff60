"""A visit: one random secret in the browser's cookie, and a sealed row only when one is needed.

The server alone cannot read a row: it is sealed under HKDF(cookie secret, server secret).
What every visit needs is derived from the cookie secret, so that a new visit writes nothing.
"""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin

from cases.errors import StoreUnavailableError
from cases.sessions import LONGEST_IDLE_SECONDS
from crypto.boxes import keyed_digest
from web.session_rows import VisitKeeping, visit_tag

SECRET_BYTES: Final = 32
SECRET_CHARS: Final = 43
PUBLIC_IDLE_SECONDS: Final = LONGEST_IDLE_SECONDS
DESK_IDLE_SECONDS: Final = 15 * 60
# A working day with its breaks: after that a reviewer says again who they are (ASVS 7.3.2).
LONGEST_SECONDS: Final = 10 * 60 * 60
# A row whose expiry alone moved is written back at most this often.
REFRESH_SECONDS: Final = 60

CSRF_KEY: Final = "csrf_token"
CSRF_CHARS: Final = 40


class Visit(SessionMixin):
    """One browser's session. Reads its row when first asked for something kept.

    ``csrf_token`` is always there, and derived; everything else was kept by somebody. Values are
    texts, numbers, bytes, and lists or dictionaries of them.
    """

    def __init__(self, keeping: VisitKeeping, secret: bytes | None) -> None:
        self._keeping = keeping
        self._sent = secret
        self._secret = secret
        self._row: dict[str, Any] | None = None
        self._is_loaded = secret is None
        self._left: list[bytes] = []
        self._kept: dict[str, Any] = {}
        # Asked for half a dozen times while a page with a form is made.
        self._csrf: tuple[bytes | None, str] = (None, "")
        self.modified = False
        self.ended = False

    @property
    def new(self) -> bool:  # type: ignore[override]  # the mixin has a plain class attribute
        """Return whether the browser brought no cookie of ours."""
        return self._sent is None

    def derived(self, label: str, *parts: bytes) -> bytes:
        """Return 32 bytes that only this visit's cookie gives; nothing is written for them."""
        if self._secret is None:
            self._secret = secrets.token_bytes(SECRET_BYTES)
        return keyed_digest(self._secret, f"session {label}", *parts)

    def once_secret(self, counter: int) -> bytes:
        """Return the one-time secret of the visit's form number ``counter``."""
        return self.derived("once", counter.to_bytes(8, "big"))

    def rotate(self) -> None:
        """Move to a new secret, as every sign-in must; the old cookie opens nothing any more."""
        self._load()
        # Most visits come to a sign-in with a cookie that has no row yet.
        if self._secret is not None and self._row is not None:
            self._left.append(self._secret)
        self._secret, self._row, self.modified = secrets.token_bytes(SECRET_BYTES), None, True
        # Flask-WTF keeps the token of this request, which the new secret would refuse.
        g.pop(CSRF_KEY, None)

    def end(self) -> None:
        """Forget everything: the row now, the cookie with this answer."""
        if self._secret is not None:
            self._left.append(self._secret)
        self._secret, self._row, self._kept, self._is_loaded = None, None, {}, True
        self.modified, self.ended = False, True
        g.pop(CSRF_KEY, None)

    def keep_alive(self) -> None:
        """Take what is kept into memory and move its expiry along, while a long body comes.

        Where the store is away, it is asked again when something kept is first needed.
        """
        try:
            self.go_on()
        except StoreUnavailableError:
            self._is_loaded = self._row is not None

    def go_on(self) -> bool:
        """Move the expiry along and return whether the visit lasts, however long its body took.

        It does not where it kept nothing, or where its visitor signed out in another tab.
        """
        self._load()
        if self._secret is None or self._row is None:
            return False
        now = self._keeping.clock.now()
        if self._is_due(now):
            is_there = self._write(self._secret, now)
        else:
            is_there = self._keeping.store.load(visit_tag(self._secret), now) is not None
        # What has reached its longest time may be swept: that is nobody's signing out.
        if not is_there and self._longest(now) > now:
            self._row, self._kept = None, {}
        return self._row is not None

    def write_back(self) -> None:
        """Keep what changed, move the expiry along, and delete what was left behind."""
        for secret in self._left:
            self._keeping.store.delete(visit_tag(secret))
        self._left.clear()
        if self._secret is None or not self._is_loaded:
            return
        now = self._keeping.clock.now()
        if self.modified and not self._kept:
            self._keeping.store.delete(visit_tag(self._secret))
        elif self._is_due(now):
            self._write(self._secret, now)

    @property
    def cookie_to_send(self) -> str | None:
        """Return what the browser must keep, or None when it has that already or needs nothing."""
        if self._secret is None or self._secret == self._sent:
            return None
        return urlsafe_b64encode(self._secret).rstrip(b"=").decode("ascii")

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True
        self._row = self._keeping.load(self._secret) if self._secret else None
        self._kept = self._row["kept"] if self._row else {}

    def _is_due(self, now: int) -> bool:
        if not self._kept:
            return False
        # Either way: a clock that was set back must not leave a visit without its next minutes.
        moved = (
            self._row is None or abs(self._fresh_until(now) - self._row["until"]) >= REFRESH_SECONDS
        )
        return self.modified or moved

    def _fresh_until(self, now: int) -> int:
        return min(now + self._keeping.idle_seconds, self._longest(now))

    def _longest(self, now: int) -> int:
        latest = now + LONGEST_SECONDS
        return min(int(self._row["longest"]), latest) if self._row else latest

    def _row_from(self, now: int) -> dict[str, Any]:
        longest = self._longest(now)
        return {"kept": self._kept, "until": self._fresh_until(now), "longest": longest}

    def _write(self, secret: bytes, now: int) -> bool:
        row, is_there = self._row_from(now), True
        if self._row is None:
            self._keeping.save(secret, row)
        else:
            # A slow upload may end after its visitor signed out in another tab: a row that is
            # gone stays so, or writing it back would sign them in again.
            is_there = self._keeping.renew(secret, row)
        self._row, self.modified = row, False
        return is_there

    def __getitem__(self, key: str) -> Any:
        """Return a value; the CSRF secret without looking anything up."""
        if key == CSRF_KEY:
            secret, token = self._csrf
            if secret is None or secret is not self._secret:
                token = self.derived("csrf").hex()[:CSRF_CHARS]
                self._csrf = (self._secret, token)
            return token
        self._load()
        return self._kept[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if self._secret is None:
            self._secret = secrets.token_bytes(SECRET_BYTES)
        self._load()
        self._kept[key] = value
        self.modified, self.ended = True, False

    def __delitem__(self, key: str) -> None:
        self._load()
        del self._kept[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        self._load()
        return len(self._kept)


class VisitInterface(SessionInterface):
    """How one app gives visits to browsers."""

    def __init__(self, keeping: VisitKeeping, cookie_name: str, *, is_secure: bool) -> None:
        self._keeping = keeping
        self._is_secure = is_secure
        # __Host-: the browser takes it from this host only, whole site, never over plain http.
        self.cookie_name = f"__Host-{cookie_name}" if is_secure else cookie_name

    def open_session(self, app: Flask, request: Request) -> Visit:
        """Return the visit of the browser's cookie, or a new one."""
        return Visit(self._keeping, _parsed(request.cookies.get(self.cookie_name)))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the visit back and give the browser its cookie, when there is anything to keep."""
        if not isinstance(session, Visit):
            return
        try:
            session.write_back()
        except StoreUnavailableError:
            # A receipt that was just made must be shown, and who leaves must get away, whatever
            # the store does: a row that cannot be moved on or deleted expires by itself.
            if session.modified:
                raise
        if session.accessed:
            response.vary.add("Cookie")
        value = session.cookie_to_send
        if value is not None:
            self._set_cookie(response, value, max_age=None)
        elif session.ended and not session.new:
            self._set_cookie(response, "", max_age=0)

    def _set_cookie(self, response: Response, value: str, max_age: int | None) -> None:
        # Neither Max-Age nor Expires: the browser forgets it when it closes.
        response.set_cookie(
            self.cookie_name,
            value,
            max_age=max_age,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="Lax",
        )


def _parsed(cookie: str | None) -> bytes | None:
    if cookie is None or len(cookie) != SECRET_CHARS:
        return None
    try:
        secret = urlsafe_b64decode(cookie + "=")
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None
