"""What a plan does to pairs: who has which place, and which limit of the plan keeps an eligible person out of one.

Only what can be read off the problem and the plan is said: a vacancy is full, a cohort is full, a budget does not
reach, a resource is used up, a hard quota would break. Where none of these stands in the way, that is said too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from matcher.explain.facts import Blocker, Fact, Route, failed
from matcher.explain.reading import Person, Place, Reading
from matcher.explain.together import personal_blockers
from matcher.plan import Assignment, Plan
from matcher.problem import Quota


class PlanReading:
    """A plan, counted against the limits of its problem.

    Parameters
    ----------
    reading : Reading
        Of the problem that the plan answers.
    plan : Plan
    """

    def __init__(self, reading: Reading, plan: Plan) -> None:
        self.reading = reading
        self.plan = plan
        self.of_candidate: dict[str, list[Assignment]] = defaultdict(list)
        self.of_vacancy: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in plan.assignments:
            self.of_candidate[assignment.candidate_id].append(assignment)
            self.of_vacancy[assignment.vacancy_id].append(assignment)
        self.enrolled = self._enrolled()
        self.left_in_budget = self._left_in_budgets()
        self.left_of_resource = self._left_of_resources()
        self._limits_by_route: dict[tuple[str, ...], list[Blocker]] = {}
        self._hard_quotas = [quota for quota in reading.problem.quotas if quota.hard]
        self._quota_counts = {quota.quota_id: self.quota_count(quota) for quota in self._hard_quotas}

    def open_positions(self, place: Place) -> int:
        """Return how many positions of a vacancy nobody has."""
        vacancy = place.terms.vacancy
        return max(0, vacancy.positions - len(self.of_vacancy.get(vacancy.vacancy_id, ())))

    def seats_left(self, cohort_id: str) -> int:
        """Return how many more people a cohort takes."""
        if self.reading.cohorts[cohort_id].status == "cancelled":
            return 0
        return max(0, self.reading.cohorts[cohort_id].seats - self.enrolled[cohort_id])

    def runs(self, cohort_id: str) -> bool:
        """Tell whether a cohort runs: an optional one only with people in it, a cancelled one never."""
        status = self.reading.cohorts[cohort_id].status
        return status in ("running", "planned") or (status == "optional" and self.enrolled[cohort_id] > 0)

    def has_free_time(self, person: Person) -> bool:
        """Tell whether a candidate may take one more place."""
        taken = len(self.of_candidate.get(person.candidate.candidate_id, ()))
        return taken < person.candidate.max_placements

    def blockers(self, person: Person, place: Place, route: Route) -> list[Blocker]:
        """Return the limits that one more placement by a route would break, positions aside."""
        own = self.of_candidate.get(person.candidate.candidate_id, ())
        has_seat = {cohort_id for entry in own for cohort_id in entry.cohort_ids}  # one serves every placement
        new = tuple(step.cohort_id for step in route.steps if step.is_new and step.cohort_id not in has_seat)
        if new not in self._limits_by_route:
            self._limits_by_route[new] = [*self._closed_cohorts(new), *self._spent_budgets(new)]
        return (
            self._limits_by_route[new]
            + self._spent_resources(person, place, route)
            + self._personal(person, place, route, own)
            + [
                Blocker(kind="quota", entity_id=quota.quota_id, people=1)
                for quota in self._hard_quotas
                if covers(quota, place) and self._would_break(quota, person, route)
            ]
        )

    def blocker_fact(self, blocker: Blocker) -> Fact:
        """Return a limit that is reached as a fact with its numbers."""
        if blocker.kind == "seats":
            cohort_id = blocker.entity_id
            seats = self.reading.cohorts[cohort_id].seats
            return failed("route", "plan_cohort_full", cohort=cohort_id, enrolled=self.enrolled[cohort_id], seats=seats)
        if blocker.kind == "not_running":
            return failed("route", "plan_cohort_not_running", cohort=blocker.entity_id)
        if blocker.kind == "budget":
            left = max(Decimal(0), self.left_in_budget[blocker.entity_id])
            return failed("route", "plan_budget_spent", budget=blocker.entity_id, left=left)
        if blocker.kind == "resource":
            left = self.left_of_resource[blocker.entity_id]
            return failed("pair", "plan_resource_used", resource=blocker.entity_id, left=left)
        if blocker.kind in ("hours", "training"):
            return failed("extent" if blocker.kind == "hours" else "route", f"plan_{blocker.kind}_taken")
        return failed("group", "plan_quota_reached", quota=blocker.entity_id)

    def _enrolled(self) -> Counter[str]:
        seats = {(entry.candidate_id, entry.cohort_id) for entry in self.reading.problem.standing_enrolments}
        for assignment in self.plan.assignments:
            seats.update((assignment.candidate_id, cohort_id) for cohort_id in assignment.cohort_ids)
        return Counter(cohort_id for _, cohort_id in seats)

    def _left_in_budgets(self) -> dict[str, Decimal]:
        left = {budget.budget_id: budget.amount for budget in self.reading.problem.budgets}
        for cohort in self.reading.problem.cohorts:
            if cohort.budget_id is not None:
                fixed = cohort.fixed_cost if self.runs(cohort.cohort_id) else Decimal(0)
                left[cohort.budget_id] -= cohort.cost_per_seat * self.enrolled[cohort.cohort_id] + fixed
        return left

    def _left_of_resources(self) -> dict[str, Decimal]:
        left = {resource.resource_id: resource.limit for resource in self.reading.problem.resources}
        if left:
            for entry in self.plan.assignments:
                resource_id, use = self.reading.resource(entry.candidate_id, entry.vacancy_id, entry.cohort_ids)
                if resource_id is not None:
                    left[resource_id] -= use
        return left

    def _personal(self, person: Person, place: Place, route: Route, own: Sequence[Assignment]) -> list[Blocker]:
        policy = self.reading.problem.policy
        if not own and policy.max_trainings_total is None:
            return []
        return personal_blockers(
            person,
            place,
            route,
            [(entry, self.reading.place(entry.vacancy_id)) for entry in own],
            self.reading.cohorts,
            policy,
            self.enrolled.total() - len(self.reading.problem.standing_enrolments),
        )

    def _spent_resources(self, person: Person, place: Place, route: Route) -> list[Blocker]:
        if not self.left_of_resource:
            return []
        cohort_ids = tuple(step.cohort_id for step in route.steps)
        resource_id, use = self.reading.resource(
            person.candidate.candidate_id, place.terms.vacancy.vacancy_id, cohort_ids
        )
        if resource_id is None or use <= self.left_of_resource[resource_id]:
            return []
        return [Blocker(kind="resource", entity_id=resource_id, people=1)]

    def _closed_cohorts(self, new: tuple[str, ...]) -> Iterator[Blocker]:
        for cohort_id in new:
            if not self.runs(cohort_id):
                yield Blocker(kind="not_running", entity_id=cohort_id, people=1)
            elif self.seats_left(cohort_id) == 0:
                yield Blocker(kind="seats", entity_id=cohort_id, people=1)

    def _spent_budgets(self, new: tuple[str, ...]) -> Iterator[Blocker]:
        needed: dict[str, Decimal] = defaultdict(Decimal)
        for cohort in (self.reading.cohorts[cohort_id] for cohort_id in new):
            if cohort.budget_id is not None:
                needed[cohort.budget_id] += cohort.cost_per_seat
        for budget_id, amount in needed.items():
            if amount > max(Decimal(0), self.left_in_budget[budget_id]):
                yield Blocker(kind="budget", entity_id=budget_id, people=1)

    def _would_break(self, quota: Quota, person: Person, route: Route) -> bool:
        """Tell whether one more placement in a quota's scope breaks its hard maximum or a hard share."""
        members, placements = self._quota_counts[quota.quota_id]
        is_member = counts_for(quota, person, route)
        members, placements = members + is_member, placements + 1
        return (
            (quota.max_count is not None and is_member and members > quota.max_count)
            or (quota.max_share is not None and is_member and members > quota.max_share * placements)
            or (quota.min_share is not None and not is_member and members < quota.min_share * placements)
        )

    def quota_count(self, quota: Quota) -> tuple[int, int]:
        """Return the members and all placements that count for a quota."""
        members = placements = 0
        for assignment in self.plan.assignments:
            if covers(quota, self.reading.places[assignment.vacancy_id]):
                route = Route(steps=(), start_date=assignment.start_date)
                placements += 1
                members += counts_for(quota, self.reading.people[assignment.candidate_id], route)
        return members, placements


def covers(quota: Quota, place: Place) -> bool:
    """Tell whether placements in a vacancy count for a quota."""
    if quota.scope == "all":
        return True
    contract = place.terms.contract
    if contract is None:
        return False
    by_scope = {"buyer": contract.buyer, "supplier": contract.supplier, "contract": contract.contract_id}
    return by_scope[quota.scope] == quota.scope_id


def counts_for(quota: Quota, person: Person, route: Route) -> bool:
    """Tell whether a person counts for a quota on the start day of a route; on an open day every membership holds."""
    candidate, day = person.candidate, route.start_date
    if quota.months_out_of_work is not None and candidate.months_out_of_work < quota.months_out_of_work:
        return False
    return quota.group is None or any(
        one.group == quota.group and (day is None or one.holds_on(day)) for one in candidate.groups
    )
