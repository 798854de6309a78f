"""One change of a problem at a time, where it hurts: of what its plan uses, not of what nobody misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from matcher.problem import Decision, Problem
from matcher.solve import Solved

Change = Callable[[Problem, Solved], Problem | None]


def _put(rows: tuple[Any, ...], old: Any, new: Any) -> tuple[Any, ...]:
    return tuple(new if row is old else row for row in rows)


def _first(rows: Any) -> Any:
    return next(iter(rows), None)


def candidate_more(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with one candidate more, like the first who has no place."""
    placed = {one.candidate_id for one in solved.plan.assignments}
    like = _first(row for row in problem.candidates if row.candidate_id not in placed) or problem.candidates[0]
    name = f"{like.candidate_id}-new"

    def copied(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*rows, *(replace(row, candidate_id=name) for row in rows if row.candidate_id == like.candidate_id))

    return replace(
        problem,
        candidates=(*problem.candidates, replace(like, candidate_id=name)),
        candidate_skills=copied(problem.candidate_skills),
        pairs=copied(problem.pairs),
    )


def candidate_gone(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem without the first candidate who has a place."""
    gone = solved.plan.assignments[0].candidate_id

    def others(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row for row in rows if row.candidate_id != gone)

    tables = ("candidates", "candidate_skills", "pairs", "decisions", "enrolments")
    return replace(problem, **{table: others(getattr(problem, table)) for table in tables})


def seat_more(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with one seat more in a cohort that is full."""
    enrolled = {one.cohort_id: one.enrolled for one in solved.plan.cohorts}
    full = _first(row for row in problem.cohorts if enrolled.get(row.cohort_id) == row.seats)
    if full is None:
        return None
    return replace(problem, cohorts=_put(problem.cohorts, full, replace(full, seats=full.seats + 1)))


def seat_less(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with one seat less in a cohort that is full."""
    enrolled = {one.cohort_id: one.enrolled for one in solved.plan.cohorts}
    full = _first(row for row in problem.cohorts if enrolled.get(row.cohort_id) == row.seats > row.min_participants)
    if full is None or full.seats < 2:
        return None
    return replace(problem, cohorts=_put(problem.cohorts, full, replace(full, seats=full.seats - 1)))


def position_more(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with one position more in a vacancy that is filled."""
    place = solved.plan.assignments[0].vacancy_id
    vacancy = next(row for row in problem.vacancies if row.vacancy_id == place)
    return replace(
        problem, vacancies=_put(problem.vacancies, vacancy, replace(vacancy, positions=vacancy.positions + 1))
    )


def _moved(problem: Problem, solved: Solved, days: int) -> Problem | None:
    used = {one.vacancy_id for one in solved.plan.assignments}
    dated = _first(row for row in problem.vacancies if row.vacancy_id in used and row.start_date is not None)
    if dated is None:
        return None
    by, latest = timedelta(days=days), dated.latest_start_date
    moved = replace(dated, start_date=dated.start_date + by, latest_start_date=None if latest is None else latest + by)
    return replace(problem, vacancies=_put(problem.vacancies, dated, moved))


def start_later(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with a job that begins two weeks later."""
    return _moved(problem, solved, 14)


def start_earlier(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with a job that begins two weeks earlier."""
    return _moved(problem, solved, -14)


def money_more(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem with 10 000 kronor more in its first budget."""
    if not problem.budgets:
        return None
    budget = problem.budgets[0]
    return replace(problem, budgets=_put(problem.budgets, budget, replace(budget, amount=budget.amount + 10_000)))


def requirement_less(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem without a skill that a vacancy with open positions asks for."""
    unfilled = {one.vacancy_id for one in solved.plan.unfilled}
    asked = _first(row for row in problem.vacancy_skills if row.vacancy_id in unfilled and row.kind == "must")
    if asked is None:
        return None
    return replace(problem, vacancy_skills=tuple(row for row in problem.vacancy_skills if row is not asked))


def quota_raised(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem whose first quota with a least number asks for one person more."""
    quota = _first(row for row in problem.quotas if row.min_count is not None and row.max_count is None)
    if quota is None:
        return None
    return replace(problem, quotas=_put(problem.quotas, quota, replace(quota, min_count=quota.min_count + 1)))


def _decided(problem: Problem, candidate_id: str, vacancy_id: str, decision: Any) -> Problem:
    own = Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=decision)
    kept = tuple(row for row in problem.decisions if (row.candidate_id, row.vacancy_id) != (candidate_id, vacancy_id))
    return replace(problem, decisions=(*kept, own))


def pair_forbidden(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem in which a pair of the plan is forbidden."""
    decided = {(row.candidate_id, row.vacancy_id) for row in problem.decisions}
    pairs = ((one.candidate_id, one.vacancy_id) for one in solved.plan.assignments)
    pair = _first(pair for pair in pairs if pair not in decided)
    return None if pair is None else _decided(problem, *pair, "forbidden")


def pair_pinned(problem: Problem, solved: Solved) -> Problem | None:
    """Return the problem in which somebody without a place gets one that others have."""
    placed = {one.candidate_id for one in solved.plan.assignments}
    limits, columns = solved.columns.limits, solved.columns
    for column in range(0, len(columns), max(1, len(columns) // 1000)):
        candidate_id = limits.candidate_ids[columns.candidate[column]]
        if candidate_id not in placed and columns.routes.length[columns.route_idx[column]] == 0:
            return _decided(problem, candidate_id, limits.vacancy_ids[columns.vacancy[column]], "pinned")
    return None


CHANGES: dict[str, Change] = {
    "one candidate more": candidate_more,
    "a placed candidate gone": candidate_gone,
    "a seat more in a full cohort": seat_more,
    "a seat less in a full cohort": seat_less,
    "a position more": position_more,
    "a start two weeks later": start_later,
    "a start two weeks earlier": start_earlier,
    "10 000 kronor more": money_more,
    "a requirement less": requirement_less,
    "a least number raised by one": quota_raised,
    "a pair of the plan forbidden": pair_forbidden,
    "another pair pinned": pair_pinned,
}
