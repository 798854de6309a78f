"""What an import did: files, rows written, what was not taken and what people still have to fill in."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from matcher.personal_numbers import without_personal_numbers
from matcher.sources.rows import NeedsInput, Skipped

MAX_LISTED = 10_000  # entries kept one by one; all are counted
_MAX_IDS_SHOWN = 5
_MAX_LINES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file that was looked at.

    Parameters
    ----------
    file : str
    read : int
        Records found in it: notices, releases, advertisements, concepts.
    """

    file: str
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What happened to the rows of one table.

    Parameters
    ----------
    table : str
    new, updated, unchanged, removed : int
        Rows that imports wrote, changed, found as they should be, and took away because the source no longer has them.
    left_out : int
        Rows imported earlier that somebody has removed; they are not brought back.
    """

    table: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A cell that stays as a person made it although the source says something else.

    Parameters
    ----------
    table, row_id, column : str
    value : str
        In the folder.
    source_value : str
        In the source.
    """

    table: str
    row_id: str
    column: str
    value: str
    source_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The result of one import.

    Parameters
    ----------
    source : str
    files : tuple of FileReport
    tables : tuple of TableReport
    skipped : tuple of Skipped
        At most 10 000 of them; `num_skipped` counts all.
    needs_input : tuple of NeedsInput
        Cells that are still empty, at most 10 000; `num_needs_input` counts all.
    kept : tuple of Kept
        At most 10 000; `num_kept` counts all.
    num_skipped, num_faults, num_needs_input, num_kept : int
        `num_faults` counts those of the skipped where something is wrong with the input.
    """

    source: str
    files: tuple[FileReport, ...] = ()
    tables: tuple[TableReport, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    needs_input: tuple[NeedsInput, ...] = ()
    kept: tuple[Kept, ...] = ()
    num_skipped: int = 0
    num_faults: int = 0
    num_needs_input: int = 0
    num_kept: int = 0

    @property
    def read(self) -> int:
        """Return how many records were found in all files."""
        return sum(file.read for file in self.files)

    @property
    def new(self) -> int:
        """Return how many rows were written for the first time."""
        return sum(table.new for table in self.tables)

    @property
    def updated(self) -> int:
        """Return how many rows were changed."""
        return sum(table.updated for table in self.tables)

    @property
    def unchanged(self) -> int:
        """Return how many rows stood there already as the source has them."""
        return sum(table.unchanged for table in self.tables)

    @property
    def taken(self) -> int:
        """Return how many rows the source gave rise to."""
        return self.new + self.updated + self.unchanged

    def table(self, name: str) -> TableReport:
        """Return what happened to one table."""
        return next((table for table in self.tables if table.table == name), TableReport(table=name))

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain lists and dicts."""
        return {
            "source": self.source,
            "read": self.read,
            "taken": {"new": self.new, "updated": self.updated, "unchanged": self.unchanged},
            "num_skipped": self.num_skipped,
            "num_faults": self.num_faults,
            "num_needs_input": self.num_needs_input,
            "num_kept": self.num_kept,
            "files": [asdict(file) for file in self.files],
            "tables": [asdict(table) for table in self.tables],
            "skipped": [asdict(skipped) for skipped in self.skipped],
            "needs_input": [asdict(gap) for gap in self.needs_input],
            "kept": [asdict(kept) for kept in self.kept],
        }

    def as_text(self) -> str:
        """Return the report for a person, a line per fact."""
        lines = [
            f"Read {self.read} records from {len(self.files)} files ({self.source}): "
            f"{self.new} rows new, {self.updated} updated, {self.unchanged} unchanged."
        ]
        lines += [_table_line(table) for table in self.tables]
        lines += _listed(
            f"Not taken ({self.num_skipped}):", [str(skipped) for skipped in self.skipped], self.num_skipped
        )
        kept = [
            f"{cell.table} {cell.row_id}: {cell.column} is {cell.value!r}, source {cell.source_value!r}"
            for cell in self.kept
        ]
        lines += _listed(f"Kept as changed by hand ({self.num_kept}):", kept, self.num_kept)
        lines += _listed(f"Needs input ({self.num_needs_input} cells):", _gap_lines(self.needs_input), 0)
        return "\n".join(lines)


def _table_line(table: TableReport) -> str:
    parts = [f"{table.new} new", f"{table.updated} updated", f"{table.unchanged} unchanged"]
    if table.removed:
        parts.append(f"{table.removed} removed because the source no longer has them")
    if table.left_out:
        parts.append(
            f"{table.left_out} not brought back because somebody removed them (delete their lines in sources.csv to "
            "import them again)"
        )
    return f"  {table.table}: {', '.join(parts)}"


def _listed(title: str, lines: list[str], count: int) -> list[str]:
    if not lines:
        return []
    more = max(count, len(lines)) - _MAX_LINES_SHOWN
    shown = [title, *(f"  {line}" for line in lines[:_MAX_LINES_SHOWN])]
    return [*shown, f"  ... and {more} more"] if more > 0 else shown


def _gap_lines(gaps: tuple[NeedsInput, ...]) -> list[str]:
    """Return one line for all rows that lack the same cell for the same reason."""
    counts = Counter((gap.table, gap.column, gap.why) for gap in gaps)
    ids: dict[tuple[str, str, str], list[str]] = {}
    for gap in gaps:
        shown = ids.setdefault((gap.table, gap.column, gap.why), [])
        if len(shown) < _MAX_IDS_SHOWN:
            shown.append(gap.row_id)
    lines = []
    for (table, column, why), count in counts.most_common():
        names = ids[table, column, why]
        rest = f" and {count - len(names)} more" if count > len(names) else ""
        lines.append(f"{table}.{column}: {why} ({', '.join(names)}{rest})")
    return lines


class Tally:
    """Collects, while files are read and tables are written, what the report will say."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._read: dict[str, int] = {}
        self._tables: dict[str, Counter[str]] = {}
        self._skipped: list[Skipped] = []
        self._needs_input: list[NeedsInput] = []
        self._kept: list[Kept] = []
        self._counts: Counter[str] = Counter()

    def found(self, file: str, count: int = 1) -> None:
        """Count records found in a file; with 0 the file itself is noted."""
        self._read[file] = self._read.get(file, 0) + count

    def skip(self, skipped: Skipped) -> None:
        """Note something that was not taken; personal numbers are hidden in what is said about it."""
        what, position = map(without_personal_numbers, (skipped.what, skipped.position))
        skipped = replace(skipped, what=what, position=position)
        self._counts["skipped"] += 1
        self._counts["faults"] += skipped.kind == "fault"
        if len(self._skipped) < MAX_LISTED:
            self._skipped.append(skipped)

    def row(self, table: str, outcome: str) -> None:
        """Count a row: ``new``, ``updated``, ``unchanged``, ``removed`` or ``left_out``."""
        self._tables.setdefault(table, Counter())[outcome] += 1

    def need(self, gap: NeedsInput) -> None:
        """Note a cell that a person has to fill in."""
        self._counts["needs_input"] += 1
        if len(self._needs_input) < MAX_LISTED:
            self._needs_input.append(gap)

    def keep(self, kept: Kept) -> None:
        """Note a cell that stays as a person made it."""
        self._counts["kept"] += 1
        if len(self._kept) < MAX_LISTED:
            self._kept.append(kept)

    def report(self) -> ImportReport:
        """Return the report."""
        return ImportReport(
            source=self._source,
            files=tuple(FileReport(file=file, read=count) for file, count in self._read.items()),
            tables=tuple(TableReport(table=name, **counts) for name, counts in sorted(self._tables.items())),
            skipped=tuple(self._skipped),
            needs_input=tuple(self._needs_input),
            kept=tuple(self._kept),
            num_skipped=self._counts["skipped"],
            num_faults=self._counts["faults"],
            num_needs_input=self._counts["needs_input"],
            num_kept=self._counts["kept"],
        )
