"""Questions begin from what was solved before where that helps, and never depend on it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import SolverFailure
from matcher.plan import Plan, Progress
from matcher.problem import Policy, Problem
from matcher.problem.changes import ChangePolicy, ChangeSeats, Scenario
from matcher.solve import Solved, resolve
from matcher.whatif.answers import Answer, Asking, Question
from matcher.whatif.scenarios import compare_scenarios
from tests import builders as b

STARTS = "matcher.whatif.answers.resolve"


class FailingStart:
    """Solves, but fails as a solver library does whenever it begins from something earlier.

    Parameters
    ----------
    is_fresh_sound : bool
        Whether it solves at least from nothing.
    """

    def __init__(self, *, is_fresh_sound: bool = True) -> None:
        self.began_from: list[Solved | Plan | None] = []
        self._is_fresh_sound = is_fresh_sound

    def __call__(self, problem: Problem, previous: Solved | Plan | None = None, **arguments: Any) -> Solved:
        """Solve from nothing alone."""
        self.began_from.append(previous)
        if previous is not None or not self._is_fresh_sound:
            raise SolverFailure("GLOP ended with reason 6.")
        return resolve(problem, None, **arguments)


def town(seats: int = 2) -> Problem:
    return b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01", months_out_of_work=9 * i) for i in range(4)],
        contracts=[b.contract(obligation_quantity=Decimal(3))],
        vacancies=[b.vacancy(positions=4, contract_id="T1")],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort(seats=seats)],
    )


def reached(answer: Answer) -> list[tuple[Any, ...]]:
    plan = answer.required_plan()
    return [*((tier.name, tier.value, tier.bound) for tier in plan.tiers), *plan.assignments]


def test_a_start_that_fails_is_given_up_for_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is that of solving from nothing: the same values, bounds and people."""
    first, changed = Question(problem=town()), Question(problem=town(seats=3))
    expected = Asking().answer(changed)
    failing = FailingStart()
    asking = Asking()
    base = asking.answer(first)
    monkeypatch.setattr(STARTS, failing)

    answer = asking.answer(changed, base)

    assert [each is None for each in failing.began_from] == [False, True]
    assert reached(answer) == reached(expected)


def test_a_failure_without_anything_earlier_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even a fresh start fails there is no answer, and none is made up: neither first nor after a start."""
    base = Asking().answer(Question(problem=town()))
    failing = FailingStart(is_fresh_sound=False)
    monkeypatch.setattr(STARTS, failing)

    with pytest.raises(SolverFailure, match="reason 6"):
        Asking().answer(Question(problem=town(seats=1)))
    assert failing.began_from == [None]
    with pytest.raises(SolverFailure, match="reason 6"):
        Asking().answer(Question(problem=town(seats=1)), base)
    assert failing.began_from[-1] is None


def test_a_study_whose_starts_all_fail_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenarios under other weights of the policy: every field as if nothing had been known."""
    problem = town()
    scenarios = [
        Scenario(name="waiting counts", changes=(ChangePolicy(values={"priority_per_year": Decimal(5)}),)),
        Scenario(name="one seat more", changes=(ChangeSeats(cohort_id="K1", by=1),)),
    ]
    policies = (problem.policy, replace(problem.policy, name="long waits", priority_per_year=Decimal(2)))
    expected = compare_scenarios(problem, scenarios, policies)
    failing = FailingStart()
    monkeypatch.setattr(STARTS, failing)

    found = compare_scenarios(problem, scenarios, policies)

    assert sum(each is not None for each in failing.began_from) >= 3
    assert [(each.tiers, each.affected) for each in found.outcomes] == [
        (each.tiers, each.affected) for each in expected.outcomes
    ]


def test_another_order_of_aims_begins_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices hold the aims that were solved before, so a start of another order would speak of other plans."""
    problem = town()
    base = Asking().answer(Question(problem=problem))
    failing = FailingStart()
    monkeypatch.setattr(STARTS, failing)

    Asking().answer(Question(problem=replace(problem, policy=Policy(tiers=("placements", "cost")))), base)

    assert failing.began_from == [None]


def test_a_solve_in_this_process_can_be_followed() -> None:
    """Aim by aim, as that of a single plan is; nothing else about the answer changes."""
    told: list[Progress] = []

    answer = Asking(on_solve=told.append).answer(Question(problem=town()))

    assert {each.tier for each in told} >= {"placements"}
    assert answer == Asking().answer(Question(problem=town()))
