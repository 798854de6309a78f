"""OR-Library's assignment files (``n``, then n x n costs, or ``n``, then lines ``i j cost``) as problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from benchmarks.convert.numbers import whole_numbers
from benchmarks.convert.scores import best_of_cost, cost_of_best, score_of
from matcher.problem import Candidate, Pair, Policy, Problem, Vacancy

DAY = date(2026, 1, 1)  # nobody's day matters: the pairs are all that counts

Form = Literal["dense", "sparse"]
Integers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """An assignment problem: pair n costs ``cost[n]`` and joins ``left[n]`` with ``right[n]``, from 0 to size - 1."""

    size: int
    left: Integers
    right: Integers
    cost: Integers


def read_costs(text: str, form: Form | None = None) -> Costs:
    """Return the problem in a file of either form, told apart by how many numbers there are.

    Raises
    ------
    ValueError
        When something is no whole number, or they fit neither form, or both and `form` is not said.
    """
    numbers = np.array(whole_numbers(text.split(), 1), dtype=np.int64)
    size, rest = int(numbers[0]), numbers[1:]
    fitting = [name for name, fits in (("dense", _is_dense(size, rest)), ("sparse", _is_sparse(size, rest))) if fits]
    if form not in fitting if form else len(fitting) != 1:
        raise ValueError(
            f"A file of size {size} must hold {size * size} costs, or lines of i, j and cost with i and j from 1 to "
            f"{size}, got {len(rest)} numbers that fit {' and '.join(fitting) or 'neither'}. "
            f"{'Say which form it has.' if len(fitting) == 2 else 'Check the file.'}"
        )
    if (form or fitting[0]) == "dense":
        left, right = np.divmod(np.arange(size * size), size)
        return Costs(size=size, left=left, right=right, cost=rest)
    left, right, cost = rest.reshape(-1, 3).T
    return Costs(size=size, left=left - 1, right=right - 1, cost=cost)


def _is_dense(size: int, rest: Integers) -> bool:
    return len(rest) == size * size


def _is_sparse(size: int, rest: Integers) -> bool:
    if not len(rest) or len(rest) % 3:
        return False
    left, right, _ = rest.reshape(-1, 3).T
    is_inside = bool(((left >= 1) & (left <= size) & (right >= 1) & (right <= size)).all())
    return is_inside and len(np.unique(left * (size + 1) + right)) == len(left)


def problem_from(costs: Costs) -> Problem:
    """Return the problem whose plan of greatest score is the assignment of least cost.

    Its policy has the one aim that an assignment problem has.
    """
    scores = {cost: score_of(cost) for cost in np.unique(costs.cost).tolist()}
    pairs = zip(costs.left.tolist(), costs.right.tolist(), costs.cost.tolist(), strict=True)
    return Problem(
        candidates=tuple(Candidate(candidate_id=f"C{i + 1}", available_from=DAY) for i in range(costs.size)),
        vacancies=tuple(Vacancy(vacancy_id=f"V{j + 1}", positions=1) for j in range(costs.size)),
        pairs=tuple(Pair(candidate_id=f"C{i + 1}", vacancy_id=f"V{j + 1}", score=scores[c]) for i, j, c in pairs),
        policy=Policy(name="assignment", tiers=("placements",)),
    )


__all__ = ["Costs", "best_of_cost", "cost_of_best", "problem_from", "read_costs"]
