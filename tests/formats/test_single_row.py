"""A row as JSON is the same text, whether it is written from its object or from the cells that a database holds."""

from __future__ import annotations

import json

import pytest

from matcher.formats.single_row import cells_to_text, row_from_text, row_to_text
from matcher.formats.tables import TABLES
from matcher.store.problems.problem_rows import field_names, rows_of
from tests.formats.rich import rich_problem


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_cells_are_written_as_the_object_is(table: str) -> None:
    """Column by column, lists and empty cells among them; and what is written is read as the same object."""
    rows = [row for seed in range(4) for row in getattr(rich_problem(seed), table)]
    assert rows
    names = field_names(table)
    stored = rows_of(table, rows, {getattr(row, names[0]): "any" for row in rows})
    for row, cells in zip(rows, stored, strict=True):
        text = row_to_text(table, row)
        assert cells_to_text(table, [cells[name] for name in names]) == text
        assert list(json.loads(text)) == list(names)
        assert row_from_text(table, text) == row
