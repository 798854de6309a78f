"""Pages of rows: filtered, sorted and cut where a reader wants, in the same order on both databases.

A page is found by the last row of the one before it, not by its number: what is added meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from matcher.store.database.session import Session
from matcher.store.tables.types import Exact

Comparison = Literal["equal", "at_least", "at_most"]
Mark = tuple[Any, int]  # value of the sorted column and number of the row at which a page ended

_COMPARED: Mapping[Comparison, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    "equal": lambda column, value: column == value,
    "at_least": lambda column, value: column >= value,
    "at_most": lambda column, value: column <= value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a column must be; a row that has no value there fulfils none.

    Parameters
    ----------
    column : str
    comparison : str
        ``equal``, ``at_least`` or ``at_most``.
    value : str, int, bool, date or datetime
    """

    column: str
    comparison: Comparison
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows, in which order, from where on and how many.

    Parameters
    ----------
    conditions : sequence of Condition
        All of them hold.
    sort : str or None
        Column; rows without a value come last. ``None``: in the order in which they were first saved.
    is_descending : bool
    after : tuple of value and number, or None
        `RowPage.mark` of the page before.
    limit : int
    """

    conditions: Sequence[Condition] = ()
    sort: str | None = None
    is_descending: bool = False
    after: Mark | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """Some rows, and where the next page begins.

    Parameters
    ----------
    items : tuple
    mark : tuple of value and number, or None
        ``None`` where no row follows.
    """

    items: tuple[Any, ...]
    mark: Mark | None


def page_of(
    session: Session,
    selected: sa.Select[Any],
    number: sa.ColumnElement[int],
    columns: Mapping[str, sa.ColumnElement[Any]],
    wanted: Wanted,
    made: Callable[[Sequence[sa.Row[Any]]], Sequence[Any]],
) -> RowPage:
    """Return a page of a query.

    Parameters
    ----------
    session : Session
    selected : Select
        All rows, without order.
    number : column
        Numbers the rows; no two have the same.
    columns : mapping of name to column
        That may be compared and sorted by.
    wanted : Wanted
    made : callable
        From rows to what the page holds.
    """
    query = selected.add_columns(number.label("page_number"))
    for condition in wanted.conditions:
        query = query.where(_COMPARED[condition.comparison](columns[condition.column], condition.value))
    if wanted.sort is None:
        rows = _by_number(session, query, number, wanted)
    else:
        rows = _by_column(session, query, number, columns[wanted.sort], wanted)
    shown = rows[: wanted.limit]
    mark = None
    if len(rows) > wanted.limit:
        mark = (None if wanted.sort is None else shown[-1].page_value, int(shown[-1].page_number))
    return RowPage(items=tuple(made(shown)), mark=mark)


def _by_number(
    session: Session, query: sa.Select[Any], number: sa.ColumnElement[int], wanted: Wanted
) -> Sequence[sa.Row[Any]]:
    """Return the rows of a page and the one after it, in the order of their numbers."""
    if wanted.after is not None:
        query = query.where(_beyond(number, wanted.after[1], is_descending=wanted.is_descending))
    ordered = number.desc() if wanted.is_descending else number
    return session.rows(query.order_by(ordered).limit(wanted.limit + 1))


def _by_column(
    session: Session,
    query: sa.Select[Any],
    number: sa.ColumnElement[int],
    column: sa.ColumnElement[Any],
    wanted: Wanted,
) -> Sequence[sa.Row[Any]]:
    """Return the rows of a page and the one after it: those that have a value, and then those that have none.

    They are asked for apart, so that an index over the column gives the first ones without looking at the others.
    """
    sorted_by, most = _in_one_order(session, column), wanted.limit + 1
    query = query.add_columns(sorted_by.label("page_value"))
    rows: list[sa.Row[Any]] = []
    if wanted.after is None or wanted.after[0] is not None:
        with_value = query.where(sorted_by.is_not(None))
        if wanted.after is not None:
            with_value = with_value.where(_after(sorted_by, number, wanted.after, is_descending=wanted.is_descending))
        ordered = sorted_by.desc() if wanted.is_descending else sorted_by
        rows += session.rows(with_value.order_by(ordered, number).limit(most))
    if len(rows) < most and getattr(column, "nullable", True):
        without = query.where(sorted_by.is_(None))
        if wanted.after is not None and wanted.after[0] is None:
            without = without.where(number > wanted.after[1])
        rows += session.rows(without.order_by(number).limit(most - len(rows)))
    return rows


def mark_from(columns: Mapping[str, sa.ColumnElement[Any]], sort: str | None, value: Any, number: int) -> Mark:
    """Return a mark whose value was written as JSON; raises `ValueError` where it is none of the column's."""
    if sort is None or value is None:
        return None, number
    kind = columns[sort].type.python_type
    if kind is datetime or kind is date:
        moment = kind.fromisoformat(value)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise ValueError("must have a time zone")
        return moment, number
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise ValueError(f"must be {kind.__name__}, got {value!r}")
    return value, number


def sortable(columns: Mapping[str, sa.ColumnElement[Any]]) -> tuple[str, ...]:
    """Return the columns by which rows can be sorted: exact numbers are texts in SQLite, whose order is another."""
    return tuple(name for name, column in columns.items() if not isinstance(column.type, Exact))


def _in_one_order(session: Session, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column whose texts are ordered by their code points, as SQLite does, whatever PostgreSQL was set to."""
    is_text = isinstance(column.type, sa.Text) and not isinstance(column.type, sa.TypeDecorator)
    if is_text and session.connection.dialect.name == "postgresql":
        return sa.collate(column, "C")
    return column


def _beyond(column: sa.ColumnElement[Any], value: Any, *, is_descending: bool) -> sa.ColumnElement[bool]:
    beyond: sa.ColumnElement[bool] = column < value if is_descending else column > value
    return beyond


def _after(
    column: sa.ColumnElement[Any], number: sa.ColumnElement[int], mark: Mark, *, is_descending: bool
) -> sa.ColumnElement[bool]:
    value, last = mark
    reached: sa.ColumnElement[bool] = (
        column <= value if is_descending else column >= value
    )  # what an index can begin at
    later: sa.ColumnElement[bool] = reached & (_beyond(column, value, is_descending=is_descending) | (number > last))
    return later
