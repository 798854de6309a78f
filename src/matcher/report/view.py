"""What the page shows, as plain objects: prepared from the problem and the plan, before any text or markup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.explain import PlanReading, Reading, Route, UnfilledReason, taken_route
from matcher.plan import Assignment, Delivery, Plan, QuotaBreach
from matcher.problem import Budget, Cohort, Contract, Course, Problem, Quota, Resource, Vacancy
from matcher.report.summary import RunFacts, Summary, summarise
from matcher.report.timeline import Timeline, timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One person in one vacancy, with the route that leads there.

    Parameters
    ----------
    candidate_id : str
    vacancy : Vacancy
    route : Route
    days_late : int
        Days after the vacancy's first day, where the policy puts a price on them.
    """

    candidate_id: str
    vacancy: Vacancy
    route: Route
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPlacements:
    """Everybody placed for one contract (``None``: vacancies without one), in order of start."""

    contract: Contract | None
    placements: tuple[Placement, ...]
    open: int

    @property
    def first_start(self) -> date | None:
        """Return the first day on which somebody starts."""
        return min((entry.route.start_date for entry in self.placements if entry.route.start_date), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The contracts whose first person starts in one month (``None`` where starts have no dates)."""

    first_day: date | None
    contracts: tuple[ContractPlacements, ...]

    @property
    def people(self) -> int:
        """Return how many people the month's contracts get."""
        return sum(len(contract.placements) for contract in self.contracts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What one contract is owed and gets."""

    contract: Contract
    required: Decimal
    delivered: Decimal

    @property
    def is_met(self) -> bool:
        """Tell whether everything owed is delivered."""
        return self.delivered >= self.required


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaUse:
    """A quota, how many placements count for it, and by how many persons it is broken."""

    quota: Quota
    members: int
    placements: int
    breach: QuotaBreach | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVacancy:
    """A vacancy with open positions, and why."""

    vacancy: Vacancy
    contract: Contract | None
    start: date | None
    open: int
    reason: UnfilledReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSeats:
    """A cohort and its seats: taken by this plan, promised before, left."""

    cohort: Cohort
    course: Course
    enrolled: int
    new: int

    @property
    def state(self) -> str:
        """Return whether the cohort has begun, is planned, or, where it is optional, runs in this plan."""
        if self.cohort.status != "optional":
            return self.cohort.status
        return "opened" if self.enrolled else "not_running"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetUse:
    """A budget and what this plan leaves of it."""

    budget: Budget
    left: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """A resource and what this plan leaves of it."""

    resource: Resource
    left: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Everything on the page."""

    summary: Summary
    facts: RunFacts
    plan: Plan
    months: tuple[Month, ...]
    timeline: Timeline | None
    obligations: tuple[Obligation, ...]
    quotas: tuple[QuotaUse, ...]
    unfilled: tuple[tuple[str | None, tuple[OpenVacancy, ...]], ...]
    cohorts: tuple[CohortSeats, ...]
    budgets: tuple[BudgetUse, ...]
    resources: tuple[ResourceUse, ...]


def plan_view(problem: Problem, plan: Plan, facts: RunFacts) -> PlanView:
    """Return what the page of a plan shows.

    Parameters
    ----------
    problem : Problem
        The one that the plan answers.
    plan : Plan
    facts : RunFacts
    """
    in_plan = PlanReading(Reading(problem), plan)
    return PlanView(
        summary=summarise(problem, plan, facts),
        facts=facts,
        plan=plan,
        months=_months(in_plan),
        timeline=timeline(in_plan),
        obligations=_obligations(problem, plan.shortfalls),
        quotas=_quotas(in_plan),
        unfilled=_unfilled(in_plan, facts.unfilled),
        cohorts=_cohorts(in_plan),
        budgets=tuple(
            BudgetUse(budget=budget, left=in_plan.left_in_budget[budget.budget_id])
            for budget in sorted(problem.budgets, key=lambda budget: budget.budget_id)
        ),
        resources=tuple(
            ResourceUse(resource=resource, left=in_plan.left_of_resource[resource.resource_id])
            for resource in sorted(problem.resources, key=lambda resource: resource.resource_id)
        ),
    )


def _months(plan: PlanReading) -> tuple[Month, ...]:
    by_month: dict[date | None, list[ContractPlacements]] = defaultdict(list)
    for contract in _contracts(plan):
        first = contract.first_start
        by_month[first.replace(day=1) if first else None].append(contract)
    return tuple(
        Month(first_day=month, contracts=tuple(sorted(by_month[month], key=_contract_order)))
        for month in sorted(by_month, key=lambda month: month or date.max)
    )


def _contracts(plan: PlanReading) -> list[ContractPlacements]:
    by_contract: dict[str | None, list[Assignment]] = defaultdict(list)
    for assignment in plan.plan.assignments:
        by_contract[plan.reading.places[assignment.vacancy_id].terms.vacancy.contract_id].append(assignment)
    open_positions: dict[str | None, int] = defaultdict(int)
    for entry in plan.plan.unfilled:
        open_positions[plan.reading.places[entry.vacancy_id].terms.vacancy.contract_id] += entry.open
    owners = {contract.contract_id: contract for contract in plan.reading.problem.contracts}
    return [
        ContractPlacements(
            contract=owners[contract_id] if contract_id is not None else None,
            placements=tuple(sorted((_placement(plan, entry) for entry in entries), key=_placement_order)),
            open=open_positions[contract_id],
        )
        for contract_id, entries in by_contract.items()
    ]


def _placement(plan: PlanReading, assignment: Assignment) -> Placement:
    return Placement(
        candidate_id=assignment.candidate_id,
        vacancy=plan.reading.places[assignment.vacancy_id].terms.vacancy,
        route=taken_route(plan, assignment),
        days_late=plan.reading.days_late(assignment) if plan.reading.problem.policy.lateness_per_week else 0,
    )


def _placement_order(placement: Placement) -> tuple[date, str, str]:
    return placement.route.start_date or date.max, placement.vacancy.vacancy_id, placement.candidate_id


def _contract_order(contract: ContractPlacements) -> tuple[date, str]:
    return contract.first_start or date.max, contract.contract.contract_id if contract.contract else ""


def _obligations(problem: Problem, deliveries: Sequence[Delivery]) -> tuple[Obligation, ...]:
    owners = {contract.contract_id: contract for contract in problem.contracts}
    found = [
        Obligation(contract=owners[entry.contract_id], required=entry.required, delivered=entry.delivered)
        for entry in deliveries
    ]
    return tuple(sorted(found, key=lambda entry: (entry.contract.start_date or date.max, entry.contract.contract_id)))


def _quotas(plan: PlanReading) -> tuple[QuotaUse, ...]:
    breaches = {breach.quota_id: breach for breach in plan.plan.quota_breaches}
    found = []
    for quota in sorted(plan.reading.problem.quotas, key=lambda quota: quota.quota_id):
        members, placements = plan.quota_count(quota)
        breach = breaches.get(quota.quota_id)
        found.append(QuotaUse(quota=quota, members=members, placements=placements, breach=breach))
    return tuple(found)


def _unfilled(
    plan: PlanReading, reasons: Sequence[UnfilledReason]
) -> tuple[tuple[str | None, tuple[OpenVacancy, ...]], ...]:
    """Return the open vacancies by code of their reason, the reason with most open positions first."""
    reason_of = {reason.vacancy_id: reason for reason in reasons}
    by_code: dict[str | None, list[OpenVacancy]] = defaultdict(list)
    for entry in plan.plan.unfilled:
        terms = plan.reading.places[entry.vacancy_id].terms
        reason = reason_of.get(entry.vacancy_id)
        by_code[reason.code if reason else None].append(
            OpenVacancy(
                vacancy=terms.vacancy,
                contract=terms.contract,
                start=terms.start_date,
                open=entry.open,
                reason=reason,
            )
        )
    ordered = sorted(by_code, key=lambda code: (-sum(entry.open for entry in by_code[code]), code or ""))
    return tuple((code, tuple(sorted(by_code[code], key=_open_order))) for code in ordered)


def _open_order(entry: OpenVacancy) -> tuple[date, str]:
    return entry.start or date.max, entry.vacancy.vacancy_id


def _cohorts(plan: PlanReading) -> tuple[CohortSeats, ...]:
    promised: dict[str, int] = defaultdict(int)
    for enrolment in plan.reading.problem.standing_enrolments:
        promised[enrolment.cohort_id] += 1
    return tuple(
        CohortSeats(
            cohort=cohort,
            course=plan.reading.courses[cohort.course_id],
            enrolled=plan.enrolled[cohort.cohort_id],
            new=plan.enrolled[cohort.cohort_id] - promised[cohort.cohort_id],
        )
        for cohort in sorted(plan.reading.problem.cohorts, key=lambda cohort: (cohort.start_date, cohort.cohort_id))
    )
