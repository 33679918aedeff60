"""Text reports filed in a second by 8 visitors at once, beside pages and INSERTs without a case."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench.engines import Engine, engines
from bench.programs import Address, running
from bench.report_floor import FORM_FILE, RECEIPT_FILE
from bench.report_visit import Reporter, receipt_of
from bench.rows import Row, beside
from bench.visitors import Visited, visited
from bench.wire import Line
from cases.database import Database
from cases.records import CaseRecord

ROUNDS = 4
SECONDS = 4
WANTED_RATIO = 0.20


@dataclass(frozen=True)
class Doors:
    """The product's door and the floor's, open beside each other."""

    product: Address
    floor: Address


def run() -> list[Row]:
    """Return the reports filed in a second, durable, on each engine."""
    with engines("report") as found:
        return [_measured(engine) for engine in found]


def _measured(engine: Engine) -> Row:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place, floor_place = Path(folder), Path(folder) / "floor"
        floor_place.mkdir()
        url = engine.new_url(place)
        _, product = stack.enter_context(running("bench.report_app", folder, url))
        first = keep_pages(product, floor_place)
        arguments = (str(floor_place), engine.new_url(floor_place))
        _, floor = stack.enter_context(running("bench.report_floor", *arguments))
        rounds = _rounds(Doors(product, floor))
        _check(url, [first, *(code for filed, _ in rounds for code in filed.shown)])
    filed = max(filed.rate for filed, _ in rounds)
    plain = max(plain.rate for _, plain in rounds)
    return beside(f"report{engine.suffix}", filed, plain, "1/s", WANTED_RATIO)


def keep_pages(door: Address, folder: Path) -> str:
    """Keep the form and the receipt page as the door sends them; return that receipt."""
    reporter = Reporter(door)
    with Line(door) as line:
        form = line.get(b"/report")
        answer = reporter.send(line, form)
    (folder / FORM_FILE).write_bytes(form.body)
    (folder / RECEIPT_FILE).write_bytes(answer.body)
    return receipt_of(answer)


def _rounds(doors: Doors) -> list[tuple[Visited, Visited]]:
    # Interleaved, so that what else the machine does falls on both alike.
    return [
        (visited("report", doors.product, SECONDS), visited("report", doors.floor, SECONDS))
        for _ in range(ROUNDS)
    ]


def _check(url: str, receipts: list[str]) -> None:
    """Hold that each receipt that was shown stands for a case of its own, and no case is more.

    Raises:
        RuntimeError: a report was lost or filed twice.
    """
    database = Database(url)
    with database.reading() as session:
        cases = session.scalar(select(func.count()).select_from(CaseRecord))
    database.close()
    if not len(receipts) == len(set(receipts)) == cases:
        raise RuntimeError(f"{len(receipts)} receipts, {len(set(receipts))} of them, {cases} cases")
