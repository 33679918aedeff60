"""The tables of tests/data that a lawyer can read, and how their lines cite the law."""

import csv
import re

from policy.naming import Naming
from policy.pack import Pack
from tests.policy.packs import CAT_HAI, ROOT, XA_THU, XA_THU_PATH

# Places of law.md: a row of §6.1's table or a rule under it, a period of §7, the days of §9, a
# deadline of §11.
_ROW, _RULE = r"(?:[1-9]|1\d|2[0-5])", r"\((?:i|ii|iii|iv|v)\)"
_PERIOD = r"(?:Q[1-4]|[69] months|Year)"
_PLACE = (
    rf"§(?:6\.1 (?:row {_ROW}|rules? {_RULE})|6\.2 row \d|3\.2|7 {_PERIOD}|11 D(?:0[1-9]|[12]\d|30)"
    r"|9(?: self-test| \(22/8/2026 worked for 31/8\))?|12 step [0-7])"
)
_MORE = rf"(?:{_PLACE}|{_ROW}|(?:rule )?{_RULE})"
_NUMBER = r"\d+(?:\.\d+[a-zđ]?)?"
_ARTICLES = (
    r"(?:Luật (?:Tố cáo|PCTN|Tiếp công dân)|BLDS|BLLĐ|BLTTHS|(?:NĐ|TT) \d+/20\d\d)"
    rf" Điều {_NUMBER}(?:(?:-|, | và ){_NUMBER})*"
)
CITATION = re.compile(
    rf"(?:law\.md {_PLACE}(?: and {_MORE})*|duties\.md F4)"
    rf"(?:; NQ 28/2026/QH16)?(?:; {_ARTICLES})+"
)


def lines(name: str) -> list[dict[str, str]]:
    """Return the lines of a table of tests/data."""
    with (ROOT / "tests" / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def with_packs(name: str) -> list[tuple[Pack, dict[str, str]]]:
    """Return the lines of Cát Hải's table and of the invented commune's, each with its pack."""
    return [
        *((CAT_HAI, row) for row in lines(name)),
        *((XA_THU, row) for row in lines(f"xa-thu/{name}")),
    ]


def told(row: dict[str, str]) -> Naming:
    """Return whom a line's report names and keeps out."""
    return Naming(
        accused=units(row["accused"]),
        accused_head=units(row["accused_head"]),
        not_to=units(row["not_to"]),
        bypass=row["bypass"] == "yes",
        roster_heads=units(row.get("head named in text", "")),
        field=row.get("field") or None,
    )


def units(cell: str) -> frozenset[str]:
    """Return the codes in a cell."""
    return frozenset(cell.split())


def title(part: Pack | dict[str, str]) -> str:
    """Return what a test of a line is called by: its place, and what it is about."""
    return part.place.code if isinstance(part, Pack) else next(iter(part.values()))


def strays(name: str) -> list[str]:
    """Return what the invented commune's table cites and its pack, which is its law, lacks."""
    cited = {source for row in lines(f"xa-thu/{name}") for source in row["source"].split("; ")}
    return [source for source in sorted(cited) if not _stands(*source.split())]


def _stands(file: str, code: str) -> bool:
    return f'\ncode = "{code}"\n' in (XA_THU_PATH / file).read_text(encoding="utf-8")
