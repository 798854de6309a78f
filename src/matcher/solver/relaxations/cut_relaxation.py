"""Relaxations that gain cuts: what single rows say of whole people, and what sums of rows of the last basis say.

Where a basis is at hand, as of a city, each round begins anew from it over the columns that are near. Where links and
cliques are found as well, one live programme gains them together with the cuts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.model.rounding_cuts import Cut
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.cohorts import LinkedProgramme, Links, Part, grown_bound
from matcher.solver.relaxations.lowering import lowered
from matcher.solver.relaxations.obligation_cuts import ObligationCuts
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import WHOLE, Relaxed, is_low
from matcher.solver.relaxations.resource_cuts import ResourceCuts
from matcher.solver.relaxations.tier_task import TierTask

ROUNDS = 25
MOST_CUTS = 300  # where every round inverts a basis
MOST_OF_ROWS = 2_000  # cuts of single rows; a certificate may have twice as many and more
PATIENCE, STILL = 4, 1e-5  # so many rounds in which the value hardly falls are enough


class RowCuts:
    """Finds cuts of single rows: of resources and of obligations."""

    def __init__(self, rows: Rows) -> None:
        self._resources = ResourceCuts(rows)
        self.obligations = ObligationCuts(rows)

    def __bool__(self) -> bool:
        """Tell whether some row can be cut."""
        return bool(self._resources) or bool(self.obligations)

    def cuts(self, rows: Rows, chosen: IntArray, x: FloatArray, others: FloatArray) -> list[Cut]:
        """Return cuts behind which a fractional plan lies; see `ObligationCuts.cuts`."""
        found: list[Cut] = []
        if self._resources:
            used = x > WHOLE
            where, number = rows.vacancy[chosen[used]], len(rows.limits.vacancy_ids)
            found += self._resources.cuts(rows, np.bincount(where, x[used], number).astype(np.float64))
        if self.obligations:
            found += self.obligations.cuts(rows, chosen, x, others)
        return found


def relax_with_cuts(task: TierTask, links: Links, root: Relaxed, stop: StopSignal) -> tuple[TierTask, Relaxed]:
    """Go on with a relaxation, cutting off what is fractional, as long as its value falls.

    Parameters
    ----------
    task : TierTask
        Of all plans, with the links found so far.
    links : Links
        Gain the cuts found here.
    root : Relaxed
        With a bound.
    stop : StopSignal
    """

    def of_basis(programme: LinkedProgramme, part: Part) -> list[Cut]:
        return programme.separator().cuts(stop)

    return _live(task, links, root, stop, of_basis, MOST_CUTS)


def relax_with_row_cuts(
    task: TierTask,
    links: Links,
    root: Relaxed,
    gap: float,
    stop: StopSignal,
    enough: int | None = None,
) -> tuple[TierTask, Relaxed]:
    """Go on with a relaxation, cutting off what single rows say of whole people: who share a resource, what is owed.

    Parameters
    ----------
    task : TierTask
        Of all plans, with the links found so far.
    links : Links
        Gain the cuts found here.
    root : Relaxed
    gap, stop, enough
        As for `relax`.
    """
    finder = RowCuts(task.rows)
    if not finder or task.rows.divisors or root.bound is None or not root.is_feasible:  # or other columns count, too
        return task, root
    if root.end is None and (task.rows.has_several or bool((task.rows.cohort >= 0).any())):
        first = finder.cuts(task.rows, root.chosen, root.x, root.others)
        if not first:
            return task, root
        links.add_cuts(first)

        def of_rows(programme: LinkedProgramme, part: Part) -> list[Cut]:
            return finder.cuts(programme.task.rows, programme.chosen, part.x, part.others)

        return _live(task, links, root, stop, of_rows, MOST_OF_ROWS, enough)
    values: list[float] = []
    for _ in range(ROUNDS):
        if is_low(root.bound, enough) or (finder.obligations and _stays(values)):
            break
        cuts = finder.cuts(task.rows, root.chosen, root.x, root.others)
        if not cuts or len(task.rows.cuts) + len(cuts) > MOST_OF_ROWS:
            break
        links.add_cuts(cuts)
        before, end, task = len(task.rows.limit), root.end, links.grown_task(task)
        if end is not None and end.basis is not None:
            end = end.with_rows(len(task.rows.limit), len(end.basis.rows) - before)
        known = grown_bound(root.bound, task.rows)
        root = replace(root, bound=known)
        try:
            found = lowered(task, relax(task, root.chosen, gap, stop, end), stop, enough)
        except Interrupted:
            break
        if found.bound is None or not found.is_feasible:
            break
        best = min(found.bound, known, key=lambda one: one.scaled)
        root = replace(found, bound=best)
        values.append(best.scaled / PRICE_SCALE)
    return task, root


def _live(
    task: TierTask,
    links: Links,
    root: Relaxed,
    stop: StopSignal,
    find: Callable[[LinkedProgramme, Part], list[Cut]],
    most: int,
    enough: int | None = None,
) -> tuple[TierTask, Relaxed]:
    """Let a live programme gain the cuts that `find` returns of its last solve, up to so many in all."""
    assert root.bound is not None
    programme = LinkedProgramme(task, links, root.chosen, root.end)
    best, part, values = root.bound, None, [np.inf]
    for number in range(ROUNDS):
        try:
            found = programme.solve({}, stop)
        except Interrupted:
            break
        if found is None:
            break
        part, rows = found, programme.task.rows
        best = min(grown_bound(best, rows), part.bound, key=lambda bound: bound.scaled)
        values.append(part.value)
        if number == ROUNDS - 1 or _stays(values) or is_low(best, enough):
            break
        cuts = find(programme, part)
        if not cuts or len(rows.cuts) + len(cuts) > most:
            break
        links.add_cuts(cuts)
    task = links.grown_task(task)
    if part is None:
        return task, replace(root, bound=grown_bound(root.bound, task.rows))
    best = grown_bound(best, task.rows)
    cut = Relaxed(bound=best, chosen=programme.chosen, x=part.x, others=part.others, is_feasible=True)
    return task, lowered(task, cut, stop, enough)


def _stays(values: list[float]) -> bool:
    return len(values) > PATIENCE and values[-PATIENCE] - values[-1] <= STILL * abs(values[-1])


__all__ = ["RowCuts", "relax_with_cuts", "relax_with_row_cuts"]
