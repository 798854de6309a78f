"""A second formulation: the whole model as one integer programme, row by row, solved tier after tier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matcher.problem import Problem, Quota
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.integer_programme import Programme, Row, Unverified
from tests.oracles.integer_solvers import Answer, Solver, highs, optimum
from tests.oracles.limits import LEAST, Kept, Limits, limits_of
from tests.oracles.several import Together
from tests.oracles.together_rows import add_enrolments
from tests.oracles.uses import uses_of

SHARE = 10**6
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a solver found out about the tiers, one after the other.

    Parameters
    ----------
    values : dict of tier to int
        Best values, each with the earlier ones held, in the tier's integers, least aims not negated.
    is_infeasible : bool
        Whether no plan exists.
    undecided : str or None
        The tier in which time ended, or in which floating-point numbers met their limits (`is_unverified`).
    """

    values: dict[str, int]
    is_infeasible: bool = False
    undecided: str | None = None
    is_unverified: bool = False


def best_values(
    problem: Problem, columns: Mapping[ColumnKey, Column], published: Kept | None = None
) -> dict[str, int] | None:
    """Return the best value of every tier, each with the earlier ones held; ``None`` where no plan exists.

    Solved by HiGHS, with one variable for each set of columns that a candidate with several placements may take.

    Raises
    ------
    Unverified
        When a rounded solution breaks a row or the bound of the search and its value disagree.
    """
    limits = limits_of(problem, published)
    reached = tiers_reached(highs, whole_model(problem, columns, limits, has_bundles=True), limits, PATIENCE_S)
    if reached.undecided is not None:
        raise Unverified(f"no answer in {reached.undecided}")
    return None if reached.is_infeasible else reached.values


def tiers_reached(
    solver: Solver,
    programme: Programme,
    limits: Limits,
    time_limit_s: float,
    held: Mapping[str, int] | None = None,
) -> Reached:
    """Return what a solver says of each tier, until one remains without an answer.

    Parameters
    ----------
    solver : callable
    programme : Programme
    limits : Limits
        Of the same problem.
    time_limit_s : float
        For each tier.
    held : mapping of tier to int, optional
        What later tiers are to keep of each, as a plan has reached it; its best value unless given.
    """
    values: dict[str, int] = {}
    last = Answer(status="limit")
    for tier in limits.tiers:
        aim, is_least = programme.aims.get(tier, {}), tier in LEAST
        try:
            answer = optimum(solver, programme, aim, 1 if is_least else -1, time_limit_s, last.x)
        except Unverified:
            return Reached(values=values, undecided=tier, is_unverified=True)
        if answer.status == "infeasible":
            # What an earlier tier has reached can be reached: saying otherwise is arithmetic that has broken down.
            return Reached(values=values, is_infeasible=not values, undecided=tier, is_unverified=bool(values))
        if answer.value is None:
            return Reached(values=values, undecided=tier)
        last = answer
        offset = len(limits.published) if tier == "changes" else 0
        values[tier] = answer.value + offset
        kept = answer.value if held is None else held[tier] - offset
        low, high = (None, kept) if is_least else (kept, None)
        programme = programme.held(aim, low, high)
    return Reached(values=values)


def most_promises(
    solver: Solver, problem: Problem, columns: Mapping[ColumnKey, Column], limits: Limits, time_limit_s: float
) -> Answer:
    """Return how many accepted pairs some plan keeps beside all pinned ones; infeasible where pins leave no plan."""
    accepted = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "accepted"}
    pinned = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "pinned"}
    programme = whole_model(problem, columns, replace(limits, pins=pinned))
    kept = {place: 1 for place, key in enumerate(columns) if key[:2] in accepted - pinned}
    return optimum(solver, programme, kept, -1, time_limit_s, ())


def whole_model(
    problem: Problem, columns: Mapping[ColumnKey, Column], limits: Limits, *, has_bundles: bool = False
) -> Programme:
    """Return the programme; its first variables are the columns, in their order.

    Parameters
    ----------
    problem : Problem
    columns : mapping of column key to Column
    limits : Limits
        Of the same problem.
    has_bundles : bool
        Whether somebody with several placements takes one of all possible sets of columns, rather than columns and
        enrolments that fit together two by two and day by day: fewer rules to get wrong, but too many sets for all
        but small problems.
    """
    model = Programme(aims={tier: {} for tier in limits.tiers})
    place = {key: model.variable(1) for key in columns}
    add = _add_bundles if has_bundles else add_enrolments
    own_seats = add(model, problem, columns, place)
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
    model: Programme, problem: Problem, columns: Mapping[ColumnKey, Column], place: Mapping[ColumnKey, int]
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
    model: Programme,
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


def _add_quota(model: Programme, quota: Quota, limits: Limits, members: Row, placements: Row) -> None:
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


def _named(tier: str, model: Programme) -> str | None:
    return tier if tier in model.aims else None
