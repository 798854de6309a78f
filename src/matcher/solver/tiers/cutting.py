"""When a relaxation gains cuts: where what is open of all plans is more than a tree closes."""

from __future__ import annotations

from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.model.rows import LEADING, MANY_COLUMNS
from matcher.solver.relaxations.cuts import SHARES
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.cohort_search import CohortSearch
from matcher.solver.search.packed_search import PackedSearch
from matcher.solver.search.tree_search import MOST_HANDED_OVER

FAR_FROM_WHOLE = 1e-4  # a relative gap: a tree closes what is nearer


def gains_cuts(task: TierTask, root: Relaxed, value: int | None, measure: int | None = None) -> bool:
    """Tell whether cuts may close what is open: much of it, or people may take several places.

    Parameters
    ----------
    task : TierTask
        Of all plans.
    root : Relaxed
    value : int or None
        Of the best plan.
    measure : int, optional
        What the distance is compared with; by default that value.
    """
    rows = task.rows
    if root.bound is None or rows.divisors or PackedSearch.fits(task):  # divisors: columns elsewhere count, too
        return False
    if rows.has_several:
        if len(root.chosen) < rows.num_columns:
            return False
    elif CohortSearch.fits(task) and not _binds_by_shares(task):  # whose nodes would all carry them
        return False
    if not 0 < rows.num_columns <= MANY_COLUMNS:
        return False
    if value is None or (rows.has_several and rows.num_columns <= MOST_HANDED_OVER):
        return True
    return root.bound.slack(value) > FAR_FROM_WHOLE * PRICE_SCALE * abs(value if measure is None else measure)


def _binds_by_shares(task: TierTask) -> bool:
    """Tell whether a share must be kept, or costs placements: what parts of people gain by it no cohort takes away."""
    relieved = set() if task.tier == LEADING[-1] else set(task.rows.row_of_variable.tolist())
    return any(kind in SHARES and row not in relieved for row, kind in enumerate(task.rows.kinds))


__all__ = ["gains_cuts"]
