"""What every what-if study comes to, whatever it asked: words, figures, tables and charts, ready to be shown.

A study holds no question of its own. A result knows its numbers, a study says them in one language, and a report shows
any study as a page, a workbook or JSON. Names are for programs and stay the same in every language; titles are words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Cell = str | int | float | Decimal | date | None
ColumnKind = Literal["text", "count", "number", "share", "money", "day"]
ChartKind = Literal["line", "step", "interval", "bar"]
NUMERIC_KINDS = ("count", "number", "share", "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyColumn:
    """A column of a table.

    Parameters
    ----------
    name : str
        For programs.
    title : str
        For people.
    kind : str
        ``text``, ``count`` (whole), ``number``, ``share`` (0 to 1, shown in per cent), ``money`` (kronor) or ``day``.
    """

    name: str
    title: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTable:
    """A table: its first column says what each row is about.

    Parameters
    ----------
    name, title : str
    columns : tuple of StudyColumn
    rows : tuple of tuple
        ``None`` for what is not known.
    note : str
        A sentence below it; may be empty.
    """

    name: str
    title: str
    columns: tuple[StudyColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Raise where a row has another width than the columns, or two columns one name."""
        _require_unique("A table's columns", (column.name for column in self.columns))
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"Table {self.name!r} must have {len(self.columns)} cells in each row, got {row!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of a chart.

    Parameters
    ----------
    x : float, date or str
        A number, a day, or the name of a row in a chart of intervals or bars.
    y : float
    low, high : float or None
        Ends of the interval around `y`, where it has one.
    label : str
        What stands beside the point; may be empty.
    """

    x: float | date | str
    y: float
    low: float | None = None
    high: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        """Raise where the interval does not hold the point."""
        if (self.low is not None and self.low > self.y) or (self.high is not None and self.high < self.y):
            raise ValueError(f"A point must lie in its interval, got {self.low}, {self.y} and {self.high}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points that belong together; in order of `x` where that is a number or a day."""

    name: str
    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing, always with the table that holds the same.

    Parameters
    ----------
    name, title : str
    kind : str
        ``line`` and ``step`` over numbers or days, ``interval`` and ``bar`` with one row per named point.
    x_title, y_title : str
    y_kind : str
        How values are written; of named points too.
    series : tuple of Series
    table : str
        Name of the study's table that holds the same.
    aim : float or None
        A value to be reached, drawn as a line; ``None`` for none.
    """

    name: str
    title: str
    kind: ChartKind
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    table: str
    y_kind: ColumnKind = "number"
    aim: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One of the few numbers with which a study opens, with a word on what stands behind it."""

    name: str
    title: str
    value: Cell
    kind: ColumnKind = "number"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study in one language.

    Parameters
    ----------
    question : str
        Which one: ``scenario``, ``value``, ``invest``, ``requirement``, ``simulate``, ``rolling``.
    title : str
        The answer in one sentence.
    sentences : tuple of str
        What is behind it.
    figures : tuple of KeyFigure
    tables : tuple of StudyTable
    charts : tuple of Chart
    assumptions, limits : tuple of str
        What was taken for given, with sources; and what the study does not say.
    made_from : tuple of (str, str)
        Names and values from which the same study can be made again: fingerprints, seeds, counts.
    """

    question: str
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    tables: tuple[StudyTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    assumptions: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    made_from: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Raise where names are not unique, or a chart has no table beside it."""
        _require_unique("A study's tables", (table.name for table in self.tables))
        _require_unique("A study's charts", (chart.name for chart in self.charts))
        there = {table.name for table in self.tables}
        for chart in self.charts:
            if chart.table not in there:
                raise ValueError(f"Chart {chart.name!r} must have a table beside it, got {chart.table!r}.")


def _require_unique(what: str, names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"{what} must have different names, got {twice} more than once.")
