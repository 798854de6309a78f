"""``matcher whatif simulate``: what becomes of a plan, in a terminal, in files and for programs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests import builders as b
from tests.cli.conftest import Command


@pytest.fixture
def town(tmp_path: Path, matcher: Command) -> Path:
    """Return the folder of three people, one course and a contract that owes two, solved."""
    problem = b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01") for i in range(3)],
        contracts=[b.contract(obligation_quantity=Decimal(2), title="Yard")],
        vacancies=[b.vacancy(positions=2, contract_id="T1")],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(completion_rate=Decimal("0.8"), skills=["forklift"])],
        cohorts=[b.cohort(seats=3)],
    )
    write_problem(problem, tmp_path / "town")
    assert matcher("solve", "town", "--out", "plan.json").status == 0
    return Path("town")


def test_chances_and_reserves_are_shown(matcher: Command, town: Path) -> None:
    """The answer in a sentence, then each contract with its chance, and how many have to begin the course."""
    done = matcher("whatif", "simulate", town, "--plan", "plan.json", "--replications", 400)

    assert done.status == 0
    assert "Of 2 planned placements" in done.out
    assert "Is each obligation met?" in done.out
    assert "have to begin the course." in done.out


def test_the_same_seed_gives_the_same_file_on_every_engine(matcher: Command, town: Path) -> None:
    """Threads or processes, one worker or two, with or without what is kept."""
    arguments = ("whatif", "simulate", town, "--plan", "plan.json", "--replications", 300, "--seed", 3)
    engines = (("threads", 1), ("threads", 2), ("processes", 2))
    for number, (engine, workers) in enumerate(engines):
        options = (
            "--engine",
            engine,
            "--threads",
            workers,
            "--report",
            f"{number}.json",
            "--keep",
            f"kept{number % 2}",
        )
        assert matcher(*arguments, *options).status == 0
    texts = [Path(f"{number}.json").read_text(encoding="utf-8") for number in range(3)]

    assert texts[1:] == texts[:1] * 2
    assert json.loads(texts[0])["made_from"]["seed"] == "3"
    assert list(Path("kept0").rglob("*.json"))


def test_pages_and_workbooks_are_written_in_swedish_too(matcher: Command, town: Path) -> None:
    """Every word has its translation, and nothing is overwritten unasked."""
    arguments = ("whatif", "simulate", town, "--plan", "plan.json", "--replications", 50, "--lang", "sv")
    for ending in ("html", "xlsx"):
        assert matcher(*arguments, "--report", f"studie.{ending}").status == 0

    assert "när ingen ingriper" in Path("studie.html").read_text(encoding="utf-8")
    assert matcher(*arguments, "--report", "studie.html").status == 2
    assert matcher(*arguments, "--report", "studie.pdf").status == 2


def test_a_file_of_assumptions_changes_the_answer(matcher: Command, town: Path) -> None:
    """If nobody ever comes, nothing is delivered; a fault in the file is told with what to do."""
    Path("never.toml").write_text("no_show = 1\n", encoding="utf-8")
    Path("wrong.toml").write_text("no_show = 2\n", encoding="utf-8")
    arguments = ("whatif", "simulate", town, "--plan", "plan.json", "--replications", 50, "--json")
    document = matcher(*arguments, "--assumptions", "never.toml").document
    wrong = matcher(*arguments, "--assumptions", "wrong.toml")

    assert document["tables"][0]["rows"][0]["met"] == 0
    assert document["tables"][0]["rows"][0]["reserves"] is None
    assert wrong.status == 3
    assert "must have no_show from 0 to 1, got 2" in wrong.err


def test_plans_are_compared_under_the_same_luck(matcher: Command, town: Path) -> None:
    """A second plan stands beside the first with the differences; the same plan differs in nothing."""
    arguments = (
        "whatif",
        "simulate",
        town,
        "--plan",
        "plan.json",
        "--plan",
        "plan.json",
        "--replications",
        50,
        "--json",
    )
    tables = {table["name"]: table for table in matcher(*arguments).document["tables"]}
    (row,) = tables["comparison"]["rows"]

    assert row["plan"] == "plan.json"
    assert {value for name, value in row.items() if name != "plan"} == {0}


def test_without_a_plan_the_problem_is_solved(matcher: Command, town: Path) -> None:
    """The best plan is what anybody would simulate first."""
    found = [
        matcher("whatif", "simulate", town, *plan, "--replications", 50, "--json").document["figures"]
        for plan in ((), ("--plan", "plan.json"))
    ]

    assert found[0] == found[1]
