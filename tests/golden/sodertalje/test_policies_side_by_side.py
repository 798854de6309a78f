"""Södertälje's policies instead of Göteborg's: what changes, and for whom, in one matrix."""

from __future__ import annotations

from decimal import Decimal

from matcher.formats import read_policy, read_problem
from matcher.whatif.scenarios import ScenarioMatrix, compare_scenarios
from tests.golden.stories import CITIES

FOLDER = CITIES / "sodertalje"
NAMES = ("cost_first", "longest_wait", "credit_and_hours")


def matrix() -> ScenarioMatrix:
    """Return the problem under the default, which is Göteborg's, and under each of Södertälje's."""
    problem = read_problem(FOLDER / "base")
    policies = [read_policy(FOLDER / "policies" / f"{name}.toml") for name in NAMES]
    return compare_scenarios(problem, [], [problem.policy, *policies])


def test_cost_first_takes_lena_instead_of_jamila_and_saves_a_course() -> None:
    """What is owed is delivered all the same; less of it is expected to last."""
    found = matrix()
    field = found.outcome(None, found.policies[1])

    differences = {tier.tier: tier.difference for tier in field.tiers}
    assert differences["shortfall"] == 0
    assert differences["cost"] == -14_000
    assert (differences["placements"] or 0) < 0
    assert [(one.candidate_id, one.kind) for one in field.affected] == [
        ("jamila", "no_longer_placed"),
        ("lena", "placed"),
    ]


def test_the_longest_wait_takes_karl_instead_of_mehmet_and_buys_a_course() -> None:
    """A second course is paid for him."""
    found = matrix()
    field = found.outcome(None, found.policies[2])

    assert {tier.tier: tier.difference for tier in field.tiers}["cost"] == Decimal(11_000)
    assert {one.candidate_id: one.kind for one in field.affected if one.kind in ("placed", "no_longer_placed")} == {
        "karl": "placed",
        "mehmet": "no_longer_placed",
    }


def test_a_price_list_moves_people_between_places() -> None:
    """Jamila goes from the kitchen to the store, Karl takes the kitchen, Mehmet has nothing."""
    found = matrix()
    field = found.outcome(None, found.policies[3])

    assert {one.candidate_id: one.kind for one in field.affected} == {
        "jamila": "moved",
        "karl": "placed",
        "mehmet": "no_longer_placed",
    }
