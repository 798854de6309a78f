"""What is fuzzed: each importer as a function of bytes that raises where it does anything but read or refuse."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from matcher.errors import InvalidInput
from matcher.formats import plan_from_text, problem_from_text, problem_to_text, read_problem, write_problem
from matcher.sources import import_files
from tests.report.stories import small_city
from tests.sources.ads import ad, code_tables
from tests.sources.notices import notice, ted_award, ted_export
from tests.sources.releases import award, release

Target = Callable[[bytes], None]
ENDINGS = {"ocds": ".json", "eforms": ".xml", "ted": ".xml", "jobtech-ads": ".json", "jobtech-taxonomy": ".json"}


class Unforeseen(AssertionError):
    """An importer has met something that it had not foreseen."""


def of_source(source: str) -> Target:
    """Return the importer of another program's files, which ends with a report whatever comes."""

    def run(content: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            given = Path(folder) / f"given{ENDINGS[source]}"
            given.write_bytes(content)
            report = import_files(source, [given], Path(folder) / "problem")
            if any(skipped.code == "unforeseen" for skipped in report.skipped):
                raise Unforeseen(report.as_text())
            report.as_text()
            if (Path(folder) / "problem" / "contracts.csv").exists():
                _read(Path(folder) / "problem")

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
    """Read a workbook."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "problem.xlsx"
        path.write_bytes(content)
        _refusing(lambda: read_problem(path))


def table(content: bytes) -> None:
    """Read a folder whose one table is what was given."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        (Path(folder) / "candidates.csv").write_bytes(content)
        _refusing(lambda: read_problem(Path(folder)))


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
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        write_problem(small_city(), folder / "problem.xlsx")
        write_problem(small_city(), folder / "problem")
        file = folder / ("problem.xlsx" if name == "workbook" else "problem/candidates.csv")
        return [file.read_bytes()]
    finally:
        shutil.rmtree(folder)


def as_bytes(content: str | bytes) -> bytes:
    """Return a content as it stands in a file."""
    return content if isinstance(content, bytes) else content.encode()
