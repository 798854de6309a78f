"""The best plan of a small problem, by carrying every reachable use of the limits from candidate to candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.problem import Problem
from tests.oracles.columns import Column, ColumnKey
from tests.oracles.limits import LEAST, Kept, Limits, count_quotas, limits_of
from tests.oracles.uses import Uses, uses_of

Used = tuple[int, ...]
Sums = dict[str, int]
Table = dict[Used, tuple[Sums, tuple[ColumnKey, ...]]]


class TooLarge(Exception):
    """The problem has too many reachable states for this oracle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPlan:
    """The best value of every tier, and one plan that reaches them all.

    Parameters
    ----------
    values : dict of tier to int
        In the order in which they are pursued; in the tier's integers, least aims not negated.
    chosen : tuple of column keys
    """

    values: dict[str, int]
    chosen: tuple[ColumnKey, ...]


def best_plan(
    problem: Problem,
    columns: Mapping[ColumnKey, Column],
    *,
    published: Kept | None = None,
    max_states: int = 50_000,
) -> BestPlan | None:
    """Return the lexicographically best plan; ``None`` where decisions leave no plan at all.

    What a plan uses of the limits decides everything but three sums, so among plans with the same use only the best
    sums, in the order of the tiers, are carried on.

    Raises
    ------
    TooLarge
        When more than `max_states` uses are reachable.
    """
    if any(candidate.max_placements > 1 for candidate in problem.candidates):
        raise ValueError("this oracle places nobody twice")
    limits = limits_of(problem, published)
    uses = uses_of(problem, columns, limits)
    own_columns: defaultdict[str, list[ColumnKey]] = defaultdict(list)
    for key in columns:
        own_columns[key[0]].append(key)
    table: Table = {(0,) * len(uses.names): (_nothing(limits), ())}
    for candidate in problem.candidates:
        pins = {pair for pair in limits.pins if pair[0] == candidate.candidate_id}
        options = list(_options(own_columns[candidate.candidate_id], pins))
        table = _grown(table, options, columns, uses, limits)
        if len(table) > max_states:
            raise TooLarge(f"{len(table)} reachable states")
    plans = [plan for plan in (_valued(limits, uses, used, *rest) for used, rest in table.items()) if plan is not None]
    return max(plans, key=lambda plan: _rank(plan.values, limits.tiers), default=None)


def plan_values(
    problem: Problem,
    columns: Mapping[ColumnKey, Column],
    chosen: Iterable[ColumnKey],
    published: Kept | None = None,
) -> dict[str, int] | None:
    """Return the value of every tier for given columns; ``None`` where they break a limit, a hard quota or a pin."""
    limits = limits_of(problem, published)
    uses = uses_of(problem, columns, limits)
    keys = tuple(chosen)
    used: Used | None = (0,) * len(uses.names)
    sums = _nothing(limits)
    for key in keys:
        used = None if used is None else _used(used, uses, key)
        sums = _added(sums, key, columns[key], limits)
    placed = [key[0] for key in keys]
    if used is None or len(set(placed)) < len(placed) or not limits.pins <= {key[:2] for key in keys}:
        return None
    plan = _valued(limits, uses, used, sums, keys)
    return None if plan is None else plan.values


def _options(own: Iterable[ColumnKey], pins: set[tuple[str, str]]) -> Iterator[ColumnKey | None]:
    """Yield what a candidate may do: a pinned one has no choice but the route, and one pinned twice has none."""
    if not pins:
        yield None
    for key in own:
        if not pins or pins == {(key[0], key[1])}:
            yield key


def _grown(
    table: Table,
    options: Iterable[ColumnKey | None],
    columns: Mapping[ColumnKey, Column],
    uses: Uses,
    limits: Limits,
) -> Table:
    grown: Table = {}
    for key in options:
        for used, (sums, chosen) in table.items():
            if key is None:
                after: Used | None = used
                added, plan = sums, chosen
            else:
                after, added = _used(used, uses, key), _added(sums, key, columns[key], limits)
                plan = (*chosen, key)
            if after is None:
                continue
            known = grown.get(after)
            if known is None or _rank(added, limits.tiers) > _rank(known[0], limits.tiers):
                grown[after] = (added, plan)
    return grown


def _used(used: Used, uses: Uses, key: ColumnKey) -> Used | None:
    after = []
    for amount, more, most, enough in zip(used, uses.by_column[key], uses.most, uses.enough, strict=True):
        total = amount + more
        if most is not None and total > most:
            return None
        after.append(total if enough is None else min(total, enough))
    return tuple(after)


def _nothing(limits: Limits) -> Sums:
    return {"placements": 0, "cost": 0, "changes": len(limits.published), "tie_break": 0}


def _added(sums: Sums, key: ColumnKey, column: Column, limits: Limits) -> Sums:
    return {
        "placements": sums["placements"] + column.weight,
        "cost": sums["cost"] + column.cost,
        "changes": sums["changes"] - (key in limits.published),
        "tie_break": sums["tie_break"] + column.lottery,
    }


def _rank(values: Mapping[str, int], tiers: Iterable[str]) -> tuple[int, ...]:
    """Return what compares plans: the first tier first, more always better."""
    return tuple(-values[tier] if tier in LEAST else values[tier] for tier in tiers if tier in values)


def _valued(limits: Limits, uses: Uses, used: Used, sums: Sums, chosen: tuple[ColumnKey, ...]) -> BestPlan | None:
    """Return a plan with the value of every tier; ``None`` where it breaks a hard quota or a cohort cannot run."""
    amounts = dict(zip(uses.names, used, strict=True))
    opened = {name: row for name, row in limits.optional.items() if amounts["seat", name]}
    if any(amounts["seat", name] < row.least for name, row in opened.items()):
        return None
    for budget_id, most in limits.budgets.items():
        opening = sum(row.cost for row in opened.values() if row.budget_id == budget_id)
        if opening + amounts["budget", budget_id] > most and opened:
            return None
    counted = count_quotas(
        limits,
        {quota.quota_id: amounts["member", quota.quota_id] for quota in limits.quotas},
        {quota.quota_id: amounts["placement", quota.quota_id] for quota in limits.quotas},
    )
    if not counted.keeps_hard:
        return None
    values = sums | {"placements": sums["placements"] - counted.soft_cost}
    values["cost"] += sum(row.cost for row in opened.values())
    values["shortfall"] = limits.hard_minimum_price * counted.hard_missing
    if limits.counts_obligations:
        values["shortfall"] += sum(
            price * (limits.required[contract_id] - amounts["units", contract_id])
            for contract_id, price in limits.shortfall_price.items()
        )
    return BestPlan(values={tier: values[tier] for tier in limits.tiers}, chosen=chosen)
