"""The worth of one more is what trying all plans with and without it says; prices stand beside it and bound it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from matcher.errors import ContradictoryDecisions
from matcher.problem import Problem
from matcher.whatif.answers import pursuing
from matcher.whatif.worth import WORTH_KINDS, OneMore, WorthKind, WorthStudy, things_to_value, value_of
from tests import builders as b
from tests.oracles.brute_force import TooLarge
from tests.oracles.limits import PER_UNIT
from tests.strategies import random_problem
from tests.whatif.drawn_changes import NUM_INSTANCES, oracle_values, without_promises

NUM_PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_every_worth_is_the_difference_of_two_oracles(part: int) -> None:
    """For every kind of thing and every tier, whatever rules the problem mixes."""
    num_compared = num_worth_something = num_exact = 0
    for seed in range(part, NUM_INSTANCES, NUM_PARTS):
        problem = without_promises(random_problem(seed, max_candidates=5, max_vacancies=4, max_cohorts=4))
        things = drawn_things(problem, random.Random(seed))
        try:
            study = value_of(problem, things, money=Decimal(500))
            world = pursuing(problem, "shortfall", "placements", "cost")
            without = oracle_values(world)
        except (ContradictoryDecisions, TooLarge):
            continue
        assert without is not None, seed
        for worth in study.worths:
            try:
                best = oracle_values(worth.one_more.change.applied(world))
            except TooLarge:
                continue
            assert (best is None) == (worth.plan is None), seed
            for tier in worth.tiers:
                assert tier.difference is not None
                assert best is not None
                expected = Decimal(best[tier.tier] - without[tier.tier]) / PER_UNIT[tier.tier]
                assert tier.difference == expected, (seed, worth.one_more)
                if tier.least is not None and tier.most is not None:
                    assert tier.least <= expected <= tier.most, (seed, worth.one_more)
                    num_exact += tier.is_exact
                num_worth_something += bool(expected)
            num_compared += 1
    assert num_compared > NUM_INSTANCES // NUM_PARTS
    assert num_worth_something
    assert num_exact > num_compared  # of the two or three tiers of each


def drawn_things(problem: Problem, draw: random.Random) -> list[OneMore]:
    """Return two things of each kind at most."""
    things: list[OneMore] = []
    for kind in WORTH_KINDS:
        found = things_to_value(problem, [kind], money=Decimal(500))
        things += draw.sample(found, min(2, len(found)))
    return things


def town(**fields: object) -> Problem:
    """Return three people for three places that owe three, a course of two seats, and money for two."""
    given = b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01") for i in range(3)],
        contracts=[b.contract(obligation_quantity=Decimal(3)), b.contract("T2", status="ended")],
        vacancies=[b.vacancy(positions=3, contract_id="T1"), b.vacancy("V2", contract_id="T2")],
        vacancy_skills=[b.required_skill(), b.required_skill("V2"), b.required_skill("V1", "tidy", kind="nice")],
        courses=[b.course(skills=["forklift"])],
        cohorts=[
            b.cohort(seats=2, cost_per_seat=Decimal(1000), budget_id="B1"),
            b.cohort("K2", end_date="2026-09-04", cost_per_seat=Decimal(500)),
            b.cohort("K3", status="running"),
        ],
        budgets=[b.budget("B1", 2500)],
    )
    return replace(given, **fields)  # type: ignore[arg-type]


def worths(study: WorthStudy) -> dict[tuple[str, str], dict[str, str]]:
    return {
        (worth.one_more.kind, worth.one_more.entity_id): {tier.tier: str(tier.difference) for tier in worth.tiers}
        for worth in study.worths
    }


def test_what_can_be_one_more() -> None:
    """Not a seat in a cohort that has begun, not a week of a contract that has ended, not what is only nice."""
    found = [(each.kind, each.entity_id, each.skill) for each in things_to_value(town())]

    assert found == [
        ("seat", "K1", None),
        ("seat", "K2", None),
        ("money", "B1", None),
        ("week", "T1", None),
        ("requirement", "V1", "forklift"),
    ]


def test_what_is_at_the_end_of_its_range_is_left_out() -> None:
    """A million seats, or the last day there is, stand for no limit; asking for one more refused all else with it."""
    given = town()
    endless = replace(
        given,
        cohorts=tuple(replace(row, seats=1_000_000) for row in given.cohorts),
        budgets=(b.budget("B1", 10**12),),
        contracts=tuple(replace(row, end_date=date(2200, 12, 31)) for row in given.contracts),
    )
    things = things_to_value(endless)
    assert [each.kind for each in things] == ["requirement"]
    assert value_of(endless, things).worths


@pytest.mark.parametrize("kind", WORTH_KINDS)
def test_kinds_can_be_chosen(kind: WorthKind) -> None:
    """Only what was asked for is solved."""
    assert {each.kind for each in things_to_value(town(), [kind])} == {kind}


def test_ready_scored_problems_have_neither_weeks_nor_requirements() -> None:
    """There dates and skills decide nothing."""
    given = b.problem(candidates=[b.candidate()], contracts=[b.contract()], vacancies=[b.vacancy()], pairs=[b.pair()])

    assert things_to_value(given) == ()


def test_a_week_is_worth_the_course_that_then_ends_in_time() -> None:
    """A seat alone is worth nothing where the money is used up; a dropped requirement is worth most."""
    problem = town()

    study = value_of(problem, things_to_value(problem, money=Decimal(500)), money=Decimal(500))

    assert {name: tiers["shortfall"] for name, tiers in worths(study).items()} == {
        ("seat", "K1"): "0",
        ("seat", "K2"): "0",
        ("money", "B1"): "0",
        ("week", "T1"): "-1",
        ("requirement", "V1"): "-1",
    }
    assert worths(study)["week", "T1"]["cost"] == "-500"  # three by the cheap course
    assert [worth.one_more.kind for worth in study.ranked][:2] == ["requirement", "week"]


def test_a_price_bounds_what_one_more_is_worth() -> None:
    """In the first tier no more than its price says, where one case proves the tier."""
    study = value_of(town(budgets=(b.budget("B1", 10_000),)), things_to_value(town(), ["seat"]))

    seat = study.worths[0]

    (dual,) = (dual for dual in seat.duals if dual.tier == "shortfall")
    (tier,) = (tier for tier in seat.tiers if tier.tier == "shortfall")
    assert tier.difference == -1
    assert dual.least == dual.most <= -1


def test_weeks_and_requirements_have_no_price() -> None:
    """No limit of the certificate stands for them."""
    problem = town()

    study = value_of(problem, things_to_value(problem, ["week", "requirement"]))

    assert all(worth.duals == () for worth in study.worths)


def test_decisions_that_exclude_one_another_from_the_start_are_raised() -> None:
    """There is nothing to compare with."""
    decided = (b.decision("C1", "V1"), b.decision("C1", "V2"))
    given = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy("V1"), b.vacancy("V2")], decisions=decided)

    with pytest.raises(ContradictoryDecisions):
        value_of(given, [])
