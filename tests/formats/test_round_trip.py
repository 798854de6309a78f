"""What is written can be read, and nothing is lost on the way."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidInput
from matcher.formats import read_problem, workbook_writing, write_problem
from matcher.problem import TABLE_NAMES, Problem, fingerprint
from tests.builders import budget, candidate, municipality, problem, vacancy
from tests.formats.rich import CONTAINERS, NAME_BY_CONTAINER, TEXTS, rich_problem, written

some_text = st.text(min_size=1, max_size=40).filter(lambda text: text == text.strip())


def is_accepted(title: str) -> bool:
    """Tell whether the domain takes a text for a title."""
    try:
        vacancy(title=title)
    except InvalidInput:
        return False
    return True


def contents(path: Path) -> dict[str, bytes]:
    """Return every file with its bytes."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("seed", range(12))
def test_reading_gives_back_what_was_written(container: str, seed: int, tmp_path: Path) -> None:
    """Every value of every table survives each of the three containers."""
    given_problem = rich_problem(seed)

    read = read_problem(written(given_problem, container, tmp_path))

    for table in (*TABLE_NAMES, "policy"):
        assert getattr(read, table) == getattr(given_problem, table), table
    assert fingerprint(read) == fingerprint(given_problem)


@pytest.mark.parametrize("container", CONTAINERS)
def test_equal_problems_have_equal_bytes(container: str, tmp_path: Path) -> None:
    """Written twice, and written again after reading, a problem gives the same files."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    first = written(rich_problem(7), container, tmp_path / "a")
    second = written(rich_problem(7), container, tmp_path / "b")
    third = written(read_problem(first), container, tmp_path / "c")

    assert contents(first) == contents(second) == contents(third)


def test_the_containers_tell_the_same(tmp_path: Path) -> None:
    """A problem may travel from CSV to Excel to JSON and back."""
    current = rich_problem(11)
    for step, container in enumerate(("folder", "workbook", "json", "folder")):
        (tmp_path / str(step)).mkdir()
        current = read_problem(written(current, container, tmp_path / str(step)))

    assert current == rich_problem(11)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("text", TEXTS)
def test_odd_texts_survive(container: str, text: str, tmp_path: Path) -> None:
    """Texts that look like formulas, numbers, dates, escapes or markup come back as they were."""
    given_problem = problem(vacancies=[vacancy(title=text)])

    assert read_problem(written(given_problem, container, tmp_path)).vacancies[0].title == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=some_text, amount=st.decimals(0, 10**9, allow_nan=False, places=20), degrees=st.floats(-90, 90))
def test_any_valid_value_survives(text: str, amount: Decimal, degrees: float, tmp_path: Path) -> None:
    """Whatever the domain accepts as a text, an amount or a measure comes back equal, from all containers."""
    assume(is_accepted(text))
    given_problem = problem(
        vacancies=[vacancy(title=text)], budgets=[budget(amount=amount)], municipalities=[municipality("1", degrees)]
    )
    for container in CONTAINERS:
        read = read_problem(written(given_problem, container, tmp_path))
        assert read == given_problem
        assert fingerprint(read) == fingerprint(given_problem)


@pytest.mark.parametrize("container", CONTAINERS)
def test_an_empty_problem_survives(container: str, tmp_path: Path) -> None:
    """No rows at all is a problem too."""
    assert read_problem(written(Problem(), container, tmp_path)) == Problem()


def test_writing_into_a_folder_replaces_the_problem_in_it(tmp_path: Path) -> None:
    """Tables of the problem that stood there before do not leak into the new one."""
    write_problem(rich_problem(3), tmp_path)
    (tmp_path / "notes.txt").write_text("kept", encoding="utf-8")
    new = problem(candidates=[candidate()])

    write_problem(new, tmp_path)

    assert read_problem(tmp_path) == new
    assert {file.name for file in tmp_path.iterdir()} == {"candidates.csv", "policy.toml", "notes.txt"}


def test_no_half_written_file_stays_behind(tmp_path: Path) -> None:
    """Files take their place whole: nothing else lies in the folder afterwards."""
    for container in ("workbook", "json"):
        written(rich_problem(1), container, tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == {NAME_BY_CONTAINER["workbook"], NAME_BY_CONTAINER["json"]}


def test_equal_numbers_are_one_problem_however_they_are_spelled() -> None:
    """1.50 and 1.5, 25 and 25.0, and the two zeros give one fingerprint."""
    one, two = (
        problem(
            budgets=[budget(amount=amount)],
            candidates=[candidate(municipality="1", max_distance_km=distance)],
            municipalities=[municipality("1", zero)],
        )
        for amount, distance, zero in (("1.50", 25, 0.0), ("1.5", 25.0, -0.0))
    )

    assert one == two
    assert fingerprint(one) == fingerprint(two)


def code_of_refusal(given_problem: Problem, path: Path) -> str:
    """Return why a problem cannot be written."""
    with pytest.raises(InvalidInput) as refusal:
        write_problem(given_problem, path)
    return refusal.value.faults[0].code


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    """Unknown endings, files in the way and folders that do not exist are refused with a sentence."""
    (tmp_path / "file").write_text("x", encoding="utf-8")

    assert code_of_refusal(rich_problem(1), tmp_path / "problem.csv") == "unknown_format"
    assert code_of_refusal(rich_problem(1), tmp_path / "file") == "unwritable_file"
    assert code_of_refusal(rich_problem(1), tmp_path / "nowhere" / "problem.json") == "unwritable_file"
    assert code_of_refusal(rich_problem(1), tmp_path / "nowhere" / "problem.xlsx") == "unwritable_file"


def test_what_a_workbook_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows, or a cell that is too long, are refused, and no file is left behind."""
    crowd = problem(candidates=[candidate(groups=[f"{'g' * 195}{number:04}" for number in range(400)])])
    assert code_of_refusal(crowd, tmp_path / "problem.xlsx") == "cell_too_long"

    monkeypatch.setattr(workbook_writing, "MAX_ROWS", 2)
    assert code_of_refusal(rich_problem(1), tmp_path / "problem.xlsx") == "too_many_rows"
    assert list(tmp_path.iterdir()) == []
