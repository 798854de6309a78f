"""What it is to plant a fault: a row that holds none yet is spoilt, and it is told what must be reported about it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults.drafts import CONTAINERS, Draft, is_json_number
from tests.faults.places import IDS

SHEETS = ("folder", "workbook")


@dataclass(frozen=True, slots=True)
class Planted:
    """What must be reported: the code, the cell (row ``None``: the header) and the value as a text."""

    code: str
    table: str
    row: int | None
    column: str | int | None
    value: str | None


class Unplantable(Exception):
    """The draft has no room left for this fault."""


Plant = Callable[[Draft, random.Random, str], Planted]


@dataclass(frozen=True, slots=True)
class Planter:
    """One kind of fault.

    Attributes
    ----------
    name : str
    plant : callable
        Changes the draft; gets the container for which it will be written.
    containers : tuple of str
        Where it makes sense.
    is_of_whole_table : bool
        It touches a whole table, so no other fault may be in that table.
    """

    name: str
    plant: Plant
    containers: tuple[str, ...] = CONTAINERS
    is_of_whole_table: bool = False


def free_row(draft: Draft, rng: random.Random, table: str, rows: Iterable[int] | None = None) -> int:
    """Return a row that holds no fault yet, of all or of some, and take it."""
    choices = range(len(draft.grids[table].rows)) if rows is None else rows
    free = [row for row in choices if (table, row) not in draft.taken]
    if not free:
        raise Unplantable
    row = rng.choice(free)
    draft.taken.add((table, row))
    return row


def put(draft: Draft, table: str, row: int, column: str, text: str) -> None:
    grid = draft.grids[table]
    grid.rows[row][grid.header.index(column)] = text


def text_at(draft: Draft, table: str, row: int, column: str) -> str:
    grid = draft.grids[table]
    return grid.rows[row][grid.header.index(column)]


def cell(
    name: str,
    code: str,
    cells: tuple[tuple[str, str], ...],
    texts: tuple[str, ...],
    containers: tuple[str, ...] = CONTAINERS,
    json_type: str | None = None,
) -> Planter:
    """Return a planter that writes a bad text into one of some columns; the text itself is the value reported.

    `json_type` is the type that JSON wants, where a text that is not of it is of the wrong type there.
    """

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        table, column = rng.choice(cells)
        text = rng.choice(texts)
        row = free_row(draft, rng, table)
        put(draft, table, row, column, text)
        is_misfit = container == "json" and json_type == "number" and not is_json_number(text)
        is_misfit |= container == "json" and json_type == "boolean"
        return Planted("wrong_type" if is_misfit else code, table, row, column, text or None)

    return Planter(name, plant, containers)


def beyond(name: str, code: str, table: str, column: str, cases: dict[str, str]) -> Planter:
    """Return a planter of a value that the rules of its object refuse; `cases` maps the text to what is reported."""

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        text, value = rng.choice(list(cases.items()))
        row = free_row(draft, rng, table)
        put(draft, table, row, column, text)
        return Planted(code, table, row, column, value)

    return Planter(name, plant)


def spoilt_id(name: str, code: str, spoil: Callable[[str], str], containers: tuple[str, ...] = CONTAINERS) -> Planter:
    """Return a planter that adds to an id what does not belong to it; rows that name the id are not at fault."""

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        table, column = rng.choice(IDS)
        row = free_row(draft, rng, table)
        text = spoil(text_at(draft, table, row, column))
        put(draft, table, row, column, text)
        return Planted(code, table, row, column, text)

    return Planter(name, plant, containers)


def entries(name: str, code: str, table: str, column: str, text: str, value: str | None) -> Planter:
    """Return a planter of a list of which one entry is at fault, whose value is reported."""

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        row = free_row(draft, rng, table)
        put(draft, table, row, column, text)
        return Planted(code, table, row, column, value)

    return Planter(name, plant)
