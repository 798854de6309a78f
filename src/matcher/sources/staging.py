"""Holds what an import has read until it is written, in a temporary database that spills to disk when it grows.

SQLite is used as a sorted, bounded-memory store, not as a database of the product: it has no name, and is gone when
the import ends.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from matcher.sources.rows import ImportedRow, NeedsInput, Record

_SCHEMA = """
CREATE TABLE record (record TEXT PRIMARY KEY, version TEXT, states_all INTEGER);
CREATE TABLE row (seq INTEGER PRIMARY KEY, tbl TEXT, row_id TEXT, record TEXT, cells TEXT, only_if_absent INTEGER,
    is_seen INTEGER DEFAULT 0, UNIQUE (tbl, row_id));
CREATE INDEX row_record ON row (record);
CREATE TABLE gap (tbl TEXT, row_id TEXT, col TEXT, why TEXT, record TEXT, PRIMARY KEY (tbl, row_id, col));
CREATE INDEX gap_record ON gap (record);
CREATE TABLE origin (tbl TEXT, row_id TEXT, col TEXT, source TEXT, value TEXT, PRIMARY KEY (tbl, row_id, col));
CREATE TABLE release (ocid TEXT, date TEXT, seq INTEGER PRIMARY KEY, file TEXT, body TEXT);
CREATE INDEX release_ocid ON release (ocid, date, seq);
"""
_CACHE_KIB = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRow:
    """A row that waits to be written, with the record that it comes from."""

    row: ImportedRow
    record_id: str
    version: str
    states_all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an imported cell came from: a line of sources.csv."""

    source: str
    value: str


class Staging:
    """The temporary store of one import; use it as a context manager."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("BEGIN")

    def __enter__(self) -> Staging:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        self._db.close()

    # What was read

    def add_record(self, record: Record) -> bool:
        """Keep a record's rows; of two versions of a record the newer one counts, of equal ones the later read.

        Returns
        -------
        bool
            False where a newer version has been read already.
        """
        known = self._db.execute("SELECT version FROM record WHERE record = ?", (record.record_id,)).fetchone()
        if known is not None and record.version and known[0] > record.version:
            return False
        if known is not None and record.states_all:
            self._db.execute("DELETE FROM row WHERE record = ?", (record.record_id,))
            self._db.execute("DELETE FROM gap WHERE record = ?", (record.record_id,))
        self._db.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (record.record_id, record.version, record.states_all)
        )
        for row in record.rows:
            self._add_row(row, record.record_id)
        self._db.executemany(
            "INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?, ?)",
            ((gap.table, gap.row_id, gap.column, gap.why, record.record_id) for gap in record.needs_input),
        )
        return True

    def _add_row(self, row: ImportedRow, record_id: str) -> None:
        conflict = "IGNORE" if row.only_if_absent else "REPLACE"
        self._db.execute(
            f"INSERT OR {conflict} INTO row (tbl, row_id, record, cells, only_if_absent) VALUES (?, ?, ?, ?, ?)",
            (row.table, row.row_id, record_id, json.dumps(dict(row.cells)), row.only_if_absent),
        )

    def add_release(self, ocid: str, date: str, file: str, body: Mapping[str, Any]) -> None:
        """Keep a lean OCDS release until all files have been read."""
        self._db.execute(
            "INSERT INTO release (ocid, date, file, body) VALUES (?, ?, ?, ?)", (ocid, date, file, json.dumps(body))
        )

    def processes(self) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
        """Yield each ocid with its releases in the order of their dates and the file of the last one."""
        ocid, file = "", ""
        releases: list[dict[str, Any]] = []
        with closing(self._db.cursor()) as cursor:
            for row in cursor.execute("SELECT ocid, body, file FROM release ORDER BY ocid, date, seq"):
                if releases and row[0] != ocid:
                    yield ocid, releases, file
                    releases = []
                ocid, file = row[0], row[2]
                releases.append(json.loads(row[1]))
        if releases:
            yield ocid, releases, file

    # What the folder says about earlier imports

    def load_origins(self, lines: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Take over the lines of sources.csv."""
        self._db.executemany("INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?, ?)", lines)

    def origins_of(self, table: str, row_id: str) -> dict[str, Origin]:
        """Return the origins of a row's cells by column."""
        found = self._db.execute("SELECT col, source, value FROM origin WHERE tbl = ? AND row_id = ?", (table, row_id))
        return {col: Origin(source=source, value=value) for col, source, value in found}

    def set_origins(self, table: str, row_id: str, origins: Mapping[str, Origin]) -> None:
        """Note the origins of some cells of a row."""
        self._db.executemany(
            "INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?, ?)",
            ((table, row_id, col, origin.source, origin.value) for col, origin in origins.items()),
        )

    def forget_row(self, table: str, row_id: str, columns: Iterable[str] | None = None) -> None:
        """Remove the origins of a row, or of some of its cells."""
        if columns is None:
            self._db.execute("DELETE FROM origin WHERE tbl = ? AND row_id = ?", (table, row_id))
        else:
            self._db.executemany(
                "DELETE FROM origin WHERE tbl = ? AND row_id = ? AND col = ?", ((table, row_id, col) for col in columns)
            )

    def forget_table(self, table: str) -> None:
        """Remove the origins of all rows of a table, because the table itself is gone."""
        self._db.execute("DELETE FROM origin WHERE tbl = ?", (table,))

    def origins(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Yield the lines of sources.csv in their order."""
        with closing(self._db.cursor()) as cursor:
            yield from cursor.execute("SELECT tbl, row_id, col, source, value FROM origin ORDER BY tbl, row_id, col")

    # What is written

    def table_names(self) -> list[str]:
        """Return the tables that have rows to write or to check."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT tbl FROM row ORDER BY tbl")]

    def has_rows(self) -> bool:
        """Tell whether anything was read that may change the folder."""
        return self._db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is not None

    def record(self, record_id: str) -> tuple[str, bool] | None:
        """Return version and completeness of a record that was read in this import."""
        found = self._db.execute("SELECT version, states_all FROM record WHERE record = ?", (record_id,)).fetchone()
        return None if found is None else (found[0], bool(found[1]))

    def take_row(self, table: str, row_id: str) -> StagedRow | None:
        """Return the staged row with this id and mark it as seen."""
        found = self._db.execute(_SELECT_ROW + " WHERE row.tbl = ? AND row.row_id = ?", (table, row_id)).fetchone()
        if found is None:
            return None
        self._db.execute("UPDATE row SET is_seen = 1 WHERE tbl = ? AND row_id = ?", (table, row_id))
        return _staged(found)

    def unseen_rows(self, table: str) -> Iterator[StagedRow]:
        """Yield the staged rows that the folder does not have, in the order read."""
        with closing(self._db.cursor()) as cursor:
            query = _SELECT_ROW + " WHERE row.tbl = ? AND row.is_seen = 0 ORDER BY row.seq"
            for found in cursor.execute(query, (table,)):
                yield _staged(found)

    def gaps_of(self, table: str, row_id: str) -> list[NeedsInput]:
        """Return the cells of a row that its source leaves open."""
        found = self._db.execute(
            "SELECT col, why FROM gap WHERE tbl = ? AND row_id = ? ORDER BY rowid", (table, row_id)
        )
        return [NeedsInput(table=table, row_id=row_id, column=col, why=why) for col, why in found]


_SELECT_ROW = (
    "SELECT row.tbl, row.row_id, row.cells, row.only_if_absent, record.record, record.version, record.states_all "
    "FROM row JOIN record ON record.record = row.record"
)


def _staged(found: tuple[Any, ...]) -> StagedRow:
    table, row_id, cells, only_if_absent, record_id, version, states_all = found
    row = ImportedRow(
        table=table, key=tuple(row_id.split(";")), cells=json.loads(cells), only_if_absent=bool(only_if_absent)
    )
    return StagedRow(row=row, record_id=record_id, version=version, states_all=bool(states_all))
