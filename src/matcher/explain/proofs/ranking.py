"""Everybody for one place, by what the best plan loses when it is theirs: alternatives, and reserves among the free.

A certificate's prices say for every column what taking it loses at least; an exchange of a few placements that keeps
every limit says what it loses at most. Where the two meet the loss is exact, without solving anything again. The
first of the list are solved again among the columns that could still take part (docs/model.md section 6, Exclusion).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import numpy as np

from matcher.check.exclusion import LeastLosses, least_losses
from matcher.check.lookup import column_lookup
from matcher.columns import BoolArray, Columns, IntArray
from matcher.explain.proofs.again import Again, TimeIsUp
from matcher.explain.proofs.costs import Cost, Costs, key_of, keys
from matcher.explain.proofs.cuts import is_pair, only, without_broken_pins
from matcher.explain.proofs.losses import loss_between
from matcher.explain.proofs.ranked import FirstLoss, Ranked, Ranking
from matcher.explain.proofs.swaps import Swaps
from matcher.explain.proofs.trials import Trials
from matcher.plan import Plan
from matcher.solve.published import published_columns

MOST_KEPT = 20_000  # columns that exchanges may use: the plan's, the place's own, and those that lose least
FEW = 2_000  # columns among which a first plan is looked for when somebody's loss is to be exact
SOLVED_AGAIN = 5  # of the first, unless told otherwise

Entry = tuple[tuple[Cost, Cost | None], Ranked]


class Ranker:
    """Ranks people for one vacancy after another of the same plan; what the certificate proves is read once.

    Parameters
    ----------
    again : Again
    """

    def __init__(self, again: Again) -> None:
        self._again = again
        self._columns = without_broken_pins(again.columns, again.plan)
        self._least: LeastLosses = least_losses(again.problem, again.plan, again.columns, published=again.published)
        self._chosen = _positions(again.columns, again.plan)
        self._vacancy_at = {name: place for place, name in enumerate(again.columns.limits.vacancy_ids)}
        self._costs = Costs(self._least.aims)
        self._key = keys(self._least)
        self._is_chosen = np.zeros(len(again.columns), np.bool_)
        self._is_chosen[self._chosen] = True
        self._placed_at = _placed_at(again.plan)
        self._kept: BoolArray | None = None
        self._few: BoolArray | None = None

    def ranking(self, vacancy_id: str, *, solve_again: int = SOLVED_AGAIN, most_people: int | None = None) -> Ranking:
        """Return everybody for a vacancy, the least loss first.

        Parameters
        ----------
        vacancy_id : str
            Of the problem.
        solve_again : int
            How many of the first are solved again where their loss is not exact.
        most_people : int, optional
            Look at so many only, those who are proven to lose least; that takes a fraction of the time.
        """
        columns, vacancy = self._columns, self._vacancy_at[vacancy_id]
        here = np.flatnonzero(columns.vacancy == vacancy)
        placed = set(columns.candidate[here[self._is_chosen[here]]].tolist())
        best: dict[int, int] = {}
        for column in here[np.argsort(self._key[here], kind="stable")].tolist():
            best.setdefault(int(columns.candidate[column]), column)
        others = {one: column for one, column in best.items() if one not in placed}
        possible = {one: column for one, column in others.items() if np.isfinite(self._key[column])}
        looked_at = dict(islice(possible.items(), most_people))
        found = self._entries(looked_at, vacancy) if looked_at else []
        is_interrupted = False
        try:
            for _ in range(solve_again):
                is_done = self._solve_first_again(found, vacancy_id, solve_again)
                if is_done:
                    break
        except TimeIsUp:
            is_interrupted = True
        positions = int(columns.limits.positions[vacancy])
        return Ranking(
            vacancy_id=vacancy_id,
            open=max(0, positions - len(placed)),
            entries=tuple(entry for _, entry in sorted(found, key=_order)),
            num_impossible=len(others) - len(possible) + len(looked_at) - len(found),
            is_interrupted=is_interrupted,
            num_left_out=len(possible) - len(looked_at),
        )

    def of_pair(self, candidate_id: str, vacancy_id: str, *, solve_again: bool = False) -> Ranked | None:
        """Return what the plan loses where one candidate has a vacancy; ``None`` where no plan gives it.

        Parameters
        ----------
        candidate_id, vacancy_id : str
            Eligible, and not placed there.
        solve_again : bool
            Whether to solve again where the loss is not exact.
        """
        columns, vacancy = self._columns, self._vacancy_at[vacancy_id]
        own = np.flatnonzero(is_pair(columns, candidate_id, vacancy_id))
        best = int(own[np.argmin(self._key[own])])
        if not np.isfinite(self._key[best]):
            return None
        ((ends, entry),) = self._entries({int(columns.candidate[best]): best}, vacancy)
        if entry.is_exact or not solve_again:
            return entry
        exact = self._exactly(*ends, entry, vacancy_id)
        return None if exact is None else exact[1]

    def order(self, loss: FirstLoss) -> tuple[int, Decimal]:
        """Return what orders losses, the least first."""
        return self._costs.order(loss)

    def _entries(self, best: dict[int, int], vacancy: int) -> list[Entry]:
        """Return everybody with the two ends of what is lost."""
        kept = self._kept_for_exchanges(vacancy)
        position = np.flatnonzero(kept)
        small = only(self._columns, kept)
        chosen = np.flatnonzero(self._is_chosen[position])
        again = self._again
        trials = Trials(
            small,
            chosen,
            self._least.aims,
            counts_obligations="shortfall" in again.problem.policy.tiers,
            published=None if again.published is None else published_columns(small, again.published),
        )
        swaps = Swaps(small, chosen, self._key[position])
        owner, tried = [], []
        for candidate in best:
            giving = swaps.giving(candidate, vacancy)
            owner += [candidate] * len(giving)
            tried += giving
        is_possible, losses = trials.losses(tried)
        most: dict[int, tuple[Cost, int]] = {}
        for number in np.flatnonzero(is_possible).tolist():
            cost = self._costs.first_of(losses[:, number].tolist())
            if owner[number] not in most or cost < most[owner[number]][0]:
                most[owner[number]] = (cost, number)
        return [self._entry(candidate, column, most.get(candidate), tried, small) for candidate, column in best.items()]

    def _entry(
        self,
        candidate: int,
        column: int,
        most: tuple[Cost, int] | None,
        tried: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
        small: Columns,
    ) -> Entry:
        least = self._costs.least_of(self._least, column)
        route, displaced = self._columns.route(column), set[int]()
        if most is not None:
            out, into = tried[most[1]]
            stay = {int(small.candidate[one]) for one in into}
            displaced = {int(small.candidate[one]) for one in out} - stay
            route = next(small.route(one) for one in into if int(small.candidate[one]) == candidate)
        ids = self._columns.limits.candidate_ids
        # A plan that time or a gap left open may lose nothing, or even gain, where the certificate proves no loss.
        cost = None if most is None else max(least, most[0])
        return (least, cost), Ranked(
            candidate_id=ids[candidate],
            cohort_ids=route,
            placed_at=self._placed_at.get(ids[candidate], ()),
            least=self._costs.told(least),
            most=None if cost is None else self._costs.told(cost),
            displaced=tuple(sorted(ids[one] for one in displaced)),
        )

    def _kept_for_exchanges(self, vacancy: int) -> BoolArray:
        if self._kept is None:  # the same for every place but for the place's own
            self._kept = self._is_chosen.copy()
            self._kept[self._smallest(MOST_KEPT)] = True
        kept: BoolArray = self._kept | (self._columns.vacancy == vacancy)
        return kept

    def _solve_first_again(self, found: list[Entry], vacancy_id: str, count: int) -> bool:
        """Solve again for the first of a list whose loss is not exact; tell whether there is none among so many."""
        found.sort(key=_order)
        place = next((at for at, (_, entry) in enumerate(found[:count]) if not entry.is_exact), None)
        if place is None:
            return True
        (least, most), entry = found[place]
        exact = self._exactly(least, most, entry, vacancy_id)
        found[place : place + 1] = [] if exact is None else [exact]
        return False

    def _exactly(self, least: Cost, most: Cost | None, entry: Ranked, vacancy_id: str) -> Entry | None:
        """Return somebody with what is lost by solving again; ``None`` where no plan gives the place.

        A plan among few columns comes first: what it loses says which others could still take part.
        """
        few = self._few_and(str(entry.candidate_id), vacancy_id)
        found = self._solved(least, entry, vacancy_id, few)
        if found is not None and found[0][1] is not None and (most is None or found[0][1] < most):
            most = found[0][1]
        pair = np.flatnonzero(is_pair(self._columns, str(entry.candidate_id), vacancy_id))
        needed = self._needed(most, int(pair[0]))
        if found is not None and not (needed & ~few).any():
            return found
        return self._solved(least, entry, vacancy_id, needed | self._is_chosen)

    def _needed(self, most: Cost | None, column: int) -> BoolArray:
        """Return the columns that can be in a plan which takes one column and loses no more than is known.

        Columns of two people lose at least what both lose together, where one case bounds every plan.
        """
        if most is None or self._costs.breaks_promises(most):
            return np.ones(len(self._key), np.bool_)
        needed: BoolArray = self._key <= key_of(most)
        together = self._least.together[self._costs.place_of(most)] if most[0] else None
        if together is not None:
            is_own = self._columns.candidate == self._columns.candidate[column]
            needed &= is_own | (together <= most[1] - int(together[self._own_columns(column)].min()))
        return needed

    def _own_columns(self, column: int) -> IntArray:
        """Return the columns of the same pair."""
        columns = self._columns
        own: IntArray = np.flatnonzero(
            (columns.candidate == columns.candidate[column]) & (columns.vacancy == columns.vacancy[column])
        )
        return own

    def _few_and(self, candidate_id: str, vacancy_id: str) -> BoolArray:
        if self._few is None:
            self._few = self._is_chosen.copy()
            self._few[self._smallest(FEW)] = True
        few: BoolArray = self._few | is_pair(self._columns, candidate_id, vacancy_id)
        return few

    def _smallest(self, count: int) -> IntArray:
        """Return the positions of so many columns that lose least, or of all."""
        if len(self._key) <= count:
            return np.arange(len(self._key))
        smallest: IntArray = np.argpartition(self._key, count)[:count]
        return smallest

    def _solved(self, least: Cost, entry: Ranked, vacancy_id: str, kept: BoolArray) -> Entry | None:
        """Return somebody with what is lost by the best plan among some columns; ``None`` where there is no plan."""
        pair = (str(entry.candidate_id), vacancy_id)
        plan = self._again.with_pair_among(*pair, kept)
        if plan is None:
            return None
        loss = loss_between(self._again.plan, plan)
        cost = max(least, self._costs.of_plan(loss))
        ends = (cost if loss.is_exact else least, cost)
        placed = {row.candidate_id for row in plan.assignments}
        return ends, replace(
            entry,
            cohort_ids=next(row.cohort_ids for row in plan.assignments if (row.candidate_id, row.vacancy_id) == pair),
            least=self._costs.told(ends[0]),
            most=self._costs.told(cost),
            displaced=tuple(sorted({row.candidate_id for row in self._again.plan.assignments} - placed)),
        )


def _order(entry: Entry) -> tuple[object, ...]:
    (least, most), ranked = entry
    return (most is None, most or least, least, bool(ranked.placed_at), ranked.candidate_id or "")


def _positions(columns: Columns, plan: Plan) -> IntArray:
    lookup = column_lookup(columns)
    assert lookup is not None
    found = lookup.find([(row.candidate_id, row.vacancy_id, row.cohort_ids) for row in plan.assignments])
    return np.array(sorted(column for column in found if column is not None), np.int64)


def _placed_at(plan: Plan) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in plan.assignments:
        found[row.candidate_id] = (*found.get(row.candidate_id, ()), row.vacancy_id)
    return found
