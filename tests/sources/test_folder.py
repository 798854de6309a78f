"""Imports change a folder only where they must, and never what people have made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import InvalidInput
from matcher.sources import import_files, importing
from tests.sources.ads import FORKLIFT, SWEDISH, ad, concept
from tests.sources.folders import change, codes, contents, imported, needed, only, remove, skills_of, table
from tests.sources.notices import contract, days, lot, notice, party, result, tender
from tests.sources.releases import award, release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def test_importing_the_same_again_changes_no_byte(folder: Path) -> None:
    """Imports may run every night."""
    for source, content in (("eforms", notice()), ("ocds", release()), ("jobtech-ads", ad())):
        imported(folder, source, content)
    before = contents(folder)
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for source, content in (("eforms", notice()), ("ocds", release()), ("jobtech-ads", ad())):
        report = imported(folder, source, content)
        assert (report.new, report.updated) == (0, 0)
        assert report.unchanged > 0
    assert contents(folder) == before
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == times


def test_a_newer_notice_updates_what_the_older_one_brought(folder: Path) -> None:
    """A changed date arrives; what did not change stays."""
    imported(folder, "eforms", notice(lots=lot(period=days("2026-04-01+02:00"))))
    report = imported(
        folder, "eforms", notice(version="02", issued="2026-03-01Z", lots=lot(period=days("2026-05-01Z")))
    )
    assert only(table(folder, "contracts"))["start_date"] == "2026-05-01"
    assert report.table("contracts").updated == 1


def test_an_older_notice_read_later_changes_nothing(folder: Path) -> None:
    """The order in which files are imported does not matter, in one import or in several."""
    old = notice(lots=lot(period=days("2026-04-01Z")))
    new = notice(version="02", issued="2026-03-01Z", lots=lot(period=days("2026-05-01Z")))
    imported(folder, "eforms", new, old)
    assert only(table(folder, "contracts"))["start_date"] == "2026-05-01"
    before = contents(folder)
    imported(folder, "eforms", old)
    assert contents(folder) == before


def test_what_a_person_filled_in_survives_every_update(folder: Path) -> None:
    """The obligation is entered by hand once and never lost."""
    imported(folder, "eforms", notice())
    change(folder, "contracts", start_date="2026-09-01", obligation_quantity="2", groups="youth", supplier="Min AB")
    newer = notice(version="02", issued="2026-03-01Z", lots=lot(period=days("2026-05-01Z")), winner="Annan AB")
    report = imported(folder, "eforms", newer)
    row = only(table(folder, "contracts"))
    assert (row["start_date"], row["obligation_quantity"], row["groups"]) == ("2026-09-01", "2", "youth")
    assert row["supplier"] == "Min AB"
    assert {kept.column: kept.source_value for kept in report.kept} == {
        "start_date": "2026-05-01",
        "supplier": "Annan AB",
    }
    assert "obligation_quantity" not in needed(report, "contracts")


def test_a_row_removed_by_hand_is_not_brought_back(folder: Path) -> None:
    """Most awards carry no obligation; whoever removes them does so once."""
    imported(folder, "ocds", release(), release("ocds-abc123-0002"))
    remove(folder, "contracts", 0)
    report = imported(folder, "ocds", release(), release("ocds-abc123-0002"))
    assert report.table("contracts").left_out == 1
    assert len(table(folder, "contracts")) == 1


def test_a_table_removed_by_hand_is_imported_anew(folder: Path) -> None:
    """Deleting the file is how to begin again."""
    imported(folder, "ocds", release())
    (folder / "contracts.csv").unlink()
    assert imported(folder, "ocds", release()).table("contracts").new == 1


def test_rows_columns_and_form_of_a_file_stay_as_they_are(folder: Path) -> None:
    """A file saved by a spreadsheet keeps its byte order mark, its line ends, its order and its own column."""
    folder.mkdir()
    own = 'note,contract_id,start_date,title\r\n"min, anteckning",OWN-1,2026-01-01,"=1+1"\r\nx,OWN-2,,\r\n'
    (folder / "contracts.csv").write_bytes(b"\xef\xbb\xbf" + own.encode())
    imported(folder, "ocds", release())
    written = (folder / "contracts.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfnote,contract_id,start_date,title,buyer,")
    assert written.count(b"\r\n") == written.count(b"\n") == 4
    rows = table(folder, "contracts")
    assert [row["contract_id"] for row in rows] == ["OWN-1", "OWN-2", "ocds-abc123-0001-1"]
    assert (rows[0]["note"], rows[0]["title"]) == ("min, anteckning", "=1+1")


def test_a_row_with_the_same_id_from_elsewhere_is_only_completed(folder: Path) -> None:
    """Nothing in a row that was typed in is replaced; its gaps are filled."""
    folder.mkdir()
    (folder / "contracts.csv").write_text(
        "contract_id,start_date,title\nocds-abc123-0001-1,,Min titel\n", encoding="utf-8"
    )
    report = imported(folder, "ocds", release())
    row = only(table(folder, "contracts"))
    assert (row["start_date"], row["title"]) == ("2026-04-01", "Min titel")
    assert [kept.column for kept in report.kept] == ["title"]


def test_a_requirement_that_an_advertisement_drops_goes_unless_touched(folder: Path) -> None:
    """Required skills follow the advertisement; one that a person has changed stays."""
    skills = [concept(FORKLIFT, "Truckkort", weight=10), concept(SWEDISH, "Svenska", weight=10)]
    imported(folder, "jobtech-ads", ad(must_have={"skills": skills}))
    touched = [row["skill"] for row in table(folder, "vacancy_skills")].index(SWEDISH)
    change(folder, "vacancy_skills", touched, level="2")
    report = imported(folder, "jobtech-ads", ad(must_have={"skills": []}, timestamp=1_780_000_000_000))
    assert set(skills_of(folder)) == {SWEDISH}
    assert report.table("vacancy_skills").removed == 1
    assert any(gap.row_id.endswith(f"{SWEDISH};must") for gap in report.needs_input)


def test_an_older_advertisement_removes_no_requirement(folder: Path) -> None:
    """Only a newer version knows better."""
    imported(folder, "jobtech-ads", ad(must_have={"skills": [concept(FORKLIFT, "Truckkort")]}))
    imported(folder, "jobtech-ads", ad(must_have={"skills": []}, timestamp=1_000))
    assert set(skills_of(folder)) == {FORKLIFT}


def test_a_contract_that_a_newer_notice_no_longer_has_stays_and_is_pointed_out(folder: Path) -> None:
    """People may have hung vacancies on it."""
    two = result(contracts=("CON-0001", "CON-0002")) + tender() + contract() + contract("CON-0002") + party()
    imported(folder, "eforms", notice(results=two))
    report = imported(folder, "eforms", notice(version="02", issued="2026-03-01Z"))
    assert len(table(folder, "contracts")) == 2
    assert [row["contract_id"][-8:] for row in table(folder, "notices")] == ["CON-0001"]
    dropped = [gap for gap in report.needs_input if gap.column == "contract_id"]
    assert [gap.row_id[-8:] for gap in dropped] == ["CON-0002"]


def test_the_provenance_of_every_imported_cell_is_on_record(folder: Path) -> None:
    """Table, row, column, source with record and version, and the imported value."""
    imported(folder, "ocds", release(awards=[award(contractPeriod=None, suppliers=None)]))
    recorded = {(line["column"], line["value"]) for line in table(folder, "sources") if line["table"] == "contracts"}
    row = only(table(folder, "contracts"))
    assert recorded == {(column, value) for column, value in row.items() if value and column != "contract_id"}
    assert {line["source"] for line in table(folder, "sources")} == {"ocds ocds-abc123-0001 2026-02-02T08:00:00Z"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contracts.csv", b"title;start_date\nx;\n"),
        ("contracts.csv", b"contract_id,contract_id\n"),
        ("contracts.csv", b"contract_id,title\nA,\xe5\n"),
        ("contracts.csv", b'contract_id,title\nA,"never closed\n'),
        ("contracts.csv", b"contract_id,title\nA,b,c\n"),
        ("sources.csv", b"table,row\n"),
        ("notices.csv", b"lot\n"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_and_left_alone(folder: Path, name: str, content: bytes) -> None:
    """Nothing is written into a folder with a broken file."""
    folder.mkdir()
    (folder / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=name):
        imported(folder, "eforms", notice())
    assert contents(folder) == {name: content}


def test_a_fault_of_ours_costs_one_file_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes a line of the report, and the other files are taken."""
    real = importing.read_releases

    def sometimes(path: Path, name: str) -> Iterator[Any]:
        if path.name == "1.json":
            raise ZeroDivisionError
        yield from real(path, name)

    monkeypatch.setattr(importing, "read_releases", sometimes)
    report = imported(folder, "ocds", release("ocds-1"), release("ocds-2"), release("ocds-3"))
    assert codes(report) == ["unforeseen"]
    assert len(table(folder, "contracts")) == 2


def test_a_file_that_cannot_be_opened_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system's word stands in the report."""

    def denied(path: Path, name: str) -> Iterator[Any]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(importing, "read_releases", denied)
    report = imported(folder, "ocds", release())
    assert codes(report) == ["unreadable"]
    assert "Permission denied" in str(report.skipped[0])


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half of an import remains, and no file lies about."""
    imported(folder, "ocds", release())
    before = contents(folder)

    def full(stream: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matcher.sources.folder.os.fsync", full)
    with pytest.raises(InvalidInput, match="No space left"):
        imported(folder, "ocds", release("ocds-2"))
    assert contents(folder) == before


def test_the_report_tells_what_was_removed_and_what_was_left_out(folder: Path) -> None:
    """Rows that went away are counted with the reason."""
    skills = {"skills": [concept(FORKLIFT, "Truckkort"), concept(SWEDISH, "Svenska")]}
    imported(folder, "jobtech-ads", ad(must_have=skills), ad("778"))
    remove(folder, "vacancies", 1)
    text = imported(folder, "jobtech-ads", ad(timestamp=1_780_000_000_000), ad("778")).as_text()
    assert "2 removed because the source no longer has them" in text
    assert "1 not brought back because somebody removed them" in text


def test_where_nothing_was_taken_nothing_is_made(folder: Path) -> None:
    """A failed import leaves no empty folder behind."""
    assert imported(folder, "ocds", "").num_skipped == 1
    assert not folder.exists()


def test_into_must_be_a_folder_and_the_source_a_known_one(tmp_path: Path) -> None:
    """Wrong usage is an error, not a report."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidInput, match="folder"):
        import_files("ocds", [], tmp_path / "file")
    with pytest.raises(InvalidInput, match="folder"):
        import_files("ocds", [_written(tmp_path)], tmp_path / "file" / "inside")
    with pytest.raises(InvalidInput, match="jobtech-ads"):
        import_files("linkedin", [], tmp_path)


def _written(tmp_path: Path) -> Path:
    path = tmp_path / "release.json"
    path.write_text('{"ocid": "ocds-1", "date": "2026-01-01T00:00:00Z", "awards": [{"id": "1"}]}')
    return path
