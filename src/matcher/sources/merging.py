"""Decides, cell by cell, between what the folder holds, what was imported before and what the source says now.

A cell belongs to the person as soon as it differs from what was imported into it. Such a cell is never changed; the
difference is reported instead. Everything else follows the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.sources.rows import ImportedRow
from matcher.sources.staging import Origin, StagedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRow:
    """What becomes of one row.

    Parameters
    ----------
    cells : dict of str to str
        The row as it shall stand in the file, by column.
    origins : dict of str to Origin
        Lines of sources.csv to write.
    cleared : tuple of str
        Columns whose line of sources.csv goes away.
    kept : dict of str to str
        Columns that stay as a person made them, with what the source says.
    is_changed : bool
        The row differs from what the file holds.
    """

    cells: dict[str, str]
    origins: dict[str, Origin]
    cleared: tuple[str, ...]
    kept: dict[str, str]
    is_changed: bool


def source_text(source: str, record_id: str, version: str) -> str:
    """Return the `source` cell of sources.csv: ``<source> <record> <version>``."""
    return f"{source} {record_id} {version or '-'}"


def record_of(source: str) -> tuple[str, str]:
    """Return record id and version from a `source` cell, empty where it has another form."""
    parts = source.split(" ")
    if len(parts) != 3:
        return "", ""
    return parts[1], "" if parts[2] == "-" else parts[2]


def new_row(staged: StagedRow, key_columns: tuple[str, ...], source: str) -> MergedRow:
    """Return a row that the folder does not have yet."""
    cells = {**dict(zip(key_columns, staged.row.key, strict=True)), **staged.row.cells}
    return MergedRow(cells=cells, origins=_origins(staged, staged.row, source), cleared=(), kept={}, is_changed=True)


def _origins(staged: StagedRow, row: ImportedRow, source: str) -> dict[str, Origin]:
    text = source_text(source, staged.record_id, staged.version)
    return {column: Origin(source=text, value=value) for column, value in row.cells.items() if value}


def merged_row(current: Mapping[str, str], staged: StagedRow, known: Mapping[str, Origin], source: str) -> MergedRow:
    """Return a row that the folder has, after an import.

    Parameters
    ----------
    current : mapping of column to text
        The row in the folder.
    staged : StagedRow
    known : mapping of column to Origin
        What earlier imports put into its cells.
    source : str
        Name of the source now imported.
    """
    cells, origins, kept = dict(current), {}, {}
    cleared: list[str] = []
    text = source_text(source, staged.record_id, staged.version)
    for column, value in staged.row.cells.items():
        present, origin = current.get(column, ""), known.get(column)
        if origin is None:
            if not value or present == value:
                continue
            if present:
                kept[column] = value
                continue
        elif _is_older(staged.version, origin):
            continue
        elif present != origin.value:
            if value and value not in (origin.value, present):
                kept[column] = value
            if present != value or not value:
                continue
        elif not value:
            if staged.states_all:
                cells[column] = ""
                cleared.append(column)
            continue
        cells[column] = value
        origins[column] = Origin(source=text, value=value)
    return MergedRow(
        cells=cells,
        origins=origins,
        cleared=tuple(cleared),
        kept=kept,
        is_changed=any(cells[column] != current.get(column, "") for column in cells),
    )


def _is_older(version: str, origin: Origin) -> bool:
    """Tell whether what is imported now is older than what was imported before."""
    known = record_of(origin.source)[1]
    return bool(version and known) and version < known


def overwritten_row(current: Mapping[str, str], staged: StagedRow) -> MergedRow:
    """Return a row of a table that imports own: a stated cell replaces the old one."""
    stated = {column: value for column, value in staged.row.cells.items() if value}
    if staged.row.only_if_absent:
        stated = {column: value for column, value in stated.items() if not current.get(column)}
    cells = {**current, **stated}
    return MergedRow(
        cells=cells, origins={}, cleared=(), kept={}, is_changed=any(current.get(c, "") != v for c, v in cells.items())
    )


def is_untouched(current: Mapping[str, str], known: Mapping[str, Origin], key_columns: tuple[str, ...]) -> bool:
    """Tell whether a row holds exactly what was imported into it."""
    values = {column: value for column, value in current.items() if value and column not in key_columns}
    return values == {column: origin.value for column, origin in known.items()}
