"""A second formulation: the whole model as one integer programme, row by row, solved by HiGHS tier after tier."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.problem import Problem, Quota
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.limits import LEAST, Kept, Limits, limits_of
from tests.oracles.several import Together
from tests.oracles.uses import uses_of

Row = dict[int, int]
SHARE = 10**6
INFEASIBLE = 2  # scipy's status


class Unverified(Exception):
    """HiGHS answered something that exact integers do not bear out; floating-point numbers have their limits."""


@dataclass(slots=True)
class _Model:
    """Rows ``low <= a x <= high`` over integers from 0 to their upper bounds."""

    uppers: list[int] = field(default_factory=list)
    rows: list[tuple[Row, int | None, int | None]] = field(default_factory=list)
    aims: dict[str, Row] = field(default_factory=dict)

    def variable(self, upper: int, aim: str | None = None, price: int = 0) -> int:
        self.uppers.append(upper)
        if aim is not None and price:
            self.aims.setdefault(aim, {})[len(self.uppers) - 1] = price
        return len(self.uppers) - 1

    def row(self, row: Row, low: int | None, high: int | None) -> None:
        self.rows.append((row, low, high))


def best_values(
    problem: Problem, columns: Mapping[ColumnKey, Column], published: Kept | None = None
) -> dict[str, int] | None:
    """Return the best value of every tier, each with the earlier ones held; ``None`` where no plan exists.

    In the tier's integers, least aims not negated.

    Raises
    ------
    Unverified
        When a rounded solution breaks a row or the bound of the search and its value disagree.
    """
    limits = limits_of(problem, published)
    model = _built(problem, columns, limits)
    values: dict[str, int] = {}
    for tier in limits.tiers:
        found = _optimum(model, model.aims.get(tier, {}), sign=1 if tier in LEAST else -1)
        if found is None:
            if values:
                raise Unverified(f"no plan as good in {', '.join(values)}")
            return None
        values[tier] = found + (len(limits.published) if tier == "changes" else 0)
        low, high = (None, found) if tier in LEAST else (found, None)
        model.row(model.aims.get(tier, {}), low, high)
    return values


def _built(problem: Problem, columns: Mapping[ColumnKey, Column], limits: Limits) -> _Model:
    model = _Model(aims={tier: {} for tier in limits.tiers})
    place = {key: model.variable(1) for key in columns}
    own_seats = _add_bundles(model, problem, columns, place)
    for key, column in columns.items():
        cost = column.cost - (_seat_costs(problem, column.new_cohorts) if key[0] in own_seats else 0)
        for tier, amount in (("placements", column.weight), ("cost", cost), ("tie_break", column.lottery)):
            if tier in model.aims:
                model.aims[tier][place[key]] = amount
    for key in limits.published & columns.keys():
        if "changes" in model.aims:
            model.aims["changes"][place[key]] = -1
    for candidate in problem.candidates:
        own = {place[key]: 1 for key in columns if key[0] == candidate.candidate_id}
        model.row(own, None, candidate.max_placements)
    for candidate_id, vacancy_id in sorted(limits.pins):
        own = {place[key]: 1 for key in columns if key[:2] == (candidate_id, vacancy_id)}
        model.row(own, 1, 1)
    _add_limits(model, problem, columns, limits, place, own_seats)
    return model


def _seat_costs(problem: Problem, cohort_ids: Iterable[str]) -> int:
    price = {row.cohort_id: to_hundredths(row.cost_per_seat) for row in problem.cohorts}
    return sum(price[cohort_id] for cohort_id in cohort_ids)


def _add_bundles(
    model: _Model, problem: Problem, columns: Mapping[ColumnKey, Column], place: Mapping[ColumnKey, int]
) -> dict[str, dict[str, int]]:
    """Let everybody with several placements take one possible set of columns; return who takes which new seat."""
    together = Together(problem, columns)
    seats: dict[str, dict[str, int]] = {}
    for candidate in problem.candidates:
        own = [key for key in columns if key[0] == candidate.candidate_id]
        if candidate.max_placements == 1 or not own:
            continue
        bundles = {bundle: model.variable(1) for bundle in together.bundles(candidate, own)}
        model.row(dict.fromkeys(bundles.values(), 1), 1, 1)
        for key in own:
            taking = {variable: -1 for bundle, variable in bundles.items() if key in bundle}
            model.row(taking | {place[key]: 1}, 0, 0)
        seats[candidate.candidate_id] = {}
        for cohort_id in sorted(together.new_cohorts(own)):
            taken = model.variable(1, _named("cost", model), _seat_costs(problem, [cohort_id]))
            taking = {one: -1 for bundle, one in bundles.items() if cohort_id in together.new_cohorts(bundle)}
            model.row(taking | {taken: 1}, 0, 0)
            seats[candidate.candidate_id][cohort_id] = taken
    return seats


def _add_limits(
    model: _Model,
    problem: Problem,
    columns: Mapping[ColumnKey, Column],
    limits: Limits,
    place: Mapping[ColumnKey, int],
    own_seats: Mapping[str, Mapping[str, int]],
) -> None:
    uses = uses_of(problem, columns, limits)
    drawn: dict[tuple[str, str], Row] = {name: {} for name in uses.names}
    for key, used in uses.by_column.items():
        for name, amount in zip(uses.names, used, strict=True):
            if amount and not (name[0] in ("seat", "budget", "trainings") and key[0] in own_seats):
                drawn[name][place[key]] = amount
    _draw_seats(problem, drawn, own_seats)
    for cohort_id, opening in limits.optional.items():
        is_open = model.variable(1, "cost" if "cost" in model.aims else None, opening.cost)
        seats = drawn["seat", cohort_id]
        model.row(seats | {is_open: -opening.least}, 0, None)
        model.row(seats | {is_open: -limits.seats[cohort_id]}, None, 0)
        if opening.budget_id is not None:
            drawn["budget", opening.budget_id][is_open] = opening.cost
    for name, most in zip(uses.names, uses.most, strict=True):
        if name[0] != "member" and most is not None:
            model.row(drawn[name], None, most)
    for contract_id, required in limits.required.items():
        aim = "shortfall" if limits.counts_obligations else None
        missing = model.variable(required, aim, limits.shortfall_price[contract_id])
        model.row(drawn["units", contract_id] | {missing: 1}, required, None)
    for quota in limits.quotas:
        _add_quota(model, quota, limits, drawn["member", quota.quota_id], drawn["placement", quota.quota_id])


def _draw_seats(
    problem: Problem, drawn: dict[tuple[str, str], Row], own_seats: Mapping[str, Mapping[str, int]]
) -> None:
    budgets = {row.cohort_id: row.budget_id for row in problem.cohorts}
    for seats in own_seats.values():
        for cohort_id, taken in seats.items():
            drawn["seat", cohort_id][taken] = 1
            budget_id, price = budgets[cohort_id], _seat_costs(problem, [cohort_id])
            if budget_id is not None and price:
                drawn["budget", budget_id][taken] = price
            if ("trainings", "all") in drawn:
                drawn["trainings", "all"][taken] = 1


def _add_quota(model: _Model, quota: Quota, limits: Limits, members: Row, placements: Row) -> None:
    def slack(per_person: int) -> Row:
        if quota.hard:
            return {}
        return {
            model.variable(len(placements), _named("placements", model), -limits.soft_price[quota.quota_id]): per_person
        }

    if quota.min_count is not None:
        if quota.hard:
            row = {model.variable(quota.min_count, "shortfall", limits.hard_minimum_price): 1}
        else:
            row = {model.variable(quota.min_count, _named("placements", model), -limits.soft_price[quota.quota_id]): 1}
        model.row(members | row, quota.min_count, None)
    if quota.max_count is not None:
        model.row(members | slack(-1), None, quota.max_count)
    for share, sign in ((quota.min_share, 1), (quota.max_share, -1)):
        if share is not None:
            balance = {variable: -sign * int(share * SHARE) for variable in placements}
            for variable in members:
                balance[variable] += sign * SHARE
            model.row(balance | slack(SHARE), 0, None)


def _named(tier: str, model: _Model) -> str | None:
    return tier if tier in model.aims else None


def _optimum(model: _Model, aim: Row, *, sign: int) -> int | None:
    """Return the best value of an aim, minimised (sign 1) or maximised (sign -1), verified in integers."""
    if not model.uppers:
        feasible = all((low is None or low <= 0) and (high is None or high >= 0) for _, low, high in model.rows)
        return 0 if feasible else None
    step = math.gcd(*aim.values()) or 1
    objective = np.zeros(len(model.uppers))
    for variable, amount in aim.items():
        objective[variable] = sign * amount / step
    result = milp(
        objective,
        constraints=_constraints(model),
        bounds=Bounds(0, np.array(model.uppers, float)),
        integrality=np.ones(len(model.uppers)),
        options={"mip_rel_gap": 0.0},
    )
    if result.status == INFEASIBLE:
        return None
    if result.x is None or result.status != 0:
        raise Unverified(result.message)
    x = [round(value) for value in result.x]
    for row, low, high in model.rows:
        total = sum(amount * x[variable] for variable, amount in row.items())
        if (low is not None and total < low) or (high is not None and total > high):
            raise Unverified("a rounded solution breaks a row")
    value = sum(amount * x[variable] for variable, amount in aim.items())
    if abs(result.mip_dual_bound * step - sign * value) >= step:
        raise Unverified("bound and value disagree")
    return value


def _constraints(model: _Model) -> list[LinearConstraint]:
    if not model.rows:
        return []
    matrix = np.zeros((len(model.rows), len(model.uppers)))
    lows, highs = np.full(len(model.rows), -np.inf), np.full(len(model.rows), np.inf)
    for number, (row, low, high) in enumerate(model.rows):
        step = math.gcd(*row.values()) or 1  # smaller numbers, same plans
        for variable, amount in row.items():
            matrix[number, variable] = amount / step
        if low is not None:
            lows[number] = -(-low // step)
        if high is not None:
            highs[number] = high // step
    return [LinearConstraint(matrix, lows, highs)]
