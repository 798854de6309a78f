"""Scenarios: every field of the matrix is what trying all plans gives, and nobody is affected who need not be."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.engine import Processes, Threads
from matcher.errors import InvalidInput
from matcher.plan import promises
from matcher.problem import Policy, Problem
from matcher.problem.changes import ChangeBudget, ChangePolicy, ChangeSeats, ForbidPair, PinPair, Scenario
from matcher.whatif.answers import Asking
from matcher.whatif.kept import Kept, StudyProgress
from matcher.whatif.scenarios import ScenarioMatrix, ScenarioOutcome, compare_scenarios
from tests import builders as b
from tests.oracles.brute_force import TooLarge
from tests.strategies import random_problem
from tests.whatif.drawn_changes import NUM_INSTANCES, drawn_scenarios, oracle_values, without_promises
from tests.whatif.test_alternatives import values_of

NUM_PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_every_field_is_what_trying_all_plans_gives(part: int) -> None:
    """Whatever rules the problem mixes and whatever changes; with as few changes for people as any best plan has."""
    num_compared = 0
    for seed in range(part, NUM_INSTANCES, NUM_PARTS):
        problem = without_promises(random_problem(seed, max_candidates=4, max_vacancies=3, max_cohorts=4))
        draw = random.Random(seed)
        scenarios = drawn_scenarios(problem, draw, 2)
        policies = (problem.policy, replace(Policy(), name="other", credit=problem.policy.credit))[
            : 1 + (seed % 4 == 0)
        ]
        matrix = compare_scenarios(problem, scenarios, policies)
        for policy in policies:
            base = matrix.outcome(None, policy.name)
            told = None if base.plan is None else frozenset(promises(base.plan))
            for scenario in (None, *scenarios):
                field = matrix.outcome(scenario.name if scenario else None, policy.name)
                world = replace(problem, policy=policy)
                changed = scenario.applied(world) if scenario else world
                assert field.problem == changed, seed
                try:
                    best = oracle_values(changed, told if scenario else None)
                except TooLarge:
                    continue
                if best is None:
                    assert field.plan is None, seed
                    assert field.contradictions, seed
                    continue
                assert field.plan is not None, seed
                values = {name: value for name, value in values_of(field.plan).items() if name != "tie_break"}
                assert values == best, seed
                num_compared += 1
    assert num_compared > NUM_INSTANCES // NUM_PARTS


def town() -> tuple[Problem, list[Scenario]]:
    """Return three people who need a course of two seats, and what one seat more would do."""
    problem = b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01", months_out_of_work=i) for i in range(3)],
        contracts=[b.contract(obligation_quantity=Decimal(3))],
        vacancies=[b.vacancy(positions=3, contract_id="T1")],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(skills=["forklift"])],
        cohorts=[b.cohort(seats=2, cost_per_seat=Decimal(1000), budget_id="B1")],
        budgets=[b.budget("B1", 3000)],
    )
    return problem, [
        Scenario(name="one seat more", changes=(ChangeSeats(cohort_id="K1", by=1),)),
        Scenario(name="less money", changes=(ChangeBudget(budget_id="B1", by=Decimal(-2000)),)),
        Scenario(name="as it is"),
    ]


def amounts(field: ScenarioOutcome) -> dict[str, tuple[str, str]]:
    return {each.tier: (str(each.value), str(each.difference)) for each in field.tiers if each.tier != "placements"}


def test_a_matrix_says_what_changes_in_every_tier_and_for_whom() -> None:
    """One seat more places one person more; less money places one fewer."""
    problem, scenarios = town()

    matrix = compare_scenarios(problem, scenarios)

    more, less, same = (matrix.outcome(scenario.name, "default") for scenario in scenarios)
    assert amounts(more) == {"shortfall": ("0", "-1"), "cost": ("3000", "1000"), "changes": ("0", "None")}
    assert [(each.candidate_id, each.kind) for each in more.affected] == [("C0", "placed")]
    assert amounts(less)["shortfall"] == ("2", "1")
    assert [(each.candidate_id, each.kind) for each in less.affected] == [("C1", "no_longer_placed")]
    assert all(each.is_exact for each in more.tiers if each.tier != "changes")
    assert (same.affected, same.plan and same.plan.status) == ((), "optimal")


def test_only_those_are_affected_who_have_to_be() -> None:
    """Equal people in equal places stay where they were, though the draw of the changed problem would move them."""
    names = [f"C{i}" for i in range(6)]
    problem = b.problem(
        candidates=[b.candidate(name) for name in names], vacancies=[b.vacancy("V1", 2), b.vacancy("V2", 2)]
    )
    taken = compare_scenarios(problem, []).outcome(None, "default").plan
    assert taken is not None
    pair = taken.assignments[0]
    forbidden = Scenario(
        name="not there", changes=(ForbidPair(candidate_id=pair.candidate_id, vacancy_id=pair.vacancy_id),)
    )

    field = compare_scenarios(problem, [forbidden]).outcome("not there", "default")

    assert len(field.affected) == 2
    assert {each.kind for each in field.affected} <= {"placed", "no_longer_placed", "moved"}


def test_decisions_that_exclude_one_another_are_an_answer() -> None:
    """The other fields of the matrix stand."""
    problem, _ = town()
    both = tuple(PinPair(candidate_id=name, vacancy_id="V1") for name in ("C0", "C1", "C2"))

    matrix = compare_scenarios(problem, [Scenario(name="all three", changes=both), Scenario(name="as it is")])

    impossible = matrix.outcome("all three", "default")
    assert impossible.plan is None
    assert impossible.tiers == impossible.affected == ()
    assert "cannot be pinned" in impossible.contradictions[0]
    assert matrix.outcome("as it is", "default").plan is not None


def test_policies_are_compared_with_the_first() -> None:
    """Under a policy without shortfall the tier has no value, and what the policies share is compared."""
    problem, scenarios = town()
    other = Policy(name="lasting first", tiers=("placements", "cost"))

    matrix = compare_scenarios(problem, scenarios[:1], (Policy(), other))

    assert matrix.policies == ("default", "lasting first")
    assert [each.scenario for each in matrix.outcomes] == [None, "one seat more"] * 2
    base = {each.tier: each.value for each in matrix.outcome(None, "lasting first").tiers}
    assert base["shortfall"] is None
    assert base["placements"] is not None


def test_nothing_is_solved_where_a_change_cannot_be_made(tmp_path: Path) -> None:
    """All scenarios are judged first."""
    problem, _ = town()
    wrong = Scenario(name="wrong", changes=(ChangeSeats(cohort_id="K9", by=1),))

    with pytest.raises(InvalidInput, match="K9"):
        compare_scenarios(problem, [Scenario(name="as it is"), wrong], asking=Asking(kept=Kept(tmp_path)))

    assert list(tmp_path.iterdir()) == []


def test_names_tell_scenarios_apart() -> None:
    """Two of one name are refused, and so are two policies."""
    problem, scenarios = town()

    with pytest.raises(ValueError, match="Scenarios must have different names"):
        compare_scenarios(problem, [scenarios[0], scenarios[0]])
    with pytest.raises(ValueError, match="Policies must have different names"):
        compare_scenarios(problem, [], [Policy(), Policy()])


def test_every_engine_gives_the_same_matrix(tmp_path: Path) -> None:
    """And so does what was kept, without solving anything."""
    problem, scenarios = town()
    told: list[StudyProgress] = []
    expected = compare_scenarios(problem, scenarios)

    with Processes(2) as processes:
        made = compare_scenarios(
            problem, scenarios, asking=Asking(engine=processes, kept=Kept(tmp_path), on_solve=lambda _: None)
        )
    again = compare_scenarios(
        problem, scenarios, asking=Asking(engine=Threads(2), kept=Kept(tmp_path), on_progress=told.append)
    )

    assert seen(made) == seen(again) == seen(expected)
    assert len(told) == 3  # once for each round: nothing was solved


def seen(matrix: ScenarioMatrix) -> list[object]:
    return [(each.tiers, each.affected, each.plan and each.plan.assignments) for each in matrix.outcomes]


def test_equal_problems_are_solved_once(tmp_path: Path) -> None:
    """Two names for one change are one question."""
    problem, scenarios = town()
    told: list[StudyProgress] = []
    twice = [scenarios[0], replace(scenarios[0], name="the same"), Scenario(name="as it is")]

    compare_scenarios(problem, twice, asking=Asking(kept=Kept(tmp_path), on_progress=told.append))

    assert len(list(tmp_path.rglob("*.json"))) == 3  # the base, the change, and the base against what was told
    assert (told[-1].done, told[-1].total) == (4, 4)


def test_a_policy_may_change_within_a_scenario() -> None:
    """As one of its changes."""
    problem, _ = town()
    waiting = Scenario(name="waiting counts", changes=(ChangePolicy(values={"priority_per_year": Decimal(5)}),))

    field = compare_scenarios(problem, [waiting]).outcome("waiting counts", "default")

    assert {each.tier: each.difference for each in field.tiers}["shortfall"] == 0
