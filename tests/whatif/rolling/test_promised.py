"""Promises before the first day of a year: what stands is kept, as in a plan, and what cannot stand is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.problem import Decision, Problem
from matcher.solve import solve
from matcher.whatif.rolling import Arrivals, Rolling, roll
from matcher.whatif.rolling.promised import promised
from tests import builders as b
from tests.strategies import random_problem
from tests.whatif.rolling.test_roll import quarter


def pinned(candidate_id: str, vacancy_id: str, kind: str = "pinned") -> Decision:
    return b.decision(candidate_id, vacancy_id, kind)


def drivers(*decisions: Decision, seats: int = 1) -> Problem:
    """Return four people for a place that asks for a licence, which two courses give, and one that asks for nothing."""
    dates = {"start_date": "2026-03-02", "end_date": "2026-04-30"}
    return b.problem(
        candidates=[b.candidate(name, available_from="2026-01-01") for name in ("A", "B", "C", "D")],
        vacancies=[b.vacancy("V1", 2, start_date="2026-06-01"), b.vacancy("V2", 2, start_date="2026-07-01")],
        vacancy_skills=[b.required_skill("V1", "licence")],
        courses=[
            b.course("U1", completion_rate="0.9", skills=["licence"]),
            b.course("U2", completion_rate="0.6", skills=["licence"]),
        ],
        cohorts=[b.cohort("K1", "U1", seats=seats, **dates), b.cohort("K2", "U2", seats=seats, **dates)],
        decisions=decisions,
    )


def rolled(problem: Problem, known: float = 0.5) -> Rolling:
    return roll(problem, replications=2, seed=1, arrivals=Arrivals(known=known), num_futures=1)


@pytest.mark.parametrize(
    "decisions",
    [
        [("A", "V2"), ("B", "V2"), ("C", "V2")],
        [("A", "V1"), ("A", "V2")],
        [("A", "V1"), ("B", "V1"), ("C", "V1")],
    ],
)
def test_contradictory_pins_are_refused_as_a_plan_refuses_them(decisions: list[tuple[str, str]]) -> None:
    """The same error with the same sentences as the solve of the same problem."""
    problem = drivers(*(pinned(*pair) for pair in decisions))
    with pytest.raises(ContradictoryDecisions) as of_plan:
        solve(problem)
    with pytest.raises(ContradictoryDecisions) as of_years:
        rolled(problem)

    assert of_years.value.contradictions == of_plan.value.contradictions


def test_a_pinned_pair_that_is_not_eligible_is_refused() -> None:
    """No year is drawn that leaves out what people have decided."""
    with pytest.raises(ContradictoryDecisions, match="not eligible"):
        rolled(replace(drivers(pinned("A", "V1")), cohorts=()))


def test_promises_whose_best_routes_compete_go_by_others() -> None:
    """Two people for one seat in the better course: one of them goes by the other course, as in the plan."""
    problem = drivers(pinned("A", "V1"), pinned("B", "V1"))
    routes = promised(problem, build_columns(problem), 0.0).routes

    assert sorted(routes.values()) == [("K1",), ("K2",)]
    assert all(year.placed >= 2 for one in rolled(problem).policies for year in one.years)


def test_an_accepted_pair_that_cannot_be_kept_is_broken_as_in_a_plan() -> None:
    """Three have accepted two places: the two are kept in every year."""
    problem = drivers(*(pinned(name, "V2", "accepted") for name in "ABC"))
    routes = promised(problem, build_columns(problem), 0.0).routes
    plan = solve(problem).plan

    assert set(routes) == {(one.candidate_id, "V2") for one in plan.assignments if one.vacancy_id == "V2"}
    assert rolled(problem).replications == 2


@pytest.mark.parametrize("share", [{"min_share": "0.5"}, {"max_share": "0.25"}])
def test_a_share_that_promises_alone_do_not_keep_is_not_broken_further(share: dict[str, str]) -> None:
    """A floor or a ceiling that the rest of a plan keeps refuses nothing, and hindsight stays the most of all."""
    problem = quarter(("placements",))
    held = ("C01", "C02") if "min_share" in share else ("C00", "C04")  # the group is youth: every fourth
    decisions = tuple(pinned(name, "V0a") for name in held)
    done = rolled(replace(problem, quotas=(b.quota(**share),), decisions=decisions))

    for one in done.policies:
        for year, best in zip(one.years, done.hindsight, strict=True):
            assert year.placed > 2
            assert year.placements <= best.placements_bound


def test_an_optional_cohort_that_a_promise_needs_runs() -> None:
    """One was promised a place by a cohort of at least two: it runs, as in the plan, where two take part."""
    problem = drivers(pinned("A", "V1"), seats=4)
    cohorts = (replace(problem.cohorts[0], status="optional", min_participants=2),)
    done = promised(replace(problem, cohorts=cohorts), build_columns(replace(problem, cohorts=cohorts)), 0.0)

    assert done.routes == {("A", "V1"): ("K1",)}
    assert done.problem.cohorts[0].status == "planned"
    assert rolled(replace(problem, cohorts=cohorts)).replications == 2


@pytest.mark.parametrize("seed", [0, 7, 34, 41, 61])
def test_years_and_plans_judge_decisions_alike(seed: int) -> None:
    """Problems that mix all rules: years are refused where no plan is possible, and there alone."""
    problem = random_problem(seed, max_cohorts=6, has_pins=True, is_contradictory=seed % 7 == 0, is_ready_scored=False)
    assert contradictions(lambda: rolled(problem)) == contradictions(lambda: solve(problem))


def contradictions(act: Callable[[], object]) -> tuple[str, ...]:
    try:
        act()
    except ContradictoryDecisions as error:
        return error.contradictions
    return ()


def test_a_policy_without_placements_is_compared_by_them_all_the_same() -> None:
    """What years are told in is there whatever the policy pursues."""
    for tiers in (("cost",), ("shortfall",)):
        done = rolled(quarter(tiers), known=0.9)
        assert all(best.placements_bound > 0 for best in done.hindsight)
