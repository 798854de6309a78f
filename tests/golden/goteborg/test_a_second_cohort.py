"""What a second C-licence cohort would have been worth: one driver, so a single seat does as well."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from matcher.problem.changes import ChangeBudget, CopyCohort, Scenario
from matcher.whatif.frontier import FrontierPoint, frontier_of
from matcher.whatif.scenarios import compare_scenarios
from matcher.whatif.worth import things_to_value, value_of
from tests.golden.goteborg.test_waste_trucks import COHORT, eighteen_people

PRICE = Decimal(98_000)


def test_a_second_cohort_is_worth_the_eighteenth_driver() -> None:
    """Its seventeen seats wait for one person: she gets a truck, nobody else is affected, and a seat is paid."""
    problem = eighteen_people().problem
    second = Scenario(
        name="a second cohort",
        changes=(
            CopyCohort(cohort_id="c-korkort-2", like=COHORT),
            ChangeBudget(budget_id="arbetsmarknad-23", by=17 * PRICE),
        ),
    )

    field = compare_scenarios(problem, [second]).outcome("a second cohort", problem.policy.name)

    differences = {tier.tier: tier.difference for tier in field.tiers}
    assert all(tier.is_exact for tier in field.tiers if tier.tier != "changes")
    assert (differences["shortfall"], differences["cost"]) == (0, PRICE)  # the seventeen met what was owed
    assert Decimal("0.4") < (differences["placements"] or 0) < Decimal("0.6")
    assert [(one.candidate_id, one.kind, one.after[0].cohort_ids) for one in field.affected] == [
        ("G18", "placed", ("c-korkort-2",))
    ]


def test_one_more_seat_is_worth_exactly_as_much() -> None:
    """Of all that could be one more, it is the only thing worth anything; its price says a little more."""
    problem = eighteen_people().problem

    study = value_of(problem, things_to_value(problem, money=PRICE), money=PRICE)

    worth = {(one.one_more.kind, one.one_more.entity_id): one for one in study.worths}
    seat = {tier.tier: tier.difference for tier in worth["seat", COHORT].tiers}
    assert study.ranked[0] is worth["seat", COHORT]
    assert seat["cost"] == PRICE
    for name, one in worth.items():
        if name != ("seat", COHORT):
            assert not any(tier.difference for tier in one.tiers), name
    (price,) = (dual for dual in worth["seat", COHORT].duals if dual.tier == "placements")
    assert (seat["placements"] or 0) <= price.most


def test_each_seat_is_a_step_of_the_frontier() -> None:
    """Money buys drivers one by one, the likeliest to stay first, and the seventeenth is the last."""
    frontier = frontier_of(eighteen_people().problem)

    assert not frontier.gaps
    assert [point.placed for point in frontier.points] == list(range(18))
    assert [point.spent for point in frontier.points] == [number * PRICE for number in range(18)]
    gains = [value_of_placements(high) - value_of_placements(low) for low, high in pairwise(frontier.points)]
    assert gains == sorted(gains, reverse=True)


def value_of_placements(point: FrontierPoint) -> Decimal:
    return next(tier.value for tier in point.plan.tiers if tier.name == "placements")
