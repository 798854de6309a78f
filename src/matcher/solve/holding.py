"""Which pairs a solve over some of the columns has to hold: those that people, or other plans, have named."""

from __future__ import annotations

from matcher.columns import Limits
from matcher.plan import Difference, Plan

Pair = tuple[int, int]


def pairs_to_hold(limits: Limits, difference: Difference | None, told: Plan | None) -> set[Pair]:
    """Return the pairs, by positions of candidate and vacancy, whose columns have rows or aims of their own.

    Parameters
    ----------
    limits : Limits
    difference : Difference or None
        Of an alternative, from whose plans it differs.
    told : Plan or None
        What people have been told, or what is known from before.
    """
    candidate_at = {name: place for place, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: place for place, name in enumerate(limits.vacancy_ids)}
    named = (
        [(pair.candidate_id, pair.vacancy_id) for plan in difference.plans for pair in plan.pairs] if difference else []
    )
    if told is not None:
        named += [(one.candidate_id, one.vacancy_id) for one in told.assignments]
    pairs = set(zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True))
    return pairs | {(candidate_at[i], vacancy_at[j]) for i, j in named if i in candidate_at and j in vacancy_at}
