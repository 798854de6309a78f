"""Reads the fact tables that lie beside this module; docs/generator.md names their sources."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from matcher.problem import Municipality, SkillLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillFact:
    """A skill, how long it stays valid, and how often it is held.

    Parameters
    ----------
    skill, title_sv, title_en : str
    valid_months : int or None
        ``None`` means without end.
    held_per_mille, held_after_work_per_mille : int
        Of anybody, and of people who have worked in an occupation that asks for it.
    """

    skill: str
    title_sv: str
    title_en: str
    valid_months: int | None
    held_per_mille: int
    held_after_work_per_mille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationSkillFact:
    """A skill that an occupation asks for; `kind` is ``must`` or ``nice``."""

    skill: str
    level: int
    kind: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationFact:
    """An occupation of SSYK 2012, how often it was advertised in 2024 and what it asks for.

    Parameters
    ----------
    occupation : str
        Four digits.
    title_sv, short_sv, title_en, sector : str
        Official label, the word on an advertisement, a translation, and the field of public contracts.
    ads_sweden, ads_goteborg : int
        Advertisements on Platsbanken in 2024.
    skills : tuple of OccupationSkillFact
    """

    occupation: str
    title_sv: str
    short_sv: str
    title_en: str
    sector: str
    ads_sweden: int
    ads_goteborg: int
    skills: tuple[OccupationSkillFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFact:
    """A course: its length, who completes it, what a seat costs in kronor per week, what it grants."""

    course: str
    title_sv: str
    weeks: int
    weeks_source: str
    completion_rate: Decimal
    completion_source: str
    kronor_per_seat_week: int
    skills: tuple[SkillLevel, ...]
    prerequisites: tuple[SkillLevel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityFact:
    """A municipality, its main town, its weight, and the districts that contract titles name."""

    municipality: str
    name: str
    county: str
    main_town: str
    latitude: float
    longitude: float
    ads: int
    districts: tuple[str, ...]

    @property
    def place(self) -> Municipality:
        """Return the place as a problem states it."""
        return Municipality(municipality=self.municipality, latitude=self.latitude, longitude=self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractKindFact:
    """A kind of public contract: what is bought, by which kind of unit, and who does the work.

    Parameters
    ----------
    kind, title_sv, cpv, buyer, sector : str
    months : int
        Usual length of the contract.
    start_months : tuple of int
        Calendar months in which such contracts begin.
    scale : str
        Names a `ScaleFact`.
    frequency : int
        Relative.
    occupations : tuple of str
        SSYK codes, named more than once where they are more frequent.
    """

    kind: str
    title_sv: str
    cpv: str
    buyer: str
    sector: str
    months: int
    start_months: tuple[int, ...]
    scale: str
    frequency: int
    occupations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFact:
    """How many vacancies and positions a contract creates, and how much of that it owes."""

    scale: str
    vacancies_min: int
    vacancies_max: int
    positions_min: int
    positions_max: int
    obliged_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All tables, in the order of their files, by id.

    Parameters
    ----------
    figures : dict of str to Decimal
        Single figures; facts/figures.csv names unit, scope and source.
    skills, occupations, courses, municipalities, contract_kinds, scales : dict
    """

    figures: dict[str, Decimal]
    skills: dict[str, SkillFact]
    occupations: dict[str, OccupationFact]
    courses: dict[str, CourseFact]
    municipalities: dict[str, MunicipalityFact]
    contract_kinds: dict[str, ContractKindFact]
    scales: dict[str, ScaleFact]

    def per_mille(self, figure: str) -> int:
        """Return a figure that is stated per mille."""
        return int(self.figures[figure])


@cache
def facts() -> Facts:
    """Return the facts, read once."""
    return Facts(
        figures={row["figure"]: Decimal(row["value"]) for row in _rows("figures")},
        skills={row["skill"]: _skill(row) for row in _rows("skills")},
        occupations=_occupations(),
        courses={row["course"]: _course(row) for row in _rows("courses")},
        municipalities=_municipalities(),
        contract_kinds={row["kind"]: _contract_kind(row) for row in _rows("contract_kinds")},
        scales={row["scale"]: _scale(row) for row in _rows("scales")},
    )


def _rows(table: str) -> list[dict[str, str]]:
    text = resources.files("matcher.generate.facts").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _skill(row: dict[str, str]) -> SkillFact:
    return SkillFact(
        skill=row["skill"],
        title_sv=row["title_sv"],
        title_en=row["title_en"],
        valid_months=int(row["valid_months"]) if row["valid_months"] else None,
        held_per_mille=int(row["held_per_mille"]),
        held_after_work_per_mille=int(row["held_after_work_per_mille"]),
    )


def _occupations() -> dict[str, OccupationFact]:
    skills: dict[str, list[OccupationSkillFact]] = {}
    for row in _rows("occupation_skills"):
        skills.setdefault(row["occupation"], []).append(
            OccupationSkillFact(
                skill=row["skill"], level=int(row["level"]), kind=row["kind"], weight=Decimal(row["weight"])
            )
        )
    return {
        row["occupation"]: OccupationFact(
            occupation=row["occupation"],
            title_sv=row["title_sv"],
            short_sv=row["short_sv"],
            title_en=row["title_en"],
            sector=row["sector"],
            ads_sweden=int(row["ads_sweden_2024"]),
            ads_goteborg=int(row["ads_goteborg_2024"]),
            skills=tuple(skills[row["occupation"]]),
        )
        for row in _rows("occupations")
    }


def _course(row: dict[str, str]) -> CourseFact:
    return CourseFact(
        course=row["course"],
        title_sv=row["title_sv"],
        weeks=int(row["weeks"]),
        weeks_source=row["weeks_source"],
        completion_rate=Decimal(row["completion_rate"]),
        completion_source=row["completion_source"],
        kronor_per_seat_week=int(row["kronor_per_seat_week"]),
        skills=_levels(row["skills"]),
        prerequisites=_levels(row["prerequisites"]),
    )


def _levels(cell: str) -> tuple[SkillLevel, ...]:
    parts = [entry.partition(":") for entry in cell.split(";") if entry]
    return tuple(SkillLevel(skill=skill, level=int(level or 1)) for skill, _, level in parts)


def _municipalities() -> dict[str, MunicipalityFact]:
    districts = {row["municipality"]: tuple(row["districts"].split(";")) for row in _rows("districts")}
    return {
        row["municipality"]: MunicipalityFact(
            municipality=row["municipality"],
            name=row["name"],
            county=row["county"],
            main_town=row["main_town"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            ads=int(row["ads_2024"]),
            districts=districts.get(row["municipality"], _quarters(row["main_town"])),
        )
        for row in _rows("municipalities")
    }


def _quarters(town: str) -> tuple[str, ...]:
    return tuple(f"{part} {town}" for part in ("centrala", "norra", "södra", "östra", "västra"))


def _contract_kind(row: dict[str, str]) -> ContractKindFact:
    return ContractKindFact(
        kind=row["kind"],
        title_sv=row["title_sv"],
        cpv=row["cpv"],
        buyer=row["buyer"],
        sector=row["sector"],
        months=int(row["months"]),
        start_months=tuple(int(month) for month in row["start_months"].split(";")),
        scale=row["scale"],
        frequency=int(row["frequency"]),
        occupations=tuple(_repeated(row["occupations"])),
    )


def _repeated(cell: str) -> list[str]:
    parts = [entry.partition("*") for entry in cell.split(";")]
    return [occupation for occupation, _, times in parts for _ in range(int(times or 1))]


def _scale(row: dict[str, str]) -> ScaleFact:
    return ScaleFact(
        scale=row["scale"],
        vacancies_min=int(row["vacancies_min"]),
        vacancies_max=int(row["vacancies_max"]),
        positions_min=int(row["positions_min"]),
        positions_max=int(row["positions_max"]),
        obliged_percent=int(row["obliged_percent"]),
    )
