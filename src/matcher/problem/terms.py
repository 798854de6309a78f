"""What a vacancy offers once its contract is read with it: dates, place, groups, duration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.problem.work import Contract, Vacancy

DAYS_PER_MONTH = Decimal("30.4375")  # mean month of the Julian year, used only where a duration is implied by dates


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyTerms:
    """A vacancy with everything that it takes over from its contract.

    Parameters
    ----------
    vacancy : Vacancy
    contract : Contract or None
    start_date, latest_start_date : date or None
        ``None`` only where a person still has to supply it.
    municipality : str or None
    groups : tuple of str
        The placement is open to members of at least one of these; empty means everybody.
    duration_months : Decimal or None
    is_open : bool
        False where the contract has ended or was cancelled.
    """

    vacancy: Vacancy
    contract: Contract | None
    start_date: date | None
    latest_start_date: date | None
    municipality: str | None
    groups: tuple[str, ...]
    duration_months: Decimal | None
    is_open: bool


def vacancy_terms(vacancy: Vacancy, contracts: Mapping[str, Contract]) -> VacancyTerms:
    """Return the terms of a vacancy.

    Parameters
    ----------
    vacancy : Vacancy
    contracts : mapping of contract id to Contract
    """
    contract = contracts.get(vacancy.contract_id) if vacancy.contract_id is not None else None
    start = vacancy.start_date or (contract.start_date if contract else None)
    return VacancyTerms(
        vacancy=vacancy,
        contract=contract,
        start_date=start,
        latest_start_date=vacancy.latest_start_date or start,
        municipality=vacancy.municipality or (contract.municipality if contract else None),
        groups=vacancy.groups or (contract.groups if contract else ()),
        duration_months=_duration(vacancy, contract, start),
        is_open=contract is None or not contract.is_closed,
    )


def _duration(vacancy: Vacancy, contract: Contract | None, start: date | None) -> Decimal | None:
    if vacancy.duration_months is not None:
        return vacancy.duration_months
    if contract is None or contract.end_date is None or start is None:
        return None
    return round(Decimal((contract.end_date - start).days + 1) / DAYS_PER_MONTH, 2)
