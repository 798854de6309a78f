"""Personal numbers in what others publish: hidden in texts, and what they would stand for is left out."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import InvalidInput
from matcher.formats import read_problem
from matcher.sources.hiding import without_numbers
from matcher.sources.rows import ImportedRow, NeedsInput, Record, Skipped
from tests.sources.folders import codes, contents, imported, only, table
from tests.sources.notices import contract, lot, notice, party, result, tender
from tests.sources.releases import award, release

NUMBER = "19121212-1212"


def test_a_contract_whose_number_is_a_persons_is_left_out(tmp_path: Path) -> None:
    """Found by the fuzzer: the import wrote an id that no reader takes, and the folder could not be read again."""
    folder = tmp_path / "problem"
    sole_trader = result(contracts=[NUMBER]) + tender() + contract(NUMBER) + party()
    report = imported(folder, "eforms", notice(results=sole_trader))
    assert "personal_number" in codes(report)
    assert NUMBER not in report.as_text()
    assert not any(b"1212-1212" in content for content in contents(folder).values())
    imported(folder, "eforms", notice(notice_id="aaaaaaaa-2222-3333-4444-555555555555"))
    assert_readable(folder)


def test_a_number_in_a_text_is_hidden_and_told(tmp_path: Path) -> None:
    """The contract is taken, its title without the number, whatever the source."""
    folder = tmp_path / "problem"
    report = imported(folder, "eforms", notice(lots=lot(name=f"Vård av {NUMBER}"), winner=f"Anna {NUMBER}"))
    assert only(table(folder, "contracts"))["title"] == "Vård av ******"
    assert only(table(folder, "contracts"))["supplier"] == "Anna ******"
    assert codes(report).count("personal_number") == 1
    assert_readable(folder)
    other = tmp_path / "other"
    imported(other, "ocds", release("ocds-1", awards=[award("A1", title=f"Vård av {NUMBER}")]))
    assert not any(b"1212-1212" in content for content in contents(other).values())


def assert_readable(folder: Path) -> None:
    """Nothing is wrong with a folder but what people still have to fill in."""
    found: set[str] = set()
    try:
        read_problem(folder)
    except InvalidInput as error:
        found = {fault.code for fault in error.faults}
    assert found <= {"missing_value", "incomplete"}


def row(**cells: str) -> ImportedRow:
    return ImportedRow(table="contracts", key=(cells.pop("contract_id"),), cells=cells)


def test_what_is_left_out_takes_its_open_questions_with_it() -> None:
    """Rows by their id or a reference; numbers of cells stay, however much they look like one; a record by its id."""
    record = Record(
        record_id="R1",
        rows=(row(contract_id=f"A-{NUMBER}"), row(contract_id="B", obligation_quantity="1212121212", title="x")),
        needs_input=(
            NeedsInput(table="contracts", row_id=f"A-{NUMBER}", column="groups", why="x"),
            NeedsInput(table="contracts", row_id="B", column="groups", why=f"it says {NUMBER}"),
        ),
    )
    told, kept = without_numbers(record, "a.xml")
    assert isinstance(told, Skipped)
    assert (told.code, told.what) == (
        "personal_number",
        "a personal or coordination number stands in contract_id of contracts",
    )
    assert isinstance(kept, Record)
    assert kept.rows == record.rows[1:]
    assert [(need.row_id, need.why) for need in kept.needs_input] == [("B", "it says ******")]
    place = ImportedRow(table="vacancies", key=("V1",), cells={"contract_id": NUMBER})
    assert [type(each) for each in without_numbers(Record(record_id="R2", rows=(place,)), "a")] == [Skipped, Record]
    assert [type(each) for each in without_numbers(Record(record_id=NUMBER, rows=record.rows), "a")] == [Skipped]
