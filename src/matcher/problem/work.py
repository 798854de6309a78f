"""Work: contracts, the vacancies that they create and the skills that these require."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from matcher.problem.rules_of_fields import Checks

ObligationUnit = Literal["persons", "hours", "person_months", "credit"]
ObligationKind = Literal["required", "dialogue"]
ContractStatus = Literal["forecast", "tendered", "awarded", "active", "ended", "cancelled"]
VacancyForm = Literal["employment", "apprenticeship", "internship"]
SkillKind = Literal["must", "nice"]
SkillOrigin = Literal["stated", "derived", "added"]

OBLIGATION_UNITS = ("persons", "hours", "person_months", "credit")
OBLIGATION_KINDS = ("required", "dialogue")
CONTRACT_STATUSES = ("forecast", "tendered", "awarded", "active", "ended", "cancelled")
CLOSED_STATUSES = ("ended", "cancelled")
USE_DECIMALS = 6
VACANCY_FORMS = ("employment", "apprenticeship", "internship")
SKILL_KINDS = ("must", "nice")
SKILL_ORIGINS = ("stated", "derived", "added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An awarded (or expected) contract and what it obliges its supplier to.

    Parameters
    ----------
    contract_id : str
    start_date : date or None
        First day of the contract; ``None`` while a person still has to supply it.
    buyer, supplier, title, cpv, municipality : str or None
        Who buys from whom, what (CPV 2008 code), where (municipality code).
    end_date : date or None
    obligation_quantity : Decimal or None
        How much employment is owed, in `obligation_unit`; ``None`` means no stated obligation.
    obligation_unit : str
        ``persons``, ``hours``, ``person_months`` or ``credit``.
    obligation_kind : str
        ``required`` by the contract, or agreed in ``dialogue``.
    groups : tuple of str
        Target groups that count for the obligation; empty means everybody counts.
    status : str
        A contract that has ``ended`` or was ``cancelled`` takes nobody.
    """

    contract_id: str
    start_date: date | None
    buyer: str | None = None
    supplier: str | None = None
    title: str | None = None
    cpv: str | None = None
    municipality: str | None = None
    end_date: date | None = None
    obligation_quantity: Decimal | None = None
    obligation_unit: ObligationUnit = "persons"
    obligation_kind: ObligationKind = "required"
    groups: tuple[str, ...] = ()
    status: ContractStatus = "awarded"

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this contract."""
        checks = Checks("contracts", self.contract_id)
        checks.identifier("contract_id", self.contract_id)
        for field in ("buyer", "supplier", "title", "cpv", "municipality"):
            checks.text(field, getattr(self, field))
        checks.day("start_date", self.start_date)
        checks.day("end_date", self.end_date)
        checks.not_before("end_date", self.end_date, "start_date", self.start_date)
        checks.amount("obligation_quantity", self.obligation_quantity, 0, 10**9)
        checks.one_of("obligation_unit", self.obligation_unit, OBLIGATION_UNITS)
        checks.one_of("obligation_kind", self.obligation_kind, OBLIGATION_KINDS)
        checks.one_of("status", self.status, CONTRACT_STATUSES)
        checks.groups("groups", self.groups)
        checks.raise_if_any()

    @property
    def is_closed(self) -> bool:
        """Tell whether the contract takes nobody any more."""
        return self.status in CLOSED_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """One kind of place at one workplace, with a number of equal positions.

    Parameters
    ----------
    vacancy_id : str
    positions : int
        At least 1.
    contract_id : str or None
        The contract that created it.
    occupation : str or None
        SSYK 2012 code.
    title : str or None
    start_date : date or None
        ``None`` means the contract's start date.
    latest_start_date : date or None
        ``None`` means the start date.
    form : str
        ``employment``, ``apprenticeship`` or ``internship``.
    extent_percent : int
        1 to 100.
    duration_months : Decimal or None
        ``None`` means until the contract's end date.
    municipality : str or None
        ``None`` means the contract's municipality.
    groups : tuple of str
        Reserved for members of at least one of these; empty means the contract's groups.
    resource_id : str or None
        What every placement here uses some of: a supervisor's time, or a place that several vacancies and people share.
    resource_use : Decimal or None
        How much of it; ``None`` means the placement's months of full time, duration times extent.
    """

    vacancy_id: str
    positions: int
    contract_id: str | None = None
    occupation: str | None = None
    title: str | None = None
    start_date: date | None = None
    latest_start_date: date | None = None
    form: VacancyForm = "employment"
    extent_percent: int = 100
    duration_months: Decimal | None = None
    municipality: str | None = None
    groups: tuple[str, ...] = ()
    resource_id: str | None = None
    resource_use: Decimal | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this vacancy."""
        checks = Checks("vacancies", self.vacancy_id)
        checks.identifier("vacancy_id", self.vacancy_id)
        if self.positions < 1:
            checks.add(
                "out_of_range",
                "positions",
                self.positions,
                "have positions >= 1",
                "Remove the vacancy or give it a position.",
            )
        checks.in_range("positions", max(self.positions, 1), 1, 1_000_000)
        for field in ("contract_id", "occupation", "title", "municipality", "resource_id"):
            checks.text(field, getattr(self, field))
        checks.day("start_date", self.start_date)
        checks.day("latest_start_date", self.latest_start_date)
        checks.not_before("latest_start_date", self.latest_start_date, "start_date", self.start_date)
        checks.one_of("form", self.form, VACANCY_FORMS)
        checks.in_range("extent_percent", self.extent_percent, 1, 100)
        checks.amount("duration_months", self.duration_months, Decimal("0.01"), 1200)
        checks.amount("resource_use", self.resource_use, 0, 10**9, USE_DECIMALS)
        if self.resource_use is not None and self.resource_id is None:
            checks.add("missing_value", "resource_id", None, "name the resource that it uses", "Fill in resource_id.")
        checks.groups("groups", self.groups)
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredSkill:
    """A skill that a vacancy requires or prefers.

    Parameters
    ----------
    vacancy_id, skill : str
    level : int
        Lowest level that will do, 1 to 9.
    kind : str
        ``must`` decides eligibility; ``nice`` only raises the forecast.
    weight : Decimal
        Relative importance among the nice-to-have skills of one vacancy, above 0.
    origin : str
        ``stated`` in the advertisement, ``derived`` from the occupation, ``added`` by hand.
    """

    vacancy_id: str
    skill: str
    level: int = 1
    kind: SkillKind = "must"
    weight: Decimal = Decimal(1)
    origin: SkillOrigin = "stated"

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this requirement."""
        checks = Checks("vacancy_skills", self.vacancy_id)
        checks.identifier("vacancy_id", self.vacancy_id)
        checks.identifier("skill", self.skill)
        checks.in_range("level", self.level, 1, 9)
        checks.one_of("kind", self.kind, SKILL_KINDS)
        checks.amount("weight", self.weight, Decimal("0.001"), 1000)
        checks.one_of("origin", self.origin, SKILL_ORIGINS)
        checks.raise_if_any()
