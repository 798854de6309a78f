"""A tender as it would be published: so many of a target group by a day, within the problem that it would join."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from matcher.errors import Fault, InvalidInput
from matcher.problem import Contract, Problem, Quota, Vacancy, vacancy_terms
from matcher.problem.changes.draft import did_you_mean

QUOTA_ID = "what-if-requirement"


class Tender:
    """A contract of a problem whose requirement is still to be written.

    Parameters
    ----------
    problem : Problem
    contract_id : str

    Attributes
    ----------
    contract : Contract
    start : date
        Before which nobody begins.

    Raises
    ------
    InvalidInput
        Where it is none that can be asked about.
    """

    def __init__(self, problem: Problem, contract_id: str) -> None:
        self.contract = _contract(problem, contract_id)
        self._problem = problem
        self._vacancies = [row for row in problem.vacancies if row.contract_id == contract_id]
        self._terms = [vacancy_terms(row, {contract_id: self.contract}) for row in self._vacancies]
        self._starts = {each.start_date for each in self._terms if each.start_date is not None}
        if not self._starts:
            raise InvalidInput([fault_of_tender(contract_id, "start_date", None, "have a vacancy with a start date")])
        self.start = min(self._starts)

    def without(self) -> Problem:
        """Return the problem without the tender: it owes nothing and takes nobody."""
        return self._with_contract(replace(self.contract, status="cancelled"))

    def published(self, groups: tuple[str, ...], quantity: int, by: date) -> Problem:
        """Return the problem with the tender owing so much to some groups, all of whom begin by a day."""
        own = {row.vacancy_id: self._dated(row, by, groups) for row in self._vacancies}
        gone = {vacancy_id for vacancy_id, row in own.items() if row is None}
        owed = Decimal(quantity) if quantity else None
        given = self._with_contract(
            replace(self.contract, groups=groups, obligation_quantity=owed, obligation_kind="required")
        )
        return replace(
            given,
            vacancies=tuple(own.get(row.vacancy_id) or row for row in given.vacancies if row.vacancy_id not in gone),
            vacancy_skills=tuple(row for row in given.vacancy_skills if row.vacancy_id not in gone),
            decisions=tuple(row for row in given.decisions if row.vacancy_id not in gone),
        )

    def insisted(self, groups: tuple[str, ...], quantity: int, by: date, copies: int) -> Problem:
        """Return the same with so many hard minimum counts on top, each of which says that nobody may be missing."""
        given = self.published(groups, quantity, by)
        quotas = tuple(
            Quota(
                quota_id=f"{QUOTA_ID}-{number}",
                months_out_of_work=0,  # everybody counts: the places of the tender are its groups' own
                scope="contract",
                scope_id=self.contract.contract_id,
                min_count=quantity,
            )
            for number in range(copies)
        )
        return replace(given, quotas=given.quotas + quotas)

    def most(self) -> int:
        """Return how much all its positions together could deliver, in the contract's unit."""
        policy, unit = self._problem.policy, self.contract.obligation_unit
        credit = max(policy.credit.values(), default=Decimal(0))
        per_month = {"person_months": Decimal(1), "hours": policy.hours_per_month, "credit": credit}
        total = Decimal(0)
        for row, terms in zip(self._vacancies, self._terms, strict=True):
            months = terms.duration_months or Decimal(0)
            each = Decimal(1) if unit == "persons" else months * row.extent_percent / 100 * per_month[unit]
            total += row.positions * each
        return int(total)

    def days(self, horizon: date) -> list[date]:
        """Return the days on which somebody could begin at the tender, in order; no other day changes anything."""
        days = set(self._starts)
        days |= {row.available_from for row in self._problem.candidates}
        days |= {row.end_date + timedelta(days=1) for row in self._problem.cohorts}
        return sorted(day for day in days if self.start <= day <= horizon)

    def _with_contract(self, contract: Contract) -> Problem:
        rows = tuple(contract if row is self.contract else row for row in self._problem.contracts)
        return replace(self._problem, contracts=rows)

    def _dated(self, vacancy: Vacancy, by: date, groups: tuple[str, ...]) -> Vacancy | None:
        """Return a vacancy of the tender that begins by a day; ``None`` where it begins after it."""
        start = vacancy.start_date or self.contract.start_date
        if start is None or start > by:
            return None
        own = vacancy.groups if groups == self.contract.groups else ()
        return replace(vacancy, latest_start_date=by, groups=own)


def fault_of_tender(
    contract_id: str | None, field: str, value: str | None, must: str, remedy: str = "Fill it in first."
) -> Fault:
    """Return why a tender cannot be asked about."""
    return Fault(
        code="bad_tender", table="contracts", entity_id=contract_id, field=field, value=value, must=must, remedy=remedy
    )


def _contract(problem: Problem, contract_id: str) -> Contract:
    found = next((row for row in problem.contracts if row.contract_id == contract_id), None)
    if found is None:
        near = did_you_mean(contract_id, [row.contract_id for row in problem.contracts])
        must, remedy = "name a contract that stands in contracts", f"Correct the id, or add the tender.{near}"
        raise InvalidInput([fault_of_tender(contract_id, "contract_id", contract_id, must, remedy)])
    faults = []
    if problem.is_ready_scored:
        must, remedy = "be asked about where dates decide who can take what", "Give the problem without pairs."
        faults.append(fault_of_tender(contract_id, "contract_id", None, must, remedy))
    if found.is_closed:
        faults.append(
            fault_of_tender(contract_id, "status", found.status, "be open", "Give the status tendered or forecast.")
        )
    weight = problem.policy.shortfall_weight["required"] * problem.policy.unit_weight[found.obligation_unit]
    if not round(weight * 10**6):
        must = "have an obligation that the policy weighs more than nothing"
        remedy = "Raise shortfall_weight.required, or the unit_weight of its unit."
        faults.append(fault_of_tender(contract_id, "obligation_unit", found.obligation_unit, must, remedy))
    if faults:
        raise InvalidInput(faults)
    return found
