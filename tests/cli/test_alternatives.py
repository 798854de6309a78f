"""``matcher alternatives``: plans that differ, in files that check as any plan does."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.formats import read_plan, write_problem
from tests import builders as b
from tests.cli.conftest import Command

STEPS = ("0.9", "0.8", "0.6")


@pytest.fixture
def square(tmp_path: Path, matcher: Command) -> Path:
    """Return the folder of three people and three places, solved: the best plan is worth 2.7, the next 2.4 and 2.3."""
    problem = b.problem(
        candidates=[b.candidate(f"C{i}") for i in range(3)],
        vacancies=[b.vacancy(f"V{j}") for j in range(3)],
        pairs=[b.pair(f"C{i}", f"V{(i + step) % 3}", score) for i in range(3) for step, score in enumerate(STEPS)],
    )
    write_problem(problem, tmp_path / "square")
    assert matcher("solve", "square", "--out", "plan.json").status == 0
    return Path("square")


def test_alternatives_are_written_and_check(matcher: Command, square: Path) -> None:
    """The next best plans stand in files of their own, with what each loses, and the checker passes them."""
    done = matcher("alternatives", square, "plan.json", "--differ", 2, "--within", 0.12, "--out", "others")

    assert done.status == 0
    assert "1 alternative that differs in at least 2 placements and loses at most 12%." in done.out
    assert "2.4 (-11.111%)" in done.out
    assert "Written: others/alternative-1.json" in done.out
    assert "The search came to its end and found no further one." in done.err
    assert sorted(path.name for path in Path("others").iterdir()) == ["alternative-1.json"]
    assert read_plan("others/alternative-1.json").difference is not None
    checked = matcher("check", square, "others/alternative-1.json")
    assert checked.status == 0
    assert "differ in at least 2 placements from each plan that is named (1)" in checked.err


def test_alternatives_are_told_to_programs(matcher: Command, square: Path) -> None:
    """One document with every file, its losses and whether they were limited."""
    arguments = ("--differ", 2, "--within", 0.3, "--count", 2, "--out", "others", "--json")
    document = matcher("alternatives", square, "plan.json", *arguments).document

    assert document["is_interrupted"] is False
    first, second = document["alternatives"]
    assert [each["plan"] for each in (first, second)] == ["others/alternative-1.json", "others/alternative-2.json"]
    assert (first["other_placements"], second["other_placements"]) == (3, 2)
    losses = {tier["name"]: (tier["loss"], tier["is_limited"]) for tier in second["tiers"]}
    assert losses["placements"] == ("0.4", True)
    assert losses["cost"] == ("0", False)


def test_alternatives_are_told_in_swedish(matcher: Command, square: Path) -> None:
    """All words of the command have a translation."""
    done = matcher("alternatives", square, "plan.json", "--differ", 2, "--out", "andra", "--lang", "sv")

    assert "0 alternativ som skiljer sig i minst 2 placeringar och förlorar högst 1 %." in done.out
    assert "Sökningen gick till slut" in done.err
    assert not Path("andra").exists()


def test_an_interrupted_search_does_not_say_that_there_is_none(matcher: Command, square: Path) -> None:
    """Without time nothing is found, and nothing claimed."""
    done = matcher("alternatives", square, "plan.json", "--differ", 2, "--out", "others", "--time-limit", 0.001)

    assert done.status == 0
    assert "there may be more" in done.err


def test_alternatives_overwrite_nothing_unasked(matcher: Command, square: Path) -> None:
    """Files that stand there already are kept, unless --force is given."""
    arguments = ("alternatives", square, "plan.json", "--differ", 2, "--within", 0.12, "--out", "others")
    assert matcher(*arguments).status == 0

    assert matcher(*arguments).status == 2
    assert matcher(*arguments, "--force").status == 0


def test_one_placement_is_not_told_as_several(matcher: Command, square: Path) -> None:
    done = matcher("alternatives", square, "plan.json", "--differ", 1, "--within", 0.3, "--count", 1, "--out", "near")

    assert "1 alternative that differs in at least 1 placement and loses" in done.out
