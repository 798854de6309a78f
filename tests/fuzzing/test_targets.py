"""What the fuzzer begins with is sound, and what it looks for would be noticed."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from matcher.errors import InvalidInput
from matcher.sources import ImportReport
from tests.fuzzing import targets
from tests.fuzzing.mutation import mutated
from tests.fuzzing.targets import TARGETS, Unforeseen, seeds
from tests.fuzzing.watched import WATCHED, is_watched


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_takes_its_seeds_and_their_halves(name: str) -> None:
    """Sound files, the same cut in the middle, and nothing at all."""
    for content in seeds(name):
        for given in (content, content[: len(content) // 2], b""):
            TARGETS[name](given)


def test_an_import_finds_nothing_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of an import is used again, empty."""
    monkeypatch.setattr(targets.importing, "Staging", targets.KeptStaging)
    for _ in range(2):
        for content in seeds("ocds"):
            TARGETS["ocds"](content)
        with targets.KeptStaging() as staging:
            assert not staging.has_rows()
            assert list(staging.processes()) == []
            assert list(staging.origins()) == []


def test_what_was_not_foreseen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its line in the report, by a fault without a reason, and by any other exception."""
    real = targets.import_files

    def careless(*given: object) -> ImportReport:
        report = real(*given)  # type: ignore[arg-type]
        for skipped in report.skipped:
            object.__setattr__(skipped, "code", "unforeseen")
        return report

    monkeypatch.setattr(targets, "import_files", careless)
    with pytest.raises(Unforeseen):
        TARGETS["eforms"](b"<a>")

    def silent(*_: object) -> None:
        raise InvalidInput([])

    monkeypatch.setattr(targets, "read_problem", silent)
    with pytest.raises(Unforeseen, match="without a reason"):
        TARGETS["workbook"](b"")


def test_a_run_finds_nothing_of_the_one_before() -> None:
    """One folder serves them all, whatever an importer leaves in it."""
    first = targets.GROUND.folder
    (first / "problem").mkdir()
    (first / "problem" / "left.csv").write_text("x", encoding="utf-8")
    (first / "given.json").write_text("x", encoding="utf-8")
    again = targets.GROUND.folder
    assert again == first
    assert list(again.iterdir()) == []


def test_a_sheet_is_read_within_a_sound_workbook() -> None:
    """Archives come as they are, everything else as the sheet of one; a table is the one that its first line names."""
    sheet, policy = (targets.parts_of_workbook(name)[place] for name, place in targets.SHEETS.items())
    TARGETS["workbook"](sheet)
    path = Path(targets.GROUND.folder / "problem.xlsx")
    path.write_bytes(targets.with_sheet(sheet))
    assert targets.read_problem(path) == targets.small_problem()
    path.write_bytes(targets.with_sheet(policy.replace(b"<t>165</t>", b"<t>160</t>")))
    assert targets.read_problem(path).policy.hours_per_month == 160
    path.write_bytes(targets.with_sheet(sheet.replace(b"</sheetData>", b"")))
    with pytest.raises(InvalidInput):
        targets.read_problem(path)
    assert {content.partition(b"\n")[0] for content in seeds("table")} >= {b"candidates", b"contracts", b"vacancies"}
    TARGETS["table"](b"contracts\ncontract_id,start_date\nT1,2026-01-01\n")
    assert [path.name for path in targets.GROUND.path.iterdir()] == ["contracts.csv"]


def test_every_target_is_watched_where_it_reads() -> None:
    """What the fuzzer is guided by is there."""
    assert WATCHED.keys() == TARGETS.keys()
    for packages in WATCHED.values():
        for package in packages:
            importlib.import_module(package)
    assert is_watched("matcher.sources", "ted")
    assert is_watched("matcher.sources.ted", "ted")
    assert not any(is_watched(name, "ted") for name in ("matcher", "matcher.sources_of", "matcher.solver", "json"))


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "table"])
def test_documents_are_changed_by_their_parts(name: str) -> None:
    """Most of what comes out of a sound document is another one of its kind, and no longer than asked."""
    content = seeds(name)[-1]
    texts = {mutated(content, 2 * len(content), seed, lambda given, most: b"raw"[:most]) for seed in range(60)}
    made = texts - {b"raw"}
    assert len(made) > 15
    assert all(len(each) <= 2 * len(content) for each in texts)
    for each in made:
        json.loads(each) if content[:1] in b"{[" else ElementTree.fromstring(each)


def test_what_is_no_document_is_changed_byte_by_byte() -> None:
    """Broken JSON, broken XML and neither; the fuzzer's own way then."""
    for content in (b"", b"{", b"<a", b"a;b", b"[]", b"\xff\xfe<"):
        assert {mutated(content, 9, seed, lambda given, most: b"raw") for seed in range(9)} <= {b"raw", b"[]"}
