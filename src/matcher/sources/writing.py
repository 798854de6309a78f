"""Brings what was staged into the tables of a folder, row by row, and keeps sources.csv in step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matcher.errors import Fault, InvalidInput
from matcher.sources.folder import CsvFile, Replacement, open_csv
from matcher.sources.merging import MergedRow, is_untouched, merged_row, new_row, overwritten_row, record_of
from matcher.sources.report import Kept, Tally
from matcher.sources.rows import KEY_SEPARATOR, NeedsInput
from matcher.sources.staging import Staging
from matcher.sources.tables import SOURCES_COLUMNS, SOURCES_FILE, TABLES, ImportTable


def load_sources(folder: Path, staging: Staging) -> None:
    """Take over what sources.csv says about earlier imports.

    Raises
    ------
    InvalidInput
        When the file is there and cannot be read.
    """
    file = open_csv(folder / SOURCES_FILE, SOURCES_COLUMNS)
    positions = [file.header.index(column) for column in SOURCES_COLUMNS] if file.is_there else []
    lines = ([*row, *[""] * len(file.header)] for row in file.rows())
    staging.load_origins(tuple(row[position] for position in positions) for row in lines)  # type: ignore[misc]


def write_tables(folder: Path, staging: Staging, tally: Tally, source: str) -> None:
    """Write every table that has staged rows, then sources.csv.

    Each file is first written aside; only when all are complete do they replace the old ones, sources.csv last: a
    cell without its line there is taken for a person's and never overwritten.

    Parameters
    ----------
    folder : Path
    staging : Staging
    tally : Tally
    source : str

    Raises
    ------
    InvalidInput
        When a file of the folder cannot be read or written.
    """
    replacements: list[Replacement] = []
    try:
        staged = set(staging.table_names())
        for name, table in TABLES.items():
            if name in staged or (table.loses_rows and (folder / f"{name}.csv").exists()):
                replacements += _TableWriter(table, folder, staging, tally, source).write()
        replacements += _write_sources(folder, staging)
        for replacement in replacements:
            replacement.put_in_place()
    finally:
        for replacement in replacements:
            replacement.discard()


class _TableWriter:
    """Writes one table."""

    def __init__(self, table: ImportTable, folder: Path, staging: Staging, tally: Tally, source: str) -> None:
        self._table = table
        self._staging = staging
        self._tally = tally
        self._source = source
        self._file = open_csv(folder / f"{table.name}.csv", table.key)
        self._header = self._full_header(self._file)
        self._is_changed = not self._file.is_there

    def _full_header(self, file: CsvFile) -> tuple[str, ...]:
        if not file.is_there:
            return self._table.columns
        return file.header + tuple(column for column in self._table.columns if column not in file.header)

    def write(self) -> list[Replacement]:
        """Return the new version of the table, or nothing where it stays as it is."""
        if not self._file.is_there:  # removed as a whole to begin anew: what was imported into it no longer counts
            self._staging.forget_table(self._table.name)
        replacement = Replacement(self._file, self._header)
        try:
            for row in self._rows():
                replacement.write(row)
        except BaseException:
            replacement.discard()
            raise
        if self._is_changed:
            return [replacement]
        replacement.discard()
        return []

    def _rows(self) -> Iterator[list[str]]:
        width = len(self._file.header)
        for row in self._file.rows():
            if len(row) > width:
                raise InvalidInput([_too_wide(self._file, row)])
            cells = dict(zip(self._file.header, [*row, *[""] * (width - len(row))], strict=True))
            kept = self._present(cells)
            if kept is not None:
                yield row if kept == cells and len(self._header) == width else self._laid_out(kept)
            else:
                self._is_changed = True
        for staged in self._staging.unseen_rows(self._table.name):
            row_id = staged.row.row_id
            if self._table.is_tracked and self._staging.origins_of(self._table.name, row_id):
                self._tally.row(self._table.name, "left_out")
                continue
            merged = new_row(staged, self._table.key, self._source)
            self._finish(row_id, merged, "new")
            yield self._laid_out(merged.cells)

    def _laid_out(self, cells: dict[str, str]) -> list[str]:
        return [cells.get(column, "") for column in self._header]

    def _present(self, cells: dict[str, str]) -> dict[str, str] | None:
        """Return what becomes of a row of the folder, None where it goes away."""
        name = self._table.name
        row_id = KEY_SEPARATOR.join(cells[column] for column in self._table.key)
        staged = self._staging.take_row(name, row_id)
        if staged is None:
            return self._dropped(row_id, cells) if self._table.is_tracked else cells
        if self._table.is_tracked:
            merged = merged_row(cells, staged, self._staging.origins_of(name, row_id), self._source)
        else:
            merged = overwritten_row(cells, staged)
        self._finish(row_id, merged, "updated" if merged.is_changed else "unchanged")
        return merged.cells

    def _dropped(self, row_id: str, cells: dict[str, str]) -> dict[str, str] | None:
        """Take away a row that its record no longer has and nobody has touched; keep every other row."""
        name = self._table.name
        origins = self._staging.origins_of(name, row_id)
        if not origins or not self._is_superseded({record_of(origin.source) for origin in origins.values()}):
            return cells
        if self._table.loses_rows and is_untouched(cells, origins, self._table.key):
            self._staging.forget_row(name, row_id)
            self._tally.row(name, "removed")
            return None
        why = "a newer version of its record no longer has this row; decide whether it still stands"
        self._tally.need(NeedsInput(table=name, row_id=row_id, column=self._table.key[0], why=why))
        return cells

    def _is_superseded(self, records: set[tuple[str, str]]) -> bool:
        """Tell whether all the records that a row came from were read again, in full and not in an older version."""
        for record_id, version in records:
            now = self._staging.record(record_id)
            if now is None or not now[1] or now[0] < version:
                return False
        return True

    def _finish(self, row_id: str, merged: MergedRow, outcome: str) -> None:
        name = self._table.name
        self._is_changed = self._is_changed or merged.is_changed
        self._tally.row(name, outcome)
        if not self._table.is_tracked:
            return
        self._staging.forget_row(name, row_id, merged.cleared)
        self._staging.set_origins(name, row_id, merged.origins)
        for column, value in merged.kept.items():
            self._tally.keep(
                Kept(table=name, row_id=row_id, column=column, value=merged.cells.get(column, ""), source_value=value)
            )
        for gap in self._staging.gaps_of(name, row_id):
            if not merged.cells.get(gap.column, ""):
                self._tally.need(NeedsInput(table=name, row_id=row_id, column=gap.column, why=gap.why))


def _too_wide(file: CsvFile, row: list[str]) -> Fault:
    return Fault(
        code="too_many_cells",
        must=f"have rows of at most {len(file.header)} cells",
        value=f"{len(row)} cells in the row of {row[0]!r}",
        remedy="Put a value that holds a comma between quotation marks.",
        file=str(file.path),
    )


def _write_sources(folder: Path, staging: Staging) -> list[Replacement]:
    """Write sources.csv anew if a line of it changes."""
    file = open_csv(folder / SOURCES_FILE, SOURCES_COLUMNS)
    if not file.is_there and next(staging.origins(), None) is None:
        return []
    replacement = Replacement(file, SOURCES_COLUMNS)
    try:
        for line in staging.origins():
            replacement.write(line)
        replacement.close()
        if replacement.is_same():
            replacement.discard()
            return []
    except BaseException:
        replacement.discard()
        raise
    return [replacement]
