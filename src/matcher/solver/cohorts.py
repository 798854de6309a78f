"""Optional cohorts: strong links, added only where a relaxation breaks them.

Without links a relaxation opens a twelfth of a cohort for the twelfth of its seats that it uses. A link says that
whoever takes a seat needs the whole cohort open. There is one per candidate and cohort, far too many to write down;
a few hundred decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bound import Bound, HeldTier
from matcher.solver.limits import Interrupted, StopSignal
from matcher.solver.linear import FloatArray
from matcher.solver.relaxation import Relaxed, relax
from matcher.solver.restricted import TierTask
from matcher.solver.rows import Rows

ROUNDS = 20
VIOLATED_BY = 1e-4  # of a person
MOST_ADDED = 2_000  # in one round, the most violated first


@dataclass(slots=True)
class Links:
    """The links found so far, in the order in which every `Rows` of the solve has them as its last rows.

    Parameters
    ----------
    pairs : int64 (n, 2)
        Candidate and other variable (which opens the cohort).
    """

    pairs: IntArray = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    def add(self, pairs: IntArray) -> None:
        """Remember more links."""
        self.pairs = np.concatenate([self.pairs, pairs])

    def grown(self, rows: Rows) -> Rows:
        """Return rows with all links that they do not have yet."""
        known = sum(kind == "link" for kind in reversed(rows.kinds[-len(self.pairs) :])) if len(self.pairs) else 0
        return rows.with_links(self.pairs[known:])

    def grown_task(self, task: TierTask) -> TierTask:
        """Return a task with all links that it does not have yet."""
        rows = self.grown(task.rows)
        return task if rows is task.rows else replace(task, rows=rows, held=grown_held(task.held, rows))


def grown_held(held: tuple[HeldTier, ...], rows: Rows) -> tuple[HeldTier, ...]:
    """Return held tiers whose bounds give the rows that came later no price."""
    return tuple(replace(earlier, bound=_grown_bound(earlier.bound, rows)) for earlier in held)


def _grown_bound(bound: Bound, rows: Rows) -> Bound:
    missing = len(rows.limit) - len(bound.prices.rows)
    prices = replace(bound.prices, rows=np.r_[bound.prices.rows, np.zeros(missing, dtype=np.int64)])
    return replace(bound, prices=prices)


def violated_links(rows: Rows, chosen: IntArray, x: FloatArray, others: FloatArray) -> IntArray:
    """Return the links that a fractional plan breaks, the most violated first; int64 (n, 2).

    Parameters
    ----------
    rows : Rows
    chosen : int array (n,)
        Columns.
    x : float64 (n,)
        Their values.
    others : float64 (X,)
    """
    cohorts = np.flatnonzero((rows.cohort >= 0) & (rows.upper > 0))
    used = np.flatnonzero(x > VIOLATED_BY)
    if not len(cohorts) or not len(used):
        return np.empty((0, 2), dtype=np.int64)
    entries = rows.matrix[:, chosen[used]].tocsr()[rows.row_of_variable[cohorts]].tocoo()
    pair = rows.candidate[chosen[used]][entries.col] * len(rows.cohort) + cohorts[entries.row]
    pairs, position = np.unique(pair, return_inverse=True)
    taken = np.bincount(position, x[used][entries.col])
    broken = taken - others[pairs % len(rows.cohort)]
    found = np.flatnonzero(broken > VIOLATED_BY)
    found = found[np.argsort(-broken[found], kind="stable")][:MOST_ADDED]
    return np.column_stack([pairs[found] // len(rows.cohort), pairs[found] % len(rows.cohort)])


def relax_linked(
    task: TierTask, links: Links, start: IntArray, gap: float, stop: StopSignal
) -> tuple[TierTask, Relaxed]:
    """Solve the relaxation of a tier, adding links as long as it breaks some; see `relax`.

    Returns
    -------
    task : TierTask
        With the links.
    relaxed : Relaxed
    """
    task = links.grown_task(task)
    relaxed = relax(task, start, gap, stop)
    for _ in range(ROUNDS):
        if not relaxed.is_feasible or not len(relaxed.others):
            break
        found = violated_links(task.rows, relaxed.chosen, relaxed.x, relaxed.others)
        if not len(found):
            break
        links.add(found)
        task = links.grown_task(task)
        try:
            again = relax(task, relaxed.chosen, gap, stop)
        except Interrupted:
            assert relaxed.bound is not None
            return task, replace(relaxed, bound=_grown_bound(relaxed.bound, task.rows))
        if relaxed.bound is not None:
            known = _grown_bound(relaxed.bound, task.rows)
            best = known if again.bound is None else min(again.bound, known, key=lambda bound: bound.scaled)
            again = replace(again, bound=best)
        relaxed = again
    return task, relaxed
