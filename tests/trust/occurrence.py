"""Which rules of the model occur in a random problem, so that a run can show that it mixed them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matcher.plan import Plan
from matcher.problem import Candidate, Problem, Quota, Vacancy
from matcher.problem.policy import TIERS
from tests.oracles.columns import Column, ColumnKey
from tests.oracles.limits import Limits, lost_seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A problem with everything that was asked about it.

    Parameters
    ----------
    problem : Problem
    facts : mapping of column key to Column
    limits : Limits
        What is to be kept of a published plan included.
    """

    problem: Problem
    facts: Mapping[ColumnKey, Column]
    limits: Limits

    def people(self) -> list[Candidate]:
        """Return the candidates who have a column."""
        able = {key[0] for key in self.facts}
        return [row for row in self.problem.candidates if row.candidate_id in able]

    def places(self) -> list[Vacancy]:
        """Return the vacancies that have a column."""
        wanted = {key[1] for key in self.facts}
        return [row for row in self.problem.vacancies if row.vacancy_id in wanted]

    def new_cohorts(self) -> set[str]:
        """Return the cohorts in which some column takes a new seat."""
        return {cohort_id for column in self.facts.values() for cohort_id in column.new_cohorts}

    def counted(self, quota: Quota) -> bool:
        """Tell whether some column lies in a quota's scope."""
        return any(row.vacancy_id in self.limits.scope[quota.quota_id] for row in self.places())

    def has_quota(self, fits: Callable[[Quota], bool]) -> bool:
        """Tell whether a quota of some kind counts any column."""
        return any(fits(quota) and self.counted(quota) for quota in self.problem.quotas)

    def owes(self, unit: str) -> bool:
        """Tell whether a contract is owed something in a unit that some column delivers."""
        delivering = {row.contract_id for row in self.places()}
        return any(
            row.contract_id in self.limits.required and row.contract_id in delivering and row.obligation_unit == unit
            for row in self.problem.contracts
        )

    def overlapping_quotas(self) -> bool:
        """Tell whether two quotas on different groups count the same placements."""
        counted = [(row.group, self.limits.scope[row.quota_id]) for row in self.problem.quotas if self.counted(row)]
        return any(one[0] != other[0] and one[1] & other[1] for one in counted for other in counted)

    def decided(self, kind: str) -> bool:
        """Tell whether people have decided so about some pair."""
        return any(row.decision == kind for row in self.problem.decisions)


Question = Callable[[Instance], bool]


def _columns(fits: Callable[[ColumnKey, Column], bool]) -> Question:
    return lambda asked: any(fits(key, column) for key, column in asked.facts.items())


def _people(fits: Callable[[Candidate], bool]) -> Question:
    return lambda asked: any(fits(row) for row in asked.people())


def _places(fits: Callable[[Vacancy], bool]) -> Question:
    return lambda asked: any(fits(row) for row in asked.places())


def _quotas(fits: Callable[[Quota], bool]) -> Question:
    return lambda asked: asked.has_quota(fits)


def _optional(fits: Callable[[Instance, str], bool]) -> Question:
    return lambda asked: any(
        fits(asked, cohort_id) for cohort_id in asked.limits.optional if cohort_id in asked.new_cohorts()
    )


def _with_resource(fits: Callable[[Instance, Vacancy], bool]) -> Question:
    return lambda asked: any(
        fits(asked, row)
        for row in asked.places()
        if any(key[1] == row.vacancy_id and column.resource_id for key, column in asked.facts.items())
    )


def _is_hard(kind: str) -> Question:
    return _quotas(lambda quota: quota.hard and getattr(quota, kind) is not None)


def _is_priced(kind: str) -> Question:
    return _quotas(lambda quota: not quota.hard and getattr(quota, kind) is not None)


RULES: dict[str, Question] = {
    "derived columns": lambda asked: bool(asked.facts) and not asked.problem.pairs,
    "ready-scored pairs": lambda asked: bool(asked.facts) and bool(asked.problem.pairs),
    "route of one cohort": _columns(lambda key, _: len(key[2]) == 1),
    "route of several cohorts": _columns(lambda key, _: len(key[2]) > 1),
    "seat already promised in the route": _columns(lambda key, column: len(column.new_cohorts) < len(key[2])),
    "membership that ends": _people(lambda row: any(entry.until is not None for entry in row.groups)),
    "available until a day": _people(lambda row: row.available_until is not None),
    "distance": _people(lambda row: row.max_distance_km is not None),
    "wished occupations": _people(lambda row: bool(row.occupations)),
    "part-time candidate": _people(lambda row: row.extent_percent < 100),
    "part-time vacancy": _places(lambda row: row.extent_percent < 100),
    "several positions": _places(lambda row: row.positions > 1),
    "priced lateness": lambda asked: asked.problem.policy.lateness_per_week > 0 and not asked.problem.pairs,
    "several placements": _people(lambda row: row.max_placements > 1),
    "most trainings of a candidate": _people(lambda row: row.max_trainings is not None),
    "most trainings in all": lambda asked: asked.problem.policy.max_trainings_total is not None,
    "seats": lambda asked: bool(asked.new_cohorts()),
    "budget": lambda asked: any(
        row.budget_id is not None and row.cohort_id in asked.new_cohorts() for row in asked.problem.cohorts
    ),
    "optional cohort": _optional(lambda asked, cohort_id: True),
    "optional cohort with a smallest enrolment": _optional(lambda asked, name: asked.limits.optional[name].least > 1),
    "optional cohort with a fixed cost": _optional(lambda asked, name: asked.limits.optional[name].cost > 0),
    "obligation in persons": lambda asked: asked.owes("persons"),
    "obligation in hours": lambda asked: asked.owes("hours"),
    "obligation in person-months": lambda asked: asked.owes("person_months"),
    "obligation in credit": lambda asked: asked.owes("credit"),
    "closed contract": lambda asked: any(row.status in ("ended", "cancelled") for row in asked.problem.contracts),
    **{
        f"hard {kind.replace('_', ' ')}": _is_hard(kind)
        for kind in ("min_count", "max_count", "min_share", "max_share")
    },
    **{
        f"priced {kind.replace('_', ' ')}": _is_priced(kind)
        for kind in ("min_count", "max_count", "min_share", "max_share")
    },
    **{
        f"quota of a {scope}": _quotas(lambda quota, scope=scope: quota.scope == scope)  # type: ignore[misc]
        for scope in ("contract", "supplier", "buyer")
    },
    "quotas on overlapping groups": Instance.overlapping_quotas,
    "floor for those furthest from work": _quotas(lambda quota: quota.months_out_of_work is not None),
    "resource with a stated use": _with_resource(
        lambda asked, row: bool(asked.problem.pairs) or row.resource_use is not None
    ),
    "shared place": _with_resource(lambda asked, row: not asked.problem.pairs and row.resource_use is None),
    "pinned pair": lambda asked: asked.decided("pinned"),
    "accepted pair": lambda asked: asked.decided("accepted"),
    "forbidden pair": lambda asked: asked.decided("forbidden"),
    "promised seat that is gone": lambda asked: bool(lost_seats(asked.problem)),
    "published plan": lambda asked: "changes" in asked.limits.tiers and bool(asked.limits.published),
    "another order of aims": lambda asked: asked.problem.policy.tiers != TIERS,
}


def rules_in(asked: Instance) -> set[str]:
    """Return the rules that occur, each with a candidate, a place or a column that it concerns."""
    return {name for name, occurs in RULES.items() if occurs(asked)}


OUTCOMES: dict[str, Callable[[Instance, Plan], bool]] = {
    "somebody is trained": lambda _, plan: any(row.cohort_ids for row in plan.assignments),
    "an optional cohort runs": lambda asked, plan: any(
        row.runs and row.cohort_id in asked.limits.optional for row in plan.cohorts
    ),
    "an optional cohort that somebody could use does not run": lambda asked, plan: any(
        not row.runs and row.cohort_id in asked.limits.optional and row.cohort_id in asked.new_cohorts()
        for row in plan.cohorts
    ),
    "somebody has several placements": lambda _, plan: (
        len({row.candidate_id for row in plan.assignments}) < len(plan.assignments)
    ),
    "an obligation is missed": lambda _, plan: any(row.delivered < row.required for row in plan.shortfalls),
    "a quota is missed at its price": lambda _, plan: bool(plan.quota_breaches),
    "a promise is broken": lambda _, plan: bool(plan.breaches),
    "a published placement changes": lambda asked, plan: any(
        row.name == "changes" and row.value > 0 for row in plan.tiers
    ),
}


def outcomes_in(asked: Instance, plan: Plan) -> set[str]:
    """Return what the rules have led to in a plan."""
    return {name for name, occurs in OUTCOMES.items() if occurs(asked, plan)}
