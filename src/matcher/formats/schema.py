"""The tables of a problem: which columns each has, of which kind, and what they mean.

CSV, Excel and JSON are read and written from this one description, and the tables of docs/formats.md are checked
against it. A column has the name of the field that it fills.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from typing import Any

from matcher.formats.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Also the field of the row's class.
    kind : Kind
    meaning, example : str
        For the documentation; the example is a valid cell.
    words : tuple of str
        What a word may be.
    is_required : bool
        The column must be there, and its cells filled in unless `may_be_empty`.
    may_be_empty : bool
        A required column whose cells a person may still have to fill in.
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    words: tuple[str, ...] = ()
    is_required: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: a CSV file, a sheet of a workbook, an array in JSON.

    Parameters
    ----------
    name : str
        Also the field of `Problem`.
    row_type : type
        Class of its rows.
    meaning : str
    columns : tuple of Column
    """

    name: str
    row_type: type[Any]
    meaning: str
    columns: tuple[Column, ...]

    @cached_property
    def column_by_name(self) -> dict[str, Column]:
        """Return the columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def default_by_name(self) -> dict[str, Any]:
        """Return what an empty cell, or a missing column, stands for."""
        return {field.name: None if field.default is MISSING else field.default for field in fields(self.row_type)}

    @property
    def file_name(self) -> str:
        """Return the name of the file that holds the table in a folder."""
        return f"{self.name}.csv"
