"""What a change is to achieve: somebody placed, a position filled, a promise kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from matcher.plan import Plan


class Wish(Protocol):
    """Something that a plan grants or not."""

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether a plan grants it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A candidate has a place."""

    candidate_id: str

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether the candidate has any placement."""
        return any(row.candidate_id == self.candidate_id for row in plan.assignments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """More positions of a vacancy are filled than now."""

    vacancy_id: str
    now: int

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether more people are placed there."""
        return sum(row.vacancy_id == self.vacancy_id for row in plan.assignments) > self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A contract gets all that it is owed, or a quota is kept in full, and no other contract gets less of it than now.

    Parameters
    ----------
    contract_id, quota_id : str or None
        One of the two.
    now : tuple of (contract id, Decimal)
        What is short of every contract.
    """

    contract_id: str | None
    quota_id: str | None
    now: tuple[tuple[str, Decimal], ...]

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether nothing is short, and elsewhere no more than now."""
        short = {row.contract_id: row.required - row.delivered for row in plan.shortfalls}
        if any(short.get(contract_id, Decimal(0)) > max(Decimal(0), amount) for contract_id, amount in self.now):
            return False
        if self.contract_id is not None:
            return short.get(self.contract_id, Decimal(0)) <= 0
        return all(row.quota_id != self.quota_id or row.short == 0 for row in plan.quota_breaches)
