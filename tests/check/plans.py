"""Sound plans for the checker's tests: columns from the enumerator, values from the oracles, honest certificates."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from matcher.check import CheckReport, check_plan
from matcher.columns import MONEY_SCALE, SHORTFALL_SCALE, WEIGHT_SCALE, Columns, Limits, Routes
from matcher.plan import (
    Assignment,
    Breach,
    Case,
    Certificate,
    CohortUse,
    Delivery,
    Plan,
    QuotaBreach,
    SolverInfo,
    TierResult,
    Unfilled,
    plan_fingerprint,
    promises,
    relative_gap,
)
from matcher.problem import Problem, Vacancy, fingerprint
from tests.oracles.brute_force import best_plan, plan_values
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import Limits as OracleLimits
from tests.oracles.limits import is_member, limits_of, lost_seats, persons_missed
from tests.oracles.several import Together

SCALE = {"shortfall": SHORTFALL_SCALE, "placements": WEIGHT_SCALE, "cost": MONEY_SCALE, "changes": 1, "tie_break": 1}


def columns_of(problem: Problem, found: Mapping[ColumnKey, Column] | None = None) -> Columns:
    """Return the arrays of all columns, built from the enumerator's answer."""
    limits = array_limits(problem)
    facts = enumerate_columns(problem) if found is None else found
    keys = sorted(facts)
    quota_of_bit = dict(
        zip(limits.quota_group.tolist(), sorted(problem.quotas, key=lambda row: row.quota_id), strict=True)
    )
    place = {
        "candidate": {name: number for number, name in enumerate(limits.candidate_ids)},
        "vacancy": {name: number for number, name in enumerate(limits.vacancy_ids)},
        "cohort": {name: number for number, name in enumerate(limits.cohort_ids)},
    }
    taken = [tuple((cohort_id, cohort_id in facts[key].new_cohorts) for cohort_id in key[2]) for key in keys]
    routes = sorted(set(taken))
    entries = [entry for route in routes for entry in route]
    return Columns(
        limits=limits,
        candidate=np.array([place["candidate"][key[0]] for key in keys], np.int32),
        vacancy=np.array([place["vacancy"][key[1]] for key in keys], np.int32),
        route_idx=np.array([routes.index(route) for route in taken], np.int32),
        routes=Routes(
            start=np.cumsum([0, *map(len, routes)], dtype=np.int64),
            cohort=np.array([place["cohort"][cohort_id] for cohort_id, _ in entries], np.int32),
            is_new=np.array([is_new for _, is_new in entries], np.bool_),
        ),
        weight=np.array([facts[key].weight for key in keys], np.int64),
        cost=np.array([facts[key].cost for key in keys], np.int64),
        units=np.array([facts[key].units for key in keys], np.int64),
        start_day=np.array([day.toordinal() if (day := facts[key].start) else 0 for key in keys], np.int32),
        group_bits=np.array(
            [
                sum(
                    1 << bit
                    for bit, quota in quota_of_bit.items()
                    if is_member(problem, quota, key[0], facts[key].groups)
                )
                for key in keys
            ],
            np.int64,
        ),
        lottery=np.array([facts[key].lottery for key in keys], np.int64),
        resource=np.array(
            [-1 if (one := facts[key].resource_id) is None else limits.resource_ids.index(one) for key in keys],
            np.int32,
        ),
        resource_use=np.array([facts[key].use for key in keys], np.int64),
    )


def array_limits(problem: Problem) -> Limits:
    """Return the limits as arrays, from the oracle's plain numbers."""
    oracle = limits_of(problem)
    candidates, vacancies = (
        sorted(problem.candidates, key=lambda row: row.candidate_id),
        sorted(problem.vacancies, key=lambda row: row.vacancy_id),
    )
    cohorts = sorted(problem.cohorts, key=lambda row: row.cohort_id)
    contract_ids = sorted(row.contract_id for row in problem.contracts)
    budget_ids = sorted(oracle.budgets)
    quotas = sorted(oracle.quotas, key=lambda row: row.quota_id)
    groups = sorted({(quota.group or "", quota.months_out_of_work or 0) for quota in quotas})
    candidate_ids, vacancy_ids = [row.candidate_id for row in candidates], [row.vacancy_id for row in vacancies]
    pins = sorted((candidate_ids.index(pair[0]), vacancy_ids.index(pair[1])) for pair in oracle.pins)
    prices = problem.policy.unit_weight, problem.policy.shortfall_weight
    by_contract = {row.contract_id: row for row in problem.contracts}
    return Limits(
        candidate_ids=tuple(candidate_ids),
        vacancy_ids=tuple(vacancy_ids),
        cohort_ids=tuple(row.cohort_id for row in cohorts),
        budget_ids=tuple(budget_ids),
        contract_ids=tuple(contract_ids),
        quota_ids=tuple(row.quota_id for row in quotas),
        resource_ids=tuple(sorted(oracle.resources)),
        placements=np.array([row.max_placements for row in candidates], np.int64),
        positions=np.array([oracle.positions[name] for name in vacancy_ids], np.int64),
        seats=np.array([oracle.seats[row.cohort_id] for row in cohorts], np.int64),
        seat_cost=np.array([round(row.cost_per_seat * 100) for row in cohorts], np.int64),
        budget_of_cohort=np.array(
            [budget_ids.index(row.budget_id) if row.budget_id else -1 for row in cohorts], np.int32
        ),
        is_optional=np.array([_decides(oracle, row.cohort_id) for row in cohorts], np.bool_),
        least_enrolment=np.array(
            [oracle.optional[row.cohort_id].least if _decides(oracle, row.cohort_id) else 0 for row in cohorts],
            np.int64,
        ),
        fixed_cost=np.array(
            [oracle.optional[row.cohort_id].cost if _decides(oracle, row.cohort_id) else 0 for row in cohorts],
            np.int64,
        ),
        budget=np.array([oracle.budgets[name] for name in budget_ids], np.int64),
        contract_of_vacancy=np.array(
            [contract_ids.index(row.contract_id) if row.contract_id else -1 for row in vacancies], np.int32
        ),
        required=np.array([oracle.required.get(name, 0) for name in contract_ids], np.int64),
        shortfall_price=np.array(
            [
                round(
                    prices[0][by_contract[name].obligation_unit] * prices[1][by_contract[name].obligation_kind] * 10**6
                )
                for name in contract_ids
            ],
            np.int64,
        ),
        quota_group=np.array(
            [groups.index((row.group or "", row.months_out_of_work or 0)) for row in quotas], np.int32
        ),
        quota_covers=np.array(
            [[name in oracle.scope[row.quota_id] for name in vacancy_ids] for row in quotas], np.bool_
        ).reshape(len(quotas), len(vacancy_ids)),
        quota_min=np.array([-1 if row.min_count is None else row.min_count for row in quotas], np.int64),
        quota_max=np.array([-1 if row.max_count is None else row.max_count for row in quotas], np.int64),
        quota_min_share=np.array([_millionths(row.min_share) for row in quotas], np.int64),
        quota_max_share=np.array([_millionths(row.max_share) for row in quotas], np.int64),
        quota_price=np.array([oracle.soft_price.get(row.quota_id, -1) for row in quotas], np.int64),
        hard_quota_price=oracle.hard_minimum_price,
        resource=np.array([oracle.resources[name] for name in sorted(oracle.resources)], np.int64),
        candidate_extent=np.array([row.extent_percent for row in candidates], np.int64),
        vacancy_extent=np.array([row.extent_percent for row in vacancies], np.int64),
        duration_days=np.array([_duration_days(problem, row) for row in vacancies], np.int64),
        cohort_start=np.array([row.start_date.toordinal() for row in cohorts], np.int64),
        cohort_end=np.array([row.end_date.toordinal() for row in cohorts], np.int64),
        trainings=np.array([Together(problem, {}).allowed(row) for row in candidates], np.int64),
        trainings_total=-1 if (total := problem.policy.max_trainings_total) is None else total,
        pinned_candidate=np.array([pin[0] for pin in pins], np.int32),
        pinned_vacancy=np.array([pin[1] for pin in pins], np.int32),
    )


def _decides(oracle: OracleLimits, cohort_id: str) -> bool:
    return cohort_id in oracle.optional and oracle.seats[cohort_id] > 0


def _duration_days(problem: Problem, vacancy: Vacancy) -> int:
    months = Together(problem, {}).months(vacancy)
    return -1 if months is None else max(1, round(months * Fraction(487, 16)))


def _millionths(share: Decimal | None) -> int:
    return -1 if share is None else int(share * 10**6)


def best_sound_plan(problem: Problem) -> Plan | None:
    """Return the best plan with bounds that need no prices; ``None`` where decisions leave no plan."""
    facts = enumerate_columns(problem)
    best = best_plan(problem, facts)
    return None if best is None else sound_plan(problem, facts, best.chosen)


def sound_plan(
    problem: Problem,
    facts: Mapping[ColumnKey, Column],
    chosen: Iterable[ColumnKey],
    *,
    cases: Sequence[Case] = (),
    bounds: Mapping[str, int] | None = None,
    published: Plan | None = None,
) -> Plan:
    """Return the plan of given columns.

    Parameters
    ----------
    problem : Problem
    facts : mapping of column key to Column
    chosen : iterable of column key
    cases : sequence of Case
        Tiers without one get a case without prices.
    bounds : mapping of tier to int, optional
        In the tier's integers; tiers without one get what everybody's best column adds up to.
    published : Plan, optional
        Against which changes are counted.
    """
    keys = sorted(chosen)
    told = None if published is None else promises(published)
    values = plan_values(problem, facts, keys, told)
    assert values is not None
    limits = limits_of(problem, told)
    priced = {case.tier for case in cases}
    given = dict(bounds or {})
    tiers = tuple(
        tier_result(tier, values[tier], given.get(tier, easy_bound(problem, facts, tier))) for tier in limits.tiers
    )
    return Plan(
        problem_hash=fingerprint(problem),
        status="optimal" if all(tier.gap <= 1e-6 for tier in tiers if tier.name != "tie_break") else "feasible",
        gap_limit=1e-6,
        tiers=tiers,
        assignments=tuple(
            Assignment(
                candidate_id=key[0],
                vacancy_id=key[1],
                cohort_ids=key[2],
                start_date=facts[key].start,
                score=Decimal(facts[key].weight) / WEIGHT_SCALE,
            )
            for key in keys
        ),
        cohorts=_cohorts(problem, facts, keys),
        shortfalls=_shortfalls(problem, limits, facts, keys),
        unfilled=_unfilled(limits, keys),
        quota_breaches=_breaches(problem, limits, facts, keys),
        certificate=Certificate(
            price_scale=10**6,
            cases=(
                *cases,
                *(Case(tier=tier, fixed=(), prices=()) for tier in limits.tiers if tier not in priced),
            ),
        ),
        solver=SolverInfo(name="oracle", version="1", seed=0),
        breaches=tuple(
            Breach(
                kind="enrolment",
                candidate_id=candidate_id,
                entity_id=cohort_id,
                reason="cancelled",
                price=problem.policy.shortfall_weight["breach"],
            )
            for candidate_id, cohort_id in lost_seats(problem)
        ),
        published_hash=None if published is None else plan_fingerprint(published),
    )


def told_plan(problem: Problem, keys: Iterable[ColumnKey]) -> Plan:
    """Return a plan that has told some people where they go, as far as later plans look at it."""
    return Plan(
        problem_hash=fingerprint(problem),
        status="feasible",
        gap_limit=1e-6,
        tiers=(),
        assignments=tuple(
            Assignment(candidate_id=key[0], vacancy_id=key[1], cohort_ids=key[2], start_date=None, score=Decimal(0))
            for key in sorted(keys)
        ),
        cohorts=(),
        shortfalls=(),
        unfilled=(),
        quota_breaches=(),
        certificate=Certificate(price_scale=1, cases=()),
        solver=SolverInfo(name="oracle", version="1", seed=0),
    )


def told_keys(seed: int, facts: Mapping[ColumnKey, Column]) -> frozenset[ColumnKey]:
    """Return what a published plan may have said: a column for some people, and one that is no column any more."""
    chance = random.Random(seed)
    by_candidate: dict[str, ColumnKey] = {}
    for key in chance.sample(sorted(facts), len(facts)):
        by_candidate.setdefault(key[0], key)
    kept = [key for key in by_candidate.values() if chance.random() < 0.7]
    gone = [("C0", "gone", ())] if chance.random() < 0.5 else []
    return frozenset([*kept, *gone])


def tier_result(tier: str, value: int, bound: int) -> TierResult:
    """Return one tier's printed numbers."""
    printed, limit = Decimal(value) / SCALE[tier], Decimal(bound) / SCALE[tier]
    gap = relative_gap(printed, limit)
    return TierResult(name=tier, value=printed, bound=limit, gap=gap, claimed_gap=gap)


def easy_bound(problem: Problem, facts: Mapping[ColumnKey, Column], tier: str) -> int:
    """Return the bound that needs no prices: everybody takes the best columns there are."""
    if tier != "placements":
        return 0
    total = 0
    for candidate in problem.candidates:
        own = sorted(column.weight for key, column in facts.items() if key[0] == candidate.candidate_id)
        total += sum(own[::-1][: candidate.max_placements])
    return total


def with_tier(plan: Plan, name: str, **changes: object) -> Plan:
    """Return the plan with some numbers of one tier changed."""
    return replace(plan, tiers=tuple(replace(tier, **changes) if tier.name == name else tier for tier in plan.tiers))


def _cohorts(problem: Problem, facts: Mapping[ColumnKey, Column], keys: Sequence[ColumnKey]) -> tuple[CohortUse, ...]:
    status = {row.cohort_id: row.status for row in problem.cohorts}
    enrolled = Counter(row.cohort_id for row in problem.enrolments if status[row.cohort_id] != "cancelled")
    new = {(key[0], cohort_id) for key in keys for cohort_id in facts[key].new_cohorts}
    enrolled.update(cohort_id for _, cohort_id in new)
    return tuple(
        CohortUse(
            cohort_id=name, enrolled=enrolled[name], runs=status[name] in ("running", "planned") or enrolled[name] > 0
        )
        for name in sorted(status)
    )


def _shortfalls(
    problem: Problem, limits: OracleLimits, facts: Mapping[ColumnKey, Column], keys: Sequence[ColumnKey]
) -> tuple[Delivery, ...]:
    contract = {row.vacancy_id: row.contract_id for row in problem.vacancies}
    delivered: Counter[str | None] = Counter()
    for key in keys:
        delivered[contract[key[1]]] += facts[key].units
    return tuple(
        Delivery(contract_id=name, required=Decimal(required) / 100, delivered=Decimal(delivered[name]) / 100)
        for name, required in sorted(limits.required.items())
    )


def _unfilled(limits: OracleLimits, keys: Sequence[ColumnKey]) -> tuple[Unfilled, ...]:
    taken = Counter(key[1] for key in keys)
    return tuple(
        Unfilled(vacancy_id=name, open=positions - taken[name])
        for name, positions in sorted(limits.positions.items())
        if positions > taken[name]
    )


def _breaches(
    problem: Problem, limits: OracleLimits, facts: Mapping[ColumnKey, Column], keys: Sequence[ColumnKey]
) -> tuple[QuotaBreach, ...]:
    breaches = []
    for quota in sorted(limits.quotas, key=lambda row: row.quota_id):
        inside = [key for key in keys if key[1] in limits.scope[quota.quota_id]]
        members = sum(is_member(problem, quota, key[0], facts[key].groups) for key in inside)
        missing, excess, short, over = persons_missed(quota, members, len(inside))
        if missing or excess or short or over:
            breaches.append(
                QuotaBreach(
                    quota_id=quota.quota_id, short=Decimal(max(missing, short)), excess=Decimal(max(excess, over))
                )
            )
    return tuple(breaches)


def checked(problem: Problem, plan: Plan) -> CheckReport:
    """Return what the checker says of a plan, its columns being those of the enumerator."""
    return check_plan(problem, plan, columns_of(problem))


def codes(report: CheckReport) -> set[str]:
    """Return the codes of all that was found."""
    return {violation.code for violation in report.violations}
