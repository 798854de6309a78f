"""Value by payer: plain arithmetic over amounts that somebody has to supply."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import InvalidInput
from matcher.problem import Problem
from matcher.solve import solve
from matcher.whatif.society import PAYERS, SocietyAssumptions, read_society, society_value
from tests import builders as b

FILE = """
source = "Invented for this test."
years = 2
discount_percent = 10
would_have_worked_percent = 25
[municipality]
saved_per_year = 100000
gained_per_year = 20000
training_percent = 75
[region]
saved_per_year = 0
gained_per_year = 10000
training_percent = 0
[state]
saved_per_year = -5000
gained_per_year = 65000.5
training_percent = 25
[person]
saved_per_year = 0
gained_per_year = 60000
training_percent = 0
"""


def amounts(tmp_path: Path, text: str = FILE) -> SocietyAssumptions:
    path = tmp_path / "amounts.toml"
    path.write_text(text, encoding="utf-8")
    return read_society(path)


def one_place(form: str = "employment", extent: int = 50) -> Problem:
    """Return one person, a course with a rate of 0.8 for 30 000 kr and a half-time place."""
    return b.problem(
        candidates=[b.candidate(available_from="2026-04-01", months_out_of_work=36)],
        vacancies=[b.vacancy(form=form, extent_percent=extent)],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(completion_rate=Decimal("0.8"), skills=["forklift"])],
        cohorts=[b.cohort(cost_per_seat=Decimal(30_000))],
    )


def test_each_payer_saves_gains_and_pays_as_stated(tmp_path: Path) -> None:
    """Completion x lasting x extent, three of four counted, a year and 10/11 of one; less the part of the training."""
    problem = one_place()
    value = society_value(problem, solve(problem).plan, amounts(tmp_path))
    lasts = 1 / (1 + np.exp(-(0.1 - 0.3 * 0.5)))
    years = 0.75 * (1 + 1 / 1.1) * value.full_time

    assert value.full_time == pytest.approx(0.8 * lasts * 0.5, abs=1e-6)
    assert value.training_cost == 30_000
    assert value.by_payer == pytest.approx(
        {
            "municipality": years * 120_000 - 22_500,
            "region": years * 10_000,
            "state": years * 60_000.5 - 7_500,
            "person": years * 60_000,
        }
    )
    assert value.total == pytest.approx(sum(value.by_payer.values()))


def test_internships_count_for_nothing_but_their_training(tmp_path: Path) -> None:
    """Without a wage nobody saves or gains, and the course is paid all the same."""
    problem = one_place("internship")
    value = society_value(problem, solve(problem).plan, amounts(tmp_path))

    assert value.full_time == 0
    assert value.total == -30_000


def test_an_empty_plan_is_worth_nothing(tmp_path: Path) -> None:
    """Nobody placed, nothing saved, nothing paid."""
    problem = replace(one_place(), cohorts=())
    value = society_value(problem, solve(problem).plan, amounts(tmp_path))

    assert value.total == 0


def test_no_amount_has_a_default(tmp_path: Path) -> None:
    """What is missing is listed, all of it, and so is what is unknown or no number."""
    with pytest.raises(InvalidInput) as caught:
        amounts(tmp_path, 'years = 1.5\nextra = 1\n[municipality]\nsaved_per_year = "much"\nlost = 2\n')
    found = [(fault.code, fault.field) for fault in caught.value.faults]

    assert found == [
        ("unknown_key", "extra"),
        ("missing_value", "source"),
        ("missing_value", "would_have_worked_percent"),
        ("wrong_type", "years"),
        ("unknown_key", "municipality.lost"),
        *(
            ("missing_value", f"municipality.{key}")
            for key in ("saved_per_year", "gained_per_year", "training_percent")
        ),
        *(("missing_value", payer) for payer in PAYERS[1:]),
    ]


def test_only_the_discount_has_a_default_and_it_is_the_public_one(tmp_path: Path) -> None:
    """3.5 per cent a year, as Trafikverket's ASEK has it."""
    read = amounts(tmp_path, FILE.replace("discount_percent = 10\n", ""))

    assert read.discount_percent == Decimal("3.5")
    assert read.present_years == pytest.approx(1 + 1 / 1.035)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("training_percent = 75", "training_percent = 70", "training_percent"),
        ("would_have_worked_percent = 25", "would_have_worked_percent = 101", "would_have_worked_percent"),
        ("years = 2", "years = 0", "years"),
    ],
)
def test_values_keep_to_their_range(tmp_path: Path, old: str, new: str, field: str) -> None:
    """Training is paid in full by somebody, and a share is a share."""
    with pytest.raises(InvalidInput) as caught:
        amounts(tmp_path, FILE.replace(old, new))

    assert [fault.field for fault in caught.value.faults] == [field]
