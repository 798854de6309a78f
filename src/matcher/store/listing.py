"""Pages of rows: filtered, sorted and cut where a reader wants, in the same order on both databases.

A page is found by the last row of the one before it, not by its number: what is added meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from matcher.store.session import Session
from matcher.store.types import Exact

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
    sorted_by = None if wanted.sort is None else _in_one_order(session, columns[wanted.sort])
    if sorted_by is None:
        if wanted.after is not None:
            query = query.where(_beyond(number, wanted.after[1], is_descending=wanted.is_descending))
        query = query.order_by(number.desc() if wanted.is_descending else number)
    else:
        query = query.add_columns(sorted_by.label("page_value"))
        if wanted.after is not None:
            query = query.where(_after(sorted_by, number, wanted.after, is_descending=wanted.is_descending))
        ordered = sorted_by.desc() if wanted.is_descending else sorted_by
        query = query.order_by(sa.case((sorted_by.is_(None), 1), else_=0), ordered, number)
    rows = session.rows(query.limit(wanted.limit + 1))
    shown = rows[: wanted.limit]
    mark = None
    if len(rows) > wanted.limit:
        mark = (None if sorted_by is None else shown[-1].page_value, int(shown[-1].page_number))
    return RowPage(items=tuple(made(shown)), mark=mark)


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
    if value is None:
        return column.is_(None) & (number > last)
    beyond = _beyond(column, value, is_descending=is_descending)
    later: sa.ColumnElement[bool] = column.is_(None) | beyond | ((column == value) & (number > last))
    return later
