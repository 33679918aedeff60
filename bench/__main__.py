"""Measure: ``python -m bench [NAME ...]`` prints each row and writes bench/results.json.

A measurement is a module of this package with ``run() -> list[Row]``; its name chooses it.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"


def measurements() -> dict[str, Callable[[], list[Row]]]:
    """Return what can be measured, by name."""
    names = [module.name for module in pkgutil.iter_modules([str(HERE)]) if module.name[0] != "_"]
    modules = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module.run for name, module in modules.items() if hasattr(module, "run")}


def main(wanted: list[str]) -> int:
    """Run what is wanted, or everything; return the program's exit code."""
    known = measurements()
    unknown = sorted(set(wanted) - known.keys())
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    rows = []
    for name in wanted or known:
        for row in known[name]():
            print(row.as_line(), flush=True)
            rows.append(row)
    kept = [row.as_json() for row in rows]
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
