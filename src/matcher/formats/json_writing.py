"""Writes a problem as a JSON document, one row to a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from matcher.formats.json_text import json_line
from matcher.formats.policy_toml import policy_document
from matcher.formats.schema import Column, Table
from matcher.formats.table_writing import batches_of_texts, used_columns
from matcher.formats.tables import TABLES
from matcher.problem import FORMAT_VERSION, Problem


def json_pieces(problem: Problem) -> Iterator[str]:
    """Yield the text of a problem's document piece by piece, the members always in the same order."""
    yield f'{{\n"version": {FORMAT_VERSION},\n"policy": {json_line(policy_document(problem.policy))}'
    for table in TABLES:
        rows = getattr(problem, table.name)
        if rows:
            yield f',\n"{table.name}": [\n'
            yield from _rows(table, rows)
            yield "\n]"
    yield "\n}\n"


def _rows(table: Table, rows: Sequence[Any]) -> Iterator[str]:
    separator = ""
    for texts in batches_of_texts(used_columns(table, rows), rows, _member):
        yield separator
        yield ",\n".join("{" + ", ".join(filter(None, cells)) + "}" for cells in zip(*texts, strict=True))
        separator = ",\n"


def _member(column: Column, value: Any) -> str:
    """Return ``"name": value``, or nothing for an absent value."""
    if value is None or value == ():
        return ""
    kind = column.kind
    if kind.is_list:
        text = json.dumps([kind.show(entry) for entry in value], ensure_ascii=False)
    elif kind.json_type == "string":
        text = json.dumps(kind.show(value), ensure_ascii=False)
    else:
        text = kind.show(value)
    return f'"{column.name}": {text}'
