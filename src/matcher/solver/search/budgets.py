"""How much work a search tree may take, by what it is about: columns in all its relaxations together."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.model.rows import LEADING
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.parting import shares_of_budgets

COLUMN_BUDGET = 200_000  # before SCIP takes over
NEAR_BUDGET = 400_000  # more, where the gap is already so small that a tree usually closes it
NEAR_GAP = 1e-3
SEVERAL_BUDGET = 800_000  # where people have several placements, few nodes of many columns decide
PAID_BUDGET = 2_000_000  # where seats are paid: knapsacks of whole seats take many nodes, and SCIP no fewer
NARROW_BUDGET = 200_000  # of that: for columns nearer than those a better plan may take, which prove nothing
OPEN_BUDGET = 100_000  # of a later aim, among plans of which nobody knows whether they are the best
DRAW = "tie_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a search may take.

    Parameters
    ----------
    columns : int
        In all node relaxations together.
    may_hand_over : bool
        Whether SCIP goes on where the budget is spent.
    may_grow : bool
        Whether there is more of it where the gap has become small.
    is_long : bool
        Whether so much is needed that it must not be spent on some of the columns.
    """

    columns: int
    may_hand_over: bool = True
    may_grow: bool = True
    is_long: bool = False


def budget_of(task: TierTask) -> Budget:
    """Return what the search for the best plan of a task may take."""
    is_open = any(held.slack >= PRICE_SCALE * held.step for held in task.held)
    if is_open and task.tier not in LEADING:
        return Budget(columns=OPEN_BUDGET, may_hand_over=False, may_grow=False)
    if task.tier == DRAW and task.rows.cuts:  # another solver takes minutes for rows as long as these
        return Budget(columns=COLUMN_BUDGET, may_hand_over=False, may_grow=False)
    if task.rows.has_several:
        return Budget(columns=SEVERAL_BUDGET)
    if task.tier != DRAW and shares_of_budgets(task.rows).any():
        return Budget(columns=PAID_BUDGET, may_hand_over=False, may_grow=False, is_long=True)
    return Budget(columns=COLUMN_BUDGET)


__all__ = ["DRAW", "NARROW_BUDGET", "NEAR_BUDGET", "NEAR_GAP", "Budget", "budget_of"]
