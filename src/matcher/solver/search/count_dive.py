"""Plans found by deciding one count of people after the other as a relaxation has it, and rounding what is left."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy

import numpy as np

from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import Intervals
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.search.count_programme import CountProgramme, CountSolved
from matcher.solver.search.count_state import NEARLY, CountState, Incumbent

CLOSE = 0.03  # of what a first plan is reckoned to lose: what a relaxation may miss without another round
TINY = 0.005  # of the same: what unspent money may be worth
FAIR = 0.05  # of the same: what a first plan loses at most that is found without deciding sums first, and its columns
STEEP = 0.5  # of what was lost before: who loses as much by one decision more is asked what the other part would lose
LEAST = 0.01  # of what a first plan is reckoned to lose: what counts as lost before
DIVED = 60  # decisions on the way to a first plan
LEFT = 0.6  # of unspent money: what rounding leaves of it, which exchanges people for dearer ones
FURTHER = 0.7  # of the money that was left when rounding failed: with so much it may succeed
ATTEMPTS = 3  # at rounding on the way down
GOOD = 0.25  # of what the relaxation loses: a rounded plan that loses so little more is taken


class CountDives(CountState):
    """Finds plans from a relaxation; see `CountState`."""

    def begin(self) -> None:
        """Find a first plan, at once near the relaxation or else with the sums of seats decided first.

        Sums bind whatever single cohorts do. Where a lot is lost by then, they have been passed by; where they are
        whole, they tie the counts that could have been decided more freely. With two threads both ways are gone at one
        time, and the second is broken off where the first leads to a plan.
        """
        room = self.first_room
        programme = self.programme(FAIR * room)
        other, beside = copy(self), programme.beside()
        other.stop = StopSignal(within=self.stop)
        with ThreadPoolExecutor(1) as pool:

            def by_sums() -> Incumbent | None:
                return other.descended(beside, {}, np.inf, close=CLOSE * room, by_sums=True)

            ahead = pool.submit(by_sums) if self.threads > 1 else None
            try:
                found = self.descended(programme, {}, FAIR * room, close=CLOSE * room)
                if found is None:
                    found = by_sums() if ahead is None else ahead.result()
            except KeyboardInterrupt as error:
                self.stop.by_person = True
                raise Interrupted from error
            finally:
                other.stop.end()
        self.keep(found)

    def descended(
        self, programme: CountProgramme, filled: Intervals, most: float, *, close: float, by_sums: bool = False
    ) -> Incumbent | None:
        """Return a plan below the root, ``None`` where none is found that loses at most so much.

        Parameters
        ----------
        programme : CountProgramme
        filled : dict of row to (int, int)
            Counts that are decided already.
        most : float
            What a plan may lose, in the tier's integers.
        close : float
            What a relaxation may miss without another round, where it matters.
        by_sums : bool
            Whether the sums of seats are decided before single counts.
        """
        solved = programme.solve(filled, self.stop, close)
        attempts: list[Incumbent | None] = []
        for _ in range(DIVED):
            if solved is None or self.below(solved.value) > most:
                return None
            row = self._next(solved, by_sums=by_sums)
            if row is None:
                break
            if self._is_nearly_whole(solved.counts):
                attempts.append(self.rounded(programme, solved))
                best = _best_of(attempts)
                if best is not None and (len(attempts) >= ATTEMPTS or self._is_good(best, solved)):
                    return best
            filled, solved = self._onward(programme, filled, row, solved, close)
        return _best_of(attempts) if solved is None else _best_of([*attempts, self.rounded(programme, solved)])

    def _is_nearly_whole(self, counts: FloatArray) -> bool:
        """Tell whether a cheap part of a seat goes from one cohort to the next: whose it is changes next to nothing."""
        is_near = np.abs(counts - np.rint(counts)).max(initial=0.0) <= NEARLY
        return bool(is_near and self.left_over(counts) <= self.first_room)

    def _is_good(self, found: Incumbent, solved: CountSolved) -> bool:
        """Tell whether a rounded plan loses little more than a relaxation."""
        return solved.value - found.value <= GOOD * self.below(solved.value)

    def _next(self, solved: CountSolved, *, by_sums: bool) -> int | None:
        """Return the row of the count to be decided next, ``None`` where the rest can be rounded."""
        sums = self.gains.uneven(solved.counts) if by_sums else NOTHING
        if len(sums):
            return int(sums[np.argmax(np.abs(solved.counts[sums] - np.rint(solved.counts[sums])))])
        return None if self.left_over(solved.counts) <= TINY * self.first_room else self.uneven(solved.counts)

    def _onward(
        self, programme: CountProgramme, filled: Intervals, row: int, solved: CountSolved, close: float
    ) -> tuple[Intervals, CountSolved | None]:
        """Return the nearer part of the two, or the better one where it loses much, and its relaxation."""
        nearer, other = self.children(filled, row, float(solved.counts[row]))
        found = programme.solve(nearer, self.stop, close)
        if not self._is_steep(solved, found):
            return nearer, found
        beside = programme.solve(other, self.stop, close)
        is_better = beside is not None and (found is None or beside.value > found.value)
        return (other, beside) if is_better else (nearer, found)

    def _is_steep(self, solved: CountSolved, after: CountSolved | None) -> bool:
        before = max(self.below(solved.value), LEAST * self.first_room)
        return after is None or solved.value - after.value > STEEP * before

    def dive(self, programme: CountProgramme, filled: Intervals, *, close: float, enough: float | None = None) -> None:
        """Decide one count after the other as the relaxation has it, and round what is left to a plan.

        Where `enough` says what a plan may lose, counts that lose less in all are rounded without being decided first.
        """
        solved, other, least_left = None, None, np.inf
        for _ in range(DIVED):
            found = programme.solve(filled, self.stop, close)
            if found is None or self._is_hopeless(found.value, enough):
                if other is None:
                    break
                filled, other = other, None
                continue
            solved, row, left = found, self.uneven(found.counts), self.left_over(found.counts)
            if row is None or left <= TINY * self.first_room:
                break
            if enough is not None and left < FURTHER * least_left and self.below(found.value) + LEFT * left <= enough:
                self.keep(self.rounded(programme, found))
                if self.distance <= enough:
                    return
                least_left = left
            filled, other = self.children(filled, row, found.counts[row])
        if solved is not None and self._may_be_better(solved):
            self.keep(self.rounded(programme, solved))

    def _may_be_better(self, solved: CountSolved) -> bool:
        """Tell whether a relaxation is thought to be rounded to a better plan than the best."""
        return self.value is None or self.below(solved.value) + LEFT * self.left_over(solved.counts) < self.distance

    def _is_hopeless(self, value: float, enough: float | None) -> bool:
        is_worse = self.value is not None and value <= self.value
        return is_worse or (enough is not None and self.below(value) > enough)


def _best_of(attempts: Sequence[Incumbent | None]) -> Incumbent | None:
    """Return the best plan, of equal ones the first; ``None`` where there is none."""
    return max((one for one in attempts if one is not None), key=lambda one: one.value, default=None)


__all__ = ["CountDives"]
