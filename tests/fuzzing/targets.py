"""What is fuzzed: each importer as a function of bytes that raises where it does anything but read or refuse."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from matcher.errors import InvalidInput
from matcher.formats import plan_from_text, problem_from_text, problem_to_text, read_problem, write_problem
from matcher.formats.tables import TABLE_BY_NAME
from matcher.problem import Problem
from matcher.sources import import_files, importing
from matcher.sources.staging import Staging
from tests import builders as b
from tests.report.cities import small_city
from tests.sources.ads import ad, code_tables
from tests.sources.notices import notice, ted_award, ted_export
from tests.sources.releases import award, release

Target = Callable[[bytes], None]
ENDINGS = {"ocds": ".json", "eforms": ".xml", "ted": ".xml", "jobtech-ads": ".json", "jobtech-taxonomy": ".json"}
# Where sheets of a sound workbook stand in its archive. The fuzzer writes the XML of one, as it would never get the
# sums of an archive right by chance; a table has rows, the policy has keys and values.
SHEETS = {"candidates": "xl/worksheets/sheet2.xml", "policy": "xl/worksheets/sheet3.xml"}
BOOK = "xl/workbook.xml"
NEEDED = ("[Content_Types].xml", "_rels/.rels", BOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml")
ARCHIVE = b"PK"


class Unforeseen(AssertionError):
    """An importer has met something that it had not foreseen."""


class Ground:
    """One folder for all runs of a process: to make and to remove one takes longer than to read a small file."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None

    @property
    def path(self) -> Path:
        """Return the folder as it is."""
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="fuzz-")
        return Path(self._made.name)

    @property
    def folder(self) -> Path:
        """Return the folder, empty of what the run before has left."""
        for left in list(os.scandir(self.path)):
            if left.is_dir(follow_symlinks=False):
                shutil.rmtree(left.path)
            else:
                os.unlink(left.path)
        return self.path


GROUND = Ground()


class KeptStaging(Staging):
    """The store of an import, emptied and used again: to lay out its tables takes as long as to read a notice."""

    _kept: sqlite3.Connection | None = None

    def __init__(self) -> None:
        if KeptStaging._kept is None:
            super().__init__()
            KeptStaging._kept = self._db
        else:
            self._db = KeptStaging._kept
            self._db.execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        """Forget everything that was read."""
        self._db.execute("ROLLBACK")


def hurry() -> None:
    """Let a run cost as little as it can while an importer does all that it does."""
    importing.Staging = KeptStaging  # type: ignore[misc]


def of_source(source: str) -> Target:
    """Return the importer of another program's files, which ends with a report whatever comes."""

    def run(content: bytes) -> None:
        folder = GROUND.folder
        given = folder / f"given{ENDINGS[source]}"
        given.write_bytes(content)
        report = import_files(source, [given], folder / "problem")
        if any(skipped.code == "unforeseen" for skipped in report.skipped):
            raise Unforeseen(report.as_text())
        report.as_text()
        if (folder / "problem" / "contracts.csv").exists():
            _read(folder / "problem")

    return run


def _read(path: Path) -> None:
    """Read what an import has written: it may be incomplete, and is never broken."""
    try:
        read_problem(path)
    except InvalidInput as error:
        broken = [fault for fault in error.faults if fault.code not in ("missing_value", "incomplete")]
        if broken:
            raise Unforeseen(str(broken[0])) from None


def workbook(content: bytes) -> None:
    """Read a workbook: the archive as it comes, or a sound one with one sheet as it comes."""
    path = GROUND.folder / "problem.xlsx"
    path.write_bytes(content if content.startswith(ARCHIVE) else with_sheet(content))
    _refusing(lambda: read_problem(path))


def with_sheet(content: bytes) -> bytes:
    """Return a sound workbook with one sheet, which is what was given."""
    sheet = "policy" if b">key<" in content[:1000] else "candidates"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, part in (parts_of_workbook(sheet) | {SHEETS[sheet]: content}).items():
            archive.writestr(name, part)
    return made.getvalue()


@cache
def parts_of_workbook(sheet: str) -> dict[str, bytes]:
    """Return what a sound workbook with one sheet consists of: as little as can be, since each run reads all of it."""
    with zipfile.ZipFile(io.BytesIO(_written("problem.xlsx", small_problem()))) as archive:
        parts = {name: archive.read(name) for name in (*NEEDED, SHEETS[sheet])}
    others = rb'<sheet name="(?!%s")[^>]*>' % sheet.encode()
    return parts | {BOOK: re.sub(others, b"", parts[BOOK])}


def table(content: bytes) -> None:
    """Read a folder whose one table is what was given; the first line says which one it is."""
    name, _, rest = content.partition(b"\n")
    asked = name.decode("utf-8", "replace")
    folder = GROUND.folder
    (folder / f"{asked if asked in TABLE_BY_NAME else 'candidates'}.csv").write_bytes(rest)
    _refusing(lambda: read_problem(folder))


def document(content: bytes) -> None:
    """Read a problem, and a plan, from a text of JSON."""
    text = content.decode("utf-8", "replace")
    _refusing(lambda: problem_from_text(text))
    _refusing(lambda: plan_from_text(text))


def _refusing(act: Callable[[], object]) -> None:
    try:
        act()
    except InvalidInput as error:
        if not error.faults or not str(error):
            raise Unforeseen("an input was refused without a reason") from None


TARGETS: dict[str, Target] = {source: of_source(source) for source in ENDINGS} | {
    "workbook": workbook,
    "table": table,
    "document": document,
}


def seeds(name: str) -> Sequence[bytes]:
    """Return sound files of a kind, from which the fuzzer goes on."""
    texts: dict[str, list[object]] = {
        "ocds": [release("ocds-1", awards=[award("A1", title="x")]), {"releases": [release()]}],
        "jobtech-ads": [ad(), {"hits": [ad("2")]}],
        "jobtech-taxonomy": [code_tables()],
    }
    if name in texts:
        return [json.dumps(each).encode() for each in texts[name]]
    if name == "eforms":
        return [notice().encode()]
    if name == "ted":
        return [as_bytes(ted_export(ted_award()))]
    if name == "document":
        return [problem_to_text(small_city()).encode()]
    if name == "workbook":
        return [
            _written("problem.xlsx", small_problem()),
            *(parts_of_workbook(each)[place] for each, place in SHEETS.items()),
        ]
    return [f"{table}\n".encode() + content for table, content in _tables().items()]


def _tables() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        write_problem(small_city(), Path(folder) / "problem")
        return {path.stem: path.read_bytes() for path in sorted(Path(folder).glob("problem/*.csv"))}


def small_problem() -> Problem:
    """Return a problem with one table."""
    people = [b.candidate("C1", available_from="2026-01-01", groups=("youth",)), b.candidate("C2")]
    return b.problem(candidates=people)


def _written(name: str, problem: Problem) -> bytes:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        write_problem(problem, Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def as_bytes(content: str | bytes) -> bytes:
    """Return a content as it stands in a file."""
    return content if isinstance(content, bytes) else content.encode()
