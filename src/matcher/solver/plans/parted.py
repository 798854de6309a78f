"""Parts of all plans in which some optional cohorts run and others do not, where there are very many columns.

What a part is worth is estimated among the people whom cohorts may move (`SmallProgramme`). Each estimate goes on from
where the simplex stood at the part that it is half of, a few dozen steps away; from wherever it ended last, those would
be hundreds. Halves that are only tried take in no columns. With two threads both halves are estimated at one time.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, losses
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.first_plan import PER_SEAT, undecided_cohorts
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.estimates import Estimate, Standing
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.small import SmallProgramme
from matcher.solver.relaxations.tier_task import TierTask

INTEGRAL = 1e-6
CLOSE = 1e-4  # of the relaxation: what missing columns may be worth to an estimate
MOST_PARTED = 120  # estimates for the tree
AT_ONCE = 2  # cohorts that are tried before a part is parted at one of them
SPARE = 3  # in place of those that some half excludes

Ways = tuple[Intervals, Intervals]  # other variables, and people in cohorts by row


@dataclass(order=True)
class Part:
    """Plans for which some cohorts are decided, by what their relaxation loses."""

    lost: float
    order: int
    others: Intervals = field(compare=False)
    filled: Intervals = field(compare=False, default_factory=dict)
    found: Estimate | None = field(compare=False, default=None)
    standing: Standing | None = field(compare=False, default=None)  # of the simplex
    is_trial: bool = field(compare=False, default=False)  # missing columns have not been taken in


class PartedPlans:
    """A tree on optional cohorts, for an aim of a problem with very many columns.

    Parameters
    ----------
    task : TierTask
        With nothing held.
    root : Relaxed
        With a bound.
    stop : StopSignal
    threads : int
        More make it faster and never change what it finds.
    """

    def __init__(self, task: TierTask, root: Relaxed, *, stop: StopSignal, threads: int) -> None:
        assert root.bound is not None
        self.task, self.root, self.stop, self.threads = task, root, stop, threads
        rows = task.rows
        self.worth = abs(root.bound.scaled) / PRICE_SCALE
        self.small = SmallProgramme(task, root, columns_into(task, root), CLOSE * self.worth)
        self.undecided = np.flatnonzero(undecided_cohorts(task))
        fixed_cost = rows.limits.fixed_cost[rows.cohort[self.undecided]].astype(np.float64)
        self.matters = fixed_cost + max(float(fixed_cost.mean()), 1.0)  # what is dear leaves most money to others
        self.num_solved = 0

    def part(
        self, others: Intervals, filled: Intervals, start: Standing | None, *, is_trial: bool = False
    ) -> Part | None:
        """Return a part with its estimate, from where the simplex stood; ``None`` where there are no such plans."""
        self.num_solved += 1
        found = self.small.solve(others, filled, self.stop, start, is_trial=is_trial)
        return _estimated(found, self.num_solved, others, filled, is_trial=is_trial)

    def halves(self, part: Part, ways: Sequence[Ways], *, is_trial: bool, easy: float = -np.inf) -> list[Part | None]:
        """Return two parts of a part, the second one only tried; without it where the first loses no more than `easy`.

        Raises
        ------
        Interrupted
        """
        (first, second), start = ways, part.standing
        if start is None:
            return [self.part(others, filled, None, is_trial=is_trial) for others, filled in ways]
        order, beside, stop = self.num_solved + 2, self.small.beside, StopSignal(within=self.stop)

        def other() -> Part | None:
            return _estimated(beside.solve(*second, start, stop), order, *second, is_trial=True)

        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(other) if self.threads > 1 else None
            try:
                half = self.part(*first, start, is_trial=is_trial)
                self.num_solved = order
                if half is not None and half.lost - part.lost <= easy:
                    self.small.renew_beside()
                    return [half]
                return [half, other() if ahead is None else ahead.result()]
            except KeyboardInterrupt as error:
                self.stop.by_person = True
                raise Interrupted from error
            finally:
                stop.end()

    def unsure(self, part: Part) -> FloatArray:
        """Return how far each undecided cohort is from being open or closed."""
        assert part.found is not None
        share = part.found.others[self.undecided]
        unsure: FloatArray = np.abs(share - np.rint(share))
        return np.where(unsure > INTEGRAL, unsure, 0.0)

    def parted(self, whole: Part, most: float, stop: StopSignal) -> list[Part]:
        """Return the ends of a tree on cohorts, the most promising first; what loses more than `most` is one.

        The tree grows until `stop`, a part of the search's own signal, is due.
        """
        heap, ends, last = [whole], [], self.num_solved + MOST_PARTED
        while heap and self.num_solved < last and heap[0].lost < most and not stop.is_due:
            part = heapq.heappop(heap)
            if part.is_trial:
                again = self.part(part.others, part.filled, part.standing)
                part = part if again is None else again
                if heap and part.lost > heap[0].lost:
                    heapq.heappush(heap, replace(part, is_trial=False))
                    continue
            tried = self._tried(part)
            if not tried:
                ends.append(part)
                continue
            for half in max(tried, key=lambda halves: _gain(part, halves, most)):
                heapq.heappush(heap, half)
        return sorted([*heap, *ends])

    def _tried(self, part: Part) -> list[tuple[Part, Part]]:
        """Return the halves of a part at a few cohorts, without and with each, but for cohorts that one half excludes.

        No prices are at hand for a half without a fractional plan, and the other one is hardly less than the whole.
        """
        unsure = self.unsure(part)
        tried: list[tuple[Part, Part]] = []
        for place in np.argsort(-unsure * self.matters, kind="stable")[: AT_ONCE + SPARE]:
            if unsure[place] == 0 or len(tried) == AT_ONCE:
                break
            other = int(self.undecided[place])
            ways: list[Ways] = [({**part.others, other: (one, one)}, {}) for one in (0, 1)]
            without, with_it = self.halves(part, ways, is_trial=True)
            if without is not None and with_it is not None:
                tried.append((without, with_it))
        return tried


def _estimated(
    found: Estimate | None, order: int, others: Intervals, filled: Intervals, *, is_trial: bool
) -> Part | None:
    return None if found is None else Part(-found.value, order, others, filled, found, found.standing, is_trial)


def _gain(part: Part, halves: tuple[Part, Part], most: float) -> float:
    """Return how much is proven by parting a part: most where both halves lose much, though no more than counts."""
    low, high = (min(max(half.lost - part.lost, 1.0), max(most - part.lost, 1.0)) for half in halves)
    return low * high


def columns_into(task: TierTask, root: Relaxed) -> IntArray:
    """Return the columns nearest to a relaxation's prices by which people come into cohorts that may be opened.

    A cohort that is opened needs its smallest enrolment, and the relaxation had use for only a part of it, if any.
    """
    assert root.bound is not None
    rows = task.rows
    lost, limits = losses(rows, root.bound), rows.limits
    undecided = np.flatnonzero(undecided_cohorts(task))
    seats = rows.matrix[:, : rows.num_columns].tocsr()[rows.row_of_variable[undecided]]
    found = []
    for place, other in enumerate(undecided.tolist()):
        cohort, own = rows.cohort[other], seats[place].indices
        is_used = root.others[other] > INTEGRAL
        most = PER_SEAT * int(limits.seats[cohort] if is_used else max(limits.least_enrolment[cohort], 1))
        found.append(own[np.argsort(lost[own], kind="stable")[:most]])
    return np.unique(np.concatenate(found))


__all__ = ["INTEGRAL", "Part", "PartedPlans", "Ways", "columns_into"]
