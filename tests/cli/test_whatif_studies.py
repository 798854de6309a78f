"""``matcher whatif scenario, value, invest, requirement``: answers in a terminal, in files and for programs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests import builders as b
from tests.cli.conftest import Command

SCENARIOS = """version = 1
[[scenario]]
name = "One seat more"
[[scenario.change]]
kind = "change_seats"
cohort_id = "K1"
by = 1
[[scenario]]
name = "A tender"
[[scenario.change]]
kind = "add_contract"
contract_id = "T2"
start_date = 2026-09-01
status = "tendered"
[[scenario.change]]
kind = "add_vacancy"
vacancy_id = "V2"
positions = 2
contract_id = "T2"
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Return the folder of three young people, a cheap cohort of two seats, a dear one, and a contract owed three."""
    problem = b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01", groups=["youth"]) for i in range(3)],
        contracts=[b.contract(obligation_quantity=Decimal(3))],
        vacancies=[b.vacancy(positions=3, contract_id="T1")],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(skills=["forklift"])],
        cohorts=[
            b.cohort(seats=2, cost_per_seat=Decimal(1000), budget_id="B1"),
            b.cohort("K2", seats=1, status="optional", fixed_cost=Decimal(5000), budget_id="B1"),
        ],
        budgets=[b.budget("B1", 3000)],
    )
    write_problem(problem, tmp_path / "town")
    Path("changes.toml").write_text(SCENARIOS, encoding="utf-8")
    return Path("town")


def rows(document: dict[str, object], name: str) -> list[dict[str, object]]:
    """Return the rows of a table of a study."""
    tables: list[dict[str, object]] = document["tables"]  # type: ignore[assignment]
    (found,) = (table["rows"] for table in tables if table["name"] == name)
    return found  # type: ignore[return-value]


def test_scenarios_stand_side_by_side(matcher: Command, town: Path) -> None:
    """In the terminal: who gains, by how much, and for whom."""
    done = matcher("whatif", "scenario", town, "changes.toml")

    assert done.status == 0
    assert "'One seat more' gains most: Obligations not met \N{MINUS SIGN}1 person equivalents" in done.out
    assert "Against the problem as it is" in done.out
    assert "newly placed" in done.out
    assert "seats changed: cohort_id K1, by 1" in done.out


def test_scenarios_under_policies_are_told_to_programs(matcher: Command, town: Path) -> None:
    """Every scenario under every policy, with value, bound and gap of each aim; plans that check."""
    Path("lasting.toml").write_text('name = "lasting"\ntiers = ["placements", "cost"]\n', encoding="utf-8")

    done = matcher("whatif", "scenario", town, "changes.toml", "--policy", "lasting.toml", "--plans", "plans", "--json")

    matrix = rows(done.document, "matrix")
    assert [(row["scenario"], row["policy"]) for row in matrix] == [
        (scenario, policy)
        for policy in ("default", "lasting")
        for scenario in ("as it is", "One seat more", "A tender")
    ]
    assert [row["shortfall_difference"] for row in matrix] == [0, -1, 0, None, None, None]
    values = rows(done.document, "values")
    assert {(row["value"], row["bound"], row["gap"]) for row in values if row["aim"] == "Obligations not met"} == {
        (1, 1, 0),
        (0, 0, 0),
    }
    assert len(list(Path("plans").iterdir())) == 12
    checked = matcher("check", "plans/A tender + lasting.problem.json", "plans/A tender + lasting.json")
    assert checked.status == 0


def test_faults_of_scenarios_are_told_with_their_lines(matcher: Command, town: Path) -> None:
    """All of them, before anything is solved."""
    Path("changes.toml").write_text(SCENARIOS.replace('"K1"', '"K11"'), encoding="utf-8")

    done = matcher("whatif", "scenario", town, "changes.toml")

    assert done.status == 3
    assert "(changes.toml line 6)" in done.err
    assert "Did you mean 'K1'?" in done.err


def test_names_have_to_tell_scenarios_and_policies_apart(matcher: Command, town: Path) -> None:
    """Two of one name are wrong usage, whatever files they stand in."""
    Path("same.toml").write_text('name = "default"\n', encoding="utf-8")

    for arguments in (("changes.toml", "changes.toml"), ("--policy", "same.toml")):
        done = matcher("whatif", "scenario", town, *arguments)
        assert done.status == 2
        assert "Give one another name." in done.err


def test_an_interrupted_study_goes_on_from_what_was_kept(matcher: Command, town: Path) -> None:
    """The same answer, and every piece is there."""
    first = matcher("whatif", "scenario", town, "changes.toml", "--keep", "kept", "--json")
    pieces = sorted(path.name for path in Path("kept").rglob("*.json"))
    again = matcher("whatif", "scenario", town, "changes.toml", "--keep", "kept", "--json", "--engine", "processes")

    assert first.document == again.document
    assert sorted(path.name for path in Path("kept").rglob("*.json")) == pieces
    assert len(pieces) == 3


def test_the_worth_of_one_more_is_told(matcher: Command, town: Path) -> None:
    """With its price beside it; of some kinds and of some ids alone where that is asked."""
    done = matcher("whatif", "value", town, "--json")
    assert done.status == 0
    worth = {row["thing"]: row["shortfall_difference"] for row in rows(done.document, "worth")}
    assert worth["one more seat in K1"] == -1
    assert worth["V1 without forklift"] == -1

    some = matcher("whatif", "value", town, "--of", "seat", "--of", "money", "--only", "B1", "--money", 4000, "--json")
    assert [row["thing"] for row in rows(some.document, "worth")] == ["4,000 kronor more in B1"]
    assert rows(some.document, "worth")[0]["shortfall_difference"] == -1
    assert matcher("whatif", "value", town, "--only", "X").status == 2


def test_the_frontier_is_told_with_its_plans(matcher: Command, town: Path) -> None:
    """Each step, the cohorts that it opens, and a plan that checks."""
    done = matcher("whatif", "invest", town, "--plans", "plans", "--report", "invest.html")

    assert done.status == 0
    assert done.err.startswith("Looking for the best plans for 60 amounts at most, the largest 7,000 kronor.\n")
    assert "From 0 placements for nothing more to 3 for 7,000 kronor, in 4 steps." in done.out
    assert "Every step up to 7,000 kronor is known and proven." in done.out
    assert "<svg" in Path("invest.html").read_text(encoding="utf-8")
    assert matcher("check", "plans/7000 kr.problem.json", "plans/7000 kr.json").status == 0
    few = matcher("whatif", "invest", town, "--points", 1, "--most", 7000, "--amount", 1500)
    assert "not asked about" in few.out


def test_a_tender_is_told_what_it_can_promise(matcher: Command, town: Path) -> None:
    """One of the three is free, for two are owed to another; the plan checks with its problem."""
    Path("tender.toml").write_text(SCENARIOS[: SCENARIOS.index("[[")] + SCENARIOS[SCENARIOS.rindex("[[scenario]]") :])
    arguments = ("whatif", "requirement", town, "--with", "tender.toml", "--contract", "T2")

    done = matcher(*arguments, "--by", "2026-09-01", "--number", 2, "--group", "youth", "--plans", "plans")

    assert done.status == 0
    assert "1 person at most can be promised by 1 September 2026 (young people)." in done.out
    assert "2 people cannot be promised by any day looked at (young people)." in done.out
    (plan,) = (path for path in Path("plans").iterdir() if not path.name.endswith(".problem.json"))
    assert matcher("check", plan.with_name(f"{plan.stem}.problem.json"), plan).status == 0
    assert matcher(*arguments).status == 2
    swedish = matcher(*arguments, "--by", "2026-09-01", "--group", "everybody", "--lang", "sv")
    assert "Högst 1 person kan utlovas till 2026-09-01 (alla)." in swedish.out


@pytest.mark.parametrize("command", ["scenario", "value", "invest"])
@pytest.mark.parametrize("ending", [".html", ".xlsx", ".json"])
def test_every_study_can_be_written_in_every_form(matcher: Command, town: Path, command: str, ending: str) -> None:
    """And nothing is overwritten unasked."""
    files = ["changes.toml"] if command == "scenario" else []
    arguments = ("whatif", command, town, *files, "--report", f"study{ending}", "--lang", "sv")

    assert matcher(*arguments).status == 0
    assert Path(f"study{ending}").stat().st_size > 1000
    assert matcher(*arguments).status == 2


def test_a_table_without_rows_is_left_out(matcher: Command, tmp_path: Path) -> None:
    """Where there is nothing of which there could be one more, one sentence says so."""
    write_problem(b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()]), tmp_path / "village")
    done = matcher("whatif", "value", tmp_path / "village", "--of", "seat")

    assert "0 of 0 things gain." in done.out
    assert "Proof" not in done.out
