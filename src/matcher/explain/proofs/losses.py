"""What one plan gives up against another, aim after aim: exactly where both are proven, else between two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from matcher.plan import Plan, TierResult

DRAW = "tie_break"  # decides between equal plans, and is no aim
MOST_IS_BEST = ("placements",)
ZERO = Decimal(0)  # added, it takes the sign from a negative nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class AimLoss:
    """By how much the best plan with a condition is worse in one aim than the best plan without it.

    Parameters
    ----------
    aim : str
    found : Decimal
        Difference of the two plans that were found, in the unit of `TierResult.value`; below 0 where the plan with the
        condition is better, which it can be in an aim once it has given up something in an earlier one.
    least, most : Decimal or None
        What the certificates prove: the loss is not outside these. ``None`` where they prove nothing, because an
        earlier aim is not closed.
    """

    aim: str
    found: Decimal
    least: Decimal | None
    most: Decimal | None

    @property
    def is_exact(self) -> bool:
        """Tell whether the certificates of both plans leave one number only."""
        return self.least is not None and self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is given up, in every aim in its order; the first that is not 0 is what counts.

    Parameters
    ----------
    broken_promises : int
        Accepted pairs that the best plan keeps and the plan with the condition gives up; they stand above every aim.
    aims : tuple of AimLoss
    """

    broken_promises: int
    aims: tuple[AimLoss, ...]

    @property
    def is_nothing(self) -> bool:
        """Tell whether the plan with the condition was found to be as good in every aim."""
        return not self.broken_promises and not any(aim.found for aim in self.aims)

    @property
    def is_exact(self) -> bool:
        """Tell whether every aim up to the first in which something is lost is exact, or all are and nothing is."""
        if self.broken_promises:
            return True
        for aim in self.aims:
            if not aim.is_exact:
                return False
            if aim.found:
                return True
        return True

    @property
    def rank(self) -> tuple[Decimal | int, ...]:
        """What orders losses, the least first."""
        return (self.broken_promises, *(aim.found for aim in self.aims))


def loss_between(best: Plan, other: Plan) -> Loss:
    """Return what a plan with a condition gives up against the best one.

    Parameters
    ----------
    best, other : Plan
        Of the same problem but for the condition, with the same aims.
    """
    return Loss(
        broken_promises=len(_given_up(other) - _given_up(best)),
        aims=tuple(_losses(best.tiers, other.tiers)),
    )


def _given_up(plan: Plan) -> set[tuple[str, str]]:
    return {(breach.candidate_id, breach.entity_id) for breach in plan.breaches if breach.kind == "accepted"}


def _losses(best: tuple[TierResult, ...], other: tuple[TierResult, ...]) -> Iterator[AimLoss]:
    known = True  # a bound speaks of the plans that hold what was reached in the earlier aims
    for own, its in zip(best, other, strict=True):
        if own.name == DRAW:
            continue
        sign = 1 if own.name in MOST_IS_BEST else -1
        ends = (sign * (own.value - its.bound) + ZERO, sign * (own.bound - its.value) + ZERO)
        yield AimLoss(
            aim=own.name,
            found=sign * (own.value - its.value) + ZERO,
            least=ends[0] if known else None,
            most=ends[1] if known else None,
        )
        known = known and ends[0] == ends[1]
