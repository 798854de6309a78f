"""What a source hands on: rows for tables of the problem folder, and what it could not take or does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SkippedKind = Literal["fault", "not_applicable"]
KEY_SEPARATOR = ";"  # stands in no id, so a row of a table with several key columns has one unambiguous row id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One row that a record gives rise to.

    Parameters
    ----------
    table : str
        Name of a table in `matcher.sources.tables.TABLES`.
    key : tuple of str
        Values of the table's key columns.
    cells : mapping of str to str
        Text of every other column that the source speaks about; empty where it says nothing.
    only_if_absent : bool
        The row fills a gap and never changes a row that is there (labels of concepts in advertisements).
    """

    table: str
    key: tuple[str, ...]
    cells: Mapping[str, str]
    only_if_absent: bool = False

    @property
    def row_id(self) -> str:
        """Return the row's id as it stands in sources.csv."""
        return KEY_SEPARATOR.join(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsInput:
    """A cell that the source leaves empty and that only a person can fill.

    Parameters
    ----------
    table, row_id, column : str
    why : str
        In words, for the person who fills it.
    """

    table: str
    row_id: str
    column: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that was not taken: a file, a record or a part of one.

    Parameters
    ----------
    file : str
        As given.
    position : str
        Line, lot or record inside the file; empty for the whole file.
    code : str
        Stable machine-readable kind.
    what : str
        What was found, a clause without a full stop.
    remedy : str
        What to do about it, a full sentence.
    kind : str
        ``fault`` where something is wrong with the input, ``not_applicable`` where there is simply nothing to take.
    """

    file: str
    position: str
    code: str
    what: str
    remedy: str
    kind: SkippedKind = "fault"

    def __str__(self) -> str:
        """Return ``<file> <position>: <what>. <remedy>``."""
        place = f"{self.file} {self.position}".strip()
        return f"{place}: {self.what}. {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a source, read: a notice, a merged contracting process, an advertisement, a taxonomy.

    Parameters
    ----------
    record_id : str
        What a later version of the same record is recognised by.
    version : str
        UTC instant (and more), comparable as text; empty where the source has none.
    rows : tuple of ImportedRow
    needs_input : tuple of NeedsInput
    states_all : bool
        The record repeats everything it knows: a cell that it no longer states is cleared and a row that it
        no longer has is removed, as long as nobody has touched them. OCDS releases tell only what is new.
    """

    record_id: str
    version: str = ""
    rows: tuple[ImportedRow, ...] = ()
    needs_input: tuple[NeedsInput, ...] = field(default=())
    states_all: bool = True
