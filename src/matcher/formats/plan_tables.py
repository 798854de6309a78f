"""A plan as tables for people: its rows joined with titles, names and dates from the problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.formats.kinds import BOOLEAN, DATE, DECIMAL, ID, INTEGER, LIST, NUMBER, TEXT, WORD, Kind
from matcher.formats.schema import Column
from matcher.plan import Plan
from matcher.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTable:
    """One table of an exported plan.

    Parameters
    ----------
    name : str
    columns : tuple of Column
    rows : list of tuple
        Values in the order of the columns; ``None`` where the problem does not say.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]


def plan_tables(plan: Plan, problem: Problem) -> list[PlanTable]:
    """Return the tables of a plan for the problem that it answers."""
    return [
        _table("assignments", _ASSIGNMENTS, _assignments(plan, problem)),
        _table("cohorts", _COHORTS, _cohorts(plan, problem)),
        _table("shortfalls", _SHORTFALLS, _shortfalls(plan, problem)),
        _table("unfilled", _UNFILLED, _unfilled(plan, problem)),
        _table("quota_breaches", _BREACHES, _breaches(plan, problem)),
        _table("breaches", _PROMISES, _promises(plan)),
        _table("tiers", _TIERS, _tiers(plan)),
    ]


_ASSIGNMENTS = {
    "candidate_id": ID,
    "vacancy_id": ID,
    "title": TEXT,
    "contract_id": ID,
    "contract": TEXT,
    "supplier": TEXT,
    "start_date": DATE,
    "cohort_ids": LIST,
    "courses": TEXT,
    "score": DECIMAL,
}
_COHORTS = {
    "cohort_id": ID,
    "course_id": ID,
    "course": TEXT,
    "start_date": DATE,
    "end_date": DATE,
    "seats": INTEGER,
    "enrolled": INTEGER,
    "runs": BOOLEAN,
}
_SHORTFALLS = {
    "contract_id": ID,
    "contract": TEXT,
    "supplier": TEXT,
    "unit": WORD,
    "required": DECIMAL,
    "delivered": DECIMAL,
    "short": DECIMAL,
}
_UNFILLED = {"vacancy_id": ID, "title": TEXT, "contract_id": ID, "positions": INTEGER, "open": INTEGER}
_BREACHES = {
    "quota_id": ID,
    "group": ID,
    "months_out_of_work": INTEGER,
    "scope": WORD,
    "scope_id": TEXT,
    "short": DECIMAL,
    "excess": DECIMAL,
}
_PROMISES = {"kind": WORD, "candidate_id": ID, "id": ID, "reason": WORD, "price": DECIMAL}
_TIERS = {"tier": WORD, "value": DECIMAL, "bound": DECIMAL, "gap": NUMBER, "claimed_gap": NUMBER}


def _table(name: str, kinds: Mapping[str, Kind], rows: Iterator[tuple[Any, ...]]) -> PlanTable:
    columns = tuple(Column(name=column, kind=kind, meaning="", example="") for column, kind in kinds.items())
    return PlanTable(name=name, columns=columns, rows=list(rows))


def _by_id(problem: Problem, table: str, key: str) -> dict[str | None, Any]:
    return {getattr(row, key): row for row in getattr(problem, table)}


def _of(thing: Any, field: str) -> Any:
    return None if thing is None else getattr(thing, field)


def _assignments(plan: Plan, problem: Problem) -> Iterator[tuple[Any, ...]]:
    vacancies = _by_id(problem, "vacancies", "vacancy_id")
    contracts = _by_id(problem, "contracts", "contract_id")
    cohorts = _by_id(problem, "cohorts", "cohort_id")
    courses = _by_id(problem, "courses", "course_id")
    for each in plan.assignments:
        vacancy = vacancies.get(each.vacancy_id)
        contract = contracts.get(_of(vacancy, "contract_id"))
        route = [_course_name(cohorts.get(cohort_id), courses) for cohort_id in each.cohort_ids]
        yield (
            each.candidate_id,
            each.vacancy_id,
            _of(vacancy, "title"),
            _of(vacancy, "contract_id"),
            _of(contract, "title"),
            _of(contract, "supplier"),
            each.start_date,
            each.cohort_ids,
            ", ".join(name for name in route if name) or None,
            each.score,
        )


def _course_name(cohort: Any, courses: Mapping[str | None, Any]) -> str | None:
    course = courses.get(_of(cohort, "course_id"))
    name: str | None = _of(course, "title") or _of(course, "course_id")
    return name


def _cohorts(plan: Plan, problem: Problem) -> Iterator[tuple[Any, ...]]:
    cohorts = _by_id(problem, "cohorts", "cohort_id")
    courses = _by_id(problem, "courses", "course_id")
    for each in plan.cohorts:
        cohort = cohorts.get(each.cohort_id)
        yield (
            each.cohort_id,
            _of(cohort, "course_id"),
            _of(courses.get(_of(cohort, "course_id")), "title"),
            _of(cohort, "start_date"),
            _of(cohort, "end_date"),
            _of(cohort, "seats"),
            each.enrolled,
            each.runs,
        )


def _shortfalls(plan: Plan, problem: Problem) -> Iterator[tuple[Any, ...]]:
    contracts = _by_id(problem, "contracts", "contract_id")
    for each in plan.shortfalls:
        contract = contracts.get(each.contract_id)
        yield (
            each.contract_id,
            _of(contract, "title"),
            _of(contract, "supplier"),
            _of(contract, "obligation_unit"),
            each.required,
            each.delivered,
            max(each.required - each.delivered, each.required * 0),
        )


def _unfilled(plan: Plan, problem: Problem) -> Iterator[tuple[Any, ...]]:
    vacancies = _by_id(problem, "vacancies", "vacancy_id")
    for each in plan.unfilled:
        vacancy = vacancies.get(each.vacancy_id)
        yield (
            each.vacancy_id,
            _of(vacancy, "title"),
            _of(vacancy, "contract_id"),
            _of(vacancy, "positions"),
            each.open,
        )


def _breaches(plan: Plan, problem: Problem) -> Iterator[tuple[Any, ...]]:
    quotas = _by_id(problem, "quotas", "quota_id")
    for each in plan.quota_breaches:
        quota = quotas.get(each.quota_id)
        yield (
            each.quota_id,
            _of(quota, "group"),
            _of(quota, "months_out_of_work"),
            _of(quota, "scope"),
            _of(quota, "scope_id"),
            each.short,
            each.excess,
        )


def _promises(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for each in plan.breaches:
        yield each.kind, each.candidate_id, each.entity_id, each.reason, each.price


def _tiers(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for each in plan.tiers:
        yield each.name, each.value, each.bound, each.gap, each.claimed_gap
