"""Every kind of quota on every scope, hard and soft, where it can be met and where not; and quotas that overlap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver import assemble_rows
from matcher.solver.plans.greedy import greedy_columns
from tests import builders as build
from tests.check.test_plans_agreement import values_of
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns

SCOPES: dict[str, str | None] = {"all": None, "buyer": "city", "supplier": "Alfa", "contract": "T1"}
CAN_BE_MET: dict[str, Any] = {"min_count": 2, "max_count": 1, "min_share": Decimal("0.5"), "max_share": Decimal("0.25")}
CANNOT: dict[str, Any] = {"min_count": 3, "max_count": 0, "min_share": Decimal(1), "max_share": Decimal(0)}
PINNED = {"min_count": (), "max_count": ("youth1",), "min_share": ("old1",), "max_share": ("youth1",)}
KINDS = tuple(CAN_BE_MET)


def town(**tables: Any) -> Problem:
    """Return two youths and three others before two contracts of different buyers and suppliers, two places in each.

    Who is older is worth more, so that every quota on youths costs something.
    """
    people = [build.candidate(f"youth{number}", groups=("youth",)) for number in (1, 2)]
    people += [build.candidate(f"old{number}", months_out_of_work=10 * number) for number in (1, 2, 3)]
    given: dict[str, Any] = {
        "candidates": people,
        "contracts": [
            build.contract("T1", buyer="city", supplier="Alfa"),
            build.contract("T2", buyer="region", supplier="Beta"),
        ],
        "vacancies": [
            build.vacancy("V1", 2, contract_id="T1"),
            build.vacancy("V2", 2, contract_id="T2"),
        ],
    }
    return build.problem(**given | tables)


def solved(problem: Problem) -> Plan:
    """Return the plan, having seen that it is sound and as good as trying everything finds."""
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    best = best_plan(problem, enumerate_columns(problem))
    assert best is not None
    assert values_of(plan) == best.values
    assert plan.status == "optimal"
    return plan


def members_and_placements(plan: Plan, scope: str) -> tuple[int, int]:
    """Return the youths and all people whom a plan places in a scope."""
    inside = [entry for entry in plan.assignments if scope == "all" or entry.vacancy_id == "V1"]
    return sum(entry.candidate_id.startswith("youth") for entry in inside), len(inside)


def is_met(kind: str, limit: Any, members: int, placements: int) -> bool:
    amount = members if kind.endswith("count") else limit if not placements else Decimal(members) / placements
    return bool(amount >= limit if kind.startswith("min") else amount <= limit)


@pytest.mark.parametrize(("kind", "scope"), list(product(KINDS, SCOPES)))
def test_a_hard_quota_that_can_be_met_is_met_in_its_scope(kind: str, scope: Any) -> None:
    limit = CAN_BE_MET[kind]
    plan = solved(town(quotas=[build.quota(scope=scope, scope_id=SCOPES[scope], **{kind: limit})]))

    assert is_met(kind, limit, *members_and_placements(plan, scope))
    assert plan.quota_breaches == ()


@pytest.mark.parametrize(("kind", "scope"), list(product(KINDS, SCOPES)))
def test_a_hard_quota_that_cannot_be_met_is_a_listed_breach_or_a_contradiction(kind: str, scope: Any) -> None:
    """A minimum count is missed by one person, at its price; what a pin alone breaks leaves no plan."""
    decisions = [build.decision(name, "V1") for name in PINNED[kind]]
    problem = town(
        quotas=[build.quota(scope=scope, scope_id=SCOPES[scope], **{kind: CANNOT[kind]})], decisions=decisions
    )
    if kind == "min_count":
        plan = solved(problem)
        assert [(breach.short, breach.excess) for breach in plan.quota_breaches] == [(1, 0)]
        assert {tier.name: tier.value for tier in plan.tiers}["shortfall"] == 10
    else:
        with pytest.raises(ContradictoryDecisions):
            solve(problem)
        assert best_plan(problem, enumerate_columns(problem)) is None


@pytest.mark.parametrize(("kind", "scope", "price"), list(product(KINDS, SCOPES, (Decimal(0), Decimal(2)))))
def test_a_soft_quota_is_met_where_that_is_worth_its_price(kind: str, scope: Any, price: Decimal) -> None:
    """At no price nobody gives anything up for it; at two placements a person it is met, for it costs less."""
    limit = CAN_BE_MET[kind]
    quota = build.quota(scope=scope, scope_id=SCOPES[scope], hard=False, price=price, **{kind: limit})
    plan, free = solved(town(quotas=[quota])), solved(town())
    values = [{tier.name: tier.value for tier in each.tiers}["placements"] for each in (plan, free)]

    if price:
        assert is_met(kind, limit, *members_and_placements(plan, scope))
        assert plan.quota_breaches == ()
        assert values[0] <= values[1]
    else:
        assert values[0] == values[1]


@pytest.mark.parametrize(("kind", "scope"), list(product(KINDS, SCOPES)))
def test_a_soft_quota_that_cannot_be_met_costs_its_price_a_person(kind: str, scope: Any) -> None:
    """Whatever people have pinned, a plan exists: it lists who is missing or in excess, and pays for each."""
    decisions = [build.decision(name, "V1") for name in PINNED[kind]]
    quota = build.quota(scope=scope, scope_id=SCOPES[scope], hard=False, price=Decimal("0.125"), **{kind: CANNOT[kind]})
    plan = solved(town(quotas=[quota], decisions=decisions))
    (breach,) = plan.quota_breaches
    scores = sum((entry.score for entry in plan.assignments), Decimal(0))

    assert breach.short + breach.excess >= 1
    value = {tier.name: tier.value for tier in plan.tiers}["placements"]
    assert value == scores - Decimal("0.125") * (breach.short + breach.excess)


def test_overlapping_groups_are_counted_each_for_itself() -> None:
    """One person who is young and disabled meets both minimums; two others would be needed to meet them apart."""
    people = [
        build.candidate("both", groups=("youth", "disabled")),
        build.candidate("young", groups=("youth",), months_out_of_work=20),
        build.candidate("older", months_out_of_work=30),
    ]
    quotas = [build.quota("Q1", "youth", min_count=1), build.quota("Q2", "disabled", min_count=1)]
    plan = solved(build.problem(candidates=people, vacancies=[build.vacancy("V1", 2)], quotas=quotas))

    assert [entry.candidate_id for entry in plan.assignments] == ["both", "older"]


def test_overlapping_scopes_each_count_the_same_placement() -> None:
    """A maximum in all and a minimum at one contract meet in the same people: only there is a youth placed."""
    quotas = [build.quota("Q1", max_count=1), build.quota("Q2", scope="contract", scope_id="T1", min_count=1)]
    plan = solved(town(quotas=quotas))

    assert [entry.vacancy_id for entry in plan.assignments if entry.candidate_id.startswith("youth")] == ["V1"]


def test_quotas_that_exclude_one_another_give_up_the_minimum_and_say_so() -> None:
    """Two youths at least and one at most: the hard maximum stands, and one is listed as missing."""
    plan = solved(town(quotas=[build.quota("Q1", min_count=2), build.quota("Q2", max_count=1)]))

    assert [(breach.quota_id, breach.short) for breach in plan.quota_breaches] == [("Q1", 1)]


def test_a_share_counts_placements_of_its_own_scope_only() -> None:
    """Half of the city's two places must be youths'; the region's two may all go to others."""
    quota = build.quota(scope="buyer", scope_id="city", min_share=Decimal("0.5"))
    plan = solved(town(quotas=[quota]))

    assert members_and_placements(plan, "buyer") == (1, 2)
    assert members_and_placements(plan, "all") == (1, 4)


def test_a_group_that_ends_before_the_start_counts_for_no_quota() -> None:
    """Membership is read on the day on which the job starts."""
    ended = [build.candidate("C1", groups=("youth:2026-08-31",)), build.candidate("C2", groups=("youth:2026-09-01",))]
    problem = build.problem(candidates=ended, vacancies=[build.vacancy("V1", 2)], quotas=[build.quota(min_count=2)])
    (breach,) = solved(problem).quota_breaches

    assert breach.short == 1
    assert solved(replace(problem, quotas=(build.quota(min_count=1),))).quota_breaches == ()


@pytest.mark.parametrize(("kind", "share"), [("min_share", "0.5"), ("max_share", "0.25")])
def test_the_plan_by_hand_makes_up_for_pinned_pairs_that_miss_a_share(kind: str, share: str) -> None:
    """It is what is left when time is up before anything better: without it there would be no plan at all."""
    who = PINNED[kind][0]
    problem = town(
        quotas=[build.quota("Q1", **{kind: Decimal(share)})],
        decisions=[build.decision(who, "V1")],
    )
    rows = assemble_rows(build_columns(problem))

    chosen = greedy_columns(rows)

    assert rows.is_feasible(rows.completed(chosen))
    assert len(chosen) >= 2
