"""Who pseudonyms are: read from a table of their own, and written nowhere but into the vault of the store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path

from matcher.errors import Fault, InvalidInput
from matcher.formats.csv_reading import CsvTable
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.kinds import ID, TEXT
from matcher.formats.schema import Column, Table
from matcher.formats.table_reading import TableReader
from matcher.formats.text_lines import BrokenFile, checked_file, unreadable
from matcher.formats.workbook_archive import Archive
from matcher.formats.workbook_reading import SheetTable
from matcher.formats.workbook_sheets import open_workbook
from matcher.problem.rules_of_fields import Checks

MAX_FILE = 1 << 28
MOST_LETTERS = 500
_PHONE = re.compile(r"\+?[0-9][0-9 ()/\-]{3,30}")
_EMAIL = re.compile(r"[^@\s;,<>\"]{1,100}@[^@\s;,<>\"]{1,100}\.[^@\s;,<>\"]{1,60}")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Identity:
    """Who a pseudonym is: the only object of the program that holds a name of a candidate.

    It shows nothing of itself where it is printed, so that no log or traceback can tell.

    Parameters
    ----------
    candidate_id : str
        The pseudonym.
    name : str
    phone, email, address : str or None
    reference : str or None
        Number of the person's case in the municipality's own system; never a personal number.
    """

    candidate_id: str
    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault; none of them repeats what was given."""
        checks = Checks("identities", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        for field in ("name", "email", "address", "reference"):
            checks.text(field, getattr(self, field))
        for field in FIELDS:
            value = getattr(self, field)
            if value is not None and len(value) > MOST_LETTERS:
                checks.add("bad_text", field, None, f"have {field} of at most {MOST_LETTERS} letters", "Shorten it.")
        if self.phone is not None and not _PHONE.fullmatch(self.phone):
            must = "have a phone of digits, spaces and hyphens, perhaps with + in front"
            checks.add("bad_text", "phone", None, must, "Write it like 070-123 45 67.")
        if self.email is not None and not _EMAIL.fullmatch(self.email):
            checks.add(
                "bad_text", "email", None, "have an email like name@example.org", "Correct it or leave it empty."
            )
        if checks.faults:
            raise InvalidInput([_hidden(fault) for fault in checks.faults])

    def __repr__(self) -> str:
        """Return the pseudonym alone."""
        return f"Identity(candidate_id={self.candidate_id!r})"


FIELDS = tuple(field.name for field in fields(Identity) if field.name != "candidate_id")

TABLE = Table(
    name="identities",
    row_type=Identity,
    meaning="Who pseudonyms are, for the vault of the database alone.",
    columns=(
        Column(name="candidate_id", kind=ID, example="C17", meaning="Pseudonym of the candidate.", is_required=True),
        Column(name="name", kind=TEXT, example="Name Surname", meaning="As the person is called.", is_required=True),
        Column(name="phone", kind=TEXT, example="070-174 06 05", meaning="Telephone."),
        Column(name="email", kind=TEXT, example="name@example.org", meaning="Electronic mail."),
        Column(name="address", kind=TEXT, example="Storgatan 1, 123 45 Staden", meaning="For letters."),
        Column(name="reference", kind=TEXT, example="A-4711", meaning="Case number in another system."),
    ),
)


def read_identities(path: str | os.PathLike[str]) -> tuple[Identity, ...]:
    """Return the identities of a CSV file, or of the sheet ``identities`` of an Excel workbook.

    Parameters
    ----------
    path : str or path

    Raises
    ------
    InvalidInput
        With all faults, each with its line and column and without what stands there.
    """
    path, log = Path(path), FaultLog()
    rows: list[Identity] = []
    with suppress(TooManyFaults):  # those that there is room for are reported
        try:
            rows = _rows(path, log)
        except BrokenFile as error:
            log.faults.append(error.fault(path.name))
        for fault in _repeated(rows):
            log.add(fault)
    log.faults[:] = [_hidden(fault) for fault in log.faults]
    log.raise_if_any()
    return tuple(rows)


def _rows(path: Path, log: FaultLog) -> list[Identity]:
    try:
        checked_file(path, MAX_FILE)
        with path.open("rb") as file:
            is_workbook = file.read(len(_ZIP)) == _ZIP
    except OSError as error:
        raise unreadable(error) from None
    if not is_workbook:
        return TableReader(TABLE, CsvTable(path, TABLE, log), log).read().rows
    with Archive(path) as archive:
        workbook = open_workbook(archive)
        if TABLE.name not in workbook.part_by_sheet:
            must = f"hold a sheet {TABLE.name}"
            raise BrokenFile("no_tables", must, "Name the workbook of identities, and its sheet so.")
        return TableReader(TABLE, SheetTable(workbook, path.name, TABLE, log), log).read().rows


def _repeated(rows: list[Identity]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in rows:
        if row.candidate_id in seen:
            must = "be the only row with this candidate_id"
            remedy = "Remove one of the two rows or change its id."
            yield Fault(
                code="duplicate_id",
                table=TABLE.name,
                entity_id=row.candidate_id,
                field="candidate_id",
                must=must,
                remedy=remedy,
            )
        seen.add(row.candidate_id)


def _hidden(fault: Fault) -> Fault:
    return replace(fault, value=None)
