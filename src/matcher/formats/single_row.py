"""One row of a problem's table by itself: read from a JSON object, written as one, and described."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.json_reading import JsonTable
from matcher.formats.json_text import JsonCursor
from matcher.formats.schema import Column
from matcher.formats.table_reading import TableReader
from matcher.formats.tables import TABLE_BY_NAME
from matcher.formats.text_lines import BrokenFile


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
    members = (_member(column, getattr(entity, column.name)) for column in TABLE_BY_NAME[table].columns)
    return "{" + ", ".join(members) + "}"


def _pointed(fault: Fault, own: str, pointer: str) -> Fault:
    _, found, rest = (fault.file or "").partition(own)
    return replace(fault, file=f"body#{pointer}{rest if found else ''}", row=None)


def _member(column: Column, value: Any) -> str:
    kind = column.kind
    if kind.is_list:
        text = json.dumps([kind.show(entry) for entry in value], ensure_ascii=False)
    elif value is None:
        text = "null"
    else:
        text = kind.show(value) if kind.json_type != "string" else json.dumps(kind.show(value), ensure_ascii=False)
    return f'"{column.name}": {text}'
