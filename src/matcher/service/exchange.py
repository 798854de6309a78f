"""Files of other programs into the database, and what is stored out of it again.

What is stored is never overwritten by a notice or an advertisement: they bring new rows, and fill cells that are empty.
A workbook of our own is meant as it stands: its rows take the place of those that are stored.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matcher.errors import Fault
from matcher.formats import plan_to_xlsx, problem_to_text, read_problem
from matcher.problem import Problem, missing_facts
from matcher.service.apart import LARGE_BYTES, apart, reading_apart
from matcher.service.importing import taken_in
from matcher.service.joining import joined
from matcher.sources import ImportReport, import_files
from matcher.store import Session, Store, WritingSession, load_plan, load_problem, load_snapshot, plan_of, run_of

Made = TypeVar("Made")
WORKBOOK = "workbook"
# Which sources there are, and how a file of each ends.
ENDINGS = {WORKBOOK: ".xlsx", "ocds": ".json", "eforms": ".xml", "jobtech-ads": ".json"}
# Names that only files of one source have near their beginning.
_TELLING = {
    "ocds": (b'"ocid"', b'"releases"', b'"records"'),
    "jobtech-ads": (b'"hits"', b'"headline"', b'"number_of_vacancies"'),
}
MOST_LOOKED_AT = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to.

    Parameters
    ----------
    added, changed : int
        Rows.
    missing : tuple of Fault
        Empty cells that only a person can fill in; what they belong to is not planned until then.
    report : ImportReport or None
        Of another program's file: what was read and what was left out, and why.
    """

    added: int
    changed: int
    missing: tuple[Fault, ...]
    report: ImportReport | None


def workbook_of(content: bytes) -> Problem:
    """Return the problem of a workbook, or of a problem's document in JSON; raises `InvalidInput` with every fault."""
    return apart(len(content) > LARGE_BYTES, _read_workbook, content)


def _read_workbook(content: bytes) -> Problem:
    return _in_folder(lambda folder: read_problem(_written(folder / "workbook", content)))


def import_file(session: WritingSession, source: str, content: bytes | Problem, *, by: str) -> Imported:
    """Take in a file.

    Parameters
    ----------
    session : WritingSession
    source : str
        A key of `ENDINGS`.
    content : bytes, or Problem
        A workbook as `workbook_of` has read it.
    by : str

    Raises
    ------
    InvalidInput
        Where what would be stored does not fit together; nothing is stored then.
    """
    if isinstance(content, Problem):
        return _stored(session, content, None, source, by)
    found, report = read_file(source, content)
    return _stored(session, joined(load_problem(session), found), report, source, by)


def read_file(source: str, content: bytes) -> tuple[Problem, ImportReport]:
    """Return the rows that a file of another program gives rise to, and what was left out of it.

    Parameters
    ----------
    source : str
        A key of `ENDINGS` other than `WORKBOOK`.
    content : bytes
    """

    def read(folder: Path) -> tuple[Problem, ImportReport]:
        file = _written(folder / f"file{ENDINGS[source]}", content)
        report = import_files(source, [file], folder / "problem")
        found = read_problem(folder / "problem") if (folder / "problem").exists() else Problem()
        return found, report

    return _in_folder(read)


def source_of(content: bytes) -> str:
    """Return which source a file comes from, by what it begins with; one that nothing is known of is a workbook."""
    begin = content[:MOST_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(b"<"):
        return "eforms"
    if begin[:1] in (b"{", b"["):
        for source, names in _TELLING.items():
            if any(name in begin for name in names):
                return source
    return WORKBOOK


def stored_text(store: Store) -> str:
    """Return everything that is stored as a problem's document."""
    return reading_apart(store, _stored_text)


def _stored_text(session: Session) -> str:
    return problem_to_text(load_problem(session))


def plan_workbook(session: Session, plan_id: int) -> bytes:
    """Return a plan as an Excel workbook; raises `UnknownId` where there is none of that number."""
    plan = load_plan(session, plan_id)
    problem = load_snapshot(session, run_of(session, plan_of(session, plan_id).run_id).problem_hash)

    def made(folder: Path) -> bytes:
        plan_to_xlsx(plan, problem, folder / "plan.xlsx")
        return (folder / "plan.xlsx").read_bytes()

    return _in_folder(made)


def _stored(session: WritingSession, problem: Problem, report: ImportReport | None, source: str, by: str) -> Imported:
    counts = taken_in(session, problem, by=by, reason=f"import: {source}")
    return Imported(
        added=counts["added"], changed=counts["changed"], missing=tuple(missing_facts(problem)), report=report
    )


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _in_folder(work: Callable[[Path], Made]) -> Made:
    with tempfile.TemporaryDirectory(prefix="matcher-exchange-") as folder:
        return work(Path(folder))
