"""Problems solved to a gap above 0: does the best value of every aim lie between the plan's value and its bound?

Small problems are proven to the last digit whatever gap is asked for, for there the part of a search that is always
spent suffices. So two in three are pressed: they are treated as very large ones are, or their searches are given a
fraction of their budgets.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from matcher.solver.model import rows
from matcher.solver.relaxations import linked_relaxation, relaxation
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search import cohort_search, open_search, packed_search, tree_search
from matcher.solver.search.budgets import Budget, budget_of
from matcher.solver.tiers import open_region, progress, region_search
from tests.trust.comparison import Size, Verdict, timed
from tests.trust.trials import Portion, Tally

GAPS = (1e-3, 0.02, 0.2)
FIRST = 2_000_000  # seeds that no other trial has seen
# One problem in so many is that large; the sizes are tried from above, the last is that of all others.
SIZES = (
    (200, Size(candidates=120, vacancies=40, cohorts=16)),
    (40, Size(candidates=60, vacancies=25, cohorts=12)),
    (4, Size(candidates=30, vacancies=12, cohorts=12)),
    (1, Size(candidates=8, vacancies=6, cohorts=8)),
)
LARGE = (
    (open_region, "MOST_KEPT"),
    *((module, "MANY_COLUMNS") for module in (cohort_search, linked_relaxation, relaxation, rows, progress)),
)


def jobs(numbers: Sequence[int]) -> Iterator[tuple[int, Size, float]]:
    """Yield a seed, a size and a gap for each number."""
    for number in numbers:
        size = next(size for every, size in SIZES if number % every == every - 1)
        yield FIRST + number, size, random.Random(number).choice(GAPS)


def compare(portion: Portion) -> Tally:
    """Compare some problems."""
    wanted = jobs(range(portion.first, portion.first + portion.count))
    with multiprocessing.get_context("spawn").Pool(portion.workers) as pool:
        return tally(list(pool.imap_unordered(judged, wanted, chunksize=2)))


def judged(job: tuple[int, Size, float]) -> Verdict:
    """Return the verdict on one problem."""
    seed, size, gap = job
    with pressed(seed):
        return timed((seed, size), gap)[1]


def tally(verdicts: Sequence[Verdict]) -> Tally:
    """Return what came of some problems."""
    return Tally(
        counts={
            "problems": len(verdicts),
            "plans within the gap asked for": sum(verdict.status == "optimal" for verdict in verdicts),
            "tiers at their best, says a solver": _number(verdict.agreed for verdict in verdicts),
            "tiers below it, within the bound": _number(verdict.open for verdict in verdicts),
        },
        faults=[sentence for verdict in verdicts for sentence in verdict.disagreements],
    )


@contextmanager
def pressed(seed: int) -> Iterator[None]:
    """Let the solver treat a problem as a very large one, or give it little to search with, or neither."""
    chance = random.Random(seed)
    with ExitStack() as changed:

        def change(module: Any, name: str, value: Any) -> None:
            changed.enter_context(patch.object(module, name, value))

        if seed % 3 == 1:
            for module, name in LARGE:
                change(module, name, 0)
            change(region_search, "MOST_HANDED_OVER", chance.choice((0, region_search.MOST_HANDED_OVER)))
        if seed % 3 == 2 or seed % 6 == 1:
            columns = chance.choice((0, 200, 1_000, 2_000, 5_000))

            def few(task: TierTask) -> Budget:
                return replace(budget_of(task), columns=columns, may_grow=False)

            change(open_search, "budget_of", few)
            change(cohort_search, "FREE_BUDGET", chance.choice((0, 500, 3_000)))
            change(cohort_search, "BUDGET", chance.choice((500, 3_000, cohort_search.BUDGET)))
            change(packed_search, "MOST_ROUNDS", chance.choice((10, 100, packed_search.MOST_ROUNDS)))
            change(tree_search, "MOST_HANDED_OVER", chance.choice((0, tree_search.MOST_HANDED_OVER)))
            change(tree_search, "MOST_LEAVES", chance.choice((3, 10, tree_search.MOST_LEAVES)))
        yield


def _number(found: Any) -> int:
    return sum(len(tiers) for by_solver in found for tiers in by_solver.values())
