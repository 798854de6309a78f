"""Plans found from a relaxation by deciding one count after the other."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.solver import StopSignal
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import LEAD, Intervals
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.search import count_dive
from matcher.solver.search.count_dive import CountDives
from matcher.solver.search.count_programme import CountSolved
from matcher.solver.search.count_state import Incumbent
from tests.solver.test_counts import lead_of, town_with_dear_seats


def dives(seed: int) -> CountDives:
    task, root = lead_of(town_with_dear_seats(seed))
    return CountDives(task, root, None, gap=1e-9, seed=0, stop=StopSignal())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("by_sums", [False, True])
def test_a_dive_ends_at_a_plan_or_where_too_much_is_lost(seed: int, *, by_sums: bool) -> None:
    """Whether the sums of seats are decided first or not."""
    search = dives(seed)
    programme = search.programme(search.first_room)
    found = search.descended(programme, {}, np.inf, close=1.0, by_sums=by_sums)
    assert found is not None
    x = search.task.rows.completed(found.columns)
    assert search.task.rows.is_feasible(x)
    assert search.task.rows.value(LEAD, x) == found.value
    assert search.descended(programme, {}, -1.0, close=1.0, by_sums=by_sums) is None


@pytest.mark.parametrize("fair", [np.inf, -1.0])
@pytest.mark.parametrize("seed", range(3))
def test_two_ways_at_one_time_lead_to_the_plan_of_one_after_the_other(
    seed: int, fair: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the way without sums leads to a plan, so that the other is broken off, or not."""
    monkeypatch.setattr(count_dive, "FAIR", fair)
    alone, paired = dives(seed), dives(seed)
    paired.threads = 2
    alone.begin()
    paired.begin()
    assert alone.value is not None
    assert paired.value == alone.value
    assert np.array_equal(paired.chosen, alone.chosen)
    assert not paired.stop.is_due


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fault_on_one_way_ends_the_other(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way by sums hears that nobody waits for it any more; a person's Ctrl-C ends the whole search."""
    search = dives(0)
    search.threads = threads
    ended = []

    def descended(self: CountDives, *rest: Any, by_sums: bool = False, **others: Any) -> None:
        if not by_sums:
            raise KeyboardInterrupt
        while not self.stop.is_due:
            time.sleep(0.001)
        ended.append(self)

    monkeypatch.setattr(CountDives, "descended", descended)
    with pytest.raises(Interrupted):
        search.begin()
    assert len(ended) == threads - 1
    assert search.stop.by_person


class Told:
    """A programme that says of the emptier and the fuller part what it was told to."""

    def __init__(self, known: CountSolved, losses: tuple[float | None, float | None]) -> None:
        self.known, self.losses, self.asked = known, losses, 0

    def solve(self, filled: Intervals, stop: StopSignal, close: float) -> CountSolved | None:
        self.asked += 1
        [(least, _)] = filled.values()
        lost = self.losses[1 if least else 0]
        return None if lost is None else replace(self.known, value=self.known.value - lost)


@pytest.mark.parametrize(
    ("losses", "takes", "asked"),
    [((1e-3, 0.0), "emptier", 1), ((1e9, 1e3), "fuller", 2), ((1e3, 1e9), "emptier", 2), ((None, 1e9), "fuller", 2)],
)
def test_where_the_nearer_part_loses_much_the_better_of_both_is_taken(
    losses: tuple[float | None, float | None], takes: str, asked: int
) -> None:
    """A part without a solution loses most of all; where little is lost, the other part is not asked."""
    search = dives(0)
    search.first_room = 1.0
    known = search.programme(search.first_room).solve({}, StopSignal(), None)
    assert known is not None
    row = len(search.task.rows.limits.vacancy_ids)  # the seats of the first cohort
    known.counts[row] = 2.25
    programme: Any = Told(known, losses)
    filled, _ = search._onward(programme, {}, row, known, 1.0)
    assert programme.asked == asked
    assert (filled[row][1] == 2) is (takes == "emptier")


class Nearly:
    """A programme whose counts stay by a hundredth from whole: one decision hands it to the next cohort."""

    def __init__(self, known: CountSolved, row: int) -> None:
        self.known, self.asked, self.row = known, 0, row

    def solve(self, filled: Intervals, stop: StopSignal, close: float) -> CountSolved:
        self.asked += 1
        counts = np.rint(self.known.counts)
        counts[self.row + self.asked % 3] += 0.01
        return replace(self.known, value=self.known.value - 10.0 * self.asked, counts=counts)


@pytest.mark.parametrize(
    ("rounded", "asked"),
    [((-11.0,), 1), ((-50.0, -24.0), 2), ((-50.0, -90.0, -90.0), 3), ((None, None, None, -95.0), 4)],
)
def test_a_dive_ends_where_rounding_loses_little_more(
    rounded: tuple[float | None, ...], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts that are nearly whole are rounded before they are decided; the best of a few attempts is taken."""
    search, left = dives(0), list(rounded)
    known = search.programme(search.first_room).solve({}, StopSignal(), None)
    assert known is not None
    top = search.below(0.0)
    known = replace(known, value=top)

    def attempt(self: CountDives, programme: Any, solved: CountSolved) -> Incumbent | None:
        value = left.pop(0)
        return None if value is None else Incumbent(NOTHING, round(top + value))

    monkeypatch.setattr(CountDives, "rounded", attempt)
    monkeypatch.setattr(CountDives, "left_over", lambda self, counts: self.first_room)
    programme: Any = Nearly(known, len(search.task.rows.limits.vacancy_ids))
    found = search.descended(programme, {}, np.inf, close=1.0)
    assert programme.asked == asked
    assert not left
    assert found is not None
    assert found.value == round(top + max(value for value in rounded if value is not None))
