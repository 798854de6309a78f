"""Faults of a whole table or row: columns and cells that are missing, unknown, repeated or too many."""

from __future__ import annotations

import random

from tests.faults.drafts import Draft
from tests.faults.planting import Planted, Unplantable, free_row


def missing_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, column = rng.choice(
        (("vacancies", "positions"), ("cohorts", "seats"), ("budgets", "amount"), ("history", "sustained"))
    )
    grid = draft.grids[table]
    position = grid.header.index(column)
    for row in (grid.header, *grid.rows):
        del row[position]
    return Planted("missing_column", table, None, None, None)


def unknown_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "courses", "history", "pairs"))
    grid = draft.grids[table]
    position = rng.randint(0, len(grid.header))
    name = rng.choice(("nonsense", "Title", "candidate_id ", "seat"))
    for row in (grid.header, *grid.rows):
        row.insert(position, name if row is grid.header else "x")
    return Planted("unknown_column", table, None, position + 1, name)


def unknown_key(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    grid.header.append("nonsense")
    row = free_row(draft, rng, "history")
    for number, cells in enumerate(grid.rows):
        cells.append("x" if number == row else "")
    return Planted("unknown_column", "history", row, None, "nonsense")


def repeated_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "courses", "history", "pairs"))
    grid = draft.grids[table]
    position = rng.randrange(len(grid.header))
    for row in (grid.header, *grid.rows):
        row.append(row[position])
    return Planted("repeated_column", table, None, len(grid.header), grid.header[-1])


def too_many_columns(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    for row in (grid.header, *grid.rows):
        row.extend(f"extra{number}" for number in range(100))
    return Planted("too_many_columns", "history", None, None, str(len(grid.header)))


def too_many_cells(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "vacancies", "pairs", "budgets", "history"))
    row = free_row(draft, rng, table)
    cells = draft.grids[table].rows[row]
    cells.append("x")
    if container == "workbook":
        return Planted("too_many_cells", table, row, len(cells), "x")
    return Planted("too_many_cells", table, row, None, f"{len(cells)} cells")


def too_few_cells(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "vacancies", "pairs", "budgets", "history"))
    row = free_row(draft, rng, table)
    cells = draft.grids[table].rows[row]
    cells.pop()
    return Planted("too_few_cells", table, row, None, "1 cell" if len(cells) == 1 else f"{len(cells)} cells")


def unknown_table(draft: Draft, rng: random.Random, container: str) -> Planted:
    name = rng.choice(("candidate", "Candidates2", "people", "jobs"))
    if name in draft.extra_tables:
        raise Unplantable
    draft.extra_tables.append(name)
    return Planted("unknown_table", name, None, None, f"{name}.csv" if container == "folder" else name)


def header_only_separators(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    header = ";".join(grid.header)
    grid.rows[:] = [[";".join(row)] for row in grid.rows]
    grid.header[:] = [header]
    return Planted("wrong_separator", "history", None, 1, header)
