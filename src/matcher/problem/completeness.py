"""What no notice carries and only a person can supply: found, listed, and left out on request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from matcher.errors import Fault
from matcher.problem.problem import Problem
from matcher.problem.work import Contract, Vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What was left out of a problem because it was incomplete.

    Parameters
    ----------
    contract_ids, vacancy_ids : tuple of str
    faults : tuple of Fault
        The empty cells that caused it.
    """

    contract_ids: tuple[str, ...]
    vacancy_ids: tuple[str, ...]
    faults: tuple[Fault, ...]


def missing_facts(problem: Problem) -> tuple[Fault, ...]:
    """Return every empty cell that a person has to fill in before the problem can be solved.

    A contract needs a start date and either an obligation or vacancies; a vacancy needs a start date (its own or
    its contract's) and, where its contract or a resource counts time, a duration. A ready-scored problem needs neither.
    """
    if problem.is_ready_scored:
        return ()
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    with_vacancies = {vacancy.contract_id for vacancy in problem.vacancies}
    faults: list[Fault] = []
    for row, contract in enumerate(problem.contracts):
        if not contract.is_closed:
            faults += _missing_in_contract(row, contract, contract.contract_id in with_vacancies)
    for row, vacancy in enumerate(problem.vacancies):
        owner = contracts.get(vacancy.contract_id or "")
        if owner is None or not owner.is_closed:
            faults += _missing_in_vacancy(row, vacancy, owner)
    return tuple(faults)


def _needs_input(table: str, row: int, entity_id: str, field: str, must: str, remedy: str) -> Fault:
    return Fault(code="needs_input", table=table, row=row, entity_id=entity_id, field=field, must=must, remedy=remedy)


def _missing_in_contract(row: int, contract: Contract, has_vacancies: bool) -> list[Fault]:
    faults = []
    if contract.start_date is None:
        faults.append(
            _needs_input(
                "contracts",
                row,
                contract.contract_id,
                "start_date",
                "have a start_date",
                "Fill in the day on which people must be in place; notices seldom state it.",
            )
        )
    if contract.obligation_quantity is None and not has_vacancies:
        faults.append(
            _needs_input(
                "contracts",
                row,
                contract.contract_id,
                "obligation_quantity",
                "have an obligation_quantity or vacancies",
                "Fill in how much employment the clause asks for (and groups), or add the vacancies.",
            )
        )
    return faults


def _missing_in_vacancy(row: int, vacancy: Vacancy, owner: Contract | None) -> list[Fault]:
    faults = []
    if vacancy.start_date is None and owner is None:
        faults.append(
            _needs_input(
                "vacancies",
                row,
                vacancy.vacancy_id,
                "start_date",
                "have a start_date or belong to a contract that has one",
                "Fill in the first working day; advertisements do not state it.",
            )
        )
    counts_time = owner is not None and owner.obligation_quantity is not None and owner.obligation_unit != "persons"
    shares_time = vacancy.resource_id is not None and vacancy.resource_use is None
    has_duration = vacancy.duration_months is not None or (owner is not None and owner.end_date is not None)
    if counts_time and not has_duration:
        faults.append(
            _needs_input(
                "vacancies",
                row,
                vacancy.vacancy_id,
                "duration_months",
                "have duration_months because its contract counts time",
                "Fill in the duration, or the contract's end_date.",
            )
        )
    elif shares_time and not has_duration:
        faults.append(
            _needs_input(
                "vacancies",
                row,
                vacancy.vacancy_id,
                "duration_months",
                "have duration_months because its placements use that much of a resource",
                "Fill in the duration, the contract's end_date, or the resource_use.",
            )
        )
    return faults


def without_incomplete(problem: Problem) -> tuple[Problem, LeftOut]:
    """Return the problem without incomplete contracts and vacancies, and what was left out.

    A contract that is left out takes its vacancies along, and with them every row that names one of these.
    """
    faults = missing_facts(problem)
    contract_ids = {fault.entity_id for fault in faults if fault.table == "contracts"}
    vacancy_ids = {fault.entity_id for fault in faults if fault.table == "vacancies"}
    vacancy_ids |= {vacancy.vacancy_id for vacancy in problem.vacancies if vacancy.contract_id in contract_ids}
    contracts = tuple(contract for contract in problem.contracts if contract.contract_id not in contract_ids)
    vacancies = tuple(vacancy for vacancy in problem.vacancies if vacancy.vacancy_id not in vacancy_ids)
    used = {vacancy.resource_id for vacancy in vacancies}
    unused = {vacancy.resource_id for vacancy in problem.vacancies} - used
    kept = replace(
        problem,
        contracts=contracts,
        vacancies=vacancies,
        vacancy_skills=tuple(row for row in problem.vacancy_skills if row.vacancy_id not in vacancy_ids),
        decisions=tuple(row for row in problem.decisions if row.vacancy_id not in vacancy_ids),
        quotas=tuple(quota for quota in problem.quotas if _scope_remains(quota.scope, quota.scope_id, contracts)),
        resources=tuple(
            resource
            for resource in problem.resources
            if resource.resource_id in used
            or (
                resource.resource_id not in unused
                and resource.scope_id not in vacancy_ids
                and _scope_remains(resource.scope, resource.scope_id, contracts)
            )
        ),
    )
    left_out = LeftOut(
        contract_ids=tuple(sorted(filter(None, contract_ids))),
        vacancy_ids=tuple(sorted(filter(None, vacancy_ids))),
        faults=faults,
    )
    return kept, left_out


def _scope_remains(scope: str, scope_id: str | None, contracts: Collection[Contract]) -> bool:
    if scope in ("all", "vacancy"):
        return True
    field = "contract_id" if scope == "contract" else scope
    return any(getattr(contract, field) == scope_id for contract in contracts)
