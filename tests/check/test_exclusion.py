"""What taking one column costs at least, read from a certificate: never more than the best plan with it lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from matcher.check.exclusion import IMPOSSIBLE, LeastLosses, least_losses
from matcher.columns import WEIGHT_SCALE
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Case, FixedColumn, Plan, PricedRow
from matcher.problem import Policy, Problem
from matcher.solve import solve
from tests import builders as build
from tests.check.plans import SCALE, columns_of, sound_plan
from tests.oracles.brute_force import TooLarge, best_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import LEAST
from tests.strategies import random_problem

DRAW = "tie_break"
PRICE = 10**6 * WEIGHT_SCALE  # of one whole placement


def contested() -> Problem:
    """Return three people who could have one place, and one of them another."""
    return build.problem(
        candidates=[build.candidate(name) for name in ("anna", "bo", "cleo")],
        vacancies=[build.vacancy("V1"), build.vacancy("V2")],
        pairs=[
            build.pair("anna", "V1", "0.9"),
            build.pair("bo", "V1", "0.7"),
            build.pair("bo", "V2", "0.4"),
            build.pair("cleo", "V1", "0.6"),
        ],
        policy=Policy(tiers=("placements",)),
    )


def case(place: str, *fixed: FixedColumn) -> Case:
    """Return a case of the placements with a price for the first place."""
    price = PricedRow(kind="vacancy", entity_id="V1", price=int(Decimal(place) * PRICE))
    return Case(tier="placements", fixed=fixed, prices=(price,))


def cleo(*, taken: bool) -> FixedColumn:
    return FixedColumn(candidate_id="cleo", vacancy_id="V1", cohort_ids=(), taken=taken)


def losses(*cases: Case, problem: Problem | None = None) -> LeastLosses:
    """Return what cases prove about the best plan, in which Anna has the first place and Bo the second."""
    problem = problem or contested()
    best = [("anna", "V1", ()), ("bo", "V2", ())]
    plan = sound_plan(problem, enumerate_columns(problem), best, cases=cases)
    return least_losses(problem, plan, columns_of(problem))


@pytest.mark.parametrize(
    ("price", "lost"),
    [
        ("0.6", [0, 0.3, 0, 0]),
        ("0.7", [0, 0.4, 0, 0.1]),
        ("0.9", [0, 0.6, 0, 0.3]),
        ("0.65", [0, 0.4, 0, 0.1]),  # no plan lies between two tenths
        ("0.5", [0, 0.1, 0, 0]),  # the bound lies a tenth above the plan
        ("1.2", [0, 0.6, 0, 0.3]),
    ],
)
def test_a_column_loses_what_its_reduced_value_lacks_beyond_the_gap(price: str, lost: list[float]) -> None:
    """Of Anna at V1, Bo at V1 and V2, and Cleo at V1, at several prices of V1."""
    found = losses(case(price))

    assert [amount / WEIGHT_SCALE for amount in found.amount.tolist()] == lost
    assert found.aim.tolist() == [0 if amount else 1 for amount in lost]
    assert found.aims == ("placements",)


def test_what_two_people_lose_together_is_told_of_a_case_that_bounds_every_plan() -> None:
    """At a price of 0.9 Bo at V1 loses 0.6 by himself and Cleo 0.3, whatever else there is."""
    together = losses(case("0.9")).together[0]

    assert together is not None
    assert (together / WEIGHT_SCALE).tolist() == [0, 0.6, 0, 0.3]


def test_of_cases_that_part_the_plans_the_least_counts() -> None:
    """With Cleo at V1 nobody else fits there; without her Bo loses what the price says. Only both cover every plan."""
    parts = (case("0.9", cleo(taken=True)), case("0.9", cleo(taken=False)))
    found = losses(*parts)
    assert (found.amount / WEIGHT_SCALE).tolist() == [0, 0.6, 0, 0.3]
    assert found.together == (None,)

    weaker = losses(case("0.6", cleo(taken=True)), case("0.6", cleo(taken=False)))
    assert (weaker.amount / WEIGHT_SCALE).tolist() == [0, 0.3, 0, 0]

    assert losses(parts[1]).amount.tolist() == [0, 0, 0, 0]


def test_what_a_case_of_all_plans_excludes_is_not_read_again_in_its_parts() -> None:
    """Bo loses the 0.3 of the whole case, not the 0.6 of both parts; Cleo, whom it does not exclude, their 0.3."""
    found = losses(case("0.6"), case("0.9", cleo(taken=True)), case("0.9", cleo(taken=False)))
    assert (found.amount / WEIGHT_SCALE).tolist() == [0, 0.3, 0, 0.3]


def test_an_aim_without_a_bound_ends_what_is_proven() -> None:
    """A certificate that does not cover every plan proves nothing about any column."""
    found = losses(case("0.9", cleo(taken=True)))
    assert (found.aim.tolist(), found.amount.tolist(), found.together) == ([1] * 4, [0] * 4, (None,))


def test_columns_in_another_order_are_refused() -> None:
    columns = columns_of(contested())
    plan = sound_plan(contested(), enumerate_columns(contested()), [("anna", "V1", ()), ("bo", "V2", ())])
    turned = replace(columns, candidate=columns.candidate[::-1], vacancy=columns.vacancy[::-1])
    with pytest.raises(ValueError, match="must be sorted by candidate and vacancy"):
        least_losses(contested(), plan, turned)


def first_loss(problem: Problem, plan: Plan, candidate_id: str, vacancy_id: str, route: tuple[str, ...]) -> object:
    """Return the first aim in which the best plan with a column is worse, and by how much; ``None`` for no plan."""
    others = (row for row in problem.decisions if (row.candidate_id, row.vacancy_id) != (candidate_id, vacancy_id))
    pinned = replace(problem, decisions=(*others, build.decision(candidate_id, vacancy_id)))
    facts = enumerate_columns(pinned)
    pair = (candidate_id, vacancy_id)
    best = best_plan(pinned, {key: fact for key, fact in facts.items() if key[:2] != pair or key[2] == route})
    if best is None:
        return None
    aims = [tier for tier in plan.tiers if tier.name != DRAW]
    for place, tier in enumerate(aims):
        value = int(tier.value * SCALE[tier.name])
        loss = best.values[tier.name] - value if tier.name in LEAST else value - best.values[tier.name]
        if loss:
            return place, loss
    return len(aims), 0


def test_no_column_loses_less_than_is_proven() -> None:
    """Of random problems with every rule: the best plan that takes a column, found by trying all, loses as much."""
    told: Counter[str] = Counter()
    for seed in range(40):
        problem = random_problem(seed, max_candidates=4, max_vacancies=4, max_cohorts=4)
        try:
            plan = solve(problem, gap=0.0).plan
        except ContradictoryDecisions:
            continue
        if plan.breaches:
            continue
        columns = build_columns(problem)
        found = least_losses(problem, plan, columns)
        for column in range(len(columns)):
            ids = (
                columns.limits.candidate_ids[columns.candidate[column]],
                columns.limits.vacancy_ids[columns.vacancy[column]],
            )
            try:
                true = first_loss(problem, plan, *ids, columns.route(column))
            except TooLarge:
                continue
            aim, amount = int(found.aim[column]), int(found.amount[column])
            if true is None:
                continue
            assert amount != IMPOSSIBLE
            told["lost"] += amount > 0
            told["exact"] += (aim, amount) == true and amount > 0
            assert (-aim, amount) <= (-true[0], true[1])  # type: ignore[index]
    assert told["lost"] > 25
    assert told["exact"] > told["lost"] / 4
