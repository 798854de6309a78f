"""The whole model of one tier as arrays, every column and every row, for solvers that know nothing of the problem.

It is the model of `matcher.formats.integer_model`, which shares no code with our solver. Rows are divided by the
greatest number that divides them, and a value is recomputed in exact integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from benchmarks.peers.method import Answer, Status, Task, TierAnswer
from matcher.columns import WEIGHT_SCALE, IntArray
from matcher.features import build_columns
from matcher.formats.integer_model import IntegerModel, integer_model
from matcher.plan import relative_gap

Floats = npt.NDArray[np.float64]
TIER = "placements"


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeModel:
    """Maximise ``worth x`` over whole x with ``A x <= high`` (and ``A x >= low`` on equations), ``0 <= x <= upper``.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix int64 (R, N)
    low, high : float64 (R,)
    upper : int64 (N,)
    worth : int64 (N,)
        Millionths of an expected sustained placement.
    num_columns : int
        The first variables; the others are shortfalls and persons missing or in excess.
    """

    matrix: Any
    low: Floats
    high: Floats
    upper: IntArray
    worth: IntArray
    num_columns: int

    @staticmethod
    def of(task: Task) -> WholeModel:
        """Return the model of the tier ``placements``, earlier tiers held as `task` says."""
        columns = build_columns(task.problem)
        free = {tier: value for tier, value in task.held.items() if value}
        model = integer_model(columns, TIER, free)
        upper = model.upper.copy()
        for tier in task.held.keys() - free.keys():  # nothing may be missing: plainer than a row that says so
            upper[integer_model(columns, tier).objective > 0] = 0
        matrix, high = _divided(model, len(upper))
        return WholeModel(
            matrix=matrix,
            low=np.where(model.is_equation, high, -np.inf),
            high=high,
            upper=upper,
            worth=-model.objective,
            num_columns=len(columns),
        )

    def value(self, x: Floats) -> int | None:
        """Return the exact worth of a rounded solution, or ``None`` where it breaks a rule."""
        whole = np.rint(x).astype(np.int64)
        activity = self.matrix @ whole
        keeps_rows = (activity <= self.high).all() and (activity >= self.low).all()
        keeps_bounds = (whole >= 0).all() and (whole <= self.upper).all()
        return int(self.worth @ whole) if keeps_rows and keeps_bounds else None

    def answer(self, status: Status, x: Floats | None, bound: float | None, details: Mapping[str, str]) -> Answer:
        """Return what a solver found; `bound` counts in millionths, as `worth` does."""
        value = None if x is None else self.value(x)
        if value is None:
            note = "No plan was found." if x is None else "The plan breaks a rule when its numbers are made whole."
            return Answer(status=status, num_columns=self.num_columns, facts=details, note=note)
        gap = None if bound is None else relative_gap(value, bound)
        tier = TierAnswer(value=Decimal(value) / WEIGHT_SCALE, claimed_gap=gap)
        return Answer(status=status, num_columns=self.num_columns, tiers={TIER: tier}, facts=details)


def _divided(model: IntegerModel, num_variables: int) -> tuple[Any, Floats]:
    matrix = sp.csr_matrix((model.value, (model.row, model.variable)), shape=(len(model.rhs), num_variables))
    high = model.rhs.astype(np.float64)
    for row, (begin, end) in enumerate(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)):
        divisor = int(np.gcd.reduce(matrix.data[begin:end])) if end > begin else 1
        if divisor > 1:
            matrix.data[begin:end] //= divisor
            high[row] = int(model.rhs[row]) // divisor
    return matrix, high
