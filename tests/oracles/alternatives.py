"""The best plan of a tiny problem that differs from others, by trying every plan there is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from matcher.plan import Difference
from matcher.problem import Problem
from tests.oracles.brute_force import TooLarge, plan_values
from tests.oracles.columns import Column, ColumnKey
from tests.oracles.limits import LEAST, PER_UNIT
from tests.oracles.several import Together

Chosen = tuple[ColumnKey, ...]


def all_plans(
    problem: Problem, columns: Mapping[ColumnKey, Column], *, most: int = 3_000
) -> list[tuple[Chosen, dict[str, int]]]:
    """Return every plan that keeps all limits, hard quotas and pins, with the value of every tier.

    Raises
    ------
    TooLarge
        When more than `most` combinations would have to be tried.
    """
    together = Together(problem, columns)
    own = [
        list(together.bundles(candidate, [key for key in columns if key[0] == candidate.candidate_id]))
        for candidate in problem.candidates
    ]
    combinations = math.prod(map(len, own))
    if combinations > most:
        raise TooLarge(f"{combinations} combinations")
    tried = (tuple(key for bundle in bundles for key in bundle) for bundles in product(*own))
    return [(chosen, values) for chosen in tried if (values := plan_values(problem, columns, chosen)) is not None]


def best_alternative(plans: Sequence[tuple[Chosen, dict[str, int]]], difference: Difference) -> dict[str, int] | None:
    """Return the best value of every tier among the plans with a difference; ``None`` where no plan has it.

    Parameters
    ----------
    plans : sequence of (chosen, values)
    difference : Difference
    """
    kept = [values for chosen, values in plans if _keeps(chosen, values, difference)]
    return max(kept, key=lambda values: [-v if tier in LEAST else v for tier, v in values.items()], default=None)


def _keeps(chosen: Chosen, values: Mapping[str, int], difference: Difference) -> bool:
    placed = {key[:2] for key in chosen}
    return all(left_out >= difference.differ_by for left_out in _left_out(placed, difference)) and all(
        values[entry.tier] <= entry.value * PER_UNIT[entry.tier]
        if entry.tier in LEAST
        else values[entry.tier] >= entry.value * PER_UNIT[entry.tier]
        for entry in difference.worst
    )


def _left_out(placed: set[tuple[str, str]], difference: Difference) -> Iterator[int]:
    for other in difference.plans:
        yield sum((pair.candidate_id, pair.vacancy_id) not in placed for pair in other.pairs)
