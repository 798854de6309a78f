"""Intervals of what stepping in comes to cover the exact figures as often as they say."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.whatif.intervals import LEVEL, Estimate
from matcher.whatif.simulation import Refilled, simulate
from tests import builders as b
from tests.whatif.simulation.test_simulate import NOTHING_HAPPENS

REPETITIONS = max(30, int(os.environ.get("STUDY_INSTANCES", "0")) // 2)  # 500 where somebody has the time
REPLICATIONS = 16
PLANNED, READY, OWED = 4, 2, 3
COMPLETES, COMES = 0.5, 0.8


def town() -> tuple[Problem, Plan]:
    """Return four who were promised places after a course that half complete, and two who could begin at once."""
    day = "2026-08-03"
    planned, ready = ([f"{kind}{number}" for number in range(count)] for kind, count in (("C", PLANNED), ("R", READY)))
    problem = b.problem(
        candidates=[b.candidate(name, available_from=day) for name in (*planned, *ready)],
        candidate_skills=[b.held_skill(name) for name in ready],
        contracts=[b.contract(obligation_quantity=Decimal(OWED))],
        vacancies=[b.vacancy(positions=PLANNED, contract_id="T1")],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(completion_rate=Decimal(str(COMPLETES)), skills=["forklift"])],
        cohorts=[b.cohort(start_date=day, end_date="2026-08-21", seats=PLANNED)],
        decisions=[b.decision(name, "V1", "accepted") for name in planned],
    )
    return problem, solve(problem).plan


def exact() -> dict[str, float]:
    """Return each figure by the binomial distribution: of those who drop out, two at most are replaced.

    Whoever does not come on the first day is not, for no supplier waits here.
    """
    dropped = np.arange(PLANNED + 1)
    chance = binom.pmf(dropped, PLANNED, 1 - COMPLETES)
    again = np.minimum(dropped, READY)
    ready = PLANNED - dropped + again
    shortfall = [
        sum(max(0, OWED - count) * binom.pmf(count, number, COMES) for count in range(number + 1))
        for number in ready.tolist()
    ]
    return {
        "begun": float(chance @ ready) * COMES,
        "more_begun": float(chance @ again) * COMES,
        "placed_again": float(chance @ again),
        "shortfall": float(chance @ np.array(shortfall)),
        "all_met": float(chance @ binom.sf(OWED - 1, ready, COMES)),
    }


@pytest.mark.slow
def test_intervals_cover_exact_figures_when_somebody_steps_in_by_oracles() -> None:
    """Thirty simulations of sixteen replications, or 500 of them: as often as they say, within two standard errors.

    The figures of one simulation hang together, so that all of them count as one for the error.
    """
    problem, plan = town()
    assumptions = replace(NOTHING_HAPPENS, no_show=Decimal(str(round(1 - COMES, 1))), replace_weeks=0)
    covered: list[list[bool]] = []
    for seed in range(REPETITIONS):
        arguments: dict[str, Any] = {"replications": REPLICATIONS, "seed": seed, "assumptions": assumptions}
        filled = simulate(problem, plan, **arguments, reaction="resolve").refilled
        assert filled is not None
        covered.append([_covers(filled, name, value) for name, value in exact().items()])
    two_errors = 2 * sqrt(LEVEL * (1 - LEVEL) / REPETITIONS)

    assert np.mean(covered) > LEVEL - two_errors
    assert np.mean(covered) < min(1.0, LEVEL + two_errors)
    assert np.mean(covered, axis=0).min() > LEVEL - 2 * two_errors  # no single figure is far off


def _covers(filled: Refilled, name: str, value: float) -> bool:
    estimate: Estimate = getattr(filled, name)
    return estimate.low <= value <= estimate.high
