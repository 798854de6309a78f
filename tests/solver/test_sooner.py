"""What a solve does not do where it would be of no use: trees, higher prices, links, programmes about pins."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pytest

from benchmarks.instances.scaling import town
from benchmarks.instances.strained import with_units
from matcher.errors import UnsupportedRule
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve, solve_columns
from matcher.solver import pin_conflicts
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model import pins
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations import linked_relaxation, lowering
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.tiers.region_search import RegionSearch
from tests import builders as b


def of_no_use(*args: Any, **options: Any) -> NoReturn:
    """Fail: what is called here would change nothing."""
    raise AssertionError


def test_a_relaxation_that_is_whole_is_the_plan_of_every_aim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bound is met at once, so no tree is grown; the draw of this town was left open within a tenth before."""
    monkeypatch.setattr(RegionSearch, "_by_tree", of_no_use)

    plan = solve(town(250, 1)).plan

    assert {tier.name: tier.gap for tier in plan.tiers} == dict.fromkeys(
        ("shortfall", "placements", "cost", "tie_break"), 0.0
    )


def test_no_higher_prices_are_tried_where_the_bound_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the plan that is known, nor by the relaxation itself."""
    monkeypatch.setattr(lowering, "emphasised", of_no_use)

    assert solve(town(1_000, 1)).plan.status == "optimal"


def test_higher_prices_are_tried_where_a_relaxation_is_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """None that would be the same once more, and none of an aim whose price is nothing."""
    tried: list[list[tuple[str, tuple[int, ...]]]] = []
    bound_from, emphasised = lowering.bound_from, lowering.emphasised

    def bounded(rows: Any, tier: str, prices: Any, *rest: Any) -> Any:
        tried[-1].append((tier, prices.held))
        return bound_from(rows, tier, prices, *rest)

    def watched(*args: Any) -> Any:
        tried.append([])
        with monkeypatch.context() as patch:
            patch.setattr(lowering, "bound_from", bounded)
            return emphasised(*args)

    monkeypatch.setattr(lowering, "emphasised", watched)

    assert solve(with_units(town(700, 2))).plan.tiers
    assert {tier for once in tried for tier, _ in once} >= {"placements", "cost"}
    for once in tried:
        assert len(once) == len(set(once))


def cohorts_for_all() -> Problem:
    """Return two people who need a course, in either of two optional cohorts that cost nothing."""
    return b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[b.vacancy("V1", 2)],
        vacancy_skills=[b.required_skill("V1")],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort("K1", status="optional"), b.cohort("K2", status="optional", seats=1)],
        budgets=(),
    )


def test_nothing_is_linked_where_no_link_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relaxation without links is then the one with them, to the last price."""
    task = TierTask(rows=assemble_rows(build_columns(cohorts_for_all())), tier="placements")
    monkeypatch.setattr(linked_relaxation, "violated_links", lambda *args: np.empty((0, 3), dtype=np.int64))
    monkeypatch.setattr(linked_relaxation, "LinkedProgramme", of_no_use)

    linked, found = linked_relaxation.relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())

    plain = relax(task, NOTHING, 1e-9, StopSignal())
    assert linked is task
    assert found.bound is not None
    assert plain.bound is not None
    assert found.bound.scaled == plain.bound.scaled
    assert found.x.tolist() == plain.x.tolist()


def pinned(*pairs: tuple[str, str]) -> Problem:
    """Return three people and two vacancies, of one position and of two, with some pairs pinned."""
    return b.problem(
        candidates=[b.candidate(f"C{number}") for number in range(1, 4)],
        vacancies=[b.vacancy("V1"), b.vacancy("V2", 2)],
        decisions=[b.decision(*pair) for pair in pairs],
    )


def test_pins_that_stand_together_need_no_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "solve_integer", of_no_use)

    assert pin_conflicts(build_columns(pinned(("C1", "V1"), ("C2", "V2"), ("C3", "V2")))) == ()


@pytest.mark.parametrize(
    ("pairs", "kind"), [((("C1", "V1"), ("C2", "V1")), "vacancy"), ((("C1", "V1"), ("C1", "V2")), "candidate")]
)
def test_pins_that_do_not_are_told(pairs: tuple[tuple[str, str], ...], kind: str) -> None:
    """Of two that ask for one position, or for one person, one is in the way of the other."""
    (conflict,) = pin_conflicts(build_columns(pinned(*pairs)))

    assert conflict.kind == kind


def test_what_cannot_be_kept_is_refused_with_columns_at_hand_too() -> None:
    """`solve` refuses before it looks for them."""
    problem = b.problem(resources=[b.resource("R1")])

    with pytest.raises(UnsupportedRule):
        solve(problem)
    with pytest.raises(UnsupportedRule):
        solve_columns(problem, build_columns(problem))
