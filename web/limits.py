"""Rate limits that keep no address and never lose a text.

Views ask for one by name, after the form was read, so that a refusal can show the text again.
A visitor is counted under an HMAC of the address whose key changes every day. Visitors of an
onion service all come from loopback: they share limits whose window is seconds, so that a flood
slows everybody down and shuts nobody out.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.storage import RedisStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from cases.clock import Clock
from crypto.boxes import derive, keyed_digest
from web.limit_store import SweptStorage
from web.logs import log_error

# A store that did not answer is asked again after this long; until then this process counts.
STORE_REST_SECONDS: Final = 30
STORE_TIMEOUT_SECONDS: Final = 1

EXTENSION: Final = "liemchinh-limits"


class TooManyRequestsError(Exception):
    """The visitor asked too often; they can mend it by waiting ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after


@dataclass(frozen=True)
class LimitRule:
    """How often one visitor may do something, and how often all behind loopback together."""

    each: str
    shared: str


# Behind loopback everybody is one visitor: as many as this machine serves, so that a hundred who
# report at once are all let in, and a flood still leaves the desk its share.
DEFAULT_LIMITS: Final[Mapping[str, LimitRule]] = {
    "report": LimitRule(each="10/hour", shared="150/10 seconds"),
    "receipt": LimitRule(each="10/minute", shared="150/10 seconds"),
    "message": LimitRule(each="30/hour", shared="150/10 seconds"),
    "sign_in": LimitRule(each="10/minute", shared="30/10 seconds"),
}


class Limits:
    """The counters of one app."""

    def __init__(
        self, limiter: Limiter, rules: Mapping[str, LimitRule], clock: Clock, secret: bytes
    ) -> None:
        self._limiter = limiter
        self._rules = {name: (parse(rule.each), parse(rule.shared)) for name, rule in rules.items()}
        self._clock = clock
        self._secret = derive(secret, "limits")
        self._own_counters = MovingWindowRateLimiter(SweptStorage())
        self._resting_until = 0

    @property
    def store(self) -> Storage:
        """Return where uses are counted, in memory or in a shared store."""
        return self._limiter.storage

    def spend(self, name: str, address: str | None) -> None:
        """Count one use by the visitor at this address.

        Raises:
            TooManyRequestsError: the limit is reached; this use was not counted.
        """
        each, shared = self._rules[name]
        if is_loopback(address):
            self._hit(shared, name, "shared")
        else:
            self._hit(each, name, self.visitor_key(address or ""))

    def visitor_key(self, address: str) -> str:
        """Return what a visitor is counted under today."""
        # Yesterday's keys cannot be matched with today's, in memory or in a shared store.
        day = self._clock.today().isoformat().encode()
        return keyed_digest(self._secret, "visitor", day, address.encode()).hex()

    def _hit(self, item: RateLimitItem, name: str, key: str) -> None:
        if self._clock.now() < self._resting_until:
            _count(self._own_counters, item, name, key)
            return
        try:
            _count(self._limiter.limiter, item, name, key)
        except self.store.base_exceptions as error:
            # A store that is away must not cost a report: this process counts by itself meanwhile.
            log_error("limiter store away", error)
            self._resting_until = self._clock.now() + STORE_REST_SECONDS
            _count(self._own_counters, item, name, key)


def _count(counters: RateLimiter, item: RateLimitItem, name: str, key: str) -> None:
    if not counters.hit(item, name, key):
        free_at = counters.get_window_stats(item, name, key).reset_time
        if free_at - time.time() > item.get_expiry():
            # The clock was set back: what was counted after now would refuse everybody till then.
            counters.clear(item, name, key)
            counters.hit(item, name, key)
            return
        raise TooManyRequestsError(max(1, math.ceil(free_at - time.time())))


def store_options(url: str) -> dict[str, int | str]:
    """Return what keeps a store that is away from holding up a request."""
    if not url.startswith("redis"):
        return {}
    return {
        "socket_connect_timeout": STORE_TIMEOUT_SECONDS,
        "socket_timeout": STORE_TIMEOUT_SECONDS,
    }


def does_store_answer(url: str) -> bool:
    """Return whether the store of a ``limiter_url`` can count now."""
    return storage_from_string(url, **store_options(url)).check() is True


def does_store_write(url: str) -> bool:
    """Return whether the store of a ``limiter_url`` says that it keeps its counts on a disk."""
    store = storage_from_string(url, **store_options(url))
    if not isinstance(store, RedisStorage):
        return False
    try:
        said = store.storage.config_get("save", "appendonly")
    except store.base_exceptions:
        # It is away, or does not tell everybody.
        return False
    return bool(said.get("save")) or said.get("appendonly") == "yes"


def install_limits(app: Flask, limits: Limits) -> None:
    """Give the app its counters."""
    app.extensions[EXTENSION] = limits


def spend(name: str) -> None:
    """Count one use of a named limit by whoever sent this request.

    Raises:
        TooManyRequestsError: the limit is reached.
    """
    limits: Limits = current_app.extensions[EXTENSION]
    limits.spend(name, request.remote_addr)


def is_loopback(address: str | None) -> bool:
    """Return whether a visitor comes through this machine: an onion service, or a proxy on it."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return True
