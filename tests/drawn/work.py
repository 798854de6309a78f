"""Contracts and vacancies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from matcher.problem import Contract, RequiredSkill, Vacancy
from tests.drawn.chance import BUYERS, GROUPS, OCCUPATIONS, SKILLS, START, SUPPLIERS, Chance


class Work(Chance):
    """Draws contracts, vacancies and what these require."""

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
