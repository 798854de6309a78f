"""Random small problems that mix all rules, with dates, seats and money placed on the edges of what is allowed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from matcher.problem import (
    TABLE_NAMES,
    Budget,
    Candidate,
    Cohort,
    Contract,
    Course,
    Decision,
    Enrolment,
    GroupMembership,
    HeldSkill,
    Municipality,
    OutcomePrior,
    Pair,
    Policy,
    Problem,
    Quota,
    RequiredSkill,
    Resource,
    SkillLevel,
    Vacancy,
)
from tests.oracles.columns import enumerate_columns

T = TypeVar("T")

START = date(2026, 9, 1)
GROUPS = ("disabled", "foreign_born", "youth")
SKILLS = ("cooking", "forklift", "swedish", "welding")  # a course may presume only skills before its own, or less of it
OCCUPATIONS = ("5120", "5132", "7212", "8344")
BUYERS, SUPPLIERS = ("city", "region"), ("Alfa", "Beta")
MUNICIPALITIES = (
    Municipality(municipality="1480", latitude=57.7072, longitude=11.9668),
    Municipality(municipality="1481", latitude=57.6554, longitude=12.0138),
    Municipality(municipality="1490", latitude=57.7210, longitude=12.9401),
)
DISTANCES_KM = (0.0, 6.3, 6.4, 55.5, 57.7, 57.8, 100.0)  # the towns lie 6.4, 55.5 and 57.8 km apart


def random_problem(
    seed: int,
    *,
    max_candidates: int = 8,
    max_vacancies: int = 6,
    max_cohorts: int = 8,
    is_ready_scored: bool | None = None,
    has_pins: bool | None = None,
    is_contradictory: bool = False,
) -> Problem:
    """Return a small problem, the same for the same arguments.

    Parameters
    ----------
    seed : int
    max_candidates, max_vacancies, max_cohorts : int
        Most of each; how many there are is drawn.
    is_ready_scored : bool, optional
        Whether the columns are given as pairs; drawn where it is left out.
    has_pins : bool, optional
        Whether people have pinned or accepted pairs; drawn where it is left out. Pins are pairs that could be columns;
        whether they can stand together is for an oracle to say.
    is_contradictory : bool
        Whether some candidate is pinned to two vacancies, so that no plan exists.
    """
    draw = _Draw(random.Random(seed))
    return draw.problem(max_candidates, max_vacancies, max_cohorts, is_ready_scored, has_pins, is_contradictory)


def problems(**sizes: Any) -> st.SearchStrategy[Problem]:
    """Return a Hypothesis strategy over `random_problem`, which takes the same keyword arguments."""
    return st.integers(0, 2**32 - 1).map(lambda seed: random_problem(seed, **sizes))


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return the same problem with the rows of every table in another order."""
    order = random.Random(seed)
    return replace(problem, **{name: tuple(_reordered(getattr(problem, name), order)) for name in TABLE_NAMES})


def _reordered(rows: Sequence[T], order: random.Random) -> list[T]:
    return order.sample(list(rows), len(rows))


def _owing(contract: Contract) -> Contract:
    """Return a contract that owes something: without vacancies it would be incomplete."""
    return replace(contract, obligation_quantity=contract.obligation_quantity or Decimal(1))


class _Draw:
    """Draws one table after another from one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def problem(
        self,
        max_candidates: int,
        max_vacancies: int,
        max_cohorts: int,
        is_ready_scored: bool | None,
        has_pins: bool | None,
        is_contradictory: bool,
    ) -> Problem:
        pick = self.chance
        ready = pick.random() < 0.25 if is_ready_scored is None else is_ready_scored
        pinned = pick.random() < 0.25 if has_pins is None else has_pins
        self.has_dates = not ready or pick.random() < 0.7
        self.has_several = self.is_rare(0.3)
        contracts = [self.contract(number) for number in range(pick.choice((0, 1, 2, 2, 3)))]
        vacancies = [
            self.vacancy(number, contracts)
            for number in range(max(self.size(max_vacancies), 2 if is_contradictory else 1))
        ]
        filled = {vacancy.contract_id for vacancy in vacancies}
        contracts = [row if row.contract_id in filled else _owing(row) for row in contracts]
        candidates = self.candidates(self.size(max_candidates))
        courses = [self.course(number) for number in range(pick.randint(0, 5))]
        cohorts = [self.cohort(number, courses) for number in range(self.size(max_cohorts) if courses else 0)]
        enrolments = self.enrolments(candidates, cohorts)
        resources = self.resources(vacancies) if self.is_rare(0.4 if ready else 0.25) else []
        if not ready:
            resources = resources[: len(vacancies)]
            vacancies = self.sharing(vacancies, resources) if resources else vacancies
        pairs = self.pairs(candidates, vacancies, cohorts, resources) if ready else []
        quotas = [self.quota(number, contracts) for number in range(pick.choice((0, 0, 1, 1, 2, 3)))]
        problem = Problem(
            candidates=tuple(candidates),
            candidate_skills=tuple(self.held_skills(candidates)),
            contracts=tuple(contracts),
            vacancies=tuple(vacancies),
            vacancy_skills=tuple(self.required_skills(vacancies)),
            courses=tuple(courses),
            cohorts=tuple(cohorts),
            budgets=tuple(self.budgets(cohorts, enrolments)),
            quotas=tuple(quotas),
            resources=tuple(resources),
            enrolments=tuple(enrolments),
            pairs=tuple(pairs),
            municipalities=MUNICIPALITIES,
            policy=self.policy(quotas),
        )
        return replace(problem, decisions=tuple(self.decisions(problem, pinned, is_contradictory)))

    # ---- single values

    def size(self, most: int) -> int:
        """Return a number from 1, more often large than small."""
        return max(self.chance.randint(1, most), self.chance.randint(1, most)) if most else 0

    def is_rare(self, chance: float = 0.2) -> bool:
        return self.chance.random() < chance

    def near(self, day: date, days: int = 1) -> date:
        """Return a day at most so many days off."""
        return day + timedelta(days=self.chance.randint(-days, days))

    def some(self, values: Sequence[T], most: int) -> tuple[T, ...]:
        return tuple(self.chance.sample(list(values), self.chance.randint(0, min(most, len(values)))))

    def place(self) -> str | None:
        return None if self.is_rare() else self.chance.choice(MUNICIPALITIES).municipality

    # ---- people

    def candidates(self, count: int) -> list[Candidate]:
        people = [self.candidate(number) for number in range(count)]
        for number in range(1, count):
            if self.is_rare(0.15):  # twins make ties
                people[number] = replace(people[number - 1], candidate_id=people[number].candidate_id)
        return people

    def candidate(self, number: int) -> Candidate:
        pick = self.chance
        home = pick.choice(MUNICIPALITIES).municipality
        available = (
            self.near(START)
            if self.is_rare(0.3)
            else pick.choice((date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 1)))
        )
        return Candidate(
            candidate_id=f"C{number}",
            available_from=available,
            groups=tuple(
                GroupMembership(group=group, until=self.near(START, 2) if self.is_rare(0.4) else None)
                for group in self.some(GROUPS, 2)
            ),
            municipality=None if (far := self.is_rare(0.4)) and self.is_rare(0.5) else home,
            max_distance_km=None if far else pick.choice(DISTANCES_KM),
            extent_percent=pick.choice((100, 100, 100, 100, 75, 50)),
            occupations=pick.choice(((), (), (), (), ("51",), ("5132", "7"), ("8344", "5"))),
            max_placements=pick.choice((1, 2, 2, 3)) if self.has_several and self.is_rare(0.5) else 1,
            max_trainings=pick.choice((None, None, None, 0, 1, 2, 5)),
            months_out_of_work=pick.choice((0, 0, 5, 12, 30, 60)),
            available_until=max(available, self.near(START, 3)) if self.is_rare(0.1) else None,
        )

    def held_skills(self, candidates: Sequence[Candidate]) -> list[HeldSkill]:
        return [
            HeldSkill(
                candidate_id=candidate.candidate_id,
                skill=skill,
                level=self.chance.randint(1, 3),
                valid_until=self.near(START, 2) if self.is_rare(0.3) else None,
            )
            for candidate in candidates
            for skill in self.some(SKILLS, 3)
        ]

    # ---- work

    def contract(self, number: int) -> Contract:
        pick = self.chance
        unit = pick.choice(("persons", "persons", "person_months", "hours", "credit"))
        quantity = {"persons": 3, "person_months": 12, "hours": 1500, "credit": 20}[unit]
        return Contract(
            contract_id=f"T{number}",
            start_date=self.near(START) if self.has_dates else None,
            buyer=pick.choice((*BUYERS, None)),
            supplier=pick.choice((*SUPPLIERS, None)),
            municipality=self.place(),
            end_date=self.near(date(2027, 8, 31), 40),
            obligation_quantity=None
            if self.is_rare(0.3)
            else Decimal(pick.randint(0, quantity * 100)) / pick.choice((100, 50)),
            obligation_unit=unit,
            obligation_kind=pick.choice(("required", "required", "dialogue")),
            groups=self.some(GROUPS, 2) if self.is_rare(0.4) else (),
            status=pick.choice((*("forecast", "tendered", "awarded", "active") * 3, "ended", "cancelled")),
        )

    def vacancy(self, number: int, contracts: Sequence[Contract]) -> Vacancy:
        pick = self.chance
        contract = pick.choice(contracts) if contracts and not self.is_rare(0.3) else None
        own_start = self.has_dates and (contract is None or self.is_rare(0.3))
        start = self.near(START) if own_start else contract.start_date if contract else None
        return Vacancy(
            vacancy_id=f"V{number}",
            positions=pick.choice((1, 1, 1, 2, 3)),
            contract_id=contract.contract_id if contract else None,
            occupation=None if self.is_rare(0.3) else pick.choice(OCCUPATIONS),
            start_date=start if own_start else None,
            latest_start_date=start + timedelta(days=pick.choice((0, 1, 30, 60)))
            if start and not self.is_rare(0.4)
            else None,
            form=pick.choice(("employment", "employment", "apprenticeship", "internship")),
            extent_percent=pick.choice((75, 50, 50, 25)) if self.has_several else pick.choice((100, 100, 75, 50)),
            duration_months=Decimal(pick.choice(("3", "6.5", "12", "0.33"))) if self.is_rare(0.6) else None,
            municipality=self.place() if self.is_rare(0.5) else None,
            groups=self.some(GROUPS, 2) if self.is_rare(0.2) else (),
        )

    def required_skills(self, vacancies: Sequence[Vacancy]) -> list[RequiredSkill]:
        rows = []
        for vacancy in vacancies:
            for kind, most in (("must", 2 if self.is_rare(0.3) else 1), ("nice", 2)):
                rows += [
                    RequiredSkill(
                        vacancy_id=vacancy.vacancy_id,
                        skill=skill,
                        level=self.chance.choice((1, 1, 2, 3)),
                        kind=kind,  # type: ignore[arg-type]
                        weight=self.chance.choice((Decimal(1), Decimal("0.5"), Decimal("2.25"))),
                    )
                    for skill in self.some(SKILLS, most)
                ]
        return rows

    # ---- training

    def course(self, number: int) -> Course:
        pick = self.chance
        rank = pick.randrange(len(SKILLS))
        level = pick.randint(1, 3)
        granted = [SkillLevel(skill=SKILLS[rank], level=level)]
        if rank + 1 < len(SKILLS) and self.is_rare(0.3):
            granted.append(SkillLevel(skill=SKILLS[rank + 1], level=pick.randint(1, 2)))
        presumed = [SkillLevel(skill=skill, level=pick.randint(1, 2)) for skill in self.some(SKILLS[:rank], 1)]
        if level > 1 and self.is_rare(0.4):
            presumed.append(SkillLevel(skill=SKILLS[rank], level=level - 1))
        return Course(
            course_id=f"U{number}",
            completion_rate=pick.choice((Decimal(1), Decimal("0.9"), Decimal("0.75"), Decimal("0.333"))),
            skills=tuple(granted),
            prerequisites=tuple(presumed) if self.is_rare(0.6) else (),
        )

    def cohort(self, number: int, courses: Sequence[Course]) -> Cohort:
        pick = self.chance
        first = pick.choice((date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)))
        begin = first if self.is_rare(0.6) else self.near(first)
        end = self.near(first + timedelta(days=pick.choice((30, 31, 61))))
        seats = pick.choice((0, 1, 1, 2, 3))
        return Cohort(
            cohort_id=f"K{number}",
            course_id=pick.choice(courses).course_id,
            start_date=begin,
            end_date=max(begin, end),
            seats=seats,
            min_participants=pick.randint(0, seats),
            cost_per_seat=pick.choice((Decimal(0), Decimal(100), Decimal("99.5"), Decimal("33.335"))),
            fixed_cost=pick.choice((Decimal(0), Decimal(0), Decimal(50))),
            budget_id=pick.choice((None, "B0", "B0", "B1")),
            municipality=self.place() if self.is_rare(0.5) else None,
            status="running"
            if self.is_rare(0.1)
            else "optional"
            if self.is_rare(0.4)
            else "cancelled"
            if self.is_rare(0.08)
            else "planned",
        )

    def enrolments(self, candidates: Sequence[Candidate], cohorts: Sequence[Cohort]) -> list[Enrolment]:
        if self.is_rare(0.4):
            return []
        return [
            Enrolment(candidate_id=candidate.candidate_id, cohort_id=cohort.cohort_id)
            for candidate in candidates
            for cohort in cohorts
            if self.is_rare(0.06)
        ]

    def budgets(self, cohorts: Sequence[Cohort], enrolments: Sequence[Enrolment]) -> list[Budget]:
        """Return two budgets at, just above or just below what promises take and a seat or two cost."""
        budgets = []
        for budget_id in ("B0", "B1"):
            own = [cohort for cohort in cohorts if cohort.budget_id == budget_id]
            amount = sum((cohort.fixed_cost for cohort in own if not self.is_optional(cohort)), Decimal(0))
            for cohort in own:
                amount += cohort.cost_per_seat * sum(row.cohort_id == cohort.cohort_id for row in enrolments)
            for cohort in self.some(own, 2):
                amount += cohort.cost_per_seat * self.chance.randint(0, 2)
                amount += cohort.fixed_cost * self.is_optional(cohort)
            amount += self.chance.choice((Decimal(0), Decimal(0), Decimal("-0.01"), Decimal("0.01"), Decimal(500)))
            budgets.append(Budget(budget_id=budget_id, amount=max(Decimal(0), amount)))
        return budgets

    def is_optional(self, cohort: Cohort) -> bool:
        return cohort.status == "optional"

    # ---- rules and decisions

    def quota(self, number: int, contracts: Sequence[Contract]) -> Quota:
        pick = self.chance
        scopes = [("all", None)]
        scopes += [("contract", contract.contract_id) for contract in contracts]
        scopes += [("buyer", contract.buyer) for contract in contracts if contract.buyer]
        scopes += [("supplier", contract.supplier) for contract in contracts if contract.supplier]
        scope, scope_id = pick.choice(scopes)
        counts = sorted((pick.randint(0, 3), pick.randint(0, 4)))
        shares = sorted(pick.choice(("0", "0.2", "0.25", "0.333333", "0.5", "0.75", "1")) for _ in range(2))
        kinds = pick.choice(
            (
                ("min_count",),
                ("max_count",),
                ("min_share",),
                ("max_share",),
                ("min_count", "max_count"),
                ("min_count", "min_share"),
                ("max_count", "max_share"),
                ("min_share", "max_share"),
            )
        )
        limits: dict[str, Any] = {
            "min_count": counts[0],
            "max_count": counts[1],
            "min_share": Decimal(shares[0]),
            "max_share": Decimal(shares[1]),
        }
        is_hard = self.is_rare(0.5)
        waited = pick.choice((5, 6, 12, 60)) if self.is_rare(0.25) else None
        return Quota(
            quota_id=f"Q{number}",
            group=None if waited and self.is_rare(0.6) else pick.choice(GROUPS),
            months_out_of_work=waited,
            scope=scope,  # type: ignore[arg-type]
            scope_id=scope_id,
            hard=is_hard,
            price=None if is_hard else pick.choice((Decimal(0), Decimal("0.1"), Decimal("0.25"), Decimal(2))),
            **{kind: limits[kind] for kind in kinds},
        )

    def resources(self, vacancies: Sequence[Vacancy]) -> list[Resource]:
        return [
            Resource(
                resource_id=f"R{number}",
                limit=self.chance.choice((Decimal(0), Decimal(3), Decimal("5.5"), Decimal(8))),
                scope_id=self.chance.choice(vacancies).vacancy_id,
            )
            for number in range(self.chance.choice((1, 1, 2)))
        ]

    def sharing(self, vacancies: Sequence[Vacancy], resources: Sequence[Resource]) -> list[Vacancy]:
        """Return the vacancies, some of which use a resource, and every resource used by one of them at least."""
        rows = list(vacancies)
        for number in range(len(rows)):
            if number < len(resources) or self.is_rare(0.6):
                resource = resources[number] if number < len(resources) else self.chance.choice(resources)
                use = self.chance.choice((None, Decimal(0), Decimal(1), Decimal("2.75")))
                has_duration = rows[number].duration_months is not None or rows[number].contract_id is not None
                rows[number] = replace(
                    rows[number],
                    resource_id=resource.resource_id,
                    resource_use=Decimal(2) if use is None and not has_duration else use,
                )
        return rows

    def use(self, resources: Sequence[Resource]) -> dict[str, Any]:
        if not resources or self.is_rare():
            return {}
        amount = self.chance.choice((None, Decimal(0), Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.75")))
        return {"resource_id": self.chance.choice(resources).resource_id, "resource_use": amount}

    def pairs(
        self,
        candidates: Sequence[Candidate],
        vacancies: Sequence[Vacancy],
        cohorts: Sequence[Cohort],
        resources: Sequence[Resource],
    ) -> list[Pair]:
        rows = []
        for candidate in candidates:
            for vacancy in vacancies:
                routes = {
                    tuple(cohort.cohort_id for cohort in self.some(cohorts, 3))
                    for _ in range(self.chance.choice((0, 0, 1, 1, 2)))
                }
                for route in sorted(routes):
                    rows.append(
                        Pair(
                            candidate_id=candidate.candidate_id,
                            vacancy_id=vacancy.vacancy_id,
                            score=self.chance.choice(
                                (Decimal("0.5"), Decimal("0.5"), Decimal(self.chance.randint(0, 10**6)) / 10**6)
                            ),
                            cohort_ids=route,
                            cost=self.chance.choice((None, None, Decimal("12.345"), Decimal(20))),
                            **self.use(resources),
                        )
                    )
        if not rows:  # without a single pair the problem would not be ready-scored
            rows.append(
                Pair(candidate_id=candidates[0].candidate_id, vacancy_id=vacancies[0].vacancy_id, score=Decimal("0.5"))
            )
        return rows

    def decisions(self, problem: Problem, has_pins: bool, is_contradictory: bool) -> list[Decision]:
        everything = [(one.candidate_id, other.vacancy_id) for one in problem.candidates for other in problem.vacancies]
        pinned = self.pins(problem, everything) if has_pins else []
        forbidden = [pair for pair in everything if self.is_rare(0.05) and pair not in pinned]
        if is_contradictory:
            pinned, forbidden = everything[:2], []  # one candidate, two vacancies
        return [
            Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=self.chance.choice(kinds))  # type: ignore[arg-type]
            for kinds, rows in (
                (("pinned",) if is_contradictory else ("pinned", "accepted", "accepted"), pinned),
                (("forbidden",), forbidden),
            )
            for candidate_id, vacancy_id in rows
        ]

    def pins(self, problem: Problem, everything: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return some pairs, most of them columns and of different candidates; those that are not are accepted ones."""
        eligible = sorted({key[:2] for key in enumerate_columns(problem)})
        chosen = self.some(eligible, 3)
        if self.is_rare(0.7):
            return list({pair[0]: pair for pair in chosen}.values())
        return list(dict.fromkeys((*chosen, *self.some(everything, 1))))

    def policy(self, quotas: Sequence[Quota]) -> Policy:
        pick = self.chance
        tiers = ("shortfall", "placements", "cost", "changes", "tie_break")
        others: list[tuple[str, ...]] = [
            ("placements", "cost", "tie_break"),
            ("placements", "tie_break"),
            ("shortfall", "cost", "placements", "tie_break"),
            ("shortfall",),
        ]
        if not any(quota.hard and quota.min_count is not None for quota in quotas):
            others.append(("placements", "shortfall", "cost"))
        chosen = pick.choice(others) if self.is_rare(0.25) else tiers
        prior = (
            OutcomePrior(intercept=-0.7, nice_share=1.3, per_10_km=-0.31, apprenticeship=0.4)
            if self.is_rare()
            else OutcomePrior()
        )
        return Policy(
            tiers=chosen,  # type: ignore[arg-type]
            max_route_length=pick.choice((3, 3, 3, 2, 1, 0)),
            max_trainings_total=pick.choice((0, 1, 2, 3)) if self.is_rare(0.1) else None,
            credit={"youth": Decimal("0.5"), "disabled": Decimal("1.5")},
            lateness_per_week=pick.choice((Decimal("0.02"), Decimal("0.35"))) if self.is_rare() else Decimal(0),
            outcome=prior,
        )
