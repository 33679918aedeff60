"""Editors read what the row classes say (docs/pack.schema.json)."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from policy.schema import pack_schema, schema_text
from policy.tables import TABLES
from tests.policy.packs import CAT_HAI_PATH, ROOT, XA_THU_PATH

PUBLISHED = ROOT / "docs" / "pack.schema.json"
VALIDATE = fastjsonschema.compile(pack_schema())
FILES = [path / table.file for path in (CAT_HAI_PATH, XA_THU_PATH) for table in TABLES]
# What one row says instead; each is a slip that an editor can show while it is typed.
SLIPS: list[tuple[str, dict[str, Any]]] = [
    ("unit", {"receives": "maybe"}),
    ("unit", {"acusable": True}),
    ("unit", {"inside": "yes"}),
    ("competence", {"who": ["stuff"]}),
    ("competence", {"who": []}),
    ("deadline", {"measure": "moons"}),
    ("deadline", {"count": -1}),
    ("deadline", {"count": True}),
    ("state", {"state": "asleep"}),
    ("act", {"sector": "stage"}),
    ("duty", {"class": "huge"}),
    ("duty", {"state": "half"}),
    ("duty", {"basis": " "}),
    ("duty", {"from": "soon"}),
    ("duty", {"where": "/report"}),
]


def read(file: Path) -> dict[str, Any]:
    """Return a file as editors show it to a schema: a date is a text."""
    content = json.dumps(tomllib.loads(file.read_text(encoding="utf-8")), default=date.isoformat)
    found: dict[str, Any] = json.loads(content)
    return found


def file_of(table: str) -> Path:
    """Return the small pack's file of a table."""
    return next(XA_THU_PATH / each.file for each in TABLES if each.name == table)


def test_the_published_schema_is_what_the_rows_say() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run: make papers"


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_file_of_both_packs_keeps_to_the_schema(file: Path) -> None:
    VALIDATE(read(file))


@pytest.mark.parametrize(("table", "slip"), SLIPS, ids=str)
def test_a_slip_in_a_row_breaks_the_schema(table: str, slip: dict[str, Any]) -> None:
    content = read(file_of(table))
    content[table][0] |= slip
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        VALIDATE(content)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_what_a_row_must_have_the_schema_asks_for(table: Any) -> None:
    schema = pack_schema()["definitions"][table.name]
    row = read(file_of(table.name))[table.name][0]
    assert set(schema["required"]) <= row.keys() <= schema["properties"].keys()
    for key in schema["required"]:
        spoiled = {table.name: [{name: value for name, value in row.items() if name != key}]}
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            VALIDATE(spoiled)


def test_every_table_and_every_key_is_described() -> None:
    schema = pack_schema()
    rows = schema["definitions"].values()
    described = [*schema["properties"].values(), *rows]
    described += [key for row in rows for key in row["properties"].values()]
    assert all(each["description"] for each in described)
    assert schema["properties"]["duty"]["description"].startswith("duties.toml: A duty of the plan")


def test_editors_find_the_schema_by_themselves() -> None:
    (rule,) = tomllib.loads((ROOT / ".taplo.toml").read_text(encoding="utf-8"))["rule"]
    assert ROOT / rule["schema"]["path"] == PUBLISHED
    found = {path for pattern in rule["include"] for path in ROOT.glob(pattern)}
    assert found == set(FILES)
