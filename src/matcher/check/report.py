"""What the checker says: what is wrong with a plan, and what was recomputed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong with a plan.

    Parameters
    ----------
    code : str
        Stable machine-readable kind, for example ``"cohort_seats"``.
    message : str
        One sentence for people.
    ids : tuple of str
        Ids of what it concerns, the most specific first.
    """

    code: str
    message: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCheck:
    """One aim as the checker computes it.

    Parameters
    ----------
    name : str
    value : Decimal
        Recomputed from the assignments, in the unit of `TierResult.value`.
    bound : Decimal or None
        Recomputed from the certificate; ``None`` where the certificate proves nothing.
    gap : float or None
        `relative_gap` of value and bound.
    """

    name: str
    value: Decimal
    bound: Decimal | None
    gap: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """The result of a check.

    Parameters
    ----------
    violations : tuple of Violation
        Empty when the plan holds and claims no more than its certificate proves.
    tiers : tuple of TierCheck
        In the order in which the problem's aims are pursued; empty where the plan could not be read.
    notes : tuple of str
        What could not be recomputed, one sentence each.
    """

    violations: tuple[Violation, ...]
    tiers: tuple[TierCheck, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.violations


@dataclass(slots=True)
class Findings:
    """Collects violations and notes while a plan is being read."""

    violations: list[Violation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, code: str, message: str, *ids: str) -> None:
        """Record one violation."""
        self.violations.append(Violation(code=code, message=message, ids=ids))
