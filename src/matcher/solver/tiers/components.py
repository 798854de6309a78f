"""Solves what hangs together apart from the rest, in threads, processes or on a cluster, and joins the proofs.

Limits tie columns together: those of one candidate, one vacancy, one cohort, one contract. Where the limits that
reach over everything (budgets, quotas, resources) can never bind, a problem falls into components whose optima add up
to the optimum of the whole, and whose prices are prices of the whole: none pays for a limit of another.

Nothing of this is believed: what the joined prices prove is what exact arithmetic over all columns says. Where a
component needs a search tree, its cases cannot be joined to those of the others without multiplying them. So the
smallest share is tried first, and where joined prices do not prove every aim, the whole is solved as if it had not
fallen apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matcher.columns import BoolArray, Columns, IntArray, Limits
from matcher.engine import Engine
from matcher.solver.again.earlier import Known
from matcher.solver.bounds.bound import PRICE_SCALE, HeldTier, Prices, bound_from
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.restricted import TierTask
from matcher.solver.search.core import objective_step
from matcher.solver.solution import Solution
from matcher.solver.tiers.progress import Report
from matcher.solver.tiers.tiers import pursued_tiers, solve_tiers

REACHING_OVER = ("budget", "quota_min", "quota_max", "quota_min_share", "quota_max_share", "resource", PAID_SEATS)
SMALLEST_PROBLEM = 20_000  # columns; a smaller problem is solved before its parts have been shared out
SMALLEST_SHARE = 2_000  # columns that are worth a share of their own
MOST_SHARES = 16  # whatever the engine: one problem is cut in one way, so that one input has one plan
LARGEST_PRICE = 2**53
TIME_SHARE = 0.4  # of the time that is left: what the parts may take
DRAW = "tie_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What hangs together: D components.

    Parameters
    ----------
    of_candidate : int64 (C,)
        Component of each candidate.
    of_row : int64 (R,)
        Component of each row, -1 for those that were priced out.
    num_columns : int64 (D,)
    """

    of_candidate: IntArray
    of_row: IntArray
    num_columns: IntArray


def find_components(rows: Rows, priced_out: Collection[int] = ()) -> Components:
    """Return what hangs together when some rows are taken away, their limits being kept by prices or by themselves.

    Parameters
    ----------
    rows : Rows
    priced_out : collection of int
        Positions of rows.
    """
    num_candidates, num_rows = len(rows.limits.candidate_ids), len(rows.limit)
    entries = rows.matrix.tocoo()
    is_tie = np.ones(num_rows, np.bool_)
    is_tie[list(priced_out)] = False
    kept = is_tie[entries.row]
    row, variable = entries.row[kept].astype(np.int64), entries.col[kept].astype(np.int64)
    # A column is its candidate; every other variable ties the rows that it stands in.
    num_others = rows.matrix.shape[1] - rows.num_columns
    is_column = variable < rows.num_columns
    node = np.empty(len(variable), np.int64)
    node[is_column] = rows.person[variable[is_column]]
    node[~is_column] = num_candidates + variable[~is_column] - rows.num_columns
    num_nodes = num_candidates + num_others + num_rows
    ties = (np.ones(len(node), np.bool_), (node, num_candidates + num_others + row))
    _, label = connected_components(sp.csr_matrix(ties, shape=(num_nodes, num_nodes)), directed=False)
    label = label.astype(np.int64)
    of_candidate = label[:num_candidates]
    return Components(
        of_candidate=of_candidate,
        of_row=np.where(is_tie, label[num_candidates + num_others :], -1),
        num_columns=np.bincount(of_candidate[rows.person], minlength=int(label.max(initial=-1)) + 1),
    )


def never_binding(rows: Rows) -> IntArray:
    """Return the rows reaching over everything whose limit no plan can break, candidates taking one column each."""
    kinds = np.array([kind in REACHING_OVER for kind in rows.kinds], np.bool_)
    wide = np.flatnonzero(kinds & ~rows.is_equation)
    matrix = rows.matrix.tocsr()
    most_placements = rows.limits.placements
    slack = []
    for row in wide.tolist():
        if rows.kinds[row] == PAID_SEATS:
            slack.append(row)  # all the seats there are
            continue
        begin, end = matrix.indptr[row], matrix.indptr[row + 1]
        variable, value = matrix.indices[begin:end], matrix.data[begin:end].clip(min=0)
        is_column = variable < rows.num_columns
        most = np.zeros(len(most_placements), np.int64)
        np.maximum.at(most, rows.person[variable[is_column]], value[is_column])
        others = variable[~is_column] - rows.num_columns
        if int(most @ most_placements) + int(value[~is_column] @ rows.upper[others]) <= rows.limit[row]:
            slack.append(row)
    return np.array(slack, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some components, to be solved as a problem of their own.

    Parameters
    ----------
    position : int64 (n,)
        Of its columns among all; rising.
    columns : Columns
        With the limits of the whole, but for what belongs to other shares or never binds.
    """

    position: IntArray
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOutcome:
    """What came of a share.

    Parameters
    ----------
    chosen : int64 (n,)
        Among the share's columns.
    is_plain : bool
        Whether every aim was proven by one case that fixes nothing; the draw is no aim.
    prices : dict of tier to (prices by kind and id of the row, prices by earlier tier)
        Of the case that fixes nothing, where a tier has one.
    """

    chosen: IntArray
    is_plain: bool
    prices: dict[str, tuple[dict[tuple[str, str], int], dict[str, int]]]


def solve_in_parts(
    columns: Columns,
    policy_tiers: Sequence[str],
    *,
    gap: float,
    seed: int,
    stop: StopSignal,
    report: Report,
    engine: Engine,
    threads: int = 1,
    on_rows: Callable[[Rows], None] | None = None,
) -> Solution:
    """Solve every tier of a policy, components apart where there are several sizable ones; see `solve_tiers`.

    Parameters
    ----------
    columns, policy_tiers, gap, seed, stop, report
        As for `solve_tiers`.
    engine : Engine
        What the components are solved on; it never changes the plan.
    threads : int
        Of what is solved as a whole; nor do these.
    on_rows : callable, optional
        See `solve_tiers`.
    """
    names, counts_obligations = pursued_tiers(columns, policy_tiers)
    known, rows = None, None
    if _may_fall_apart(columns):
        rows = assemble_rows(columns, counts_obligations=counts_obligations)
        shares = shares_of(columns, rows)
        if len(shares) > 1:
            # The whole must have time left where the parts prove nothing.
            limit = StopSignal(None if stop.remaining_s is None else stop.remaining_s * TIME_SHARE)
            work = partial(solve_share, policy_tiers=tuple(policy_tiers), gap=gap, seed=seed, stop=limit)
            known = _proof_in_parts(rows, names, shares, work, engine)
            stop.by_person = stop.by_person or limit.by_person
    return solve_tiers(
        columns,
        policy_tiers,
        gap=gap,
        seed=seed,
        stop=stop,
        report=report,
        known=known,
        rows=rows,
        threads=threads,
        on_rows=on_rows,
    )


def _proof_in_parts(
    rows: Rows,
    names: Sequence[str],
    shares: Sequence[Share],
    work: Callable[[Columns], ShareOutcome | None],
    engine: Engine,
) -> Known | None:
    """Return a plan and the prices that prove every aim of it, or None where the shares have none that do."""
    first, *others = sorted(shares, key=lambda share: len(share.position))
    probe = work(first.columns)
    if probe is None or not probe.is_plain:
        return None
    outcomes = [probe]
    for outcome in engine.map(work, [share.columns for share in others]):
        if outcome is None or not outcome.is_plain:
            return None
        outcomes.append(outcome)
    known = _joined(rows, names, [first, *others], outcomes)
    return known if _is_proof(rows, names, known) else None


def _is_proof(rows: Rows, names: Sequence[str], known: Known) -> bool:
    """Tell whether the prices prove that no plan is better in any aim."""
    x = rows.completed(known.chosen)
    if not rows.is_feasible(x):
        return False
    held: tuple[HeldTier, ...] = ()
    for tier in names:
        if tier == DRAW:
            return True
        if tier not in known.prices:
            return False
        value, step = rows.value(tier, x), objective_step(TierTask(rows=rows, tier=tier))
        bound = bound_from(rows, tier, known.prices[tier], held)
        if bound.value(step) > value:
            return False
        held = (*held, HeldTier(tier=tier, value=value, step=step, bound=bound))
    return True


def _may_fall_apart(columns: Columns) -> bool:
    """Tell whether candidates and vacancies alone leave more than one sizable component: a quick look."""
    if len(columns) < SMALLEST_PROBLEM:
        return False
    num_candidates, num_vacancies = len(columns.limits.candidate_ids), len(columns.limits.vacancy_ids)
    size = num_candidates + num_vacancies
    ends = np.cumsum(np.bincount(columns.candidate, minlength=size))
    pairs = (np.ones(len(columns), np.bool_), num_candidates + columns.vacancy, np.append(0, ends))
    _, label = connected_components(sp.csr_matrix(pairs, shape=(size, size)), directed=False)
    sizes = np.bincount(label[columns.candidate])
    return int((sizes >= SMALLEST_SHARE).sum()) > 1


def shares_of(columns: Columns, rows: Rows) -> list[Share]:
    """Return the components as at most `MOST_SHARES` problems of about equal size; none where one holds it all.

    Parameters
    ----------
    columns : Columns
    rows : Rows
        Over all of them.
    """
    slack = never_binding(rows)
    found = find_components(rows, slack.tolist())
    sizable = int((found.num_columns >= SMALLEST_SHARE).sum())
    if sizable < 2:
        return []
    share_of = _shared_out(found.num_columns, min(sizable, MOST_SHARES))
    share_of_column = share_of[found.of_candidate[columns.candidate]]
    share_of_row = np.where(found.of_row < 0, -1, share_of[found.of_row])
    shares = []
    for number in range(int(share_of.max()) + 1):
        position = np.flatnonzero(share_of_column == number)
        own = {(rows.kinds[row], rows.entity_ids[row]) for row in np.flatnonzero(share_of_row == number).tolist()}
        limits = _own_limits(columns.limits, own, share_of[found.of_candidate] == number)
        arrays: dict[str, Any] = {name: array[position] for name, array in columns.arrays().items()}
        shares.append(Share(position=position, columns=replace(columns, limits=limits, **arrays)))
    return shares


def _shared_out(sizes: IntArray, number: int) -> IntArray:
    """Return the share of each component: the largest first, each to the share that has least."""
    load = [0] * number
    share_of = np.zeros(len(sizes), np.int64)
    for component in np.argsort(-sizes, kind="stable").tolist():
        least = load.index(min(load)) if sizes[component] else 0  # rows that no column touches go to the first
        share_of[component] = least
        load[least] += int(sizes[component])
    return share_of


def _own_limits(limits: Limits, own: set[tuple[str, str]], is_here: BoolArray) -> Limits:
    """Return the limits without what other shares owe, and without what never binds."""
    owed = [("obligation", contract_id) in own for contract_id in limits.contract_ids]
    counts: dict[str, Any] = {}
    for kind in ("quota_min", "quota_max", "quota_min_share", "quota_max_share"):
        is_own = np.array([(kind, quota_id) in own for quota_id in limits.quota_ids], np.bool_)
        counts[kind] = np.where(is_own, getattr(limits, kind), -1)
    pinned = is_here[limits.pinned_candidate]
    return replace(
        limits,
        required=np.where(np.array(owed, np.bool_), limits.required, 0),
        pinned_candidate=limits.pinned_candidate[pinned],
        pinned_vacancy=limits.pinned_vacancy[pinned],
        **counts,
    )


def solve_share(
    columns: Columns, *, policy_tiers: tuple[str, ...], gap: float, seed: int, stop: StopSignal
) -> ShareOutcome | None:
    """Solve one share; None where decisions leave it no plan, which the whole will say in its own words."""
    try:
        solution = solve_tiers(columns, policy_tiers, gap=gap, seed=seed, stop=stop, report=_silent)
    except InfeasiblePins:
        return None
    names = [tier.tier for tier in solution.tiers]
    prices = {}
    for tier in solution.tiers:
        plain = [case for case in tier.cases if case.is_plain]
        if plain:
            rows = plain[-1].prices.rows
            by_row = {
                (solution.rows.kinds[row], solution.rows.entity_ids[row]): int(rows[row])
                for row in np.flatnonzero(rows).tolist()
            }
            prices[tier.tier] = (by_row, dict(zip(names, plain[-1].prices.held, strict=False)))
    aims = [tier for tier in solution.tiers if tier.tier != DRAW]
    is_plain = all(len(tier.cases) == 1 and tier.bound == tier.value and tier.tier in prices for tier in aims)
    return ShareOutcome(chosen=solution.chosen, is_plain=is_plain, prices=prices)


def _silent(*_: object) -> None:
    """Report nothing: a share is no plan."""


def _joined(rows: Rows, names: Sequence[str], shares: Sequence[Share], outcomes: Sequence[ShareOutcome]) -> Known:
    """Return the plan of all shares, and for every tier one vector of prices for all of them."""
    chosen = np.sort(
        np.concatenate([share.position[done.chosen] for share, done in zip(shares, outcomes, strict=True)])
    )
    place = {key: row for row, key in enumerate(zip(rows.kinds, rows.entity_ids, strict=True))}
    prices: dict[str, Prices] = {}
    for number, tier in enumerate(names):
        joined = _prices_of_tier(place, names[:number], tier, outcomes, len(rows.limit))
        if joined is not None:
            prices[tier] = joined
    return Known(chosen=chosen, prices=prices)


def _prices_of_tier(
    place: dict[tuple[str, str], int],
    earlier: Sequence[str],
    tier: str,
    outcomes: Sequence[ShareOutcome],
    num_rows: int,
) -> Prices | None:
    """Return prices of the whole for one tier, None where some share has none that fix nothing.

    All shares hold an earlier tier at one price here, the highest that any of them needs. Another share makes up for
    the difference with so much of the prices by which it proved that tier itself: where it proved it exactly, its
    bound stays what it was, because bounds of added prices are at most the sum of the bounds.
    """
    total = np.zeros(num_rows)
    held = {name: max(done.prices.get(tier, ({}, {}))[1].get(name, 0) for done in outcomes) for name in earlier}
    own_held = [dict(done.prices.get(tier, ({}, {}))[1]) for done in outcomes]
    for name in reversed(earlier):  # making up for one tier moves the prices of those before it
        held[name] = max(each.get(name, 0) for each in own_held)
        for done, each in zip(outcomes, own_held, strict=True):
            factor = (held[name] - each.get(name, 0)) / PRICE_SCALE
            by_row, by_tier = done.prices.get(name, ({}, {}))
            if factor and name in done.prices:
                for key, price in by_row.items():
                    if key in place:  # a row that a search has added to its share alone is nobody else's
                        total[place[key]] += factor * price
                for before, price in by_tier.items():
                    each[before] = each.get(before, 0) + round(factor * price)
    for done in outcomes:
        if tier not in done.prices:
            return None
        for key, price in done.prices[tier][0].items():
            if key in place:
                total[place[key]] += price
    if max(np.abs(total).max(initial=0), *held.values(), 0) > LARGEST_PRICE:
        return None
    return Prices(rows=np.rint(total).astype(np.int64), held=tuple(held[name] for name in earlier))
