"""Draws the work: contracts with their obligations, vacancies, and the skills that these require."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from matcher.generate.draws import Draws
from matcher.generate.facts import (
    ContractKindFact,
    MunicipalityFact,
    OccupationFact,
    OccupationSkillFact,
    ScaleFact,
    facts,
)
from matcher.generate.names import BUYER_UNITS, SUPPLIER_PLACES, buyer_name, supplier_name
from matcher.generate.sizes import PLANNING_DAY, Profile
from matcher.problem import Contract, RequiredSkill, Vacancy
from matcher.problem.work import ObligationKind, ObligationUnit, SkillKind, SkillOrigin, VacancyForm

HOURS_PER_MONTH = 165
EARLIEST_START = PLANNING_DAY + timedelta(weeks=4)

# Who counts for an obligation, and how many contracts per mille say so; an own assumption.
GROUPS_OF_CONTRACTS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("youth", "foreign_born", "disabled", "long_term_unemployed"), 450),
    (("long_term_unemployed",), 120),
    (("youth",), 60),
    (("disabled",), 60),
    (("youth", "long_term_unemployed"), 80),
    (("disabled", "long_term_unemployed"), 70),
    (("foreign_born", "long_term_unemployed"), 80),
    ((), 80),
)

# Extents in percent and how many vacancies per mille have them; part-time work is common in care and cleaning.
EXTENTS = ((100, 740), (75, 140), (50, 100), (25, 20))

# An internship or apprenticeship teaches the trade itself; only this must be there on the first day.
REQUIRED_OF_LEARNERS = frozenset({"swedish", "english", "b-licence", "computer-basics"})
OBLIGED_IN_PERSONS = 60  # percent of the contracts that could as well owe months or hours
APPRENTICES = 150  # of the places per mille that are no internships
NICE_MADE_MUST = 60  # skills per mille that an employer insists on although others only prefer them


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Contracts, their vacancies and what these require."""

    contracts: tuple[Contract, ...]
    vacancies: tuple[Vacancy, ...]
    vacancy_skills: tuple[RequiredSkill, ...]


def draw_work(profile: Profile, seed: int) -> Work:
    """Draw contracts until they have created exactly the profile's number of vacancies."""
    drawer = _WorkDrawer(profile, Draws(seed, "work"))
    contracts: list[Contract] = []
    vacancies: list[Vacancy] = []
    while len(vacancies) < profile.num_vacancies:
        room = profile.num_vacancies - len(vacancies)
        contract, created = drawer.contract(len(contracts) + 1, len(vacancies) + 1, room)
        contracts.append(contract)
        vacancies += created
    skill_draws = Draws(seed, "vacancy skills")
    skills = [skill for vacancy in vacancies for skill in required_skills(vacancy, skill_draws)]
    return Work(contracts=tuple(contracts), vacancies=tuple(vacancies), vacancy_skills=tuple(skills))


class _WorkDrawer:
    """Draws one contract at a time."""

    def __init__(self, profile: Profile, draws: Draws) -> None:
        self._draws = draws
        self._kinds = list(facts().contract_kinds.values())
        self._by_frequency = np.cumsum([kind.frequency for kind in self._kinds])
        self._places = [facts().municipalities[code] for code in profile.weight_by_municipality]
        self._by_weight = np.cumsum(list(profile.weight_by_municipality.values()))
        self._by_groups = np.cumsum([weight for _, weight in GROUPS_OF_CONTRACTS])
        self._by_extent = np.cumsum([weight for _, weight in EXTENTS])
        self._vacancy_width = len(str(profile.num_vacancies))

    def contract(self, number: int, first_vacancy: int, room: int) -> tuple[Contract, list[Vacancy]]:
        """Draw a contract and at most `room` vacancies."""
        draws = self._draws
        kind = self._kinds[draws.position(self._by_frequency)]
        place = self._places[draws.position(self._by_weight)]
        start = self._start(kind)
        contract_id = f"A{number:0{self._vacancy_width}d}"
        scale = facts().scales[kind.scale]
        vacancies = self._vacancies(contract_id, kind, scale, start, first_vacancy, room)
        quantity, unit, obligation = self._obligation(scale, vacancies)
        contract = Contract(
            contract_id=contract_id,
            start_date=start,
            buyer=buyer_name(kind.buyer, place.name, draws.one_of(BUYER_UNITS)),
            supplier=supplier_name(kind.sector, draws.one_of(SUPPLIER_PLACES)),
            title=f"{kind.title_sv}, {self._district(place)}",
            cpv=kind.cpv,
            municipality=place.municipality,
            end_date=_months_later(start, kind.months) - timedelta(days=1),
            obligation_quantity=quantity,
            obligation_unit=unit,
            obligation_kind=obligation,
            groups=GROUPS_OF_CONTRACTS[draws.position(self._by_groups)][0],
            status="awarded" if draws.happens(850) else "tendered",
        )
        return contract, vacancies

    def _district(self, place: MunicipalityFact) -> str:
        return self._draws.one_of(place.districts)

    def _start(self, kind: ContractKindFact) -> date:
        month = self._draws.one_of(kind.start_months)
        day = date(PLANNING_DAY.year, month, 15 if self._draws.happens(250) else 1)
        return day if day >= EARLIEST_START else day.replace(year=day.year + 1)

    def _vacancies(
        self, contract_id: str, kind: ContractKindFact, scale: ScaleFact, start: date, first: int, room: int
    ) -> list[Vacancy]:
        draws = self._draws
        number = min(room, draws.number(scale.vacancies_min, scale.vacancies_max))
        occupations = [draws.one_of(kind.occupations) for _ in range(number)]
        return [
            self._vacancy(
                f"V{first + nth:0{self._vacancy_width}d}", contract_id, facts().occupations[occupation], scale, start
            )
            for nth, occupation in enumerate(occupations)
        ]

    def _vacancy(
        self, vacancy_id: str, contract_id: str, occupation: OccupationFact, scale: ScaleFact, contract_start: date
    ) -> Vacancy:
        draws = self._draws
        form = self._form()
        own_start = contract_start + timedelta(weeks=draws.number(1, 8)) if draws.happens(450) else None
        window = timedelta(weeks=draws.number(0, 6))
        start = own_start or contract_start
        months = facts().figures["internship_months" if form == "internship" else "job_months"]
        return Vacancy(
            vacancy_id=vacancy_id,
            positions=draws.number(scale.positions_min, scale.positions_max),
            contract_id=contract_id,
            occupation=occupation.occupation,
            title=occupation.short_sv + _FORM_SUFFIX[form],
            start_date=own_start,
            latest_start_date=start + window if window else None,
            form=form,
            extent_percent=EXTENTS[draws.position(self._by_extent)][0],
            duration_months=None if form == "employment" and draws.happens(150) else months,
        )

    def _form(self) -> VacancyForm:
        if self._draws.happens(facts().per_mille("internship")):
            return "internship"
        return "apprenticeship" if self._draws.happens(APPRENTICES) else "employment"

    def _obligation(
        self, scale: ScaleFact, vacancies: list[Vacancy]
    ) -> tuple[Decimal | None, ObligationUnit, ObligationKind]:
        """Owe part of what the vacancies can deliver; a small contract owes one person, or talks about one."""
        draws = self._draws
        if scale.scale == "small":
            obliged = draws.happens(facts().per_mille("small_contract_obliged"))
            return Decimal(1), "persons", "required" if obliged else "dialogue"
        if draws.happens(60):
            return None, "persons", "required"
        kind: ObligationKind = "required" if draws.happens(850) else "dialogue"
        persons = max(1, sum(vacancy.positions for vacancy in vacancies) * scale.obliged_percent // 100)
        lot = draws.number(0, 99)
        months = _months_of_a_placement(vacancies)
        if months is None or lot < OBLIGED_IN_PERSONS:
            return Decimal(persons), "persons", kind
        if lot % 2:
            return persons * months, "person_months", kind
        return persons * months * HOURS_PER_MONTH, "hours", kind


_FORM_SUFFIX = {"employment": "", "apprenticeship": " (lärling)", "internship": " (praktik)"}


def _months_of_a_placement(vacancies: list[Vacancy]) -> Decimal | None:
    """Return the full-time months that each placement delivers, where that is the same for all of them.

    Only such contracts owe months or hours here: what whole people can deliver is then what is owed.
    """
    terms = {(vacancy.duration_months, vacancy.extent_percent) for vacancy in vacancies}
    duration, extent = terms.pop()
    return None if terms or duration is None else duration * extent / 100


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def required_skills(vacancy: Vacancy, draws: Draws) -> list[RequiredSkill]:
    """Draw what a vacancy requires: what its occupation asks for; what is learnt at work is no must there."""
    occupation = facts().occupations[str(vacancy.occupation)]
    skills = []
    for skill in occupation.skills:
        if skill.kind == "nice" and not draws.happens(750):
            continue
        kind = _kind(skill, vacancy.form, draws)
        skills.append(
            RequiredSkill(
                vacancy_id=vacancy.vacancy_id,
                skill=skill.skill,
                level=max(1, skill.level - 1) if vacancy.form == "internship" else skill.level,
                kind=kind,
                weight=skill.weight if kind == "nice" else Decimal(1),
                origin=_origin(draws),
            )
        )
    return skills


def _kind(skill: OccupationSkillFact, form: VacancyForm, draws: Draws) -> SkillKind:
    if form == "employment":
        return "must" if skill.kind == "must" or draws.happens(NICE_MADE_MUST) else "nice"
    return "must" if skill.kind == "must" and skill.skill in REQUIRED_OF_LEARNERS else "nice"


def _origin(draws: Draws) -> SkillOrigin:
    if draws.happens(facts().per_mille("skill_stated")):
        return "stated"
    return "added" if draws.happens(30) else "derived"
