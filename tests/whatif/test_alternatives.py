"""Alternatives are the best plans that differ enough, by trying every plan; and their bounds hold among such plans."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

import matcher
from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Difference, OtherPlan, PlacedPair, Plan, PricedRow, WorstValue
from matcher.problem import Policy, Problem
from matcher.solve import solve
from matcher.whatif import Alternatives
from tests import builders as b
from tests.amounts import some
from tests.oracles.alternatives import all_plans, best_alternative
from tests.oracles.bounds import bounds_of
from tests.oracles.brute_force import TooLarge
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import LEAST, PER_UNIT
from tests.strategies import random_problem

STEPS = ("0.9", "0.8", "0.6")
NUM_PARTS = some(1, of=3)
PART = 100
ORDERS = (
    ("shortfall", "placements", "cost"),
    ("placements", "cost"),
    ("placements",),
    ("shortfall", "cost", "placements"),
    ("cost", "placements"),
)
ALLOWED = (Decimal(0), Decimal("0.01"), Decimal("0.2"), Decimal("0.7"))


def values_of(plan: Plan) -> dict[str, int]:
    """Return every tier's value in its own integers."""
    values = {tier.name: Fraction(tier.value) * PER_UNIT[tier.name] for tier in plan.tiers}
    return {name: value.numerator for name, value in values.items()}


def small_problem(seed: int) -> Problem:
    """Return a problem all of whose plans can be tried, with the draw last so that the best plan is one."""
    problem = random_problem(seed, max_candidates=4, max_vacancies=4, max_cohorts=3)
    return replace(problem, policy=replace(problem.policy, tiers=(*ORDERS[seed % len(ORDERS)], "tie_break")))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_each_alternative_is_the_best_of_all_plans_that_differ_enough(part: int) -> None:
    """Whatever rules the problem mixes: tier by tier as good as trying all says, and none missing where one exists."""
    num_found = num_none = 0
    for seed in range(part * PART, (part + 1) * PART):
        problem = small_problem(seed)
        facts = enumerate_columns(problem)
        try:
            plan, plans = solve(problem).plan, all_plans(problem, facts)
        except (ContradictoryDecisions, TooLarge):
            continue
        differ_by, within = 1 + seed % 3, ALLOWED[seed // 3 % 4]
        made = matcher.alternatives(problem, plan, count=3, differ_by=differ_by, within=within)
        others = [plan]
        columns = build_columns(problem)
        for alternative in made.found:
            difference = alternative.plan.difference
            assert difference is not None
            assert [_pairs(other) for other in others] == [{*map(_pair, each.pairs)} for each in difference.plans], seed
            best = best_alternative(plans, difference)
            assert values_of(alternative.plan) == best, seed
            report = check_plan(problem, alternative.plan, columns)
            assert report.violations == (), seed
            bounds = bounds_of(problem, facts, alternative.plan.certificate, best or {}, difference)
            assert {tier.name: tier.bound * PER_UNIT[tier.name] for tier in report.tiers if tier.bound is not None} == (
                bounds
            ), seed
            others.append(alternative.plan)
            num_found += 1
        if len(made.found) < 3:
            assert best_alternative(plans, _next(plan, others, differ_by, within)) is None, seed
            num_none += 1
    assert num_found >= 10
    assert num_none >= 10


def _pair(pair: PlacedPair) -> tuple[str, str]:
    return pair.candidate_id, pair.vacancy_id


def _pairs(plan: Plan) -> set[tuple[str, str]]:
    return {(entry.candidate_id, entry.vacancy_id) for entry in plan.assignments}


def _next(plan: Plan, others: list[Plan], differ_by: int, within: Decimal) -> Difference:
    """Return what one more alternative would have to keep, from the plan's own numbers."""
    names = [tier.name for tier in plan.tiers]
    limited = plan.tiers[: names.index("placements") + 1]
    return Difference(
        differ_by=differ_by,
        plans=tuple(
            OtherPlan(pairs=tuple(PlacedPair(candidate_id=c, vacancy_id=v) for c, v in sorted(_pairs(other))))
            for other in others
        ),
        worst=tuple(
            WorstValue(
                tier=tier.name,
                value=tier.value + (1 if tier.name in LEAST else -1) * within * abs(tier.value),
            )
            for tier in limited
        ),
    )


@pytest.fixture(scope="module")
def city() -> Problem:
    """Return three people and three places: all at home 2.7, everybody one step on 2.4, two of them swapped 2.3."""
    return b.problem(
        candidates=[b.candidate(f"C{i}") for i in range(3)],
        vacancies=[b.vacancy(f"V{j}") for j in range(3)],
        pairs=[b.pair(f"C{i}", f"V{(i + step) % 3}", score) for i in range(3) for step, score in enumerate(STEPS)],
        policy=b.policy(tiers=("placements", "cost", "tie_break")),
    )


@pytest.fixture(scope="module")
def plan(city: Problem) -> Plan:
    """Return its best plan."""
    return solve(city).plan


@pytest.fixture(scope="module")
def made(city: Problem, plan: Plan) -> Alternatives:
    """Return its two best alternatives that differ in two placements."""
    return matcher.alternatives(city, plan, count=2, differ_by=2, within=Decimal("0.9"))


def test_the_next_best_plans_are_those_found_by_hand(made: Alternatives) -> None:
    """First everybody one step on, then a swap, which differs from both in two placements; each with its proof."""
    first, second = (alternative.plan for alternative in made.found)

    assert [plan.tiers[0].value for plan in (first, second)] == [Decimal("2.4"), Decimal("2.3")]
    assert _pairs(first) == {("C0", "V1"), ("C1", "V2"), ("C2", "V0")}
    assert [plan.status for plan in (first, second)] == ["optimal", "optimal"]


def test_what_loses_too_much_is_no_alternative(city: Problem, plan: Plan) -> None:
    """With 12 % to lose of 2.7, 2.4 is left and 2.3 is not; with 11 %, neither."""
    for within, number in (("0.12", 1), ("0.11", 0)):
        few = matcher.alternatives(city, plan, count=2, differ_by=2, within=Decimal(within))
        assert (len(few.found), few.is_interrupted) == (number, False)


def test_losses_are_told_against_the_plan(plan: Plan, made: Alternatives) -> None:
    """Each alternative says what it gives up, by how much it differs, and which losses were limited."""
    assert len(made.found) == 2
    for alternative in made.found:
        assert [loss.tier for loss in alternative.losses] == [tier.name for tier in plan.tiers]
        assert alternative.num_left_out == len(_pairs(plan) - _pairs(alternative.plan)) >= 1
        for loss, before, after in zip(alternative.losses, plan.tiers, alternative.plan.tiers, strict=True):
            sign = 1 if loss.tier in LEAST else -1
            assert loss.loss == sign * (after.value - before.value)
            assert loss.is_limited == (loss.tier == "placements")
            if before.value:
                assert loss.share == pytest.approx(float(loss.loss / before.value))
            if loss.is_limited:
                assert loss.loss <= Decimal("0.9") * before.value


def test_nothing_else_is_found_where_nothing_else_is_as_good(city: Problem, plan: Plan) -> None:
    """More placements than the plan has cannot differ, and the search says that it came to its end."""
    none = matcher.alternatives(city, plan, count=1, differ_by=len(plan.assignments) + 1, within=Decimal("0.9"))

    assert (none.found, none.is_interrupted) == ((), False)


def test_without_time_nothing_is_claimed(city: Problem, plan: Plan) -> None:
    """An interrupted search says so: that nothing was found does not mean that there is nothing."""
    none = matcher.alternatives(city, plan, count=1, differ_by=1, within=0.5, time_limit_s=1e-9)

    assert (none.found, none.is_interrupted) == ((), True)


def test_without_placements_among_the_aims_all_but_the_draw_are_limited(city: Problem) -> None:
    """A policy of its own keeps its own aims near their best."""
    problem = replace(
        city,
        contracts=(b.contract("T1", obligation_quantity=Decimal(4)),),
        vacancies=tuple(replace(vacancy, contract_id="T1") for vacancy in city.vacancies),
        policy=Policy(tiers=("shortfall", "tie_break")),
    )
    plan = solve(problem).plan
    made = matcher.alternatives(problem, plan, count=1, differ_by=1, within=0)

    difference = made.found[0].plan.difference
    assert difference is not None
    assert [(entry.tier, entry.value) for entry in difference.worst] == [("shortfall", plan.tiers[0].value)]


@pytest.mark.parametrize(("count", "differ_by", "within"), [(0, 1, 0.1), (1, 0, 0.1), (1, 1, -0.1), (1, 1, 1)])
def test_numbers_out_of_range_are_refused(city: Problem, plan: Plan, count: int, differ_by: int, within: float) -> None:
    """At least one plan, at least one placement, and not everything may be lost."""
    with pytest.raises(ValueError, match="Alternatives must be at least 1"):
        matcher.alternatives(city, plan, count=count, differ_by=differ_by, within=within)


def test_a_plan_of_another_problem_is_refused(city: Problem, plan: Plan) -> None:
    """Losses against it would mean nothing."""
    with pytest.raises(ValueError, match="must answer this problem"):
        matcher.alternatives(replace(city, pairs=city.pairs[1:]), plan, count=1, differ_by=1, within=0)


def spoilt(made: Alternatives, **changes: object) -> Plan:
    """Return the first alternative with a change to what it says it differs in."""
    plan = made.found[0].plan
    assert plan.difference is not None
    return replace(plan, difference=replace(plan.difference, **changes))


def test_an_alternative_that_does_not_differ_is_found_out(city: Problem, plan: Plan, made: Alternatives) -> None:
    """The checker counts the placements that are left out, and compares every worst value."""
    first = made.found[0].plan
    assert first.difference is not None
    pairs = first.difference.plans[0].pairs
    stranger = PlacedPair(candidate_id="nobody", vacancy_id="V1")
    placements = next(tier for tier in plan.tiers if tier.name == "placements")
    best = WorstValue(tier="placements", value=placements.value + 1)
    for changes in (
        {"differ_by": made.found[0].num_left_out + 1},
        {"differ_by": 0},
        {"plans": (replace(first.difference.plans[0], pairs=(*pairs, pairs[0])),)},
        {"plans": (replace(first.difference.plans[0], pairs=(*pairs, stranger)),)},
        {"worst": (best,)},
        {"worst": (WorstValue(tier="changes", value=Decimal(0)),)},
        {"worst": (*first.difference.worst, first.difference.worst[0])},
    ):
        report = check_plan(city, spoilt(made, **changes), build_columns(city))
        assert "difference" in {violation.code for violation in report.violations}, changes


def test_bounds_of_an_alternative_are_not_those_of_the_best_plan(city: Problem, made: Alternatives) -> None:
    """Whoever leaves out what it differs from claims a bound that is not proven, unless no price speaks of it."""
    plan = made.found[0].plan
    assert plan.difference is not None
    kinds = {row.kind for case in plan.certificate.cases for row in case.prices}
    without = check_plan(city, replace(plan, difference=None), build_columns(city))
    looser = replace(plan.difference, plans=(replace(plan.difference.plans[0], pairs=()),), differ_by=1)
    other = check_plan(city, replace(plan, difference=looser), build_columns(city))

    assert "differ" in kinds
    assert "certificate" in {violation.code for violation in without.violations}
    assert not other.is_sound


def test_prices_of_an_alternative_must_name_what_is_there(city: Problem, made: Alternatives) -> None:
    """A number of no plan, a tier without a worst value and a negative price void the certificate."""
    plan = made.found[0].plan
    first, *others = plan.certificate.cases
    for row in (
        PricedRow(kind="differ", entity_id="2", price=1),
        PricedRow(kind="differ", entity_id="0", price=1),
        PricedRow(kind="worst", entity_id="cost", price=1),
        PricedRow(kind="worst", entity_id="placements", price=-1),
    ):
        cases = (replace(first, prices=(row,)), *others)
        report = check_plan(
            city, replace(plan, certificate=replace(plan.certificate, cases=cases)), build_columns(city)
        )
        assert "certificate" in {violation.code for violation in report.violations}, row


def test_a_promise_that_no_plan_keeps_binds_no_alternative() -> None:
    """What the plan itself had to give up, because a share is in the way, its alternatives give up too."""
    scores = (("C0", "V0", "0.9"), ("C0", "V1", "0.8"), ("C1", "V1", "0.9"), ("C2", "V0", "0.6"), ("C2", "V2", "0.7"))
    problem = b.problem(
        candidates=[b.candidate("C0", groups=("youth",)), b.candidate("C1"), b.candidate("C2", groups=("youth",))],
        vacancies=[b.vacancy(f"V{j}") for j in range(3)],
        pairs=[b.pair(*score) for score in scores],
        quotas=[b.quota("Q", "youth", min_share=Decimal("0.9"))],
        decisions=[b.decision("C1", "V1", "accepted")],
    )
    plan = solve(problem).plan
    made = matcher.alternatives(problem, plan, count=3, differ_by=1, within=Decimal("0.6"))

    assert plan.breaches
    assert [_pairs(alternative.plan) for alternative in made.found[:2]] == [
        {("C0", "V1"), ("C2", "V2")},
        {("C0", "V1"), ("C2", "V0")},
    ]
