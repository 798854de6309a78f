"""A country's plan, region by region: all people but those of one region stay where they are.

A region is some thousand people who compete for the same vacancies. What is left of every limit when the others are
served bounds a small integer programme, which SCIP solves. The first time, the others are served as the rough
relaxation has it, in parts of people: what each region uses of money, seats and vacancies is then near what it should
use. Regions are taken in an order in which neighbours stand side by side: reverse Cuthill-McKee (George and Liu 1981,
Computer Solution of Large Sparse Positive Definite Systems). Two that are far from each other in it are decided at a
time, in threads: what one takes of a limit that both share, the other counts on no more than the relaxation has it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import reverse_cuthill_mckee

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import Bound, losses
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray, Programme
from matcher.solver.relaxations.ranking import best_of_each

PEOPLE = 1_500  # in a region
TOGETHER = 2  # regions far from each other that are made whole at one time, whatever the number of threads
NEAR_PER_PERSON = 5  # columns of each, the nearest to the prices
NEAR_PER_VACANCY = 3
NODES = 5
SOME = 1e-3  # of a person: what a rough relaxation takes less of is noise
FIRST_GAP = 1e-4
LONGEST_S = 15.0  # of one region: nearly all take less than one, but SCIP has been seen to work for minutes on a node


# Without slots: what is looked up again and again is kept once it was asked for.
@dataclass(frozen=True, kw_only=True)
class Improver:
    """Makes plans better in one tier.

    Parameters
    ----------
    rows : Rows
    tier : str
    unit : float
        About what one column is worth.
    bound : Bound
        Of that tier, over the columns of `rows`.
    seed : int
    stop : StopSignal
    threads : int
        Change nothing but the time.
    """

    rows: Rows
    tier: str
    unit: float
    bound: Bound
    seed: int
    stop: StopSignal
    threads: int = 1

    def first(self, rough: FloatArray) -> IntArray:
        """Return a plan near a relaxation; columns in the order in which they are most surely part of it.

        Parameters
        ----------
        rough : float64 (N,)
            What the relaxation takes of each column.

        Returns
        -------
        int64 (n,)
            Columns of which nearly all fit together.
        """
        x = np.where(rough > SOME, rough, 0.0)
        regions = self._regions(self._near(x))
        with ThreadPoolExecutor(min(self.threads, TOGETHER)) as pool:
            for some in _far_apart(regions):
                if self.stop.is_due:
                    break
                parts = [
                    region[(x[region] > 0) | (self.lost[region] <= np.median(self.lost[region]))] for region in some
                ]
                # What others have in parts, they keep at the most: nobody is asked to give anything back.
                left = [self._left(part, x).clip(min=np.where(self.is_charge, 0.0, -np.inf)) for part in parts]
                try:
                    best = list(pool.map(self._roughly_best, parts, left))
                except Interrupted:
                    break
                for region, found in zip(some, best, strict=True):
                    if found is not None:  # otherwise its people wait, in parts, until all that is whole has its place
                        x[region] = 0.0
                        x[found] = 1.0
        order = np.flatnonzero(x)
        whole: IntArray = order[np.lexsort((self.lost[order], -x[order]))]
        return whole

    def decided(self, region: IntArray, *, x: IntArray, gap: float, nodes: int) -> IntArray | None:
        """Return which columns of a region are best taken while all others stay, or ``None`` where nothing came up.

        Parameters
        ----------
        region : int64 (n,)
            Sorted columns: all that their people have in `x` among them.
        x : int64 (N + X,)
        gap : float
        nodes : int
            Of SCIP's tree, at the most.

        Raises
        ------
        Interrupted
        """
        return self._best(region, self._left(region, x[: self.rows.num_columns].astype(np.float64)), gap, nodes)

    def exchanged(self, region: IntArray, x: IntArray, taken: IntArray) -> IntArray | None:
        """Return the plan (N + X,) in which a region takes these columns, or ``None`` where it is none or no better."""
        rows, number = self.rows, self.rows.num_columns
        is_own = np.zeros(number, dtype=bool)
        is_own[region] = True
        found = rows.completed(np.union1d(np.flatnonzero((x[:number] > 0) & ~is_own), taken))
        is_better = rows.value(self.tier, found) > rows.value(self.tier, x) and rows.is_feasible(found)
        return found if is_better else None

    def _roughly_best(self, region: IntArray, left: FloatArray) -> IntArray | None:
        return self._best(region, left, FIRST_GAP, NODES, must_equal=False)

    @cached_property
    def lost(self) -> IntArray:
        """What a plan loses by each column; scaled, int64 (N,)."""
        return losses(self.rows, self.bound)

    @cached_property
    def is_charge(self) -> BoolArray:
        """Which rows no column can help to keep; bool (R,)."""
        matrix = self.rows.matrix.tocsr()[:, : self.rows.num_columns]
        charge: BoolArray = np.asarray(matrix.minimum(0).sum(axis=1)).ravel() == 0
        return charge & ~self.rows.is_equation

    def _near(self, x: npt.NDArray[Any]) -> IntArray:
        """Return the columns that take part: those in use, and the nearest of each person and each vacancy."""
        near = best_of_each(self.rows.candidate, -self.lost, NEAR_PER_PERSON)
        near |= best_of_each(self.rows.vacancy, -self.lost, NEAR_PER_VACANCY)
        return np.flatnonzero(near | (x > 0))

    def _regions(self, columns: IntArray) -> list[IntArray]:
        """Return the columns of each region."""
        rows = self.rows
        size = rows.num_owners + len(rows.limits.vacancy_ids)
        ends = (rows.candidate[columns], rows.num_owners + rows.vacancy[columns])
        ties = sp.csr_matrix((np.ones(len(columns), dtype=bool), ends), shape=(size, size))
        order = reverse_cuthill_mckee((ties + ties.T).tocsr(), symmetric_mode=True)
        rank = np.empty(size, dtype=np.int64)
        rank[order] = np.arange(size)
        people = np.unique(rows.candidate[columns])
        people = people[np.argsort(rank[people], kind="stable")]
        region_of = np.full(rows.num_owners, -1, dtype=np.int64)
        region_of[people] = np.arange(len(people)) // PEOPLE
        region = region_of[rows.candidate[columns]]
        by_region = np.argsort(region, kind="stable")
        cuts = np.flatnonzero(np.diff(region[by_region])) + 1
        return [np.sort(columns[part]) for part in np.split(by_region, cuts)]

    def _left(self, region: IntArray, x: FloatArray) -> FloatArray:
        """Return what is left of every limit when all columns but those of a region are taken as `x` has them."""
        without = x.copy()
        without[region] = 0.0
        left: FloatArray = self.rows.limit - self._columns @ without
        return left

    @cached_property
    def _columns(self) -> Any:
        return self.rows.matrix[:, : self.rows.num_columns].tocsr().astype(np.float64)

    def _best(
        self, region: IntArray, left: FloatArray, gap: float, nodes: int, *, must_equal: bool = True
    ) -> IntArray | None:
        """Return which columns of a region are best taken where so much is left of every limit; pins may be let go."""
        rows = self.rows
        touched = np.unique(rows.matrix[:, region].indices)
        others = np.flatnonzero(np.diff(rows.relief[:, touched].indptr) > 0)
        touched = np.union1d(touched, rows.relief[others].indices)
        variables = np.r_[region, rows.num_columns + others]
        people, person = np.unique(rows.candidate[region], return_inverse=True)
        persons = sp.csr_matrix(
            (np.ones(len(region)), (person, np.arange(len(region)))), shape=(len(people), len(variables))
        )
        scale = rows.scale[touched]
        matrix = sp.diags(1.0 / scale) @ rows.matrix[:, variables].tocsr()[touched]
        high = np.r_[left[touched] / scale, np.ones(len(people))]
        is_equation = np.r_[rows.is_equation[touched], np.zeros(len(people), dtype=bool)]
        self.stop.check()
        outcome = solve_integer(
            Programme(
                objective=rows.objectives[self.tier][variables] / self.unit,
                matrix=sp.vstack([matrix, persons], format="csr"),
                low=np.where(is_equation & must_equal, high, -np.inf),
                high=high,
                lower=np.r_[np.zeros(len(region)), rows.lower[others]],
                upper=np.r_[np.ones(len(region)), rows.upper[others]],
            ),
            np.r_[np.ones(len(region), dtype=bool), rows.cohort[others] >= 0],
            StopSignal(LONGEST_S, within=self.stop),
            gap=gap,
            seed=self.seed,
            node_limit=nodes,
        )
        return None if outcome.x is None else region[outcome.x[: len(region)] > 0.5]


def _far_apart(regions: list[IntArray]) -> list[list[IntArray]]:
    """Return regions that stand in an order, some at a time that are far from each other in it."""
    step = -(-len(regions) // TOGETHER)
    return [regions[number::step] for number in range(step)]
