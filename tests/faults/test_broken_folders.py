"""Folders and CSV files that are broken as files: each is refused with a sentence that tells where."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from unicodedata import normalize

import pytest

from matcher.formats import read_problem
from matcher.problem import Problem, fingerprint
from tests.faults.drafts import VALID
from tests.faults.folders import faults_of, only_fault, valid_folder


def spoil(folder: Path, content: bytes, name: str = "history.csv") -> Path:
    """Replace one file of a valid folder."""
    (folder / name).write_bytes(content)
    return folder


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    """A missing folder is said to be missing."""
    fault = only_fault(tmp_path / "nowhere")

    assert (fault.code, fault.file) == ("missing_file", "nowhere")


def test_a_path_that_cannot_exist() -> None:
    """A name with a NUL is no reason for a traceback."""
    assert only_fault(Path("a\0b")).code == "missing_file"


@pytest.mark.parametrize("name", [".", "notes.txt"])
def test_a_folder_without_tables(name: str, tmp_path: Path) -> None:
    """A folder that holds no table is not an empty problem."""
    if name != ".":
        (tmp_path / name).write_text("hello", encoding="utf-8")

    assert only_fault(tmp_path).code == "no_tables"


def test_a_folder_with_a_policy_alone_is_an_empty_problem(tmp_path: Path) -> None:
    """Every table is optional."""
    (tmp_path / "policy.toml").write_text("", encoding="utf-8")

    assert read_problem(tmp_path) == Problem()


def test_a_single_table_instead_of_its_folder() -> None:
    """Whoever names candidates.csv is told to name the folder."""
    fault = only_fault(VALID / "candidates.csv")

    assert fault.code == "unknown_format"
    assert "folder" in fault.remedy


def test_tables_of_importers_are_let_be(tmp_path: Path) -> None:
    """What importers write beside the problem is not read, whatever it holds."""
    folder = valid_folder(tmp_path)
    for name in ("sources", "notices", "concepts", "occupation_skills"):
        (folder / f"{name}.csv").write_bytes(b"\xff\0 anything")

    assert fingerprint(read_problem(folder)) == fingerprint(read_problem(VALID))


def test_a_misspelt_table_is_recognised(tmp_path: Path) -> None:
    """An unknown .csv file is a fault, with the name that was probably meant."""
    folder = valid_folder(tmp_path)
    (folder / "candidate_skill.csv").write_text("a", encoding="utf-8")

    fault = only_fault(folder)

    assert (fault.code, fault.file) == ("unknown_table", "candidate_skill.csv")
    assert "candidate_skills.csv" in fault.remedy


def test_an_id_that_only_looks_like_one_that_is_there(tmp_path: Path) -> None:
    """An Å may be one character or two, which nobody sees: what is to be done says so."""
    folder = valid_folder(tmp_path)
    for name, form in (("budgets", "NFC"), ("cohorts", "NFD")):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("B1", normalize(form, "Åsö")), encoding="utf-8")

    faults = faults_of(folder)

    assert {fault.code for fault in faults} == {"unknown_id"}
    assert {fault.remedy for fault in faults} == {
        "Copy the id from budgets: one there looks the same, but is written with other characters."
    }


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    """A folder named like a table is reported, and rows that name its ids are not."""
    folder = valid_folder(tmp_path)
    (folder / "budgets.csv").unlink()
    (folder / "budgets.csv").mkdir()

    fault = only_fault(folder)

    assert (fault.code, fault.file) == ("not_a_file", "budgets.csv")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    """A loop of symbolic links is reported."""
    folder = valid_folder(tmp_path)
    (folder / "budgets.csv").unlink()
    (folder / "budgets.csv").symlink_to("budgets.csv")
    loop = tmp_path / "loop"
    loop.symlink_to("loop")

    assert only_fault(folder).code == "unreadable_file"
    assert only_fault(loop).code == "unreadable_file"


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """A dangling link is a missing file."""
    folder = valid_folder(tmp_path)
    (folder / "budgets.csv").unlink()
    (folder / "budgets.csv").symlink_to("elsewhere.csv")

    assert only_fault(folder).code == "missing_file"


@pytest.mark.parametrize("where", ["inside", "instead"])
def test_a_pipe_is_not_waited_for(where: str, tmp_path: Path) -> None:
    """A named pipe or a device is refused at once instead of being read for ever."""
    folder = valid_folder(tmp_path)
    pipe = folder / "budgets.csv" if where == "inside" else tmp_path / "pipe"
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)

    assert only_fault(folder if where == "inside" else pipe).code == "not_a_file"
    assert only_fault(Path("/dev/zero")).code == "not_a_file"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operating system refuses is said in its own words."""
    folder = valid_folder(tmp_path)
    opened = Path.open

    def refuse(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "budgets.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, who may read everything
    fault = only_fault(folder)

    assert (fault.code, fault.file, fault.value) == ("unreadable_file", "budgets.csv", "Permission denied")


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file(content: bytes, tmp_path: Path) -> None:
    """A file without a line of names is a fault; a file with names and no rows is an empty table."""
    folder = valid_folder(tmp_path)
    fault = only_fault(spoil(folder, content))
    assert (fault.code, fault.file) == ("empty_file", "history.csv")

    assert read_problem(spoil(folder, b"placement_id,sustained\n")).history == ()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [b"", b"END", b"ENDEND"])
def test_every_usual_way_to_end_lines_is_read(end: bytes, mark: bytes, last: bytes, tmp_path: Path) -> None:
    """LF, CR LF, a byte order mark, a missing or a doubled last line end make no difference."""
    folder = valid_folder(tmp_path)
    for file in folder.iterdir():
        text = file.read_bytes().rstrip(b"\n") + last.replace(b"END", b"\n")
        file.write_bytes(mark + text.replace(b"\n", end))

    assert read_problem(folder) == read_problem(VALID)


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    """A fault below a blank line is reported on its own line."""
    content = b"placement_id,sustained\n\nP0,true\n\n\nP1,ja\n"

    fault = only_fault(spoil(valid_folder(tmp_path), content))

    assert (fault.code, fault.line, fault.column) == ("bad_boolean", 6, 2)


def test_lines_inside_quotes_are_counted(tmp_path: Path) -> None:
    """A cell that runs over several lines moves the faults below it."""
    content = b'course_id,title\nU0,"a\nb\n\nc"\nU1,plain\nU2," x"\n'
    folder = spoil(valid_folder(tmp_path), content, "courses.csv")

    fault = next(fault for fault in faults_of(folder) if fault.code == "bad_text")

    assert (fault.line, fault.column, fault.value) == (7, 2, " x")


@pytest.mark.parametrize(
    ("content", "line", "value"),
    [
        ("placement_id,sustained\nP0,true\nPå,true\n".encode("latin-1"), 3, "byte 0xe5, number 2 of its line"),
        ("placement_id,sustained\n".encode("utf-16"), 1, "UTF-16"),
        (b"\xfe\xff\0p", 1, "UTF-16"),
        (b"placement_id,sustained\nP0,true\nP\xc3", 3, "byte 0xc3, number 2 of its line"),
        (b"placement_id,sustained\nP\xed\xa0\x80,true\n", 2, "byte 0xed, number 2 of its line"),
    ],
)
def test_a_wrong_encoding(content: bytes, line: int, value: str, tmp_path: Path) -> None:
    """What is not UTF-8 is refused with line and byte."""
    fault = only_fault(spoil(valid_folder(tmp_path), content))

    assert (fault.code, fault.file, fault.line, fault.value) == ("wrong_encoding", "history.csv", line, value)


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"placement_id,sustained\nP0,true\nP\0001,true\n", "nul_byte", 3, None),
        ("placement_id,sustained\nP0,true\n".encode("utf-16-le"), "nul_byte", 1, None),
        (b"placement_id,sustained\rP0,true\r", "carriage_return", 1, None),
        (b"placement_id,sustained\nP0,true\nP\r1,true\n", "carriage_return", 3, None),
        (b'placement_id,sustained\nP0,true\n"P1,true\nP2,true\n', "unterminated_quote", 3, 1),
        (b'placement_id,sustained\n"P0",true\nP1,"tr"ue\n', "bad_quote", 3, 2),
        (b'placement_id,sustained\n"P0\n",true\nP1,"true" \n', "bad_quote", 4, 2),
        (b'placement_id,"sustained\nP0,true\n', "bad_quote", 1, None),
    ],
)
def test_a_file_that_is_no_table(content: bytes, code: str, line: int, column: int | None, tmp_path: Path) -> None:
    """Stray bytes and quotation marks are found where they stand."""
    faults = faults_of(spoil(valid_folder(tmp_path), content))

    assert (code, "history.csv", line, column) in [(f.code, f.file, f.line, f.column) for f in faults]
    assert {fault.file for fault in faults} == {"history.csv"}


def test_a_quote_that_is_never_closed_does_not_swallow_the_memory(tmp_path: Path) -> None:
    """The line on which the quote was opened is reported, though a million lines follow."""
    content = b'placement_id,sustained\nP0,true\nP1,"true\n' + b"P2,true\n" * 1_000_000

    fault = only_fault(spoil(valid_folder(tmp_path), content))

    assert (fault.code, fault.line, fault.column) == ("unterminated_quote", 3, 2)


def test_a_cell_too_long_for_anything(tmp_path: Path) -> None:
    """A quoted cell of more than 131 072 characters is refused with its place."""
    content = b'placement_id,sustained\nP0,true\n"P1",' + b"x" * 200_000 + b"\n"

    fault = only_fault(spoil(valid_folder(tmp_path), content))

    assert (fault.code, fault.line, fault.column) == ("cell_too_long", 3, 2)


MEASURED = """
import resource, sys
from matcher.errors import InvalidInput
from matcher.formats import read_problem
before = resource.getrusage(resource.RUSAGE_SELF)
try:
    read_problem(sys.argv[1])
except InvalidInput as error:
    print(error.faults[0].code, error.faults[0].line)
after = resource.getrusage(resource.RUSAGE_SELF)
# VmHWM and not ru_maxrss: the latter also counts what the parent held when it forked.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(peak.split()[1]) // 1024)
"""


def measured(path: Path) -> tuple[str, float, int]:
    """Read in a process of its own; return what it says, seconds of processor time, and megabytes at most."""
    run = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    said, numbers = run.stdout.strip().split("\n")
    seconds, megabytes = numbers.split()
    return said, float(seconds), int(megabytes)


@pytest.mark.parametrize("begin", [b"placement_id,sustained\nP0,", b"", b'placement_id,sustained\nP0,"'])
def test_a_line_of_a_hundred_megabytes(begin: bytes, tmp_path: Path) -> None:
    """It is refused without being held in memory, within two seconds."""
    folder = valid_folder(tmp_path)
    with (folder / "history.csv").open("wb") as file:
        file.write(begin)
        for _ in range(100):
            file.write(b"x" * 1_000_000)

    said, seconds, megabytes = measured(folder)

    assert said == f"line_too_long {len(begin.splitlines()) or 1}"
    assert seconds < 2
    assert megabytes < 300


def test_no_more_than_ten_thousand_faults_are_listed(tmp_path: Path) -> None:
    """A hopeless file is given up with a sentence that says so."""
    content = b"placement_id,sustained\n" + b"".join(b"P%d,ja\n" % number for number in range(30_000))

    faults = faults_of(spoil(valid_folder(tmp_path), content))

    assert len(faults) == 10_001
    assert faults[-1].code == "too_many_faults"
    assert (faults[0].line, faults[9_999].line) == (2, 10_001)


def test_a_million_unknown_ids_do_not_fill_the_memory(tmp_path: Path) -> None:
    """Faults between tables are limited in the same way."""
    (tmp_path / "candidates.csv").write_bytes(b"candidate_id,available_from\nC0,2026-01-01\n")
    rows = b"".join(b"C%d,truck\n" % number for number in range(1, 60_000))
    (tmp_path / "candidate_skills.csv").write_bytes(b"candidate_id,skill\n" + rows)
    begin = time.process_time()

    faults = faults_of(tmp_path)

    assert (len(faults), faults[0].code, faults[-1].code) == (10_001, "unknown_id", "too_many_faults")
    assert time.process_time() - begin < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**22


def test_a_semicolon_separated_file_is_recognised(tmp_path: Path) -> None:
    """Swedish spreadsheet programs save CSV with semicolons; the sentence says what to do."""
    fault = only_fault(spoil(valid_folder(tmp_path), b"placement_id;sustained\nP0;true\n"))

    assert (fault.code, fault.line, fault.column) == ("wrong_separator", 1, 1)
    assert "comma" in fault.remedy


def test_a_missing_column_hides_nothing_else(tmp_path: Path) -> None:
    """Faults of other tables are reported along, and references to the unread table are not."""
    folder = spoil(valid_folder(tmp_path), b"candidate_id\nC0\n", "candidates.csv")
    spoil(folder, b"placement_id,sustained\nP0,ja\n")

    assert [(fault.code, fault.file) for fault in faults_of(folder)] == [
        ("missing_column", "candidates.csv"),
        ("bad_boolean", "history.csv"),
    ]


def test_faults_of_one_row_are_reported_together(tmp_path: Path) -> None:
    """Cells that cannot be read, values out of range and unknown ids of the same row come in one go."""
    content = b"vacancy_id,positions,contract_id,start_date,extent_percent,form\nV0,0,T9,2026-02-30,1.5,job\n"
    folder = valid_folder(tmp_path)
    for name in ("vacancy_skills", "decisions", "pairs", "resources"):
        (folder / f"{name}.csv").unlink()

    faults = faults_of(spoil(folder, content, "vacancies.csv"))

    assert [(fault.code, fault.column) for fault in faults] == [
        ("out_of_range", 2),
        ("unknown_id", 3),
        ("bad_date", 4),
        ("bad_integer", 5),
        ("unknown_word", 6),
    ]
    assert {fault.entity_id for fault in faults} == {"V0"}


def test_limits_and_counts_are_told_in_plain_words(tmp_path: Path) -> None:
    """No exponent, no "1 cells", and no article before the name of a column."""
    folder = valid_folder(tmp_path)
    spoil(folder, b"budget_id,amount\nB0,-1\nB1\nB2,\n", "budgets.csv")

    said = [str(fault) for fault in faults_of(folder) if fault.file == "budgets.csv"]
    assert said[0].endswith("must have amount from 0 to 1000000000000, got -1. Write a number from 0 to 1000000000000.")
    assert "got '1 cell'." in said[1]
    assert said[2].endswith("must have amount filled in. Fill in the cell.")
