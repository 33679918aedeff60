"""Limits in a Redis: shared while it is there, no report lost when it goes, nobody named in it."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path

import pytest
from redis import Redis

from crypto.receipts import Receipt
from intake.app import create_app
from tests.support.intake_office import IntakeOffice, form_to, open_intake, receipt_of
from tests.support.office import SERVER_SECRET
from tests.support.redis_server import RedisServer, running_redis
from tests.support.webapp import settings_in
from web.limits import STORE_REST_SECONDS, STORE_TIMEOUT_SECONDS

REPORTS_IN_AN_HOUR = 10
VISITORS, REPORTS_EACH = 4, 6
SOMEBODY = "203.0.113.7"
STATEMENT = "Ông ấy nhận phong bì ở sau chợ."
REPLY = "Phong bì màu xanh, đưa hôm thứ ba."
FILE = ("ảnh phong bì.jpg", b"evidence of an envelope")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(started: RedisServer) -> RedisServer:
    """Return the server, empty."""
    started.kill()
    started.start()
    return started


@pytest.fixture
def doors(redis: RedisServer, tmp_path: Path) -> tuple[IntakeOffice, IntakeOffice]:
    """Return one office by two doors, which know nothing of each other but the Redis."""
    one = open_intake(tmp_path, {"limiter_url": redis.url})
    settings = settings_in(tmp_path / "instance", {"limiter_url": redis.url})
    office = one.office.office
    other = create_app(settings, office, SERVER_SECRET)
    return one, IntakeOffice(one.office, other, office.database)


def use_up(door: IntakeOffice, address: str = SOMEBODY) -> None:
    for _ in range(REPORTS_IN_AN_HOUR):
        door.reporter(address).file()


def is_refused(door: IntakeOffice, address: str = SOMEBODY) -> bool:
    reporter = door.reporter(address)
    reporter.get("/report")
    return reporter.report(STATEMENT).status_code == 429


def file_and_tell(door: IntakeOffice, number: int, filed: threading.Semaphore) -> list[str]:
    """File report after report from one address, fewer than its limit; return the receipts."""
    receipts = []
    for _ in range(REPORTS_EACH):
        receipts.append(door.reporter(f"198.51.100.{number}").file())
        filed.release()
    return receipts


def test_what_a_visitor_spent_at_one_door_is_spent_at_the_other(
    doors: tuple[IntakeOffice, IntakeOffice],
) -> None:
    one, other = doors
    use_up(one)
    assert is_refused(other)
    assert not is_refused(other, "203.0.113.8")


def test_no_report_is_lost_or_refused_when_the_redis_is_killed_under_it(
    redis: RedisServer, doors: tuple[IntakeOffice, IntakeOffice]
) -> None:
    filed = threading.Semaphore(0)
    with ThreadPoolExecutor(VISITORS) as visitors:
        working = [
            visitors.submit(file_and_tell, doors[number % 2], number, filed)
            for number in range(VISITORS)
        ]
        for _ in range(VISITORS):
            assert filed.acquire(timeout=60)
        redis.kill()
        receipts = [code for visitor in working for code in visitor.result(timeout=60)]

    assert len(set(receipts)) == VISITORS * REPORTS_EACH == doors[0].cases()
    assert all(doors[1].reporter().sign_in(code).status_code == 200 for code in receipts[::5])


def test_doors_count_by_themselves_while_the_redis_is_away_and_together_when_it_is_back(
    redis: RedisServer, doors: tuple[IntakeOffice, IntakeOffice]
) -> None:
    one, other = doors
    redis.kill()
    use_up(one)
    assert is_refused(one), "a door without its Redis counts nothing"
    assert not is_refused(other)

    redis.start()
    one.office.clock.pass_seconds(STORE_REST_SECONDS)
    use_up(one)
    assert is_refused(other), "the doors do not count together again"


def test_a_redis_that_hangs_holds_up_one_report_for_a_moment_and_no_other(
    redis: RedisServer, doors: tuple[IntakeOffice, IntakeOffice]
) -> None:
    doors[0].reporter(SOMEBODY).file()
    with redis.hanging():
        began = time.monotonic()
        for _ in range(5):
            doors[0].reporter(SOMEBODY).file()
        took = time.monotonic() - began
    assert STORE_TIMEOUT_SECONDS <= took < 3 * STORE_TIMEOUT_SECONDS


def test_the_redis_holds_no_address_and_nothing_that_was_typed(
    redis: RedisServer, doors: tuple[IntakeOffice, IntakeOffice]
) -> None:
    reporter = doors[0].reporter(SOMEBODY)
    reporter.get("/report")
    receipt = receipt_of(reporter.report(STATEMENT, [FILE]))
    unknown = Receipt.generate().code
    reporter.sign_in(unknown)
    reporter.sign_in(receipt)
    words = {**form_to(reporter.get("/case").text, "/case/messages"), "text": REPLY}
    assert reporter.post("/case/messages", words).status_code == 303

    held = redis.everything()
    for name in ("report", "receipt", "message"):
        assert any(f"/{name}/" in key.decode() for key in held), f"nothing was counted for {name}"
    said = b" ".join(written(key) + written(value) for key, value in held.items())
    for hidden in (STATEMENT, REPLY, *FILE[:1], *code_groups(receipt), *code_groups(unknown)):
        assert hidden.encode() not in said
    assert not [each for each in spellings(SOMEBODY) if each in said]


def test_that_search_finds_what_a_redis_holds(redis: RedisServer) -> None:
    with Redis.from_url(redis.url) as client:
        client.lpush(f"LIMITS/{SOMEBODY}", *spellings(SOMEBODY), STATEMENT.encode())
    said = b" ".join(written(key) + written(value) for key, value in redis.everything().items())
    assert all(each in said for each in (*spellings(SOMEBODY), STATEMENT.encode()))


def written(held: object) -> bytes:
    """Return a key or what it holds, however deep, as one run of bytes."""
    if isinstance(held, bytes):
        return held
    if isinstance(held, dict):
        return b" ".join(written(each) for pair in held.items() for each in pair)
    if isinstance(held, (list, tuple, set)):
        return b" ".join(written(each) for each in held)
    return repr(held).encode()


def code_groups(code: str) -> list[str]:
    """Return the parts of a receipt that say enough to be looked for."""
    return [group for group in re.split(r"[\s-]+", code) if len(group) >= 4]


def spellings(address: str) -> tuple[bytes, ...]:
    """Return an address as text, as its bytes, in hexadecimal and as a number."""
    raw = ip_address(address).packed
    return address.encode(), raw, raw.hex().encode(), str(int.from_bytes(raw)).encode()
