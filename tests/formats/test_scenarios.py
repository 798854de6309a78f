"""Scenario files: every kind of change, and every fault at its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.formats import read_policy, read_scenarios
from matcher.formats.json_text import json_line
from matcher.formats.kinds import Kind
from matcher.formats.scenario_kinds import CHANGE_KINDS, ChangeKind
from matcher.problem import changes
from matcher.problem.changes import (
    AddRequirement,
    AddVacancy,
    ChangePolicy,
    ChangeSeats,
    CopyCohort,
    ReplacePolicy,
)
from tests import builders as b


def written(folder: Path, text: str) -> Path:
    """Write a scenario file."""
    path = folder / "scenarier.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one(change: str) -> str:
    """Return a file of one scenario with one change."""
    return f'[[scenario]]\nname = "A"\n[[scenario.change]]\n{change}\n'


def toml_value(kind: Kind, example: str) -> str:
    """Return an example of the schema as TOML."""
    if kind.is_list:
        return json_line(example.split(";"))
    return json_line(example) if kind.json_type == "string" else example


def test_a_file_holds_several_scenarios_with_their_changes(tmp_path: Path) -> None:
    """In order; days may be TOML days or texts, decimals keep their digits."""
    path = written(
        tmp_path,
        """version = 1
# two cohorts
[[scenario]]
name = "Två till"
[[scenario.change]]
kind = "copy_cohort"
cohort_id = "K2"
like = "K1"
start_date = 2026-10-01
[[scenario.change]]
kind = "copy_cohort"
cohort_id = "K3"
like = "K1"
start_date = "2026-11-01"
seats = 3
[[scenario]]
name = "Annan policy"
[[scenario.change]]
kind = "change_policy"
priority_per_year = 0.10
[scenario.change.credit]
youth = 1.5
[[scenario]]
name = "Som det är"
""",
    )

    read = read_scenarios(path)

    assert [scenario.name for scenario in read.scenarios] == ["Två till", "Annan policy", "Som det är"]
    assert read.scenarios[0].changes == (
        CopyCohort(cohort_id="K2", like="K1", start_date=date(2026, 10, 1)),
        CopyCohort(cohort_id="K3", like="K1", start_date=date(2026, 11, 1), seats=3),
    )
    assert read.scenarios[1].changes == (
        ChangePolicy(values={"priority_per_year": Decimal("0.10"), "credit.youth": Decimal("1.5")}),
    )
    assert read.scenarios[2].changes == ()


@pytest.mark.parametrize("kind", CHANGE_KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_read_with_all_its_keys(tmp_path: Path, kind: ChangeKind) -> None:
    """From the examples of the documentation's own table."""
    keys = [f"{column.name} = {toml_value(column.kind, column.example)}" for column in kind.columns]
    lines = [f'kind = "{kind.name}"', *(keys if kind.columns else ["priority_per_year = 0.2"])]
    if kind.name == "add_quota":  # a quota for one supplier
        lines = [line.replace('scope = "all"', 'scope = "supplier"') for line in lines]

    read = read_scenarios(written(tmp_path, one("\n".join(lines))))

    (change,) = read.scenarios[0].changes
    assert change.kind == kind.name


def test_every_change_has_a_kind_in_files() -> None:
    """But for the whole policy, which is a file of its own."""
    named = {kind.name for kind in CHANGE_KINDS}
    ours = {getattr(changes, name).kind for name in changes.__all__ if hasattr(getattr(changes, name), "kind")}

    assert ours - named == {ReplacePolicy.kind}
    assert named <= ours


def test_a_vacancy_brings_what_it_asks_for(tmp_path: Path) -> None:
    """Required and preferred skills, with levels."""
    text = (
        'kind = "add_vacancy"\nvacancy_id = "V9"\npositions = 2\nmust = ["forklift", "swedish:2"]\nnice = ["english"]'
    )

    (change,) = read_scenarios(written(tmp_path, one(text))).scenarios[0].changes

    assert isinstance(change, AddVacancy)
    assert [(row.skill, row.level, row.kind) for row in change.skills] == [
        ("forklift", 1, "must"),
        ("swedish", 2, "must"),
        ("english", 1, "nice"),
    ]


def test_a_requirement_may_be_nice(tmp_path: Path) -> None:
    """And says where it is asked for."""
    text = 'kind = "add_requirement"\nskill = "english"\nskill_kind = "nice"\ncontract_id = "T1"'

    (change,) = read_scenarios(written(tmp_path, one(text))).scenarios[0].changes

    assert change == AddRequirement(skill="english", skill_kind="nice", contract_id="T1")


@pytest.mark.parametrize(
    ("text", "code", "line", "field"),
    [
        ("", "missing_value", None, "scenario"),
        ("version = 2\n", "unknown_version", 1, "version"),
        ('namn = "x"\n[[scenario]]\nname = "A"\n', "unknown_key", 1, "namn"),
        ('scenario = "x"\n', "wrong_type", 1, "scenario"),
        ('[[scenario]]\n\nnamn = "A"\nname = "B"\n', "unknown_key", 3, "namn"),
        ("[[scenario]]\n", "missing_value", 1, "name"),
        ('[[scenario]]\nname = " A"\n', "bad_text", 2, "name"),
        ('[[scenario]]\nname = "A"\n[[scenario]]\nname = "A"\n', "duplicate_id", 4, "name"),
        ('[[scenario]]\nname = "A"\nchange = 3\n', "wrong_type", 3, "change"),
        (one("cohort_id = 'K1'"), "unknown_word", 3, "kind"),
        (one('kind = "change_seat"'), "unknown_word", 4, "kind"),
        (one('kind = "change_seats"\nby = 1'), "missing_value", 3, "cohort_id"),
        (one('kind = "change_seats"\ncohort_id = "K1"\nseat = 1'), "unknown_key", 6, "seat"),
        (one('kind = "change_seats"\ncohort_id = "K1"\nby = 1.5'), "bad_integer", 6, "by"),
        (one('kind = "change_seats"\ncohort_id = "K1"\nby = "1"'), "wrong_type", 6, "by"),
        (one('kind = "move_cohort"\ncohort_id = "K1"\nstart_date = "1 maj"'), "bad_date", 6, "start_date"),
        (one('kind = "add_budget"\nbudget_id = "B2"\namount = -1'), "out_of_range", 6, "amount"),
        (one('kind = "change_policy"\npriority = 1'), "unknown_key", 5, "priority"),
        ("[[scenario]\n", "bad_toml", 1, None),
    ],
)
def test_a_fault_is_told_at_its_line(tmp_path: Path, text: str, code: str, line: int | None, field: str) -> None:
    """With its code and its key."""
    with pytest.raises(InvalidInput) as error:
        read_scenarios(written(tmp_path, text))

    assert [(fault.code, fault.line, fault.field) for fault in error.value.faults] == [(code, line, field)]
    assert {fault.file for fault in error.value.faults} == {"scenarier.toml"}


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    """Of several scenarios and changes."""
    text = one('kind = "change_seats"\nby = "1"') + '[[scenario]]\nname = "B"\n[[scenario.change]]\nkind = "x"\n'

    with pytest.raises(InvalidInput) as error:
        read_scenarios(written(tmp_path, text))

    assert [(fault.code, fault.line) for fault in error.value.faults] == [
        ("missing_value", 3),
        ("wrong_type", 5),
        ("unknown_word", 9),
    ]


def test_an_id_that_the_problem_lacks_is_told_at_its_line(tmp_path: Path) -> None:
    """Only the problem knows, so it is found when the changes are made."""
    read = read_scenarios(written(tmp_path, one('kind = "change_seats"\ncohort_id = "K11"\nby = 1')))
    problem = b.problem(courses=[b.course()], cohorts=[b.cohort("K1")])

    with pytest.raises(InvalidInput) as error:
        read.applied(problem, 0)

    assert str(error.value) == (
        "Change 'change_seats' (scenarier.toml line 5) must name a cohort_id that stands in cohorts, got 'K11'. "
        "Correct the id. Did you mean 'K1'?"
    )


def test_what_the_changes_make_is_judged_as_a_problem(tmp_path: Path) -> None:
    """A fault between rows belongs to the scenario as a whole."""
    text = 'kind = "add_vacancy"\nvacancy_id = "V1"\npositions = 1\ncontract_id = "T1"\nstart_date = 2030-01-01'
    read = read_scenarios(written(tmp_path, one(text)))

    with pytest.raises(InvalidInput) as error:
        read.applied(b.problem(contracts=[b.contract("T1", end_date="2027-01-01")]), 0)

    assert [(fault.table, fault.code, fault.line) for fault in error.value.faults] == [("vacancies", "date_order", 1)]


def test_a_sound_scenario_is_applied(tmp_path: Path) -> None:
    """To the problem that is given."""
    read = read_scenarios(written(tmp_path, one('kind = "change_seats"\ncohort_id = "K1"\nby = 1')))
    problem = b.problem(courses=[b.course()], cohorts=[b.cohort("K1")])

    assert read.applied(problem, 0) == ChangeSeats(cohort_id="K1", by=1).applied(problem)


def test_a_policy_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Under any name, which its faults carry."""
    path = tmp_path / "sodertalje.toml"
    path.write_text('name = "sodertalje"\n', encoding="utf-8")

    assert read_policy(path).name == "sodertalje"

    path.write_text("namn = 1\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"sodertalje\.toml line 1"):
        read_policy(path)
