"""Changes of work: contracts and vacancies that come, go, move, grow or ask for something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from matcher.problem.changes.change import Change
from matcher.problem.changes.draft import Draft, did_you_mean, moved
from matcher.problem.work import Contract, RequiredSkill, SkillKind, Vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContract(Change):
    """A contract that was won, or is expected; its vacancies are changes of their own."""

    kind: ClassVar[str] = "add_contract"
    contract: Contract

    def edit(self, draft: Draft) -> None:
        """Add the row."""
        draft.add("contracts", (self.contract,))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseContract(Change):
    """A contract that falls away with its vacancies and what it owes; who had accepted a place there is told so."""

    kind: ClassVar[str] = "lose_contract"
    contract_id: str

    def edit(self, draft: Draft) -> None:
        """Set its status: rows that name it stay valid."""
        draft.change("contracts", self.contract_id, status="cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveContract(Change):
    """A contract that begins earlier or later, its end and its vacancies' own dates by as much.

    Exactly one of `start_date` and `days` is given.
    """

    kind: ClassVar[str] = "move_contract"
    contract_id: str
    start_date: date | None = None
    days: int | None = None

    def edit(self, draft: Draft) -> None:
        """Move all of its dates."""
        contract: Contract | None = draft.find("contracts", self.contract_id)
        if contract is None:
            return
        days = draft.day(self.start_date, self.days, contract.start_date)
        if days is None:
            return
        draft.change(
            "contracts",
            self.contract_id,
            start_date=moved(contract.start_date, days),
            end_date=moved(contract.end_date, days),
        )
        for vacancy in draft.rows("vacancies"):
            if vacancy.contract_id == self.contract_id:
                _move_vacancy(draft, vacancy, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeObligation(Change):
    """A contract that owes more or less, in its own unit, or to other target groups.

    Parameters
    ----------
    contract_id : str
    quantity, by : Decimal or None
        What is owed, or how much more; at most one of them.
    groups : tuple of str or None
        Who counts; ``None`` means as before.
    """

    kind: ClassVar[str] = "change_obligation"
    contract_id: str
    quantity: Decimal | None = None
    by: Decimal | None = None
    groups: tuple[str, ...] | None = None

    def edit(self, draft: Draft) -> None:
        """Set what is given."""
        contract: Contract | None = draft.find("contracts", self.contract_id)
        if contract is None:
            return
        if self.groups is not None:
            draft.change("contracts", self.contract_id, groups=self.groups)
        if self.groups is None or self.quantity is not None or self.by is not None:
            quantity = draft.amount("quantity", self.quantity, self.by, contract.obligation_quantity)
            if quantity is not None:
                draft.change("contracts", self.contract_id, obligation_quantity=quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddVacancy(Change):
    """One more vacancy.

    Parameters
    ----------
    vacancy : Vacancy
    skills : tuple of RequiredSkill
        What it requires or prefers.
    """

    kind: ClassVar[str] = "add_vacancy"
    vacancy: Vacancy
    skills: tuple[RequiredSkill, ...] = ()

    def edit(self, draft: Draft) -> None:
        """Add the rows, of a contract and a resource that are there."""
        if self.vacancy.contract_id is not None:
            draft.find("contracts", self.vacancy.contract_id)
        if self.vacancy.resource_id is not None:
            draft.find("resources", self.vacancy.resource_id)
        draft.add("vacancies", (self.vacancy,))
        draft.add("vacancy_skills", self.skills)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVacancy(Change):
    """A vacancy that begins earlier or later, its latest start by as much; exactly one of the two is given.

    A vacancy that begins with its contract has dates of its own afterwards.
    """

    kind: ClassVar[str] = "move_vacancy"
    vacancy_id: str
    start_date: date | None = None
    days: int | None = None

    def edit(self, draft: Draft) -> None:
        """Move its dates."""
        vacancy: Vacancy | None = draft.find("vacancies", self.vacancy_id)
        if vacancy is None:
            return
        start = vacancy.start_date
        if start is None and vacancy.contract_id is not None:
            contract: Contract | None = draft.find("contracts", vacancy.contract_id)
            start = contract.start_date if contract else None
        days = draft.day(self.start_date, self.days, start)
        if days is not None and start is not None:
            _move_vacancy(draft, replace(vacancy, start_date=start), days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePositions(Change):
    """A vacancy with more or fewer positions: exactly one of `positions` and `by` is given."""

    kind: ClassVar[str] = "change_positions"
    vacancy_id: str
    positions: int | None = None
    by: int | None = None

    def edit(self, draft: Draft) -> None:
        """Set its positions."""
        vacancy: Vacancy | None = draft.find("vacancies", self.vacancy_id)
        if vacancy is None:
            return
        positions = draft.amount("positions", self.positions, self.by, vacancy.positions)
        if positions is not None:
            draft.change("vacancies", self.vacancy_id, positions=positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRequirement(Change):
    """A skill that is not asked for any more, at one vacancy or at all of a contract's; exactly one is named."""

    kind: ClassVar[str] = "drop_requirement"
    skill: str
    vacancy_id: str | None = None
    contract_id: str | None = None

    def edit(self, draft: Draft) -> None:
        """Leave out the rows."""
        vacancies = _named_vacancies(self, self.vacancy_id, self.contract_id, draft)
        if vacancies and _asking(self.skill, vacancies, draft):
            draft.keep("vacancy_skills", lambda row: row.skill != self.skill or row.vacancy_id not in vacancies)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerRequirement(Change):
    """A skill that is asked for at another level, usually a lower one, at one vacancy or at all of a contract's."""

    kind: ClassVar[str] = "lower_requirement"
    skill: str
    level: int
    vacancy_id: str | None = None
    contract_id: str | None = None

    def edit(self, draft: Draft) -> None:
        """Set the level in the rows."""
        vacancies = _named_vacancies(self, self.vacancy_id, self.contract_id, draft)
        positions = _asking(self.skill, vacancies, draft) if vacancies else []
        rows = draft.rows("vacancy_skills")
        for position in positions:
            rows[position] = replace(rows[position], level=self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequirement(Change):
    """A skill that is asked for in addition, at one vacancy or at all of a contract's."""

    kind: ClassVar[str] = "add_requirement"
    skill: str
    level: int = 1
    skill_kind: SkillKind = "must"
    vacancy_id: str | None = None
    contract_id: str | None = None

    def edit(self, draft: Draft) -> None:
        """Add the rows, in the place of those that asked for less of the same."""
        vacancies = _named_vacancies(self, self.vacancy_id, self.contract_id, draft)
        added = [
            RequiredSkill(
                vacancy_id=vacancy_id, skill=self.skill, level=self.level, kind=self.skill_kind, origin="added"
            )
            for vacancy_id in sorted(vacancies)
        ]
        if added:
            wanted = {(row.vacancy_id, row.skill, row.kind) for row in added}
            draft.keep("vacancy_skills", lambda row: (row.vacancy_id, row.skill, row.kind) not in wanted)
            draft.add("vacancy_skills", added)


def _move_vacancy(draft: Draft, vacancy: Vacancy, days: int) -> None:
    draft.change(
        "vacancies",
        vacancy.vacancy_id,
        start_date=moved(vacancy.start_date, days),
        latest_start_date=moved(vacancy.latest_start_date, days),
    )


def _named_vacancies(change: Change, vacancy_id: str | None, contract_id: str | None, draft: Draft) -> set[str]:
    """Return the vacancies that a change names, itself or by their contract; none where that is a fault."""
    if (vacancy_id is None) == (contract_id is None):
        must, remedy = "have either vacancy_id or contract_id", "Name one vacancy, or the contract of several."
        draft.note("missing_value", "vacancy_id", None, must, remedy)
        return set()
    if vacancy_id is not None:
        return {vacancy_id} if draft.find("vacancies", vacancy_id) else set()
    if draft.find("contracts", contract_id or "") is None:
        return set()
    found = {row.vacancy_id for row in draft.rows("vacancies") if row.contract_id == contract_id}
    if not found:
        must, remedy = "name a contract that has vacancies", "Name another contract, or add the vacancy first."
        draft.note("unknown_id", "contract_id", contract_id, must, remedy)
    return found


def _asking(skill: str, vacancies: set[str], draft: Draft) -> list[int]:
    """Return the positions of the rows that ask for a skill; a fault is noted where none does."""
    rows = draft.rows("vacancy_skills")
    positions = [at for at, row in enumerate(rows) if row.skill == skill and row.vacancy_id in vacancies]
    if not positions:
        asked = sorted({row.skill for row in rows if row.vacancy_id in vacancies})
        must = f"name a skill that is asked for there ({', '.join(asked[:20]) or 'none is'})"
        draft.note("unknown_id", "skill", skill, must, f"Correct the skill.{did_you_mean(skill, asked)}")
    return positions
