"""Random problems that use every table and every column, with values that are easily lost on the way through a file."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from matcher.formats import write_problem
from matcher.problem import (
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
    PastPlacement,
    Policy,
    Problem,
    Quota,
    RequiredSkill,
    Resource,
    SkillLevel,
    Vacancy,
)
from matcher.problem.rules_of_fields import has_at_most

T = TypeVar("T")

CONTAINERS = ("folder", "workbook", "json")
NAME_BY_CONTAINER = {"folder": "problem", "workbook": "problem.xlsx", "json": "problem.json"}
TEXTS = (
    "Parkarbetare",
    "=1+1",
    "+46 31 365 00 00",
    "-25 %",
    "@handläggare",
    "'quoted",
    "''=x",
    'a "b", c',
    "två\nrader",
    ";semikolon;",
    "007",
    "1e5",
    "true",
    "2026-01-02",
    "_x0041_ _x005F_",
    "åäö ÅÄÖ é 漢字 😀",
    "non\u00a0breaking",
    "<b>&amp;</b>",
    "#N/A",
    "None",
    "\\n \\u0041",
    "{x} %s {0}",
)
GROUPS = ("youth", "disability", "foreign born", "=group", "50+", "långtidsarbetslös")
SKILLS = ("forklift", "swedish", "http://data.europa.eu/esco/skill/ab-12", "c:3", "-weld", "B körkort")
CODES = ("0180", "1480", "0114", "2584")
AMOUNTS = ("0", "1", "12.5", "0.1", "1321", "99999999.99", "0.123456789012345678901234567", "1000000000", "1E+3")


def rich_problem(seed: int) -> Problem:
    """Return a valid problem; equal seeds give equal problems."""
    return _Maker(random.Random(seed)).problem()


def written(problem: Problem, container: str, folder: Path) -> Path:
    """Write a problem into a container and return where it is."""
    path = folder / NAME_BY_CONTAINER[container]
    write_problem(problem, path)
    return path


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def problem(self) -> Problem:
        candidates = self._many("C", 5, self._candidate)
        contracts = self._many("T", 3, self._contract)
        courses = self._many("U", 3, self._course)
        budgets = tuple(Budget(budget_id=f"B{n}", amount=self._amount()) for n in range(2))
        vacancies = tuple(self._vacancy(f"V{n}", contracts) for n in range(4))
        cohorts = tuple(self._cohort(f"K{n}", courses, budgets) for n in range(4))
        return Problem(
            candidates=candidates,
            candidate_skills=tuple(
                HeldSkill(candidate_id=c.candidate_id, skill=s, level=self._level(), valid_until=self._maybe(self._day))
                for c in candidates
                for s in self._some(SKILLS)
            ),
            contracts=contracts,
            vacancies=vacancies,
            vacancy_skills=tuple(
                RequiredSkill(
                    vacancy_id=v.vacancy_id,
                    skill=s,
                    level=self._level(),
                    kind=self._one(("must", "nice")),
                    weight=Decimal(self._one(("1", "0.5", "2.25"))),
                    origin=self._one(("stated", "derived", "added")),
                )
                for v in vacancies
                for s in self._some(SKILLS)
            ),
            courses=courses,
            cohorts=cohorts,
            budgets=budgets,
            quotas=self._quotas(contracts),
            resources=(
                Resource(resource_id="R0", limit=self._use(), scope="vacancy", scope_id="V0"),
                Resource(resource_id="R1", limit=self._use(), scope="contract", scope_id="T0"),
            ),
            decisions=tuple(self._decision(c, v) for c in candidates[:3] for v in self._some(vacancies)),
            enrolments=tuple(
                Enrolment(candidate_id=c.candidate_id, cohort_id=self._one(cohorts).cohort_id) for c in candidates[:2]
            ),
            pairs=tuple(self._pair(c, v, cohorts) for c in candidates for v in self._some(vacancies)),
            municipalities=tuple(
                Municipality(municipality=code, latitude=self._rng.uniform(55, 69), longitude=self._rng.uniform(11, 24))
                for code in CODES
            ),
            history=tuple(
                PastPlacement(
                    placement_id=f"P{n}",
                    sustained=self._rng.random() < 0.5,
                    nice_share=self._one((0.0, 0.5, 1 / 3, 1e-7)),
                    distance_km=self._one((0.0, 12.5, 0.1 + 0.2)),
                    form=self._one(("employment", "apprenticeship", "internship")),
                    extent_percent=self._one((25, 100)),
                )
                for n in range(3)
            ),
            policy=self._policy(),
        )

    def _candidate(self, identifier: str) -> Candidate:
        start = self._day()
        return Candidate(
            candidate_id=identifier,
            available_from=start,
            groups=tuple(GroupMembership(group=g, until=self._maybe(self._day)) for g in self._some(GROUPS)),
            municipality=self._one(CODES),
            max_distance_km=self._maybe(lambda: self._one((0.0, 40.0, 12.75, 1 / 3))),
            extent_percent=self._rng.randint(1, 100),
            max_placements=self._rng.randint(1, 3),
            occupations=self._some(("5321", "91", "0110")),
            max_trainings=self._maybe(lambda: self._rng.randint(0, 3)),
            months_out_of_work=self._rng.randint(0, 60),
            available_until=self._maybe(lambda: start + timedelta(days=self._rng.randint(0, 500))),
        )

    def _contract(self, identifier: str) -> Contract:
        start = self._maybe(self._day)
        return Contract(
            contract_id=identifier,
            start_date=start,
            buyer=self._maybe(self._text),
            supplier=self._maybe(self._text),
            title=self._maybe(self._text),
            cpv=self._maybe(lambda: self._one(("03000000", "77310000"))),
            municipality=self._maybe(lambda: self._one(CODES)),
            end_date=self._maybe(lambda: date(2190, 1, 1) + timedelta(days=self._rng.randint(0, 3000))),
            obligation_quantity=self._maybe(self._amount),
            obligation_unit=self._one(("persons", "hours", "person_months", "credit")),
            obligation_kind=self._one(("required", "dialogue")),
            groups=self._some(GROUPS),
            status=self._one(("forecast", "awarded", "ended")),
        )

    def _vacancy(self, identifier: str, contracts: Sequence[Contract]) -> Vacancy:
        start = self._day()
        return Vacancy(
            vacancy_id=identifier,
            positions=self._rng.randint(1, 1_000_000),
            contract_id=self._maybe(lambda: self._one(contracts).contract_id),
            occupation=self._maybe(lambda: self._one(("0110", "9210"))),
            title=self._maybe(self._text),
            start_date=start,
            latest_start_date=self._maybe(lambda: start + timedelta(days=self._rng.randint(0, 100))),
            form=self._one(("employment", "apprenticeship", "internship")),
            extent_percent=self._rng.randint(1, 100),
            duration_months=self._maybe(lambda: Decimal(self._one(("0.01", "12", "7.50")))),
            municipality=self._maybe(lambda: self._one(CODES)),
            groups=self._some(GROUPS),
        )

    def _course(self, identifier: str) -> Course:
        granted = self._some(("forklift", "http://data.europa.eu/esco/skill/ab-12", "-weld"))
        return Course(
            course_id=identifier,
            title=self._maybe(self._text),
            completion_rate=Decimal(self._one(("1", "0.85", "0.0001"))),
            skills=tuple(SkillLevel(skill=s, level=self._rng.randint(2, 9)) for s in granted),
            prerequisites=tuple(SkillLevel(skill=s) for s in self._some(("swedish", "c:3", "B körkort"))),
        )

    def _cohort(self, identifier: str, courses: Sequence[Course], budgets: Sequence[Budget]) -> Cohort:
        start, seats = self._day(), self._rng.randint(0, 30)
        return Cohort(
            cohort_id=identifier,
            course_id=self._one(courses).course_id,
            start_date=start,
            end_date=start + timedelta(days=self._rng.randint(0, 200)),
            seats=seats,
            min_participants=self._rng.randint(0, seats),
            cost_per_seat=self._amount(),
            fixed_cost=self._amount(),
            budget_id=self._maybe(lambda: self._one(budgets).budget_id),
            municipality=self._maybe(lambda: self._one(CODES)),
            status=self._one(("running", "planned", "optional", "cancelled")),
        )

    def _quotas(self, contracts: Sequence[Contract]) -> tuple[Quota, ...]:
        quotas = [
            Quota(quota_id="Q0", group="youth", min_count=0, max_count=10**9),
            Quota(quota_id="floor", months_out_of_work=self._rng.randint(0, 60), min_share=Decimal("0.3")),
            Quota(
                quota_id="Q1",
                group="=group",
                scope="contract",
                scope_id="T1",
                hard=False,
                price=self._amount(10**6),
                min_share=Decimal("0.100000"),
                max_share=Decimal("0.25"),
            ),
        ]
        for contract in contracts:
            if contract.supplier is not None:
                quotas.append(
                    Quota(
                        quota_id=f"Q-{contract.contract_id}",
                        group="50+",
                        scope="supplier",
                        scope_id=contract.supplier,
                        min_count=1,
                    )
                )
        return tuple(quotas)

    def _decision(self, candidate: Candidate, vacancy: Vacancy) -> Decision:
        return Decision(
            candidate_id=candidate.candidate_id,
            vacancy_id=vacancy.vacancy_id,
            decision=self._one(("pinned", "forbidden", "accepted")),
            reason=self._maybe(self._text),
            decided_by=self._maybe(self._text),
            decided_at=self._maybe(self._day),
        )

    def _pair(self, candidate: Candidate, vacancy: Vacancy, cohorts: Sequence[Cohort]) -> Pair:
        has_use = self._rng.random() < 0.5
        return Pair(
            candidate_id=candidate.candidate_id,
            vacancy_id=vacancy.vacancy_id,
            score=Decimal(self._rng.randint(0, 10**6)).scaleb(-6),
            cohort_ids=tuple(cohort.cohort_id for cohort in self._some(cohorts)[:3]),
            cost=self._maybe(self._amount),
            resource_id="R0" if has_use else None,
            resource_use=self._use() if has_use else None,
        )

    def _policy(self) -> Policy:
        return Policy(
            name=self._text().replace("\n", " "),
            tiers=self._one((("shortfall", "placements", "cost", "changes", "tie_break"), ("placements",))),
            max_route_length=self._rng.randint(0, 3),
            hours_per_month=Decimal("165.25"),
            credit={group: Decimal(self._one(("1", "0.00000001", "1.5"))) for group in self._some(GROUPS)},
            priority_per_year=Decimal("0.125"),
            lateness_per_week=Decimal("0.015"),
            outcome=OutcomePrior(intercept=self._rng.uniform(-1, 1), per_10_km=-1e-9),
        )

    def _many(self, letter: str, count: int, make: Callable[[str], T]) -> tuple[T, ...]:
        names = [f"{letter}{number}" for number in range(count)]
        if letter == "C":
            names[-1] = self._one(("=C", "-C", "C 9", "'@C", "Ö,1", '"C"', "http://x:1"))
        return tuple(make(name) for name in names)

    def _one(self, values: Sequence[T]) -> T:
        return self._rng.choice(values)

    def _some(self, values: Sequence[T]) -> tuple[T, ...]:
        return tuple(self._rng.sample(values, self._rng.randint(0, min(3, len(values)))))

    def _maybe(self, make: Callable[[], T]) -> T | None:
        return make() if self._rng.random() < 0.6 else None

    def _text(self) -> str:
        return self._one(TEXTS)

    def _day(self) -> date:
        return self._one((date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2024, 2, 29), date(2026, 9, 1)))

    def _level(self) -> int:
        return self._rng.randint(1, 9)

    def _use(self) -> Decimal:
        amount = self._amount()
        return amount if has_at_most(6, amount) else Decimal("0.000001")

    def _amount(self, most: int = 10**9) -> Decimal:
        return min(Decimal(self._one(AMOUNTS)), Decimal(most))
