"""The columns of a ready-scored problem: exactly the given pairs."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import count
from operator import attrgetter

import numpy as np

from matcher.columns import (
    MONEY_SCALE,
    RESOURCE_SCALE,
    WEIGHT_SCALE,
    BoolArray,
    IndexArray,
    IntArray,
    Limits,
)
from matcher.features.arrays import NEVER, indices, narrowed, positions, rounded
from matcher.features.assembly import Part, part_of, piece_of
from matcher.features.block import block_of
from matcher.features.chains import Chains
from matcher.features.curriculum import MAX_LENGTH
from matcher.features.given import Given
from matcher.features.route_keys import RouteKeys
from matcher.features.routes import Found
from matcher.features.worth import Accounts, Hashes
from matcher.problem import Problem

OPEN_DAY = 0  # no date: every membership holds on it


def ready_part(problem: Problem, limits: Limits, given: Given, hashes: Hashes, route_keys: RouteKeys) -> Part:
    """Return the given pairs as columns, without those that are forbidden or whose contract is closed."""
    pairs = problem.pairs
    candidate = indices(pairs, "candidate_id", positions(limits.candidate_ids)).astype(np.int64)
    vacancy = indices(pairs, "vacancy_id", positions(limits.vacancy_ids)).astype(np.int64)
    chain, chains = _chains(problem, limits)
    key = candidate * len(limits.vacancy_ids) + vacancy
    order = np.argsort(key * chains.cohorts.shape[1] + chain)
    order = order[_is_allowed(key[order], vacancy[order], limits, given)]
    found = _dated(given, chains, candidate[order], vacancy[order], chain[order])
    # Exact: a score has at most six decimals.
    millionths = map(Decimal(WEIGHT_SCALE).__mul__, map(attrgetter("score"), pairs))
    weight = np.fromiter(map(int, millionths), np.int64, len(pairs))[order]
    everybody = block_of(given, np.arange(len(limits.candidate_ids)))
    accounts = Accounts(given, everybody, chains, hashes, route_keys)
    piece = piece_of(found, everybody, accounts, weight)
    piece.arrays["cost"] = narrowed(piece.arrays["cost"] + _own_costs(problem)[order])
    if problem.resources:  # here pairs alone state what is used
        resource, use = _own_uses(problem, limits)
        piece.arrays.update(resource=resource[order], resource_use=use[order])
    return part_of([piece], route_keys.of(chains.cohorts))


def _chains(problem: Problem, limits: Limits) -> tuple[IntArray, Chains]:
    """Return the position of each pair's chain, and the chains in order of their cohorts' positions."""
    position = positions(limits.cohort_ids)
    number: dict[tuple[str, ...], int] = defaultdict(count().__next__)  # numbers routes as they come, in one pass
    routes = map(attrgetter("cohort_ids"), problem.pairs)
    chain = np.fromiter(map(number.__getitem__, routes), np.int64, len(problem.pairs))
    distinct = sorted(number, key=lambda route: [position[cohort_id] for cohort_id in route])
    rank = np.empty(len(distinct), np.int64)
    cohorts = np.full((MAX_LENGTH, len(distinct)), -1, np.int32)
    for place, route in enumerate(distinct):
        rank[number[route]] = place
        cohorts[: len(route), place] = [position[cohort_id] for cohort_id in route]
    return rank[chain], Chains(cohorts=cohorts)


def _is_allowed(key: IntArray, vacancy: IntArray, limits: Limits, given: Given) -> BoolArray:
    allowed = given.work.is_open[vacancy]
    if given.forbidden:
        forbidden = [
            who * len(limits.vacancy_ids) + position for position, listed in given.forbidden.items() for who in listed
        ]
        allowed &= ~np.isin(key, forbidden)
    return allowed


def _dated(given: Given, chains: Chains, candidate: IntArray, vacancy: IntArray, chain: IntArray) -> Found:
    start = given.work.start[vacancy]
    start_day = np.maximum(start, given.people.free_from[candidate])
    np.maximum(start_day, chains.ends(given.training)[chain] + 1, out=start_day)
    start_day[start == NEVER] = OPEN_DAY
    return Found(candidate=candidate, vacancy=vacancy, chain=chain, start_day=start_day)


def _own_uses(problem: Problem, limits: Limits) -> tuple[IndexArray, IntArray]:
    """Return the resource of each pair, -1 where it uses none, and how much of it."""
    position = positions(limits.resource_ids)
    uses = map(attrgetter("resource_use"), problem.pairs)
    use = np.array([0 if amount is None else rounded(amount, RESOURCE_SCALE) for amount in uses], np.int64)
    named = map(attrgetter("resource_id"), problem.pairs)
    resource = np.array([-1 if name is None else position[name] for name in named], np.int32)
    return np.where(use > 0, resource, np.int32(-1)), use


def _own_costs(problem: Problem) -> IntArray:
    costs = list(map(attrgetter("cost"), problem.pairs))
    if costs.count(None) == len(costs):
        return np.zeros(len(costs), np.int64)
    return np.array([0 if cost is None else rounded(cost, MONEY_SCALE) for cost in costs], np.int64)
