"""What deciding optional cohorts has changed so far, by which a search chooses what to decide next.

Pseudo-costs (Benichou et al. 1971, Experiments in mixed-integer linear programming, Mathematical Programming 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import IntArray
from matcher.solver.programmes.programme import FloatArray

LEAST_SHARE = 1e-6  # of a cohort, by which a change is divided
WEAK = 1e-3  # of a cohort's average effect: no smaller factor enters a score


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortDecision:
    """The decision that led to a node.

    Parameters
    ----------
    other : int
        Position of the variable by which the cohort opens.
    is_opened : bool
    share : float
        How much of the cohort that has opened or closed.
    value : float
        Of the relaxation before.
    """

    other: int
    is_opened: bool
    share: float
    value: float


class Effects:
    """What deciding cohorts has changed so far, per cohort and direction: what a whole cohort would change.

    Parameters
    ----------
    number : int
        Of variables beside the columns; those of cohorts are among them.
    """

    def __init__(self, number: int) -> None:
        self._sums = np.zeros((2, number))
        self._counts = np.zeros((2, number))

    def note(self, decision: CohortDecision, value: float) -> None:
        """Learn from a node what its last decision has changed."""
        direction = int(decision.is_opened)
        self._sums[direction, decision.other] += max(0.0, decision.value - value) / max(decision.share, LEAST_SHARE)
        self._counts[direction, decision.other] += 1

    def scores(self, cohorts: IntArray, shares: FloatArray) -> FloatArray:
        """Return for each cohort the product of what opening and what closing it is likely to change."""
        score = np.ones(len(cohorts))
        for direction, distance in ((0, shares), (1, 1 - shares)):
            sums, counts = self._sums[direction], self._counts[direction]
            average = sums.sum() / counts.sum() if counts.sum() else 1.0
            known = np.where(counts > 0, sums / np.maximum(counts, 1), average)
            score *= np.maximum(known[cohorts], WEAK * average) * distance
        return score
