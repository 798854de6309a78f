"""What sets an alternative apart, from ids and amounts to the positions and integers of the solver."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Difference, OtherPlan
from matcher.solve.planning import SCALES
from matcher.solver import ExtraLimits


class NothingElse(Exception):
    """No plan was found that differs as much as was asked for, within the losses allowed."""


def extra_limits(columns: Columns, difference: Difference, tiers: Iterable[str]) -> ExtraLimits:
    """Return the limits of an alternative.

    Parameters
    ----------
    columns : Columns
    difference : Difference
    tiers : iterable of str
        Those that are solved, in order. The first needs no limit on its value: what it reaches says whether any plan
        is good enough, and the others hold it.
    """
    _, *later = tiers
    return ExtraLimits(
        avoided=tuple(_columns_of(columns, plan) for plan in difference.plans),
        most=tuple(len(plan.pairs) - difference.differ_by for plan in difference.plans),
        worst={entry.tier: _integer(entry.tier, entry.value) for entry in difference.worst if entry.tier in later},
    )


def _integer(tier: str, value: Decimal) -> int:
    """Return the least integer of a tier, as a maximum, that is not worse than an amount."""
    return ceil(Fraction(value) * SCALES[tier])


def _columns_of(columns: Columns, plan: OtherPlan) -> IntArray:
    limits = columns.limits
    candidate_at = {name: place for place, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: place for place, name in enumerate(limits.vacancy_ids)}
    wanted = [
        candidate_at[pair.candidate_id] * len(vacancy_at) + vacancy_at[pair.vacancy_id]
        for pair in plan.pairs
        if pair.candidate_id in candidate_at and pair.vacancy_id in vacancy_at
    ]
    number = columns.candidate.astype(np.int64) * len(vacancy_at) + columns.vacancy
    return np.flatnonzero(np.isin(number, np.array(wanted, dtype=np.int64)))


def is_good_enough(difference: Difference, tier: str, value: int) -> bool:
    """Tell whether a value, in the tier's integers as a maximum, is not worse than the worst that is allowed."""
    return all(value >= _integer(tier, entry.value) for entry in difference.worst if entry.tier == tier)
