"""The two packs that routing and deadlines are tested on: the real one and an invented one."""

from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from policy.loading import load_pack
from policy.naming import Naming
from policy.pack import Pack

ROOT = Path(__file__).parents[2]
CAT_HAI_PATH = ROOT / "policy" / "packs" / "cat-hai"
XA_THU_PATH = ROOT / "tests" / "data" / "packs" / "xa-thu"
CAT_HAI = load_pack(CAT_HAI_PATH)
XA_THU = load_pack(XA_THU_PATH)
PACKS = (CAT_HAI, XA_THU)

MONDAY = date(2026, 11, 23)


def everybody(pack: Pack) -> frozenset[str]:
    """Return the units that can receive, all of them staffed."""
    return frozenset(unit.code for unit in pack.receiving_units())


def all_heads(naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the units whose head a report names, by the box of heads or as one of a whole unit."""
    return naming.accused_head | {unit for unit in naming.accused if pack.unit(unit).all_heads}


def namings(pack: Pack) -> st.SearchStrategy[Naming]:
    """Return any report that the form lets a reporter write, and any roster match in it."""
    accusable = [unit.code for unit in pack.units if unit.accusable]
    some = st.frozensets(st.sampled_from(accusable), max_size=5)
    fields = st.sampled_from([None, *(field.code for field in pack.fields)])
    return st.builds(
        Naming,
        accused=some,
        accused_head=some,
        not_to=some,
        bypass=st.booleans(),
        roster_heads=some,
        field=fields,
    )
