"""The frontier of a budget: each of its steps is the best there is for its money, and for no less."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from matcher.engine import Threads
from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.plan import Plan
from matcher.problem import Budget, Problem
from matcher.problem.changes import ChangeBudget
from matcher.whatif.answers import Asking, pursuing
from matcher.whatif.frontier import ORE, Frontier, frontier_of, full_cost, promised_of, spent_of
from tests import builders as b
from tests.oracles.brute_force import TooLarge
from tests.strategies import random_problem
from tests.whatif.drawn_changes import NUM_INSTANCES, oracle_values, without_promises
from tests.whatif.test_alternatives import values_of

NUM_PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_every_step_is_what_trying_all_plans_gives(part: int) -> None:
    """At the money of each step, an öre below it, halfway to the next, and at random amounts."""
    num_steps = 0
    for seed in range(part, NUM_INSTANCES, NUM_PARTS):
        problem = catalogue(seed)
        draw = random.Random(seed)
        try:
            frontier = frontier_of(problem, "B0", points=100)
            world = pursuing(problem, "shortfall", "placements", "cost")
            for amount in asked_amounts(frontier, draw):
                best = oracle_values(ChangeBudget(budget_id="B0", amount=amount).applied(world))
                assert values_of(frontier.best_for(amount).plan) == best, (seed, amount)
        except (ContradictoryDecisions, TooLarge):
            continue
        assert not frontier.gaps, seed
        num_steps += len(frontier.points)
    assert num_steps > NUM_INSTANCES // NUM_PARTS // 2


def test_what_a_running_course_costs_rounds_no_amount_down() -> None:
    """All that can be spent is 249.50, of which a running course takes 149.50: its price is a part of the step."""
    frontier = frontier_of(catalogue(404), "B0", points=100)
    world = pursuing(catalogue(404), "shortfall", "placements", "cost")
    best = oracle_values(ChangeBudget(budget_id="B0", amount=frontier.most).applied(world))

    assert any(cohort.status == "running" and cohort.cost_per_seat for cohort in world.cohorts)
    assert values_of(frontier.best_for(frontier.most).plan) == best


def catalogue(seed: int) -> Problem:
    """Return a random problem all of whose cohorts that the plan may open are paid from one budget."""
    problem = without_promises(random_problem(seed, max_candidates=4, max_vacancies=3, max_cohorts=4))
    cohorts = tuple(
        replace(row, budget_id="B0", status="optional" if row.status == "planned" else row.status)
        for row in problem.cohorts
    )
    others = tuple(row for row in problem.budgets if row.budget_id != "B0")
    return replace(problem, cohorts=cohorts, budgets=(Budget(budget_id="B0", amount=Decimal(0)), *others))


def asked_amounts(frontier: Frontier, draw: random.Random) -> set[Decimal]:
    amounts = {frontier.most, Decimal(0), Decimal(draw.randrange(int(frontier.most) + 1))}
    for point in frontier.points[:6]:
        amounts |= {point.spent, max(Decimal(0), point.spent - ORE), (point.spent + point.up_to) / 2 // ORE * ORE}
    return amounts


def town() -> Problem:
    """Return four people who need a course: a dear one for all and cheap ones for one each."""
    return b.problem(
        candidates=[b.candidate(f"C{i}", available_from="2026-04-01") for i in range(4)],
        vacancies=[b.vacancy(positions=4)],
        vacancy_skills=[b.required_skill()],
        courses=[b.course(skills=["forklift"])],
        cohorts=[
            b.cohort("small", seats=1, status="optional", fixed_cost=Decimal(1000), budget_id="B1"),
            b.cohort("middle", seats=1, status="optional", fixed_cost=Decimal("1500.50"), budget_id="B1"),
            b.cohort("large", seats=4, status="optional", fixed_cost=Decimal(5000), budget_id="B1"),
        ],
        budgets=[b.budget("B1", 0)],
    )


def steps(frontier: Frontier) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(str(point.spent), point.placed, point.opened) for point in frontier.points]


def test_each_kink_has_its_cohorts() -> None:
    """From nothing over the cheap ones to the dear one, which makes them superfluous."""
    frontier = frontier_of(town())

    assert frontier.is_whole
    assert frontier.most == Decimal("7500.50")
    assert steps(frontier) == [
        ("0", 0, ()),
        ("1000.00", 1, ("small",)),
        ("2500.50", 2, ("middle", "small")),
        ("5000.00", 4, ("large",)),
    ]
    assert [str(point.up_to) for point in frontier.points] == ["999.99", "2500.49", "4999.99", "7500.50"]
    assert frontier.best_for(Decimal(3000)).placed == 2


def test_few_points_leave_gaps_that_are_told() -> None:
    """And what is known is exact all the same."""
    frontier = frontier_of(town(), points=2)

    assert not frontier.is_whole
    assert frontier.gaps
    assert set(steps(frontier)) <= set(steps(frontier_of(town())))
    for gap in frontier.gaps:
        assert gap.above < gap.below


def test_amounts_are_asked_about_first() -> None:
    """Those that a planner has in mind."""
    frontier = frontier_of(town(), amounts=[Decimal(1200)], points=2)

    assert steps(frontier) == [("1000.00", 1, ("small",)), ("5000.00", 4, ("large",))]


def test_the_most_may_be_given() -> None:
    """Nothing above it is asked about."""
    frontier = frontier_of(town(), most=Decimal(3000))

    assert [point.placed for point in frontier.points] == [0, 1, 2]
    assert frontier.most == 3000


def test_several_workers_find_the_same_frontier() -> None:
    """Though they ask about other amounts."""
    assert steps(frontier_of(town(), asking=Asking(engine=Threads(3)))) == steps(frontier_of(town()))


def test_what_is_promised_is_paid_whatever_the_budget_says() -> None:
    """A cohort that runs anyway and a seat that was promised cost what they cost, at every amount."""
    given = town()
    problem = replace(
        given,
        cohorts=(*given.cohorts, b.cohort("runs", seats=1, fixed_cost=Decimal(700), budget_id="B1")),
        enrolments=(b.enrolment("C0", "large"),),
    )

    frontier = frontier_of(problem)

    assert promised_of(problem, "B1") == 5700
    assert full_cost(problem, "B1") == Decimal("8200.50")
    assert frontier.points[0].spent == 0
    assert spent_of(problem, frontier.points[0].plan, "B1") == 5700


def test_a_budget_has_to_be_named_where_there_are_several() -> None:
    """And has to be there."""
    two = replace(town(), budgets=(b.budget("B1"), b.budget("B2")))

    with pytest.raises(InvalidInput, match="Choose one of B1, B2"):
        frontier_of(two)
    with pytest.raises(InvalidInput, match="Did you mean 'B1'"):
        frontier_of(town(), "B11")
    with pytest.raises(InvalidInput, match=r"Budget must name a budget_id that stands in budgets\. Add a budget"):
        frontier_of(b.problem())


def test_the_plans_check_as_they_are() -> None:
    """Each answers the problem with its own amount in the budget."""
    frontier = frontier_of(town())
    plans: list[Plan] = [point.plan for point in frontier.points]

    assert len({plan.problem_hash for plan in plans}) == len(plans)
