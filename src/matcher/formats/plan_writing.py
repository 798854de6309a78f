"""Writes plans as JSON: equal plans, equal bytes, every decimal number exact."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matcher.formats.json_text import Number, json_line
from matcher.formats.kinds import DECIMAL, NUMBER
from matcher.formats.plan_schema import MEMBERS, MemberKind
from matcher.formats.whole_files import write_text
from matcher.plan import PLAN_VERSION, Plan

_LEAVES: dict[MemberKind, Callable[[Any], Any]] = {
    "text": str,
    "texts": list,
    "integer": Number,
    "decimal": lambda value: Number(DECIMAL.show(value)),
    "number": lambda value: Number(NUMBER.show(value)),
    "boolean": bool,
    "date": lambda value: value.isoformat(),
}


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as JSON.

    Raises
    ------
    InvalidInput
        Where the file cannot be written.
    """
    write_text(Path(path), [plan_to_text(plan)])


def plan_to_text(plan: Plan) -> str:
    """Return the JSON text of a plan; `plan_from_text` gives an equal plan back."""
    return (
        "{\n" + ",\n".join(f"{json_line(name)}: {_lines(value)}" for name, value in _document(plan).items()) + "\n}\n"
    )


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as dicts, lists, texts and numbers, for an answer in JSON.

    Decimal numbers become floats, which keep 15 digits; `plan_to_text` keeps them all.
    """
    native: dict[str, Any] = _native(_document(plan))
    return native


def _document(plan: Plan) -> dict[str, Any]:
    return {"version": Number(PLAN_VERSION)} | _tree(plan)


def _tree(thing: Any) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for member in MEMBERS[type(thing)]:
        value = getattr(thing, member.field)
        if value in (None, ()) and member.is_left_out:
            continue
        if member.kind == "objects":
            tree[member.name] = [_tree(each) for each in value]
        elif member.kind == "object":
            tree[member.name] = _tree(value)
        else:
            tree[member.name] = None if value is None else _LEAVES[member.kind](value)
    return tree


def _lines(value: Any) -> str:
    """Return a value with each object of a list on a line of its own."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(_lines, value)) + "\n]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json_line(name)}: {_lines(each)}" for name, each in value.items()) + "}"
    return json_line(value)


def _native(value: Any) -> Any:
    if isinstance(value, Number):
        return int(value) if value.removeprefix("-").isdecimal() else float(value)
    if isinstance(value, dict):
        return {name: _native(each) for name, each in value.items()}
    return [_native(each) for each in value] if isinstance(value, list) else value
