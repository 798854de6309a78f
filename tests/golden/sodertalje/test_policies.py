"""Södertälje has its own wishes: the same problem under another policy is another plan, from the same code."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.formats import read_problem
from matcher.problem import Policy, Quota
from matcher.solve import floor_price
from tests.golden.stories import CITIES, Story, has_only_one_best_plan, told

FOLDER = CITIES / "sodertalje"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shared problem, in which a municipality may put its own policy."""
    return Path(shutil.copytree(FOLDER / "base", tmp_path / "problem"))


def under(folder: Path, policy: str) -> Story:
    """Return the plan of the problem with one more file in its folder: the policy."""
    shutil.copy(FOLDER / "policies" / f"{policy}.toml", folder / "policy.toml")
    return told(read_problem(folder))


def test_by_default_the_most_lasting_placements_are_worth_a_course(folder: Path) -> None:
    """Jamila has waited for two years and learns to work in a kitchen, though Lena could begin at once."""
    story = told(read_problem(folder))

    assert story.problem.policy == Policy()
    assert has_only_one_best_plan(story)
    assert story.placed == {"hana": "park", "jamila": "kok", "mehmet": "lager"}
    assert story.routes["jamila"] == ("kok-vt16",)
    assert story.values["cost"] == 14_000


def test_cost_before_placements_takes_whoever_can_begin_at_once(folder: Path) -> None:
    """No course is bought where somebody meets the obligation without one: Lena gets the kitchen."""
    story = under(folder, "cost_first")

    assert [tier.name for tier in story.plan.tiers] == ["shortfall", "cost", "placements", "tie_break"]
    assert has_only_one_best_plan(story)
    assert story.placed == {"hana": "park", "lena": "kok", "mehmet": "lager"}
    assert story.values["cost"] == 0
    assert story.values["shortfall"] == told(read_problem(FOLDER / "base")).values["shortfall"]


def test_priority_for_the_longest_wait_trains_those_who_have_waited(folder: Path) -> None:
    """Hana, Jamila and Karl have waited longest; two need a course first, and Mehmet's licence does not help him."""
    story = under(folder, "longest_wait")

    assert has_only_one_best_plan(story)
    assert story.placed == {"hana": "park", "jamila": "kok", "karl": "lager"}
    assert story.routes == {"hana": (), "jamila": ("kok-vt16",), "karl": ("truck-vt16",)}
    assert story.values["cost"] == 25_000


def test_credit_by_target_group_decides_who_gets_the_store(folder: Path) -> None:
    """Eighteen credits are a year of somebody long unemployed, so Jamila takes the store and Karl the kitchen."""
    story = under(folder, "credit_and_hours")

    assert has_only_one_best_plan(story)
    assert story.placed == {"hana": "park", "jamila": "lager", "karl": "kok"}
    assert story.delivered["lager"] == (Decimal(18), Decimal(18))


def test_an_hour_is_worth_what_the_policy_says(folder: Path) -> None:
    """Twelve months of 165 hours deliver the 1 980 that are owed; of 160 hours, sixty are missing."""
    assert told(read_problem(folder)).delivered["skolmat"] == (Decimal(1980), Decimal(1980))

    assert under(folder, "credit_and_hours").delivered["skolmat"] == (Decimal(1920), Decimal(1980))


def test_without_a_price_list_credit_is_owed_in_full(folder: Path) -> None:
    """The default policy gives credit for no group: the plan says what is missing instead of guessing a price."""
    story = told(read_problem(folder))

    assert story.delivered["lager"] == (Decimal(0), Decimal(18))
    assert story.values["shortfall"] == 18


def test_the_policy_is_part_of_the_problem(folder: Path) -> None:
    """A plan answers one problem under one policy: the same folder under another policy is another problem."""
    default = told(read_problem(folder))
    other = under(folder, "cost_first")

    assert default.plan.problem_hash != other.plan.problem_hash
    assert told(replace(other.problem, policy=Policy())).plan == default.plan


def test_a_floor_for_those_furthest_from_work_has_its_price_stated(folder: Path) -> None:
    """Two places for those who have waited two years: Jamila learns to drive a truck, the cheaper of two courses."""
    free = under(folder, "cost_first").problem
    floor = Quota(quota_id="golv", months_out_of_work=24, min_count=2)
    problem = replace(free, quotas=(floor,))
    story = told(problem)

    assert has_only_one_best_plan(story)
    assert story.placed == {"hana": "park", "jamila": "lager", "lena": "kok"}
    price = floor_price(problem, story.plan)
    assert price is not None
    assert price.quota_ids == ("golv",)
    assert {aim: loss for aim, loss in price.losses.items() if aim != "placements"} == {"shortfall": 0, "cost": 11_000}
    assert price.is_proven
    assert floor_price(free, told(free).plan) is None


def test_a_floor_stated_as_a_share_can_be_met_by_placing_fewer_others(folder: Path) -> None:
    """Half of two places is cheaper than half of three: Mehmet loses his, and Jamila gains nothing."""
    free = under(folder, "cost_first").problem
    story = told(replace(free, quotas=(Quota(quota_id="golv", months_out_of_work=24, min_share=Decimal("0.5")),)))

    assert story.placed == {"hana": "park", "lena": "kok"}
