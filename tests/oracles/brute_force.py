"""The best plan of a small problem, by carrying every reachable use of the limits from candidate to candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.problem import Problem
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.limits import LEAST, Kept, Limits, count_quotas, limits_of
from tests.oracles.several import Bundle, Together, seats_twice
from tests.oracles.uses import Uses, used_twice, uses_of

Used = tuple[int, ...]
Sums = dict[str, int]
Table = dict[Used, tuple[Sums, tuple[ColumnKey, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """A problem, its columns, and what bounds them."""

    problem: Problem
    columns: Mapping[ColumnKey, Column]
    limits: Limits
    uses: Uses
    together: Together


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
    limits = limits_of(problem, published)
    uses = uses_of(problem, columns, limits)
    world = _World(problem=problem, columns=columns, limits=limits, uses=uses, together=Together(problem, columns))
    own_columns: defaultdict[str, list[ColumnKey]] = defaultdict(list)
    for key in columns:
        own_columns[key[0]].append(key)
    table: Table = {(0,) * len(uses.names): (_nothing(limits), ())}
    for candidate in problem.candidates:
        pins = {pair for pair in limits.pins if pair[0] == candidate.candidate_id}
        bundles = world.together.bundles(candidate, own_columns[candidate.candidate_id])
        options = [bundle for bundle in bundles if pins <= {key[:2] for key in bundle}]
        table = _grown(table, options, world)
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
    world = _World(problem=problem, columns=columns, limits=limits, uses=uses, together=Together(problem, columns))
    keys = tuple(chosen)
    used: Used | None = (0,) * len(uses.names)
    sums = _nothing(limits)
    for candidate in problem.candidates:
        bundle = tuple(key for key in keys if key[0] == candidate.candidate_id)
        if not world.together.is_possible(candidate, bundle):
            return None
        used = None if used is None else _used(used, bundle, world)
        sums = _added(sums, bundle, world)
    if used is None or not limits.pins <= {key[:2] for key in keys}:
        return None
    plan = _valued(limits, uses, used, sums, keys)
    return None if plan is None else plan.values


def _grown(table: Table, options: Iterable[Bundle], world: _World) -> Table:
    grown: Table = {}
    for bundle in options:
        for used, (sums, chosen) in table.items():
            after = _used(used, bundle, world)
            if after is None:
                continue
            added, tiers = _added(sums, bundle, world), world.limits.tiers
            known = grown.get(after)
            if known is None or _rank(added, tiers) > _rank(known[0], tiers):
                grown[after] = (added, (*chosen, *bundle))
    return grown


def _used(used: Used, bundle: Bundle, world: _World) -> Used | None:
    uses = world.uses
    saved = used_twice(world.problem, uses, seats_twice(bundle, world.columns))
    more = [sum(uses.by_column[key][number] for key in bundle) - less for number, less in enumerate(saved)]
    after = []
    for amount, added, most, enough in zip(used, more, uses.most, uses.enough, strict=True):
        total = amount + added
        if most is not None and total > most:
            return None
        after.append(total if enough is None else min(total, enough))
    return tuple(after)


def _nothing(limits: Limits) -> Sums:
    return {"placements": 0, "cost": 0, "changes": len(limits.published), "tie_break": 0}


def _added(sums: Sums, bundle: Bundle, world: _World) -> Sums:
    columns = [world.columns[key] for key in bundle]
    price = {row.cohort_id: to_hundredths(row.cost_per_seat) for row in world.problem.cohorts}
    twice = sum(price[name] * count for name, count in seats_twice(bundle, world.columns).items())
    return {
        "placements": sums["placements"] + sum(column.weight for column in columns),
        "cost": sums["cost"] + sum(column.cost for column in columns) - twice,
        "changes": sums["changes"] - len(world.limits.published.intersection(bundle)),
        "tie_break": sums["tie_break"] + sum(column.lottery for column in columns),
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
