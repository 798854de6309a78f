"""What prices prove of parts of all plans: those in which some optional cohorts run, or cohorts take so many people.

Where there are very many columns, parts are found by estimates (`plans/opening.py`), which prove nothing, or for two
aims at once (`count_search.py`), which proves little of one alone. Here each part gets prices of its own, from the
relaxation over the columns that the estimates needed and those near the whole, one after the other from the last basis.
They are bounded over all columns, as every case of a certificate is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, bound_from
from matcher.solver.model.rows import LEAD, LEADING, lead_price
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import basis_from
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.ends import CohortEnd

ROUNDS = 10  # of missing columns, for one part: most need two or three
TRADED = 1e-4  # of the relaxation at another price: how near to its bound it is solved
CLOSE = 2e-5  # of the relaxation: how far a bound may lie above it
PER_VACANCY = 2  # columns that a round takes in
NOTHING_PROVEN = -(2**80)  # below every scaled bound


class _Programme:
    """The live programme over the columns near a relaxation, which gains those that it turns out to lack."""

    def __init__(self, task: TierTask, root: Relaxed, columns: IntArray) -> None:
        assert root.bound is not None
        self._task, self._people = task, task.rows.people()
        largest = np.abs(task.rows.objectives["placements"][root.chosen] @ root.x)
        self._close = CLOSE * max(abs(root.bound.scaled) / PRICE_SCALE, float(largest))
        chosen = np.union1d(root.chosen, columns)
        self._restricted = RestrictedProgramme(task, chosen, self._people)
        end = None if root.end is None else root.end.with_rows(len(task.rows.limit), len(self._people))
        self._solver = LinearSolver(self._restricted.programme, basis_from(end, self._restricted))

    def prove(self, part: Decisions, known: Bound, enough: int, stop: StopSignal) -> Bound:
        """Return the best bound of a part of the plans.

        Parameters
        ----------
        part : Decisions
        known : Bound
            Of the same plans.
        enough : int
            A scaled bound that needs no further round.
        stop : StopSignal

        Raises
        ------
        Interrupted
        """
        task = self._task
        rows, best = task.rows.between(part.filled, part.others), known
        for _ in range(ROUNDS):
            self._restricted.decide(self._solver, part)
            outcome = self._solver.solve(stop, "dual")
            if outcome.status == "infeasible":
                break
            prices = self._restricted.prices(outcome, decisions=part)
            bound = bound_from(rows, task.tier, prices, task.held, task.taken)
            best = min(best, bound, key=lambda one: one.scaled)
            value = self._restricted.value(outcome)
            if best.scaled <= enough or best.scaled / PRICE_SCALE - value <= self._close:
                break
            if not self._extended(bound):
                break
        return best

    def _extended(self, bound: Bound) -> bool:
        """Take in the best of the columns that the prices find better than their candidate's own, if there are any."""
        rows, chosen, basis = self._task.rows, self._restricted.chosen, self._solver.basis
        reduced = bound.reduced[: rows.num_columns]
        ahead = np.zeros(len(bound.best), dtype=np.int64)
        np.maximum.at(ahead, rows.candidate[chosen], reduced[chosen])
        better = np.flatnonzero(reduced > ahead[rows.candidate])
        if not len(better) or basis is None:
            return False
        added = best_of_each(rows.candidate[better], reduced[better], 1)
        added |= best_of_each(rows.vacancy[better], reduced[better], PER_VACANCY)
        after = np.union1d(chosen, better[added])
        first = self._restricted.first_column
        self._restricted = RestrictedProgramme(self._task, after, self._people)
        self._solver = LinearSolver(self._restricted.programme, basis.moved(first, chosen, after))
        return True


def proven_ends(
    task: TierTask,
    root: Relaxed,
    parts: Sequence[Decisions],
    columns: IntArray,
    stop: StopSignal,
    *,
    enough: int = NOTHING_PROVEN,
    most: float = np.inf,
) -> tuple[CohortEnd, ...]:
    """Return what is proven of each of some parts of all plans.

    Parameters
    ----------
    task : TierTask
        With nothing held.
    root : Relaxed
        Of the whole, with a bound.
    parts : sequence of Decisions
        Which cohorts run and which do not, or how many people they take, in the order in which that was decided. What
        is proven of the first one, the most promising, is enough for the others, of which those follow that have most
        in common with it.
    columns : int array
        That may be needed beside those of the relaxation.
    stop : StopSignal
        When it becomes due, the prices of the whole serve for what is left.
    enough : int
        A scaled bound that is enough for any of them.
    most : float
        A scaled bound that none may exceed: else there is little to be gained by all of them, and none are returned.
    """
    assert root.bound is not None
    programme = _Programme(task, root, columns)
    ends: dict[int, CohortEnd] = {}
    is_due = False
    for number in _by_what_is_common(parts):
        part = parts[number]
        rows = task.rows.between(part.filled, part.others)
        bound = bound_from(rows, task.tier, root.bound.prices, task.held, task.taken)
        if not is_due and bound.scaled > enough:
            try:
                bound = programme.prove(part, bound, enough, stop)
            except Interrupted:
                is_due = True
        if bound.scaled > most:
            return ()
        enough = max(enough, bound.scaled)
        ends[number] = CohortEnd(others=part.others, filled=part.filled, prices=bound.prices, scaled=bound.scaled)
    return tuple(ends[number] for number in range(len(parts)))


def _by_what_is_common(parts: Sequence[Decisions]) -> list[int]:
    """Return the order of the ends of a tree in which each has many decisions in common with the one before it.

    So the simplex has least to change from one to the next: those come first that leave the first one's way last.
    """
    decided = [{**part.others, **part.filled} for part in parts]  # which of the two is the same for all
    way = list(decided[0].items()) if decided else []

    def place(number: int) -> tuple[int, list[int]]:
        own = decided[number]
        common = sum(1 for _ in takewhile(lambda one: own.get(one[0]) == one[1], way))
        return -common, [least for least, _ in own.values()]

    return sorted(range(len(parts)), key=place)


def traded_ends(
    task: TierTask, root: Relaxed, parts: Sequence[Decisions], columns: IntArray, price: int, stop: StopSignal
) -> tuple[CohortEnd, ...]:
    """Return what is proven of the placements of all plans, and of some parts of them, at a price of shortfall.

    Shortfall and placements at once weigh what is owed far more than it takes to move a plan from one to the other.
    Where a plan owes more than their relaxation, a price near what the difference is worth in placements proves more.

    Parameters
    ----------
    task : TierTask
        The lead, with nothing held.
    root, parts, columns, stop
        As in `proven_ends`.
    price : int
        Of the held shortfall, in `PRICE_SCALE`-ths.

    Returns
    -------
    tuple of CohortEnd
        First the whole, then the parts, with the prices of a tier ``placements`` that holds the shortfall. None where
        there was no time for the whole.
    """
    rows = task.rows
    shortfall, placements = (rows.objectives[tier] for tier in LEADING)
    objectives = {**rows.objectives, LEAD: placements + shortfall * price // PRICE_SCALE}
    traded = replace(task, rows=replace(rows, objectives=objectives))
    try:
        whole = relax(traded, root.chosen, TRADED, stop, root.end)
    except Interrupted:
        return ()
    if whole.bound is None:
        return ()
    ends = (
        CohortEnd(others={}, prices=whole.bound.prices, scaled=whole.bound.scaled),
        *proven_ends(traded, whole, parts, columns, stop),
    )
    return tuple(replace(end, prices=Prices(rows=end.prices.rows, held=(price,))) for end in ends)


def price_in_lead(num_columns: int) -> int:
    """Return the price of held shortfall that the lead amounts to."""
    return -(-PRICE_SCALE // lead_price(num_columns))


__all__ = ["price_in_lead", "proven_ends", "traded_ends"]
