"""One row of a problem's table by itself: read from a JSON object, written as one, and described."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.json_reading import JsonTable
from matcher.formats.json_text import JsonCursor
from matcher.formats.schema import Column
from matcher.formats.table_reading import TableReader
from matcher.formats.tables import TABLE_BY_NAME
from matcher.formats.text_lines import BrokenFile

_JSON = json.JSONEncoder(ensure_ascii=False).encode  # made once: `json.dumps` makes one for every value


def row_from_text(table: str, text: str, pointer: str = "") -> Any:
    """Return the object of one row.

    Parameters
    ----------
    table : str
    text : str
        A JSON object with the table's columns as keys.
    pointer : str
        Where the object stands in what was sent, for the faults' pointers.

    Raises
    ------
    InvalidInput
        With all faults of the object itself; whether it fits other rows is not judged.
    """
    described, log = TABLE_BY_NAME[table], FaultLog()
    rows: list[Any] = []
    try:
        cursor = JsonCursor(f"[{text}\n]")
        rows = list(TableReader(described, JsonTable(cursor, "body", described, log), log).read().rows)
        cursor.finish()
        if not log.faults and len(rows) != 1:
            raise BrokenFile("wrong_type", "be one object", "Write it as docs/formats.md shows.", line=1)
    except BrokenFile as error:
        log.faults.append(error.fault("body#"))
    except TooManyFaults:
        pass  # those that there is room for are reported
    if log.faults:
        own = f"#/{table}/0"
        raise InvalidInput([_pointed(fault, own, pointer) for fault in log.faults])
    return rows[0]


def row_to_text(table: str, entity: Any) -> str:
    """Return the object of a row as JSON, every column written out, numbers with every digit."""
    cells = [getattr(entity, column.name) for column in TABLE_BY_NAME[table].columns]
    return _text([write(value) for write, value in zip(_writers(table), cells, strict=True)])


def cells_to_text(table: str, cells: Iterable[Any]) -> str:
    """Return the same from a row's values as a database holds them, in the order of the columns.

    Pages of many rows are read this way: no object is made, nor judged again.

    Parameters
    ----------
    table : str
    cells : iterable
        Lists as one text, as in the cell of a file.
    """
    return _text([write(value) for write, value in zip(_cell_writers(table), cells, strict=True)])


def _pointed(fault: Fault, own: str, pointer: str) -> Fault:
    _, found, rest = (fault.file or "").partition(own)
    return replace(fault, file=f"body#{pointer}{rest if found else ''}", row=None)


def _text(members: Iterable[str]) -> str:
    return f"{{{', '.join(members)}}}"


Writer = Callable[[Any], str]


@cache
def _writers(table: str) -> tuple[Writer, ...]:
    """Return for each column what writes a value with its name."""
    return tuple(_list_writer(column) if column.kind.is_list else _writer(column) for column in _columns(table))


@cache
def _cell_writers(table: str) -> tuple[Writer, ...]:
    return tuple(_list_cell_writer(column) if column.kind.is_list else _writer(column) for column in _columns(table))


def _columns(table: str) -> tuple[Column, ...]:
    return TABLE_BY_NAME[table].columns


def _writer(column: Column) -> Writer:
    name, show = f'"{column.name}": ', column.kind.show
    if column.kind.json_type == "string":
        return lambda value: f"{name}null" if value is None else name + _JSON(show(value))
    return lambda value: f"{name}null" if value is None else name + show(value)


def _list_writer(column: Column) -> Writer:
    name, show = f'"{column.name}": ', column.kind.show
    return lambda value: name + _JSON([show(entry) for entry in value])


def _list_cell_writer(column: Column) -> Writer:
    name = f'"{column.name}": '
    return lambda text: name + (_JSON(text.split(";")) if text else "[]")
