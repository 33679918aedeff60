"""The tables of a pack as one JSON schema, which editors read: the row classes are the source."""

import inspect
import json
from dataclasses import MISSING, Field, fields
from datetime import date
from typing import Any

from policy.loading import key_of
from policy.rows import OneOf, Row, choices
from policy.tables import TABLES, Table

# The draft that editors of TOML know best.
DRAFT = "http://json-schema.org/draft-07/schema#"

# A TOML date reaches a schema as a text; a required text must say something.
_TYPES: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    date: {"type": "string", "format": "date"},
    date | None: {"type": "string", "format": "date"},
    tuple[str, ...]: {"type": "array", "minItems": 1, "items": {"type": "string"}},
}
_SAYING = r"\S"


def pack_schema() -> dict[str, Any]:
    """Return the schema that every file of every pack keeps to.

    It knows one row at a time: what must hold between rows, ``policy check`` alone can tell.
    """
    return {
        "$schema": DRAFT,
        "title": "Liêm Chính: a file of a policy pack",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            table.name: {
                "description": f"{table.file}: {_said(table.kind)}",
                "type": "array",
                "items": {"$ref": f"#/definitions/{table.name}"},
            }
            for table in TABLES
        },
        "definitions": {table.name: _row_schema(table) for table in TABLES},
    }


def schema_text() -> str:
    """Return the schema as the file that docs/ publishes."""
    return json.dumps(pack_schema(), ensure_ascii=False, indent=2) + "\n"


def _row_schema(table: Table) -> dict[str, Any]:
    listed, columns = choices(table.kind), fields(table.kind)
    return {
        "description": _said(table.kind),
        "type": "object",
        "additionalProperties": False,
        "required": [key_of(each.name) for each in columns if _is_required(each)],
        "properties": {
            key_of(each.name): {
                "description": _said(_declarer(table.kind, each.name)),
                **_value_schema(each, table.hints[each.name], listed.get(each.name)),
            }
            for each in columns
        },
    }


def _value_schema(field: Field[Any], hint: object, choice: OneOf | None) -> dict[str, Any]:
    shape = dict(_TYPES[hint])
    if choice is not None:
        values = {"enum": [str(value) for value in choice.values]}
        return shape | ({"items": values} if shape["type"] == "array" else values)
    if hint is str and _is_required(field):
        shape["pattern"] = _SAYING
    return shape


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _declarer(kind: type[Row], name: str) -> type:
    """Return the class that brings a field: its docstring says what the field is for."""
    return next(each for each in kind.__mro__ if name in inspect.get_annotations(each))


def _said(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split()).replace("``", "`")
