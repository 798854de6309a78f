"""Workbooks that are broken, hostile or merely odd."""

from __future__ import annotations

import random
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.formats import read_problem, workbook_archive
from matcher.problem import Problem
from tests.builders import budget, candidate, vacancy
from tests.faults.drafts import Written, new_draft
from tests.faults.folders import faults_of, only_fault
from tests.faults.test_broken_folders import measured
from tests.faults.workbooks import sheet, text, workbook

HEADER = text("budget_id", "amount")


def budgets(path: Path, *rows: str, **options: str) -> Path:
    """Write a workbook with one table."""
    return workbook(path / "problem.xlsx", {"budgets": sheet(HEADER, *rows)}, **options)


def candidates(path: Path, header: tuple[str, ...], *cells: str, **options: str) -> Problem:
    """Read one candidate from a workbook."""
    rows = (text("candidate_id", "available_from", *header), text("C1") + "".join(cells))
    return read_problem(workbook(path / "problem.xlsx", {"candidates": sheet(*rows)}, **options))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("problem.xlsx", b"hello", "not_a_workbook"),
        ("problem.xlsx", b"", "empty_file"),
        ("problem.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_workbook"),
        ("problem.xlsx", b"PK\x03\x04", "not_a_workbook"),
        ("problem.xlsx", b"PK\x05\x06" + bytes(18), "not_a_workbook"),
        ("problem.bin", b"\x89PNG", "unknown_format"),
    ],
)
def test_a_file_that_is_no_workbook(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    """A wrong, empty, old or cut file is refused with a sentence."""
    (tmp_path / name).write_bytes(content)

    assert only_fault(tmp_path / name).code == code


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    """A zip file of CSV files is not a workbook."""
    with zipfile.ZipFile(tmp_path / "problem.zip", "w") as archive:
        archive.writestr("candidates.csv", "candidate_id,available_from\n")

    assert only_fault(tmp_path / "problem.zip").code == "not_a_workbook"


def test_a_workbook_that_is_cut_anywhere(tmp_path: Path) -> None:
    """However much of the end is missing, it is refused and nothing else happens."""
    content = budgets(tmp_path, text("B1") + "<c><v>5</v></c>").read_bytes()
    for length in range(4, len(content), 37):
        (tmp_path / "cut.xlsx").write_bytes(content[:length])
        assert only_fault(tmp_path / "cut.xlsx").code == "not_a_workbook"


def test_a_bomb_is_recognised_before_it_is_unpacked(tmp_path: Path) -> None:
    """A small file that unpacks to a gigabyte is refused by its own list of parts."""
    path = tmp_path / "problem.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(20_000_000))

    said, seconds, megabytes = measured(path)

    assert said == "workbook_too_big None"
    assert seconds < 2
    assert megabytes < 200


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """A part that is longer than the list of parts says is read no further than that, and refused."""
    path = budgets(tmp_path, *[text(f"B{number}") + "<c><v>5</v></c>" for number in range(5000)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet0.xml")
    true_size = part.file_size.to_bytes(4, "little")
    for place in (part.header_offset + 22, content.rindex(b"xl/worksheets/sheet0.xml") - 22):
        assert content[place : place + 4] == true_size
        content[place : place + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(content)

    assert only_fault(path).code == "not_a_workbook"


def test_entities_are_refused(tmp_path: Path) -> None:
    """A document type definition, with which XML is blown up or made to read files, is refused."""
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    path = workbook(tmp_path / "problem.xlsx", {"budgets": sheet(HEADER, text("&b;"), before=laughs)})

    fault = only_fault(path)

    assert fault.code == "not_a_workbook"
    assert "document type" in fault.must


@pytest.mark.parametrize("reference", ["XFD1048576", "XFD2", "CV2"])
def test_one_cell_far_away_costs_nothing(reference: str, tmp_path: Path) -> None:
    """A cell in the last corner does not make the reader allocate the sheet up to there."""
    path = budgets(tmp_path, text("B1") + f'<c><v>5</v></c><c r="{reference}"><v>1</v></c>')

    said, seconds, megabytes = measured(path)

    assert said.split()[0] in ("not_a_workbook", "too_many_cells")
    assert seconds < 1
    assert megabytes < 200


def test_a_row_far_down_is_read_where_it_is(tmp_path: Path) -> None:
    """Empty rows cost nothing and the number of the row is kept."""
    rows = f'<row r="1">{HEADER}</row><row r="1048576">{text("B1")}<c><v>-5</v></c></row>'
    path = workbook(tmp_path / "p.xlsx", {"budgets": sheet().replace("<sheetData>", f"<sheetData>{rows}")})

    fault = only_fault(path)

    assert (fault.code, fault.file, fault.line, fault.column) == ("out_of_range", "p.xlsx sheet budgets", 1048576, 2)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"></row><row r="1"></row>',
        '<row r="1048577"></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="1A"/></row>',
        '<row r="1"><c r="ZZZZ1"/></row>',
        '<row r="1"><c t="s"><v>7</v></c></row>',
        '<row r="1"><c t="s"><v>-1</v></c></row>',
        "<row><c></row>",
        f'<row r="1">{text("x" * 140_000)}</row>',
    ],
)
def test_a_sheet_that_makes_no_sense(rows: str, tmp_path: Path) -> None:
    """Cells out of order, off the sheet or without their texts are refused."""
    path = workbook(tmp_path / "p.xlsx", {"budgets": sheet().replace("<sheetData>", f"<sheetData>{rows}")})

    assert only_fault(path).code in ("not_a_workbook", "cell_too_long")


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" t="e"><v>#DIV/0!</v></c>',
        '<c r="B2" t="e"><f>1/0</f><v>#N/A</v></c>',
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v></v></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
    ],
)
def test_an_error_or_an_uncomputed_formula(cell: str, tmp_path: Path) -> None:
    """A cell that shows something without holding a value is not taken for an empty one."""
    fault = only_fault(budgets(tmp_path, text("B1") + cell))

    assert (fault.code, fault.line, fault.column) == ("no_value_in_cell", 2, 2)


def test_a_computed_formula_counts_as_its_value(tmp_path: Path) -> None:
    """What Excel has computed is read; a formula that gives an empty text is empty."""
    path = budgets(tmp_path, text("B1") + "<c><f>2*3</f><v>6</v></c>", '<c t="str"><f>""</f><v></v></c>')

    assert read_problem(path).budgets == (budget("B1", 6),)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("<c><v>3</v></c>", "3"),
        ("<c><v>3.0</v></c>", "3"),
        ("<c><v>5.0000000000000003E-2</v></c>", "0.05"),
        ("<c><v>1E3</v></c>", "1000"),
        ("<c><v>1.0000000000000001E-9</v></c>", "0.000000001"),
        ('<c s="3"><v>2.5</v></c>', "2.5"),
        ('<c t="str"><f>x</f><v>7.25</v></c>', "7.25"),
        (text("12.5"), "12.5"),
    ],
)
def test_numbers_however_they_are_stored(cell: str, amount: str, tmp_path: Path) -> None:
    """Whole numbers come as decimals, decimals with seventeen digits: both are read as they are shown."""
    assert read_problem(budgets(tmp_path, text("B1") + cell)).budgets == (budget("B1", amount),)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ('<c s="1"><v>46023</v></c>', "2026-01-01"),
        ('<c s="2"><v>46023</v></c>', "2026-01-01"),
        ('<c s="2"><v>1</v></c>', "1900-01-01"),
        ('<c s="2"><v>59</v></c>', "1900-02-28"),
        ('<c s="2"><v>61</v></c>', "1900-03-01"),
        ('<c s="2"><v>109939</v></c>', "2200-12-31"),
        (text("2026-01-01"), "2026-01-01"),
    ],
)
def test_days_however_they_are_stored(cell: str, day: str, tmp_path: Path) -> None:
    """A day is read from its number where its style is a date, or from its text."""
    assert candidates(tmp_path, (), cell).candidates == (candidate(available_from=day),)


def test_days_of_old_apple_workbooks(tmp_path: Path) -> None:
    """Workbooks that count from 1904 are read with their own calendar."""
    read = candidates(tmp_path, (), '<c s="1"><v>44561</v></c>', properties='<workbookPr date1904="1"/>')

    assert read.candidates[0].available_from == date(2026, 1, 1)


@pytest.mark.parametrize("number", ["60", "46023.5", "-1", "2958466", "1e300", "0"])
def test_days_that_are_none(number: str, tmp_path: Path) -> None:
    """The 29th of February 1900, a time of day, or a number off the calendar is no day."""
    with pytest.raises(InvalidInput) as refusal:
        candidates(tmp_path, (), f'<c s="1"><v>{number}</v></c>')

    assert [fault.code for fault in refusal.value.faults] == ["bad_date"]


def test_codes_keep_their_zeros(tmp_path: Path) -> None:
    """A text cell keeps its leading zero; a number cell in a column of codes is read as whole digits."""
    assert candidates(tmp_path, ("municipality",), text("2026-09-01", "0180")).candidates == (
        candidate(municipality="0180"),
    )
    assert candidates(tmp_path, ("municipality",), text("2026-09-01") + "<c><v>1480.0</v></c>").candidates == (
        candidate(municipality="1480"),
    )


def test_shared_and_rich_texts(tmp_path: Path) -> None:
    """Shared texts, runs of formatted text and escaped characters are put together; phonetics are not part of it."""
    shared = (
        "<si><t>B1</t></si><si><r><rPr><b/></rPr><t>Park</t></r><r><t>arbetare</t></r><rPh sb='0'><t>x</t></rPh></si>"
    )
    rows = (
        text("vacancy_id", "positions", "title", "start_date"),
        "<c t='s'><v>0</v></c><c><v>1</v></c><c t='s'><v>1</v></c>",
    )
    path = workbook(tmp_path / "p.xlsx", {"vacancies": sheet(*rows)}, shared=shared)

    assert read_problem(path).vacancies == (vacancy("B1", 1, title="Parkarbetare", start_date=None),)


def test_other_programs_prefixes(tmp_path: Path) -> None:
    """Some programs write a prefix before every element; it makes no difference."""
    rows = (HEADER, text("B1") + "<c><v>5</v></c>")
    path = workbook(tmp_path / "p.xlsx", {"budgets": sheet(*rows, prefix="x:")})

    assert read_problem(path).budgets == (budget("B1", 5),)


def test_sheets_that_are_let_be_and_sheets_that_are_not(tmp_path: Path) -> None:
    """The readme and importers' sheets are not read; an unknown sheet is a fault with the name probably meant."""
    table = sheet(HEADER, text("B1") + "<c><v>5</v></c>")
    path = workbook(tmp_path / "p.xlsx", {"readme": "<x>", "sources": "", "budgets": table, "candidate": table})

    fault = only_fault(path)

    assert (fault.code, fault.file) == ("unknown_table", "p.xlsx sheet candidate")
    assert "'candidates'" in fault.remedy


def test_a_workbook_without_tables(tmp_path: Path) -> None:
    """A workbook of other things is not an empty problem."""
    path = workbook(tmp_path / "p.xlsx", {"Sheet1": sheet(text("hello"))})

    assert {fault.code for fault in faults_of(path)} == {"no_tables", "unknown_table"}


def test_an_empty_sheet(tmp_path: Path) -> None:
    """A sheet without a row of names is a fault."""
    assert only_fault(workbook(tmp_path / "p.xlsx", {"budgets": sheet()})).code == "empty_file"


def test_a_protected_workbook(tmp_path: Path) -> None:
    """An encrypted part is recognised by its mark."""
    path = budgets(tmp_path)
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)

    fault = only_fault(path)

    assert fault.code == "not_a_workbook"
    assert "password" in fault.must


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ([("key", "value"), ("version", "2")], "unknown_version", 2),
        ([("version", "x")], "bad_integer", 1),
        ([("key", "value"), ("tiers", "placements;speed")], "unknown_word", 2),
        ([("key", "value"), ("nonsense", "1")], "unknown_key", 2),
        ([("key", "value"), ("name", "a"), ("name", "b")], "repeated_key", 3),
        ([("key", "value"), ("hours_per_month", "")], "missing_value", 2),
        ([("key", "value"), ("credit.youth", "many")], "bad_decimal", 2),
        ([("key", "value"), ("outcome.intercept", "1000")], "out_of_range", 2),
    ],
)
def test_a_sheet_of_policy(rows: list[tuple[str, str]], code: str, line: int, tmp_path: Path) -> None:
    """The policy's keys are judged as in the other formats, each with its row."""
    path = workbook(tmp_path / "p.xlsx", {"policy": sheet(*(text(*row) for row in rows))})

    fault = only_fault(path)

    assert (fault.code, fault.file, fault.line) == (code, "p.xlsx sheet policy", line)


def test_a_policy_that_holds_no_value_or_is_broken(tmp_path: Path) -> None:
    """An error in a cell of the policy, and a sheet that ends in the middle, are told like those of tables."""
    error = text("name") + '<c t="e"><v>#REF!</v></c>'
    for sheet_text, code in ((sheet(error), "no_value_in_cell"), ("<worksheet><sheetData>", "not_a_workbook")):
        assert only_fault(workbook(tmp_path / "p.xlsx", {"policy": sheet_text})).code == code


def test_a_workbook_of_too_many_bytes_or_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both limits are looked at before anything is read."""
    path = budgets(tmp_path, text("B1") + "<c><v>5</v></c>")
    for limit, small in (("MAX_FILE", 100), ("MAX_PARTS", 2)):
        with monkeypatch.context() as patched:
            patched.setattr(workbook_archive, limit, small)
            assert only_fault(path).code == "workbook_too_big"


@pytest.mark.parametrize("seed", range(8))
def test_damaged_parts_never_end_in_a_traceback(seed: int, tmp_path: Path) -> None:
    """Random damage in any part of a workbook is either harmless or refused."""
    rng = random.Random(seed)
    path = Written(new_draft(), "workbook", tmp_path).path
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(25):
        name = rng.choice(sorted(parts))
        content = bytearray(parts[name])
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(content))
            if rng.random() < 0.5:
                content[place] = rng.randrange(256)
            else:
                content[place:place] = rng.choice((b"9" * 20, b"<", b"&", b"\0", b'"', b"-1", b"1e400", b"_xD800_"))
        with zipfile.ZipFile(tmp_path / "damaged.xlsx", "w") as archive:
            for part, original in parts.items():
                archive.writestr(part, bytes(content) if part == name else original)
        with suppress(InvalidInput):
            read_problem(tmp_path / "damaged.xlsx")
