"""Contracts: what each is owed, what the plan delivers, and its vacancies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.errors import UnknownId
from matcher.problem import Contract
from matcher.service.desk.desk import Desk
from matcher.service.desk.vacancies import VacancyRow, vacancy_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """One contract in a list.

    Parameters
    ----------
    contract : Contract
    days : int or None
        Until its start.
    required, delivered : Decimal or None
        What is owed and what the plan delivers; ``None`` where nothing is owed.
    filled, open : int
        Positions of its vacancies.
    """

    contract: Contract
    days: int | None
    required: Decimal | None
    delivered: Decimal | None
    filled: int
    open: int

    @property
    def is_short(self) -> bool:
        """Tell whether less is delivered than is owed."""
        return self.required is not None and self.delivered is not None and self.delivered < self.required


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPage:
    """Everything about one contract."""

    row: ContractRow
    vacancies: tuple[VacancyRow, ...]


def contract_rows(desk: Desk) -> tuple[ContractRow, ...]:
    """Return all contracts in order of their start."""
    rows_of: dict[str, list[VacancyRow]] = {contract.contract_id: [] for contract in desk.problem.contracts}
    for row in vacancy_rows(desk):
        if row.contract is not None:
            rows_of[row.contract.contract_id].append(row)
    rows = [_row(desk, contract, rows_of[contract.contract_id]) for contract in desk.problem.contracts]
    return tuple(sorted(rows, key=lambda row: (row.contract.start_date or date.max, row.contract.contract_id)))


def contract_page(desk: Desk, contract_id: str) -> ContractPage:
    """Return everything about one contract.

    Raises
    ------
    UnknownId
        Where there is none of that id.
    """
    contract = desk.contract_of.get(contract_id)
    if contract is None:
        sentence = f"Contract {contract_id!r} must be in the problem. Choose one from the list."
        raise UnknownId(sentence, entity="contract", entity_id=contract_id)
    rows = tuple(row for row in vacancy_rows(desk) if row.contract is contract)
    return ContractPage(row=_row(desk, contract, rows), vacancies=rows)


def _row(desk: Desk, contract: Contract, rows: list[VacancyRow] | tuple[VacancyRow, ...]) -> ContractRow:
    delivery = desk.delivery_of.get(contract.contract_id)
    return ContractRow(
        contract=contract,
        days=desk.days_until(contract.start_date),
        required=None if delivery is None else delivery.required,
        delivered=None if delivery is None else delivery.delivered,
        filled=sum(row.filled for row in rows),
        open=sum(row.open for row in rows),
    )
