"""Pure assignment - one column per pair, no limit but one place each - by SciPy's linear sum assignment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.problem import Problem
from tests.oracles.columns import Column, ColumnKey


def is_pure_assignment(problem: Problem, columns: Mapping[ColumnKey, Column]) -> bool:
    """Tell whether nothing but positions and candidates bounds the plans of a problem; what is owed does not."""
    return (
        not problem.quotas
        and all(candidate.max_placements == 1 for candidate in problem.candidates)
        and problem.policy.max_trainings_total is None
        and not any(row.decision != "forbidden" for row in problem.decisions)
        and not any(column.new_cohorts or column.use for column in columns.values())
    )


def largest_weight(problem: Problem, columns: Mapping[ColumnKey, Column]) -> int:
    """Return the largest sum of weights of a pure assignment, in millionths."""
    rows = {candidate.candidate_id: number for number, candidate in enumerate(problem.candidates)}
    places = [vacancy.vacancy_id for vacancy in problem.vacancies for _ in range(vacancy.positions)]
    weights = np.zeros((len(rows), len(places)))
    for (candidate_id, vacancy_id, _), column in columns.items():
        for number, place in enumerate(places):
            if place == vacancy_id:
                weights[rows[candidate_id], number] = max(weights[rows[candidate_id], number], column.weight)
    taken = linear_sum_assignment(weights, maximize=True)
    return int(weights[taken].sum())
