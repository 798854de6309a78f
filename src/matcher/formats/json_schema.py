"""Problems and plans as JSON Schema (draft 2020-12), from the same lists that read and write them."""

from __future__ import annotations

from typing import Any

from matcher.formats.kinds import DATE, INTEGER, MEANING_BY_KIND, Kind
from matcher.formats.plan_schema import MEMBERS, Member, MemberKind
from matcher.formats.policy_keys import KEYS, SECTIONS
from matcher.formats.schema import Column, Table
from matcher.formats.tables import TABLE_BY_NAME, TABLES
from matcher.plan import PLAN_VERSION, Plan

Schema = dict[str, Any]

_LEAVES: dict[MemberKind, Schema] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def problem_schema() -> Schema:
    """Return the schema of a problem's document."""
    tables = {table.name: {"type": "array", "items": _row(table), "description": table.meaning} for table in TABLES}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"version": {"const": 1}, "policy": _policy(), **tables},
    }


def row_schema(table: str) -> Schema:
    """Return the schema of one row of a table."""
    return _row(TABLE_BY_NAME[table])


def policy_schema() -> Schema:
    """Return the schema of a policy."""
    return _policy()


def plan_schema() -> Schema:
    """Return the schema of a plan's document."""
    schema = _object(Plan)
    schema["properties"] = {"version": {"const": PLAN_VERSION}, **schema["properties"]}
    schema["required"] = ["version", *schema["required"]]
    return schema


def _row(table: Table) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {column.name: _cell(column) for column in table.columns},
        "required": [column.name for column in table.columns if column.is_required],
    }


def _cell(column: Column) -> Schema:
    schema = _of_kind(column.kind)
    if column.words and column.kind.is_list:
        schema["items"] = {"enum": list(column.words)}
    elif column.words:
        schema = {"enum": list(column.words)}
    if not column.is_required or column.may_be_empty:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "description": column.meaning}


def _of_kind(kind: Kind) -> Schema:
    if kind.is_list:
        return {"type": "array", "items": {"type": "string", "minLength": 1, "description": MEANING_BY_KIND[kind.name]}}
    if kind == INTEGER:
        return {"type": "integer"}
    if kind == DATE:
        return {"type": "string", "format": "date"}
    return {"type": kind.json_type}


def _policy() -> Schema:
    properties: dict[str, Any] = {}
    for key in KEYS:
        section, _, name = key.name.partition(".")
        if not name:
            properties[key.name] = _cell(key)
        elif name == "GROUP":
            properties[section] = {"type": "object", "additionalProperties": _cell(key)}
        else:
            known = properties.setdefault(section, {"type": "object", "additionalProperties": False, "properties": {}})
            known["properties"][name] = _cell(key)
    assert set(SECTIONS) <= properties.keys()
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _object(kind: type[Any]) -> Schema:
    members = MEMBERS[kind]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {member.name: _member(member) for member in members},
        "required": [member.name for member in members if not member.is_left_out],
    }


def _member(member: Member) -> Schema:
    if member.words:
        schema: Schema = {"enum": list(member.words)}
    elif member.of is None:
        schema = dict(_LEAVES[member.kind])
    else:
        schema = _object(member.of)
        if member.kind == "objects":
            schema = {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if member.may_be_null else schema
