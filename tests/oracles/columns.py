"""Every column of a small problem, by trying all chains of cohorts (docs/model.md sections 2 and 3)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import combinations

from matcher.problem import Candidate, Cohort, Contract, Problem, Vacancy

ColumnKey = tuple[str, str, tuple[str, ...]]
DAY = timedelta(days=1)
EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one column carries.

    Parameters
    ----------
    start : date or None
    weight, cost, units, lottery : int
        Millionths, öre, hundredths of the contract's unit, 1 to 2**20.
    new_cohorts : frozenset of str
        Cohorts in which a new seat is taken.
    groups : frozenset of str
        The candidate's groups on the start day.
    resource_id : str or None
    use : int
        Millionths of the resource's unit; 0 where there is none.
    """

    start: date | None
    weight: int
    cost: int
    units: int
    lottery: int
    new_cohorts: frozenset[str]
    groups: frozenset[str]
    resource_id: str | None = None
    use: int = 0


def enumerate_columns(problem: Problem) -> dict[ColumnKey, Column]:
    """Return every column of a problem without history."""
    world = _World(problem)
    return dict(world.ready_scored() if problem.pairs else world.derived())


def to_hundredths(amount: Decimal) -> int:
    """Return an amount in hundredths, rounded half to even."""
    with localcontext(prec=60):
        return int((amount * 100).to_integral_value(ROUND_HALF_EVEN))


class _World:
    """The rows of a problem, and the rules as questions about them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.policy = problem.policy
        self.contracts = {row.contract_id: row for row in problem.contracts}
        self.cohorts = {row.cohort_id: row for row in problem.cohorts}
        self.courses = {row.course_id: row for row in problem.courses}
        self.places = {row.municipality: row for row in problem.municipalities}
        self.forbidden = {
            (row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "forbidden"
        }

    # ---- the two kinds of problem

    def ready_scored(self) -> Iterator[tuple[ColumnKey, Column]]:
        candidates = {row.candidate_id: row for row in self.problem.candidates}
        vacancies = {row.vacancy_id: row for row in self.problem.vacancies}
        for pair in self.problem.pairs:
            candidate, vacancy = candidates[pair.candidate_id], vacancies[pair.vacancy_id]
            if self.is_closed(vacancy) or (pair.candidate_id, pair.vacancy_id) in self.forbidden:
                continue
            chain = [self.cohorts[cohort_id] for cohort_id in pair.cohort_ids]
            extra = to_hundredths(pair.cost) if pair.cost is not None else 0
            key = (pair.candidate_id, pair.vacancy_id, pair.cohort_ids)
            column = self.column(candidate, vacancy, chain, int(pair.score * 10**6), extra)
            if pair.resource_use:
                column = replace(column, resource_id=pair.resource_id, use=int(pair.resource_use * 10**6))
            yield key, column

    def derived(self) -> Iterator[tuple[ColumnKey, Column]]:
        for candidate in self.problem.candidates:
            chains = list(self.chains(candidate))
            for vacancy in self.problem.vacancies:
                fitting = [chain for chain in chains if self.fits(candidate, vacancy, chain)]
                sets = [frozenset(cohort.cohort_id for cohort in chain) for chain in fitting]
                for chain, own in zip(fitting, sets, strict=True):
                    if any(other < own for other in sets):
                        continue  # not minimal
                    weight = self.weight(candidate, vacancy, chain)
                    key = (candidate.candidate_id, vacancy.vacancy_id, tuple(cohort.cohort_id for cohort in chain))
                    column = self.column(candidate, vacancy, chain, weight, 0)
                    use = self.use(vacancy)
                    yield key, replace(column, resource_id=vacancy.resource_id, use=use) if use else column

    # ---- the vacancy with its contract

    def contract(self, vacancy: Vacancy) -> Contract | None:
        return self.contracts[vacancy.contract_id] if vacancy.contract_id else None

    def is_closed(self, vacancy: Vacancy) -> bool:
        contract = self.contract(vacancy)
        return contract is not None and contract.status in {"ended", "cancelled"}

    def start(self, vacancy: Vacancy) -> date | None:
        contract = self.contract(vacancy)
        return vacancy.start_date or (contract.start_date if contract is not None else None)

    def place(self, vacancy: Vacancy) -> str | None:
        contract = self.contract(vacancy)
        return vacancy.municipality or (contract.municipality if contract is not None else None)

    # ---- chains of cohorts for one person

    def promised(self, candidate: Candidate) -> list[Cohort]:
        seats = [row.cohort_id for row in self.problem.enrolments if row.candidate_id == candidate.candidate_id]
        return [self.cohorts[name] for name in seats if self.cohorts[name].status != "cancelled"]

    def chains(self, candidate: Candidate) -> Iterator[list[Cohort]]:
        """Yield every chain that the person could follow, whatever the vacancy."""
        promised = self.promised(candidate)
        longest = self.policy.max_route_length
        if candidate.max_trainings is not None and candidate.max_trainings < longest:
            longest = candidate.max_trainings
        enterable = [
            cohort for cohort in self.problem.cohorts if cohort in promised or self.is_enterable(candidate, cohort)
        ]
        for length in range(longest + 1):
            for chosen in combinations(enterable, length):
                chain = sorted(chosen, key=lambda cohort: (cohort.start_date, cohort.end_date))
                if self.is_followable(candidate, chain, promised):
                    yield chain

    def is_enterable(self, candidate: Candidate, cohort: Cohort) -> bool:
        return (
            cohort.status in {"planned", "optional"}
            and cohort.start_date >= candidate.available_from
            and self.is_near(candidate, cohort.municipality)
        )

    def is_followable(self, candidate: Candidate, chain: list[Cohort], promised: list[Cohort]) -> bool:
        for number, cohort in enumerate(chain):
            before = chain[:number]
            if before and cohort.start_date <= before[-1].end_date:
                return False
            if cohort in promised:
                continue
            for other in promised:
                if not (cohort.end_date < other.start_date or other.end_date < cohort.start_date):
                    return False
            for needed in self.courses[cohort.course_id].prerequisites:
                if not self.can(candidate, needed.skill, needed.level, cohort.start_date, before):
                    return False
        return True

    def can(self, candidate: Candidate, skill: str, level: int, day: date, chain: list[Cohort]) -> bool:
        """Tell whether the person has a skill on a day, from before or from the chain."""
        for cohort in chain:
            for granted in self.courses[cohort.course_id].skills:
                if granted.skill == skill and granted.level >= level:
                    return True
        for held in self.problem.candidate_skills:
            if held.candidate_id == candidate.candidate_id and held.skill == skill and held.level >= level:
                return held.valid_until is None or held.valid_until >= day
        return False

    # ---- does the place fit?

    def day(self, candidate: Candidate, vacancy: Vacancy, chain: list[Cohort]) -> date | None:
        start = self.start(vacancy)
        if start is None:
            return None
        earliest = max(start, candidate.available_from)
        for cohort in [*chain, *self.promised(candidate)]:
            earliest = max(earliest, cohort.end_date + DAY)
        return earliest

    def fits(self, candidate: Candidate, vacancy: Vacancy, chain: list[Cohort]) -> bool:
        day = self.day(candidate, vacancy, chain)
        if day is None or self.is_closed(vacancy):
            return False
        contract = self.contract(vacancy)
        latest = vacancy.latest_start_date or self.start(vacancy)
        groups = vacancy.groups or (contract.groups if contract is not None else ())
        until = candidate.available_until
        return (
            (latest is not None and day <= latest)
            and (until is None or day <= until)
            and (not groups or bool(set(groups) & self.groups(candidate, day)))
            and self.is_accepted(candidate, vacancy)
            and vacancy.extent_percent <= candidate.extent_percent
            and self.is_near(candidate, self.place(vacancy))
            and (candidate.candidate_id, vacancy.vacancy_id) not in self.forbidden
            and all(
                self.can(candidate, row.skill, row.level, day, chain)
                for row in self.problem.vacancy_skills
                if row.vacancy_id == vacancy.vacancy_id and row.kind == "must"
            )
        )

    def is_accepted(self, candidate: Candidate, vacancy: Vacancy) -> bool:
        if not candidate.occupations or vacancy.occupation is None:
            return True
        return any(vacancy.occupation[: len(code)] == code for code in candidate.occupations)

    def groups(self, candidate: Candidate, day: date | None) -> set[str]:
        return {row.group for row in candidate.groups if row.until is None or day is None or row.until >= day}

    def km(self, home: str | None, place: str | None) -> float | None:
        """Return the way in tenths of a km by the chord between two points of the sphere."""
        if home is not None and home == place:
            return 0.0
        if home not in self.places or place not in self.places:
            return None
        points = []
        for code in (home, place):
            town = self.places[code]
            latitude, longitude = math.radians(town.latitude), math.radians(town.longitude)
            across = math.cos(latitude)
            points.append((across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)))
        return round(2 * EARTH_KM * math.asin(min(1.0, math.dist(*points) / 2)), 1)

    def is_near(self, candidate: Candidate, place: str | None) -> bool:
        if candidate.max_distance_km is None or place is None:
            return True
        km = self.km(candidate.municipality, place)
        return km is not None and km <= candidate.max_distance_km

    # ---- what it carries

    def column(
        self, candidate: Candidate, vacancy: Vacancy, chain: list[Cohort], weight: int, extra_cost: int
    ) -> Column:
        promised = self.promised(candidate)
        new = [cohort for cohort in chain if cohort not in promised]
        day = self.day(candidate, vacancy, chain)
        return Column(
            start=day,
            weight=weight,
            cost=extra_cost + sum(to_hundredths(cohort.cost_per_seat) for cohort in new),
            units=self.units(candidate, vacancy, day),
            lottery=self.lottery(candidate, vacancy, chain),
            new_cohorts=frozenset(cohort.cohort_id for cohort in new),
            groups=frozenset(self.groups(candidate, day)),
        )

    def weight(self, candidate: Candidate, vacancy: Vacancy, chain: list[Cohort]) -> int:
        prior = self.policy.outcome
        day = self.day(candidate, vacancy, chain)
        assert day is not None
        wishes = [
            row for row in self.problem.vacancy_skills if row.vacancy_id == vacancy.vacancy_id and row.kind == "nice"
        ]
        total = sum(float(row.weight) for row in wishes)
        met = sum(float(row.weight) for row in wishes if self.can(candidate, row.skill, row.level, day, chain))
        km = self.km(candidate.municipality, self.place(vacancy)) or 0.0
        z = prior.intercept
        z += prior.nice_share * (met / total if wishes else 0.0)
        z += prior.per_10_km * min(km, 100.0) / 10
        z += {"employment": 0.0, "apprenticeship": prior.apprenticeship, "internship": prior.internship}[vacancy.form]
        z += prior.part_time * (1 - vacancy.extent_percent / 100)
        completes = 1.0
        for cohort in chain:
            completes *= float(self.courses[cohort.course_id].completion_rate)
        years = min(candidate.months_out_of_work / 12, float(self.policy.priority_max_years))
        priority = 1 + float(self.policy.priority_per_year) * years
        start = self.start(vacancy)
        assert start is not None
        weeks_late = (day - start).days / 7
        kept = max(0.0, 1 - float(self.policy.lateness_per_week) * weeks_late)
        return round(10**6 * (1 / (1 + math.exp(-z))) * completes * priority * kept)

    def use(self, vacancy: Vacancy) -> int:
        """Return how much of its resource a placement in a vacancy uses, in millionths."""
        if vacancy.resource_id is None:
            return 0
        contract, amount = self.contract(vacancy), vacancy.resource_use
        with localcontext(prec=60):
            if amount is None:
                months = vacancy.duration_months if contract is None else self.months(vacancy, contract)
                amount = (months or 0) * Decimal(vacancy.extent_percent) / 100
            return int((amount * 10**6).to_integral_value(ROUND_HALF_EVEN))

    def units(self, candidate: Candidate, vacancy: Vacancy, day: date | None) -> int:
        contract = self.contract(vacancy)
        if contract is None or contract.obligation_quantity is None:
            return 0
        own = self.groups(candidate, day)
        if contract.groups and not own & set(contract.groups):
            return 0
        if contract.obligation_unit == "persons":
            return 100
        months = self.months(vacancy, contract)
        if months is None:
            return 0
        with localcontext(prec=60):
            amount = months * vacancy.extent_percent / 100
            if contract.obligation_unit == "hours":
                amount *= self.policy.hours_per_month
            if contract.obligation_unit == "credit":
                amount *= max(
                    [Decimal(0), *(self.policy.credit[group] for group in own if group in self.policy.credit)]
                )
            return to_hundredths(amount)

    def months(self, vacancy: Vacancy, contract: Contract) -> Decimal | None:
        if vacancy.duration_months is not None:
            return vacancy.duration_months
        start = self.start(vacancy)
        if contract.end_date is None or start is None:
            return None
        with localcontext(prec=60):
            days = (contract.end_date - start + DAY).days
            return (days / Decimal("30.4375")).quantize(Decimal("0.01"), ROUND_HALF_EVEN)

    def lottery(self, candidate: Candidate, vacancy: Vacancy, chain: list[Cohort]) -> int:
        texts = [f"candidate:{candidate.candidate_id}", f"vacancy:{vacancy.vacancy_id}"]
        texts += [f"cohort:{cohort.cohort_id}" for cohort in chain]
        z = 0
        for factor, text in zip((1, 3, 5, 7, 9), texts, strict=False):
            z += factor * int(hashlib.sha256(text.encode("utf-8")).hexdigest()[:16], 16)
        mask = 0xFFFFFFFFFFFFFFFF
        z &= mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        return 1 + (z >> 44)
