"""Fixed algorithms on an instance's own data: what they take says how fast the machine is just now.

They use nothing of ours while the clock ticks, so that only the machine, Python and the pinned libraries move them.
Each does the kind of work that the phase beside it does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment, linprog

from benchmarks.peers.method import Task
from benchmarks.peers.whole_model import WholeModel
from matcher.features import build_columns
from matcher.problem import Problem

Reference = Callable[[], object]

PASSES = 20


def linear_programme(problem: Problem) -> Reference:
    """Return the linear relaxation of the whole model, solved by SciPy's HiGHS."""
    model = WholeModel.of(Task(problem=problem, held={"shortfall": 0}))
    matrix = sp.csc_matrix(model.matrix.astype(np.float64))
    bounds = np.c_[np.zeros(len(model.upper)), model.upper]
    worth = -model.worth / 10**6
    return lambda: linprog(worth, A_ub=matrix, b_ub=model.high, bounds=bounds, method="highs")


def arrays(problem: Problem) -> Reference:
    """Return sorting, counting and looking up in the columns' arrays."""
    columns = build_columns(problem)
    weight, candidate, vacancy = columns.weight, columns.candidate, columns.vacancy

    def work() -> None:
        for _ in range(PASSES):
            order = np.lexsort((-weight, vacancy, candidate))
            np.unique(vacancy[order], return_inverse=True)
            np.bincount(candidate, weights=weight)
            np.searchsorted(weight[np.argsort(weight)], weight)

    return work


def rows_of_text(problem: Problem) -> Reference:
    """Return reading a table of scores with Python's own csv and Decimal, into a dictionary."""
    columns = build_columns(problem)
    rows = zip(columns.candidate.tolist(), columns.vacancy.tolist(), columns.weight.tolist(), strict=True)
    text = "candidate,vacancy,score\n" + "".join(f"C{i},V{j},0.{weight:06d}\n" for i, j, weight in rows)

    def work() -> dict[tuple[str, str], Decimal]:
        return {(row["candidate"], row["vacancy"]): Decimal(row["score"]) for row in csv.DictReader(io.StringIO(text))}

    return work


def dense_assignment(problem: Problem) -> Reference:
    """Return SciPy's assignment of greatest score on the full matrix."""
    columns = build_columns(problem)
    matrix = np.zeros((len(columns.limits.candidate_ids), len(columns.limits.vacancy_ids)))
    matrix[columns.candidate, columns.vacancy] = columns.weight
    return lambda: linear_sum_assignment(matrix, maximize=True)
