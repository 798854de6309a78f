"""What a change is to achieve: somebody placed, a position filled, an obligation or a quota met."""

from __future__ import annotations

from dataclasses import dataclass
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
class Delivered:
    """A contract gets all that it is owed."""

    contract_id: str

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether nothing is short."""
        return all(row.delivered >= row.required for row in plan.shortfalls if row.contract_id == self.contract_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaMet:
    """A quota is kept in full."""

    quota_id: str

    def is_granted(self, plan: Plan) -> bool:
        """Tell whether the plan lists no breach of it."""
        return all(row.quota_id != self.quota_id for row in plan.quota_breaches)
