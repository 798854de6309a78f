"""Somebody steps in: places that fall vacant are filled again, within every limit, under the same luck as before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.engine import Processes, Threads
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.draws import Draws
from matcher.whatif.kept import Kept
from matcher.whatif.simulation import Refilled, Simulation, simulate
from matcher.whatif.simulation.ground import Ground, ground_of
from matcher.whatif.simulation.happening import Events, Fall, weeks_late
from matcher.whatif.simulation.places import FOREVER
from matcher.whatif.simulation.refilling import Luck, Refilling, refilled
from tests import builders as b
from tests.strategies import random_problem
from tests.whatif.rolling.test_roll import quarter
from tests.whatif.simulation.test_simulate import NOTHING_HAPPENS

EARLY = "2026-04-01"


def stepped_in(problem: Problem, **arguments: Any) -> tuple[Simulation, Refilled]:
    given: dict[str, Any] = {"replications": 40, "assumptions": NOTHING_HAPPENS, "reaction": "resolve"} | arguments
    done = simulate(problem, solve(problem).plan, **given)
    assert done.refilled is not None
    return done, done.refilled


def trained(num_ready: int = 1, **tables: Any) -> Problem:
    """Return somebody who was promised a place after a course that half complete, and others who could begin."""
    ready = [f"R{number}" for number in range(num_ready)]
    return b.problem(
        **{
            "candidates": [b.candidate(name, available_from=EARLY) for name in ("C1", *ready)],
            "candidate_skills": [b.held_skill(name) for name in ready],
            "contracts": [b.contract(obligation_quantity=Decimal(1))],
            "vacancies": [b.vacancy(contract_id="T1")],
            "vacancy_skills": [b.required_skill()],
            "courses": [b.course(completion_rate=Decimal("0.5"), skills=["forklift"])],
            "cohorts": [b.cohort(seats=1)],
            "decisions": [b.decision("C1", "V1", "accepted")],
        }
        | tables
    )


def test_who_drops_out_is_replaced_by_who_is_free() -> None:
    """Half of the time the course is not completed; then the other begins, and the obligation is met every time."""
    done, filled = stepped_in(trained())

    assert 0.3 < done.begun.value < 0.7
    assert set(filled.begun_by_replication) == {1}
    assert (filled.all_met.value, filled.contracts[0].met.value, filled.shortfall.value) == (1, 1, 0)
    assert filled.placed_again.value == pytest.approx(1 - done.begun.value)
    assert filled.more_begun.value == pytest.approx(1 - done.begun.value)
    assert filled.training_cost.value == 0


def test_nobody_free_leaves_the_place_open() -> None:
    """Who dropped out does not begin the course again, though another cohort has a seat in time."""
    again = [b.cohort("K1", seats=1), b.cohort("K2", start_date="2026-07-15", end_date="2026-08-20")]
    done, filled = stepped_in(trained(0, cohorts=again))

    assert filled.begun_by_replication == done.begun_by_replication
    assert filled.placed_again.value == 0


def test_a_completed_cohort_needs_no_second_seat() -> None:
    """Who is refused after the course takes another place that needs it, though the course is full and paid."""
    problem = b.problem(
        candidates=[b.candidate("C1", available_from=EARLY)],
        contracts=[b.contract("T1", obligation_quantity=Decimal(1)), b.contract("T2", start_date="2026-10-05")],
        vacancies=[b.vacancy("V1", contract_id="T1"), b.vacancy("V2", contract_id="T2")],
        vacancy_skills=[b.required_skill("V1"), b.required_skill("V2")],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort(seats=1, cost_per_seat=Decimal(500), budget_id="B1")],
        budgets=[b.budget("B1", 500)],
    )
    half = replace(NOTHING_HAPPENS, refusal=Decimal("0.5"))
    done, filled = stepped_in(problem, assumptions=half, replications=120)
    lots = Draws(0)
    refused = [lots.uniforms("is taken", [f"C1\x1f{name}"], 0, 120)[0] < 0.5 for name in ("V1", "V2")]

    assert np.array_equal(np.array(filled.begun_by_replication) == 0, refused[0] & refused[1])
    assert filled.begun.low <= 0.75 <= filled.begun.high
    assert done.begun.low <= 0.5 <= done.begun.high
    assert filled.training_cost.value == 0


def test_who_does_not_come_is_not_placed_again() -> None:
    """Somebody who stayed away, or gave up waiting, is no candidate for the next place."""
    two = [b.vacancy("V1", start_date="2026-09-01"), b.vacancy("V2", start_date="2026-11-02")]
    problem = b.problem(candidates=[b.candidate("C1")], vacancies=two, decisions=[b.decision("C1", "V1", "accepted")])
    never_comes = replace(NOTHING_HAPPENS, no_show=Decimal(1))
    gives_up = replace(NOTHING_HAPPENS, late=Decimal(1), late_weeks=1, gives_up_per_week=Decimal(1))

    for assumptions in (never_comes, gives_up):
        _, filled = stepped_in(problem, assumptions=assumptions)
        assert (filled.begun.value, filled.placed_again.value) == (0, 0)


@pytest.mark.parametrize(("weeks", "filled_again"), [(0, 0), (1, 1)])
def test_a_place_is_filled_for_so_long_after_its_latest_start(weeks: int, filled_again: int) -> None:
    """A no-show on the first day can be replaced in the week that follows, where the supplier waits so long."""
    people = [b.candidate(name) for name in ("C1", "C2")]
    problem = b.problem(candidates=people, vacancies=[b.vacancy()], decisions=[b.decision("C1", "V1", "accepted")])
    assumptions = replace(NOTHING_HAPPENS, no_show=Decimal("0.5"), replace_weeks=weeks)
    _, filled = stepped_in(problem, assumptions=assumptions, replications=60)
    lots = Draws(0)
    away = [lots.uniforms("comes", [f"{name}\x1fV1"], 0, 60)[0] < 0.5 for name in ("C1", "C2")]
    missing = away[0] & away[1] if filled_again else away[0]

    assert np.array_equal(np.array(filled.begun_by_replication) == 0, missing)


def test_a_late_contract_leaves_more_time() -> None:
    """Whoever would come too late for the planned start is in time where the contract is late, once that shows."""
    people = [b.candidate("C1", available_until="2026-09-01"), b.candidate("C2", available_from="2026-09-08")]
    problem = b.problem(
        candidates=people,
        contracts=[b.contract()],
        vacancies=[b.vacancy(contract_id="T1", latest_start_date="2026-09-08")],
        decisions=[b.decision("C1", "V1", "accepted")],
    )
    late = replace(NOTHING_HAPPENS, late=Decimal(1), late_weeks=1)
    done, filled = stepped_in(problem, assumptions=late)

    assert set(done.begun_by_replication) == {0}
    assert set(filled.begun_by_replication) == {1}


def test_newcomers_take_what_nobody_could() -> None:
    """An open place waits for somebody like those who are there; with nobody to come it stays open."""
    problem = b.problem(
        candidates=[b.candidate("C1", available_from=EARLY)],
        vacancies=[b.vacancy("V1", start_date="2026-05-04"), b.vacancy("V2", start_date="2026-12-07")],
        decisions=[b.decision("C1", "V1", "accepted")],
    )
    many = replace(NOTHING_HAPPENS, arrivals_per_month=Decimal(4))
    _, alone = stepped_in(problem)
    _, filled = stepped_in(problem, assumptions=many, replications=50)

    assert set(alone.begun_by_replication) == {1}
    assert filled.begun.value > 1.95
    assert filled.came.low <= 4 * 31 * 7 / 30.4375 <= filled.came.high
    assert alone.came.value == 0


def test_stepping_in_never_takes_anything_from_the_planned() -> None:
    """In each replication at least as many begin as when nobody does, by exactly those who were placed again."""
    problem = replace(quarter(), courses=(replace(quarter().courses[0], completion_rate=Decimal("0.6")),))
    unlucky = Assumptions(no_show=Decimal("0.2"), refusal=Decimal("0.2"), late=Decimal("0.3"), late_weeks=4)
    plan = solve(problem).plan
    alone = simulate(problem, plan, replications=30, seed=5, assumptions=unlucky)
    done = simulate(problem, plan, replications=30, seed=5, assumptions=unlucky, reaction="resolve")

    assert done.refilled is not None
    assert replace(done, refilled=None) == alone
    more = np.array(done.refilled.begun_by_replication) - np.array(alone.begun_by_replication)
    assert (more >= 0).all()
    assert more.mean() == pytest.approx(done.refilled.more_begun.value)
    assert done.refilled.more_begun.low > 0
    assert done.refilled.shortfall.value <= alone.shortfall.value


def one_year(
    ground: Ground, problem: Problem, plan: Any, assumptions: Assumptions, replication: int
) -> tuple[Refilling, Luck]:
    planned = ground.reader.places(plan.assignments, ground.planned)
    fall = Events(planned, assumptions, 3, replication, 1).fall
    comes = np.ones(len(ground.week), dtype=np.bool_)
    luck = Luck(
        seed=3,
        replication=replication,
        places=planned,
        fall=fall,
        weeks_late=weeks_late(ground.delay_names, assumptions, Draws(3), replication, 1)[:, 0],
        comes=comes,
    )
    return refilled(ground, assumptions, luck), luck


@pytest.mark.parametrize("replication", range(4))
def test_no_limit_is_broken_on_any_day(replication: int) -> None:
    """Positions at any time, people, seats once begun, and the days on which somebody may begin, counted by hand."""
    base = quarter()
    problem = replace(
        base,
        courses=(replace(base.courses[0], completion_rate=Decimal("0.5")),),
        cohorts=(*base.cohorts, b.cohort("K2", start_date="2026-09-14", end_date="2026-10-23", seats=3)),
    )
    unlucky = Assumptions(no_show=Decimal("0.3"), refusal=Decimal("0.3"), late=Decimal(0), replace_weeks=3)
    plan = solve(problem).plan
    ground = ground_of(problem, plan, unlucky, build_columns(problem))
    made, luck = one_year(ground, problem, plan, unlucky, replication)
    records = list(zip(plan.assignments, luck.fall.day[:, 0].tolist(), strict=True))
    taken = [
        (places.candidate_ids[p], ground.columns.limits.vacancy_ids[places.vacancy[p]], int(places.start[p]), begins)
        for places, happening in zip(made.places, made.happening, strict=True)
        for p, begins in enumerate(happening.begins[:, 0].tolist())
    ]

    assert taken
    begun = Counter(entry.vacancy_id for entry, day in records if day == FOREVER)
    begun.update(vacancy for _, vacancy, _, begins in taken if begins)
    positions = {vacancy.vacancy_id: vacancy.positions for vacancy in problem.vacancies}
    assert all(number <= positions[name] for name, number in begun.items())
    who = [entry.candidate_id for entry, day in records if day == FOREVER]
    who += [name for name, _, _, begins in taken if begins]
    assert max(Counter(who).values()) == 1
    seats = {cohort.cohort_id: cohort.seats for cohort in problem.cohorts}
    enrolled = {(entry.candidate_id, k) for entry in plan.assignments for k in entry.cohort_ids}
    enrolled |= {
        (ground.columns.limits.candidate_ids[ground.columns.candidate[e]], k)
        for e in made.columns.tolist()
        for k in ground.columns.route(e)
    }
    left_before = {  # whose seat somebody else could have, for they fell out before the cohort began
        (entry.candidate_id, cohort.cohort_id)
        for entry, day in records
        for cohort in problem.cohorts
        if day < cohort.start_date.toordinal()
    }
    used = Counter(k for name, k in enrolled if (name, k) not in left_before)
    assert all(number <= seats[name] for name, number in used.items())
    starts = {vacancy.vacancy_id: vacancy for vacancy in problem.vacancies}
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    for _, vacancy_id, start, _ in taken:
        latest = contracts[starts[vacancy_id].contract_id or ""].start_date
        assert latest is not None
        assert latest.toordinal() <= start <= latest.toordinal() + 3 * 7


def test_the_same_on_every_engine_and_after_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads, processes, pieces of any size, and pieces that were finished before."""
    problem = trained(2)
    plan = solve(problem).plan
    arguments: dict[str, Any] = {
        "replications": 12,
        "seed": 4,
        "reaction": "resolve",
        "assumptions": replace(Assumptions(), arrivals_per_month=Decimal(2)),
    }
    whole = simulate(problem, plan, **arguments)
    monkeypatch.setattr("matcher.whatif.simulation.reaction.AT_ONCE", 5)
    first = simulate(problem, plan, **arguments, kept=Kept(tmp_path), engine=Threads(2))
    max(tmp_path.rglob("*.json")).unlink()
    with Processes(2) as processes:
        again = simulate(problem, plan, **arguments, kept=Kept(tmp_path), engine=processes)

    assert first == again == whole


@pytest.mark.parametrize("seed", [5, 8, 11, 14])
def test_whatever_rules_a_problem_mixes_stepping_in_adds(seed: int) -> None:
    """Quotas, resources, optional cohorts: in no replication do fewer begin than when nobody does."""
    problem = random_problem(seed, max_candidates=8, max_vacancies=6, max_cohorts=5)
    unlucky = Assumptions(
        no_show=Decimal("0.2"), refusal=Decimal("0.3"), late=Decimal("0.4"), arrivals_per_month=Decimal(3)
    )
    done, filled = stepped_in(problem, replications=4, seed=seed, assumptions=unlucky)

    pairs = zip(filled.begun_by_replication, done.begun_by_replication, strict=True)
    assert all(more >= alone for more, alone in pairs)


def test_days_are_needed_for_stepping_in() -> None:
    """Pairs without dates say nothing about who could still be in time."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy(start_date=None)], pairs=[b.pair()])

    with pytest.raises(ValueError, match="must have a date"):
        simulate(problem, solve(problem).plan, replications=2, reaction="resolve")


def test_falls_show_while_a_course_runs_or_on_the_first_day() -> None:
    """Dropping out on any day of the course, equally likely; a refusal on the day of the job."""
    problem = trained(0)
    plan = solve(problem).plan
    ground = ground_of(problem, plan, NOTHING_HAPPENS, build_columns(problem))
    planned = ground.reader.places(plan.assignments, ground.planned)
    dropped: Fall = Events(planned, NOTHING_HAPPENS, 0, 0, 4000).fall
    days = dropped.day[0][dropped.day[0] < FOREVER] - problem.cohorts[0].start_date.toordinal()
    length = (problem.cohorts[0].end_date - problem.cohorts[0].start_date).days + 1
    refused = Events(planned, replace(NOTHING_HAPPENS, refusal=Decimal(1)), 0, 0, 50).fall

    assert (days.min(), days.max()) == (0, length - 1)
    assert days.mean() == pytest.approx((length - 1) / 2, abs=4 * length / np.sqrt(12 * len(days)))
    assert dropped.stays[0][dropped.day[0] < FOREVER].all()
    assert set(refused.day[0][refused.passes[0]].tolist()) == {b.START.toordinal()}
