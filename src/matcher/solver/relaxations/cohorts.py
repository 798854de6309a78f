"""Optional cohorts: strong links, added only where a relaxation breaks them, and the programme that gains them.

Without links a relaxation opens a twelfth of a cohort for the twelfth of its seats that it uses. A link says that
whoever takes a seat needs the whole cohort open; a second kind says so of all who come to one vacancy through it. There
is one per candidate and cohort and one per vacancy and cohort, far too many to write down; a few hundred decide. Those
of vacancies are few and strong: on 60 optional cohorts they close five sixths of the gap that candidates' links leave.
A third kind says that of what is owed to a contract a third cannot be met by a third of a cohort, however many more
people could come through it than are owed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, HeldTier, Prices, bound_from, candidate_starts
from matcher.solver.model.links import ADDED_KINDS, OBLIGATION_LINK, Clique, link_sizes, with_cliques, with_links
from matcher.solver.model.rounding_cuts import Cut, with_cuts
from matcher.solver.model.rows import LEAD, Intervals, Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.cliques import violated_cliques
from matcher.solver.relaxations.cuts import Separator
from matcher.solver.relaxations.relaxed import End
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import basis_from
from matcher.solver.relaxations.tier_task import Decisions, TierTask

VIOLATED_BY = 1e-4  # of a person
MOST_ADDED = 2_000  # links in one round, the most violated first
ROUNDS = 30
MISSING_AT_ONCE = 5_000  # columns
PATIENCE, STILL = 4, 1e-7  # so many rounds in which the value hardly moves are enough
CLOSE = 1e-5  # relative distance between programme and bound that is not worth another round, unless it decides


@dataclass(slots=True)
class Links:
    """Links, cliques and cuts found so far, in the order in which every `Rows` of the solve has them as its last rows.

    Parameters
    ----------
    found : list of int64 (n, 3), or lists of cliques or cuts
        The former as in `with_links`.
    """

    found: list[IntArray | list[Clique] | list[Cut]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(len(part) for part in self.found)

    def add(self, links: IntArray, cliques: list[Clique] | None = None) -> bool:
        """Remember more of them; tell whether there are any."""
        self.found += [part for part in (links, cliques or []) if len(part)]
        return len(links) > 0 or bool(cliques)

    def add_cuts(self, cuts: list[Cut]) -> None:
        """Remember cuts of the rows that stand before them."""
        self.found.append(cuts)

    def grown(self, rows: Rows) -> Rows:
        """Return rows with all links, cliques and cuts that they do not have yet."""
        known = 0
        for kind in reversed(rows.kinds):
            if kind not in ADDED_KINDS:
                break
            known += 1
        first = 0
        for part in self.found:
            missing = part[max(known - first, 0) :]
            if not isinstance(missing, list):
                rows = with_links(rows, missing)
            elif missing and isinstance(missing[0], Cut):
                rows = with_cuts(rows, missing)
            else:
                rows = with_cliques(rows, cast(list[Clique], missing), first + len(part) - len(missing))
            first += len(part)
        return rows

    def grown_task(self, task: TierTask) -> TierTask:
        """Return a task with all links that it does not have yet."""
        rows = self.grown(task.rows)
        return task if rows is task.rows else replace(task, rows=rows, held=grown_held(task.held, rows))


def grown_held(held: tuple[HeldTier, ...], rows: Rows) -> tuple[HeldTier, ...]:
    """Return held tiers whose bounds give the rows that came later no price."""
    return tuple(replace(earlier, bound=grown_bound(earlier.bound, rows)) for earlier in held)


def grown_bound(bound: Bound, rows: Rows) -> Bound:
    """Return a bound that gives the rows that came later no price."""
    return replace(bound, prices=grown_prices(bound.prices, rows))


def grown_prices(prices: Prices, rows: Rows) -> Prices:
    """Return prices that give the rows that came later none."""
    missing = len(rows.limit) - len(prices.rows)
    return replace(prices, rows=np.r_[prices.rows, np.zeros(missing, dtype=np.int64)]) if missing else prices


def violated_links(task: TierTask, chosen: IntArray, x: FloatArray, others: FloatArray) -> IntArray:
    """Return the links that a fractional plan breaks, the most violated first; int64 (n, 3).

    Those of obligations are of use only to aims that count what is owed.

    Parameters
    ----------
    task : TierTask
    chosen : int array (n,)
        Columns.
    x : float64 (n,)
        Their values.
    others : float64 (X,)
    """
    rows = task.rows
    cohorts = np.flatnonzero((rows.cohort >= 0) & (rows.upper > 0))
    used = np.flatnonzero(x > VIOLATED_BY)
    if not len(cohorts) or not len(used):
        return np.empty((0, 3), dtype=np.int64)
    entries = rows.matrix[:, chosen[used]].tocsr()[rows.row_of_variable[cohorts]].tocoo()
    other, taken = cohorts[entries.row], x[used][entries.col]
    found, size = [], []
    for kind, owner in enumerate((rows.person, rows.vacancy)):
        pair = owner[chosen[used]][entries.col] * len(rows.cohort) + other
        pairs, position = np.unique(pair, return_inverse=True)
        links = np.column_stack(
            [np.full(len(pairs), kind, dtype=np.int64), pairs // len(rows.cohort), pairs % len(rows.cohort)]
        )
        broken = np.bincount(position, taken) - link_sizes(rows, links) * others[links[:, 2]]
        found.append(links[broken > VIOLATED_BY])
        size.append(broken[broken > VIOLATED_BY])
    if task.tier in ("shortfall", LEAD) and not task.held:
        links, broken = _broken_obligation_links(rows, chosen[used], x[used], others, entries)
        found.append(links)
        size.append(broken)
    order = np.argsort(-np.concatenate(size), kind="stable")[:MOST_ADDED]
    return np.concatenate(found)[order]


def _broken_obligation_links(
    rows: Rows, used: IntArray, taken: FloatArray, others: FloatArray, entries: Any
) -> tuple[IntArray, FloatArray]:
    """Return the links of obligations that a fractional plan breaks, and by which part of what is owed.

    `entries` are those of the columns `used` in the rows of the cohorts that may be opened, by position.
    """
    owed = rows.obligations
    owed = owed[owed >= 0]
    if not len(owed):
        return np.empty((0, 3), dtype=np.int64), np.empty(0)
    cohorts = np.flatnonzero((rows.cohort >= 0) & (rows.upper > 0))
    units = rows.matrix[:, used].tocsr()[owed]
    spare = rows.limit[owed] - rows.matrix[:, rows.num_columns :].tocsr()[owed] @ others - units @ taken
    entry = units.tocoo()
    amount, row = np.zeros(len(used)), np.zeros(len(used), dtype=np.int64)
    amount[entry.col], row[entry.col] = -entry.data * taken[entry.col], entry.row
    pairs, position = np.unique(row[entries.col] * len(cohorts) + entries.row, return_inverse=True)
    through = np.bincount(position, amount[entries.col], minlength=len(pairs))
    place, other = pairs // max(len(cohorts), 1), cohorts[pairs % max(len(cohorts), 1)]
    required = -rows.limit[owed[place]].astype(np.float64)
    broken = (through - spare[place]) / required - others[other]  # what is delivered beyond need is not missed
    contract = np.flatnonzero(rows.limits.required > 0)[place]
    links = np.column_stack([np.full(len(pairs), OBLIGATION_LINK, dtype=np.int64), contract, other])
    is_broken = broken > VIOLATED_BY
    return links[is_broken], broken[is_broken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The relaxation of a part of a task's plans.

    Parameters
    ----------
    value : float
        Of the programme, in the tier's integers.
    bound : Bound
        Over all columns, whether the programme has them or not.
    x : float64 (n,)
        Values of the programme's columns.
    others : float64 (X,)
    """

    value: float
    bound: Bound
    x: FloatArray
    others: FloatArray


class LinkedProgramme:
    """The linear programme of a task, which gains the links and the columns that it turns out to need.

    Parameters
    ----------
    task : TierTask
    links : Links
        Shared with every other programme of the solve; gains those found here.
    chosen : int array
        Columns to begin with.
    end : End, optional
        Where the same programme ended.
    """

    def __init__(self, task: TierTask, links: Links, chosen: IntArray, end: End | None = None) -> None:
        self.links = links
        self.task = links.grown_task(task)
        kept = np.union1d(chosen, task.taken).astype(np.int64)
        self.is_active = np.zeros(task.rows.num_columns, dtype=bool)
        self.is_active[kept] = True
        self.restricted = RestrictedProgramme(self.task, kept, task.rows.people())
        self.solver = LinearSolver(self.restricted.programme, basis_from(end, self.restricted))
        self._last: FloatArray | None = None

    @property
    def chosen(self) -> IntArray:
        """Return the columns of the programme."""
        return self.restricted.chosen

    def solve(
        self, others: Intervals, stop: StopSignal, enough: float | None = None, filled: Intervals | None = None
    ) -> Part | None:
        """Return the relaxation of the plans in which some other variables keep to intervals.

        Parameters
        ----------
        others : dict of position to (int, int)
        stop : StopSignal
        enough : float, optional
            A bound up to this closes the part.
        filled : dict of row to (int, int), optional
            Likewise for how many people vacancies and cohorts take.

        Returns
        -------
        Part or None
            ``None`` where the programme has no solution; that is no proof that there is no such plan.
        """
        best: Part | None = None
        values: list[float] = []
        for number in range(ROUNDS):
            self._catch_up()
            decisions = Decisions(others=others, filled=filled or {})
            self.restricted.decide(self.solver, decisions)
            outcome = self.solver.solve(stop, "dual")
            if outcome.status == "infeasible":
                return None
            value, (x, own) = self.restricted.value(outcome), self.restricted.split(outcome.x)
            self._last = outcome.x
            rows = self.task.rows.between(decisions.filled, others)
            prices = self.restricted.prices(outcome, decisions=decisions)
            bound = bound_from(rows, self.task.tier, prices, self.task.held, self.task.taken)
            part = Part(value=value, bound=bound, x=x, others=own)
            known = bound if best is None else min(bound, grown_bound(best.bound, rows), key=lambda one: one.scaled)
            best = replace(part, bound=known)
            if enough is not None and best.bound.scaled <= PRICE_SCALE * enough:
                break
            values.append(value)
            if len(values) > PATIENCE and abs(values[-PATIENCE - 1] - value) <= STILL * abs(value):
                break
            is_open = enough is None or value > enough
            is_last = number == ROUNDS - 1  # whose plan is about the columns that the programme has
            if is_last or not self._extended(rows, part, CLOSE if is_open else 0.0):
                break
        return best

    def separator(self) -> Separator:
        """Return what finds cuts at the end of the last solve."""
        basis, x = self.solver.basis, self._last
        assert basis is not None
        assert x is not None
        return Separator(self.restricted, self.solver, basis, x)

    def _catch_up(self) -> None:
        """Take over links that were found elsewhere."""
        task = self.links.grown_task(self.task)
        if task is not self.task:
            self.restricted.add_links(self.solver, task)
            self.task = task

    def _extended(self, rows: Rows, part: Part, close: float) -> bool:
        """Remember links that are broken and add columns that are missing; tell whether there were any."""
        found = violated_links(self.task, self.chosen, part.x, part.others)
        cliques = violated_cliques(self.task.rows, self.chosen, part.x, part.others)
        if self.links.add(found, cliques):  # without new columns, so that the simplex goes on by itself
            return True
        if part.bound.scaled / PRICE_SCALE - part.value <= max(close * abs(part.value), 1.0):
            return False
        return self.take_in(self._missing(part.bound))

    def take_in(self, columns: IntArray) -> bool:
        """Add those of some columns that are missing; tell whether there were any."""
        added = columns[~self.is_active[columns]]
        if len(added):
            self.restricted.take_in(self.solver, added)
            self.is_active[added] = True
        return len(added) > 0

    def _missing(self, bound: Bound) -> IntArray:
        """Return the columns that the prices find better than their candidate's active ones."""
        rows = self.task.rows
        reduced = bound.reduced[: rows.num_columns]
        owners, starts = candidate_starts(rows)
        active_best = np.zeros(len(bound.best), dtype=np.int64)
        active_best[owners] = np.maximum.reduceat(np.where(self.is_active, reduced, 0), starts).clip(min=0)
        ahead = reduced - active_best[rows.candidate]
        better = np.flatnonzero(~self.is_active & (ahead > 0))
        if len(better) > MISSING_AT_ONCE:
            better = better[np.argpartition(-ahead[better], MISSING_AT_ONCE)[:MISSING_AT_ONCE]]
        return np.sort(better)
