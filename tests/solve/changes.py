"""One change of a random problem: the kinds that planners ask about, each of which leaves a valid problem."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from matcher.problem import Candidate, Decision, Problem, Vacancy

Change = Callable[[Problem, random.Random], Problem | None]


def with_row(rows: tuple[Any, ...], old: Any, new: Any) -> tuple[Any, ...]:
    """Return a table with one row in the place of another."""
    return tuple(new if row is old else row for row in rows)


def with_candidate(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with one candidate more, like one of those there are."""
    if not problem.candidates:
        return None
    like = draw.choice(problem.candidates)
    name = f"{draw.choice('aZ')}-new-{draw.randrange(10**6)}"

    def copies(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*rows, *(replace(row, candidate_id=name) for row in rows if row.candidate_id == like.candidate_id))

    return replace(
        problem,
        candidates=(*problem.candidates, replace(like, candidate_id=name)),
        candidate_skills=copies(problem.candidate_skills),
        pairs=copies(problem.pairs),
    )


def without_candidate(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem without somebody and everything that names them."""
    if len(problem.candidates) < 2:
        return None
    gone: Candidate = draw.choice(problem.candidates)

    def others(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row for row in rows if row.candidate_id != gone.candidate_id)

    tables = ("candidates", "candidate_skills", "pairs", "decisions", "enrolments")
    return replace(problem, **{table: others(getattr(problem, table)) for table in tables})


def other_seats(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a seat more or less in a cohort."""
    if not problem.cohorts:
        return None
    cohort = draw.choice(problem.cohorts)
    seats = cohort.seats + draw.choice((-1, 1))
    if seats < max(1, cohort.min_participants):
        return None
    return replace(problem, cohorts=with_row(problem.cohorts, cohort, replace(cohort, seats=seats)))


def other_positions(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a position more or less in a vacancy."""
    if not problem.vacancies:
        return None
    vacancy = draw.choice(problem.vacancies)
    positions = vacancy.positions + draw.choice((-1, 1))
    if positions < 1:
        return None
    return replace(problem, vacancies=with_row(problem.vacancies, vacancy, replace(vacancy, positions=positions)))


def other_start(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a job that starts two weeks later or earlier."""
    dated = [vacancy for vacancy in problem.vacancies if vacancy.start_date is not None]
    if not dated:
        return None
    vacancy: Vacancy = draw.choice(dated)
    by = timedelta(days=draw.choice((-14, 14)))
    assert vacancy.start_date is not None
    latest = vacancy.latest_start_date
    moved = replace(
        vacancy, start_date=vacancy.start_date + by, latest_start_date=None if latest is None else latest + by
    )
    return replace(problem, vacancies=with_row(problem.vacancies, vacancy, moved))


def other_budget(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with more money, or less."""
    if not problem.budgets:
        return None
    budget = draw.choice(problem.budgets)
    amount = max(Decimal(0), budget.amount + draw.choice((-10_000, 500, 10_000)))
    return replace(problem, budgets=with_row(problem.budgets, budget, replace(budget, amount=amount)))


def without_requirement(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem without one skill that some vacancy asks for."""
    if not problem.vacancy_skills:
        return None
    dropped = draw.choice(problem.vacancy_skills)
    return replace(problem, vacancy_skills=tuple(row for row in problem.vacancy_skills if row is not dropped))


def other_quota(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a quota that asks for one more or one fewer, or without it."""
    if not problem.quotas:
        return None
    quota = draw.choice(problem.quotas)
    if quota.min_count is not None and quota.max_count is None and draw.random() < 0.7:
        fewest = max(0, quota.min_count + draw.choice((-1, 1)))
        return replace(problem, quotas=with_row(problem.quotas, quota, replace(quota, min_count=fewest)))
    return replace(problem, quotas=tuple(row for row in problem.quotas if row is not quota))


def with_decision(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a pair that is forbidden, or pinned, by somebody's decision."""
    if not problem.candidates or not problem.vacancies:
        return None
    pair = (draw.choice(problem.candidates).candidate_id, draw.choice(problem.vacancies).vacancy_id)
    if any((row.candidate_id, row.vacancy_id) == pair for row in problem.decisions):
        return None
    kind = draw.choice(("forbidden", "forbidden", "pinned"))
    decision = Decision(candidate_id=pair[0], vacancy_id=pair[1], decision=kind)  # type: ignore[arg-type]
    return replace(problem, decisions=(*problem.decisions, decision))


def other_order_of_aims(problem: Problem, draw: random.Random) -> Problem | None:
    """Return the problem with a policy that leaves out an aim."""
    aims = problem.policy.tiers
    if len(aims) < 3:
        return None
    left_out = draw.choice(aims[1:-1])
    return replace(problem, policy=replace(problem.policy, tiers=tuple(aim for aim in aims if aim != left_out)))


CHANGES: tuple[Change, ...] = (
    with_candidate,
    without_candidate,
    other_seats,
    other_positions,
    other_start,
    other_budget,
    without_requirement,
    other_quota,
    with_decision,
    other_order_of_aims,
)


def changed(problem: Problem, draw: random.Random) -> Problem:
    """Return the problem after one change, drawn among those that are possible."""
    while True:
        found = draw.choice(CHANGES)(problem, draw)
        if found is not None:
            return found
