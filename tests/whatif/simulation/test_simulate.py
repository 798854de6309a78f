"""Simulated plans: exact where the exact chance is known, the same on every engine, and honest about what varies."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from matcher.engine import Processes, Threads
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.intervals import LEVEL
from matcher.whatif.kept import Kept, StudyProgress
from matcher.whatif.simulation import Simulation, differences, simulate
from tests import builders as b
from tests.amounts import some

NOTHING_HAPPENS = Assumptions(
    no_show=Decimal(0), refusal=Decimal(0), late=Decimal(0), late_weeks=1, gives_up_per_week=Decimal(0)
)
REPETITIONS = some(600, of=3000)
FIRST_SEED = some(3000, of=0)


def town(num_people: int = 6, owed: int = 4, **tables: Any) -> Problem:
    """Return people who need one course, with a completion rate of 0.8, for a contract that owes some of them."""
    return b.problem(
        **{
            "candidates": [b.candidate(f"C{i}", available_from="2026-04-01") for i in range(num_people)],
            "contracts": [b.contract(obligation_quantity=Decimal(owed))],
            "vacancies": [b.vacancy(positions=owed, contract_id="T1")],
            "vacancy_skills": [b.required_skill()],
            "courses": [b.course(completion_rate=Decimal("0.8"), skills=["forklift"])],
            "cohorts": [b.cohort(seats=num_people)],
        }
        | tables
    )


@cache
def solved(num_people: int = 6, owed: int = 4) -> tuple[Problem, Plan]:
    problem = town(num_people, owed)
    return problem, solve(problem).plan


def simulated(problem: Problem, **arguments: Any) -> Simulation:
    return simulate(problem, solve(problem).plan, **{"replications": 100, "assumptions": NOTHING_HAPPENS} | arguments)


def test_nothing_goes_wrong_where_nothing_can() -> None:
    """With every chance at 0 and a course that all complete, each replication is the plan."""
    done = simulated(town(courses=[b.course(skills=["forklift"])]))

    assert set(done.begun_by_replication) == {4}
    assert (done.begun.low, done.begun.high) == (4, 4)
    assert (done.shortfall.value, done.planned_shortfall, done.all_met.value) == (0, 0, 1)
    (contract,) = done.contracts
    assert (contract.met.value, contract.delivered.value, contract.need.needed) == (1, 4, 0)


@pytest.mark.slow
def test_chances_cover_the_exact_ones_as_often_as_they_say() -> None:
    """Four must complete, or four of any number in reserve too: binomial, and covered in 95 of 100 simulations.

    In the long form 3 000 simulations of 200 replications, with the seeds from 0 on, in the short form 600 with those
    that follow; within two standard errors of the nominal share. The long form has the narrower band, and leaves less
    to which seeds are taken: of the means of the first 500, 92.0 per cent are covered, of all 94.6. Counts are whole,
    so the exact coverage of a single chance differs from nominal by up to a point; over the chances with 0 to 3 people
    more it evens out.
    """
    problem, plan = solved()
    exact = [float(binom.sf(3, 4 + more, 0.8 * 0.97)) for more in range(4)]
    only_no_show = replace(NOTHING_HAPPENS, no_show=Decimal("0.03"))
    covered, covered_mean = [], []
    for seed in range(FIRST_SEED, FIRST_SEED + REPETITIONS):
        done = simulate(problem, plan, replications=200, seed=seed, assumptions=only_no_show)
        chances = done.cohorts[0].chances[:4]
        covered.append([one.low <= chance <= one.high for one, chance in zip(chances, exact, strict=True)])
        covered_mean.append(done.begun.low <= 4 * 0.8 * 0.97 <= done.begun.high)
    two_errors = 2 * sqrt(LEVEL * (1 - LEVEL) / REPETITIONS)

    assert np.mean(covered) == pytest.approx(LEVEL, abs=two_errors)
    assert np.mean(covered_mean) == pytest.approx(LEVEL, abs=two_errors)


def test_reserves_are_the_fewest_that_make_the_promise_sure_enough() -> None:
    """The exact number is that of the binomial distribution; one fewer is not enough, and evidence says so."""
    problem, plan = solved()
    done = simulate(problem, plan, replications=20_000, seed=5, assumptions=NOTHING_HAPPENS, sure=0.95)
    exact = next(more for more in range(20) if binom.sf(3, 4 + more, 0.8) >= 0.95)
    (cohort,) = done.cohorts

    assert (cohort.planned, cohort.seats, cohort.needed, cohort.safely) == (4, 6, exact, exact)
    assert cohort.chances[exact - 1].value < 0.95 <= cohort.chances[exact].value
    assert [one.value for one in cohort.chances] == sorted(one.value for one in cohort.chances)


def test_reserves_are_people_without_a_place_and_then_people_like_those_planned() -> None:
    """Two of six are left over; whoever else is needed has no name."""
    problem, plan = solved()
    (contract,) = simulate(problem, plan, seed=5, sure=0.99).contracts
    left_over = {one.candidate_id for one in problem.candidates} - {one.candidate_id for one in plan.assignments}

    assert set(contract.need.candidate_ids) == left_over
    assert contract.need.needed is not None
    assert contract.need.needed > 2


def test_what_cannot_be_made_sure_is_said_to_be() -> None:
    """Where half of all suppliers' answers are no, and the only person cannot, no reserve helps a late contract."""
    problem = town(candidates=[b.candidate(available_from="2026-04-01", available_until="2026-09-01")], owed=1)
    always_late = replace(NOTHING_HAPPENS, late=Decimal(1))
    (contract,) = simulated(problem, assumptions=always_late).contracts

    assert contract.met.value == 0
    assert (contract.need.needed, contract.need.safely) == (None, None)


def late(weeks: int = 1) -> Assumptions:
    return replace(NOTHING_HAPPENS, late=Decimal(1), late_weeks=weeks)


@pytest.mark.parametrize(("until", "begins"), [("2026-09-07", 0), ("2026-09-08", 1)])
@pytest.mark.parametrize("what", ["permit", "licence", "membership"])
def test_a_later_start_is_judged_on_the_later_day(what: str, until: str, begins: int) -> None:
    """A week late: permit, licence and membership have to hold a week longer, to the day."""
    person = b.candidate(
        available_until=until if what == "permit" else None,
        groups=[f"youth:{until}"] if what == "membership" else ["youth"],
    )
    held = b.held_skill(valid_until=until if what == "licence" else None)
    problem = b.problem(
        candidates=[person],
        candidate_skills=[held],
        vacancies=[b.vacancy(groups=("youth",))],
        vacancy_skills=[b.required_skill()],
    )

    assert set(simulated(problem, assumptions=late()).begun_by_replication) == {begins}


def test_what_counts_is_judged_on_the_later_day_too() -> None:
    """Somebody who is no member any more may begin, but does not count for what is owed."""
    problem = b.problem(
        candidates=[b.candidate(groups=["youth:2026-09-07"])],
        contracts=[b.contract(obligation_quantity=Decimal(1), groups=("youth",))],
        vacancies=[b.vacancy(contract_id="T1", groups=("adults", "youth"))],
    )
    problem = replace(problem, candidates=(b.candidate(groups=["youth:2026-09-07", "adults"]),))
    done = simulated(problem, assumptions=late())

    assert set(done.begun_by_replication) == {1}
    assert done.contracts[0].delivered.value == 0


def test_a_late_contract_is_late_for_everybody() -> None:
    """All vacancies of a contract share its luck: either all begin on time or nobody does."""
    people = [b.candidate(f"C{i}", available_until="2026-09-01") for i in range(8)]
    problem = b.problem(
        candidates=people,
        contracts=[b.contract(obligation_quantity=Decimal(8))],
        vacancies=[b.vacancy(f"V{i}", contract_id="T1") for i in range(8)],
    )
    done = simulated(problem, assumptions=replace(NOTHING_HAPPENS, late=Decimal("0.4")), replications=400)

    assert set(done.begun_by_replication) == {0, 8}
    assert done.all_met.low <= 0.6 <= done.all_met.high


def test_who_was_ready_later_anyway_loses_nothing_by_a_shorter_delay() -> None:
    """A start four weeks after the vacancy's own is not moved by a contract that is a week late."""
    problem = b.problem(
        candidates=[b.candidate(available_from="2026-09-29", available_until="2026-09-29")],
        contracts=[b.contract()],
        vacancies=[b.vacancy(contract_id="T1", start_date="2026-09-01", latest_start_date="2026-10-15")],
    )

    assert set(simulated(problem, assumptions=late()).begun_by_replication) == {1}


def test_waiting_costs_people_week_by_week() -> None:
    """Of those who wait exactly one week, the stated share gives up."""
    gives_up = replace(late(), gives_up_per_week=Decimal("0.3"))
    done = simulated(b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()]), assumptions=gives_up)

    assert done.begun.low <= 0.7 <= done.begun.high


def test_lasting_is_the_forecast_of_those_who_begin() -> None:
    """Where everybody begins, as many last as the plan expects: completion and priority are taken out of the weight."""
    problem = replace(
        town(candidates=[b.candidate(f"C{i}", available_from="2026-04-01", months_out_of_work=24) for i in range(4)]),
        courses=(b.course(completion_rate=Decimal("0.8"), skills=["forklift"]),),
    )
    done = simulated(problem, replications=4000)
    forecast = 1 / (1 + np.exp(-0.1))

    assert done.lasting.low <= 4 * 0.8 * forecast <= done.lasting.high


def test_the_same_luck_meets_every_plan() -> None:
    """A plan that leaves one person out begins with exactly those of the others, in every single replication."""
    problem, plan = solved()
    shorter = replace(plan, assignments=plan.assignments[1:])
    one, other = (simulate(problem, each, seed=3, replications=300) for each in (plan, shorter))
    gone = np.array(one.begun_by_replication) - np.array(other.begun_by_replication)
    difference = differences(one, other)

    assert set(gone.tolist()) == {0, 1}
    assert difference.begun.value == pytest.approx(-gone.mean())
    assert difference.begun.high - difference.begun.low < one.begun.high - one.begun.low


def test_only_simulations_under_the_same_luck_are_compared() -> None:
    """Other seeds would make chance look like a difference."""
    problem, plan = solved()
    one, other = (simulate(problem, plan, seed=seed, replications=20) for seed in (1, 2))

    with pytest.raises(ValueError, match="must share seed"):
        differences(one, other)


def test_engines_and_the_size_of_pieces_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads, processes, one piece or many: the same numbers."""
    problem, plan = solved()
    whole = simulate(problem, plan, replications=60, seed=4)
    monkeypatch.setattr("matcher.whatif.simulation.replications.AT_ONCE", 7)
    with Processes(2) as processes:
        found = [simulate(problem, plan, replications=60, seed=4, engine=each) for each in (Threads(3), processes)]

    assert found == [whole, whole]


def test_an_interrupted_simulation_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finished pieces are not drawn again, a spoilt one is, and progress counts what was there."""
    monkeypatch.setattr("matcher.whatif.simulation.replications.AT_ONCE", 10)
    problem, plan = solved()
    whole = simulate(problem, plan, replications=50, seed=4)
    simulate(problem, plan, replications=30, seed=4, kept=Kept(tmp_path))
    files = sorted(tmp_path.rglob("*.json"))
    files[0].write_text("{half a")
    told: list[StudyProgress] = []
    resumed = simulate(problem, plan, replications=50, seed=4, kept=Kept(tmp_path), on_progress=told.append)

    assert resumed == whole
    assert len(files) == 3
    assert [one.done for one in told] == [2, 3, 4, 5]
    assert [one.remaining_s for one in told][::3] == [None, 0]
    told.clear()
    assert simulate(problem, plan, replications=50, seed=4, kept=Kept(tmp_path), on_progress=told.append) == whole
    assert [one.done for one in told] == [5]


def test_another_plan_or_assumption_is_not_taken_from_what_is_kept(tmp_path: Path) -> None:
    """Results are named by everything that they follow from."""
    problem, plan = solved()
    shorter = replace(plan, assignments=plan.assignments[1:])
    for each, given in ((plan, NOTHING_HAPPENS), (shorter, NOTHING_HAPPENS), (plan, late())):
        arguments: dict[str, Any] = {"replications": 20, "assumptions": given}
        assert simulate(problem, each, kept=Kept(tmp_path), **arguments) == simulate(problem, each, **arguments)


def test_a_plan_of_another_problem_is_refused() -> None:
    """What becomes of a plan can only be said of the problem that it answers."""
    problem, plan = solved()

    with pytest.raises(ValueError, match="must answer this problem"):
        simulate(replace(problem, candidates=problem.candidates[1:]), plan)
    with pytest.raises(ValueError, match="Replications must lie between"):
        simulate(problem, plan, replications=1)
