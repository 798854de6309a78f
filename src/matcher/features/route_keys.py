"""Routes as single numbers, so that equal ones are found by sorting and stored once."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray, Routes
from matcher.errors import Fault, UnsupportedRule
from matcher.features.curriculum import MAX_LENGTH

MAX_COHORTS = (2**21 - 2) // 2  # three digits of so many values fit into 63 bits


class RouteKeys:
    """Numbers for routes: up to three digits, each a cohort and whether its seat is new; 0 is the end.

    Keys rise with the cohorts of the routes, position by position, a shorter route before the longer ones that
    begin with it.

    Parameters
    ----------
    num_cohorts : int

    Raises
    ------
    UnsupportedRule
        When there are more cohorts than three digits can tell apart.
    """

    def __init__(self, num_cohorts: int) -> None:
        if num_cohorts > MAX_COHORTS:
            fault = Fault(
                code="unsupported_rule",
                table="cohorts",
                value=num_cohorts,
                must=f"have at most {MAX_COHORTS} cohorts",
                remedy="Solve regions or periods apart.",
            )
            raise UnsupportedRule([fault])
        self._base = 2 * num_cohorts + 1

    def of(self, cohorts: IndexArray, is_promised: BoolArray | None = None) -> IntArray:
        """Return the keys of some routes; int64 (N,).

        Parameters
        ----------
        cohorts : int32 (3, N)
            -1 beyond the end of a route.
        is_promised : bool (3, N), optional
            Whether the candidate is already enrolled there; nobody is, where it is left out.
        """
        digits = np.where(cohorts < 0, 0, 2 * cohorts.astype(np.int64) + 1)
        if is_promised is not None:
            digits += is_promised
        key: IntArray = (digits[0] * self._base + digits[1]) * self._base + digits[2]
        return key

    def routes(self, keys: IntArray) -> Routes:
        """Return the routes of keys, in their order."""
        digits = np.empty((len(keys), MAX_LENGTH), np.int64)
        rest = keys
        for position in reversed(range(MAX_LENGTH)):
            rest, digits[:, position] = np.divmod(rest, self._base)
        is_entry = digits > 0
        start = np.zeros(len(keys) + 1, np.int64)
        np.cumsum(is_entry.sum(axis=1), out=start[1:])
        entries = digits[is_entry]
        return Routes(start=start, cohort=((entries - 1) // 2).astype(np.int32), is_new=entries % 2 == 1)
