"""Resources whose use differs by pair: generalized assignment, pins that exhaust one, and the steps of their rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matcher.errors import ContradictoryDecisions, UnsupportedRule
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.model.assembly import assemble_rows
from tests import builders as build


def workshop(*uses: str, limit: str, scores: tuple[str, ...] = (), **tables: object) -> Problem:
    """Return one workplace with a position for everybody, whose people use so much of what it has."""
    names = [f"C{number}" for number in range(len(uses))]
    return build.problem(
        candidates=[build.candidate(name) for name in names],
        vacancies=[build.vacancy("V1", len(uses))],
        resources=[build.resource("hours", limit)],
        pairs=[
            build.pair(name, "V1", score, resource_id="hours", resource_use=Decimal(use))
            for name, use, score in zip(names, uses, scores or ("0.5",) * len(uses), strict=True)
        ],
        **tables,
    )


def test_the_best_set_of_people_that_fits_is_placed_and_proven_so() -> None:
    """Two who need little are worth more than the one whom a greedy choice would take."""
    plan = solve(workshop("6", "3", "4", limit="7", scores=("0.9", "0.5", "0.6"))).plan

    assert [entry.candidate_id for entry in plan.assignments] == ["C1", "C2"]
    assert plan.status == "optimal"
    assert plan.tiers[1].bound == plan.tiers[1].value == Decimal("1.1")


def test_a_resource_can_be_used_to_its_last_millionth() -> None:
    uses = ("0.000001", "0.999999")

    assert len(solve(workshop(*uses, limit="1")).plan.assignments) == 2
    assert len(solve(workshop(*uses, limit="0.999999")).plan.assignments) == 1


def test_a_pair_without_a_stated_use_needs_nothing() -> None:
    problem = build.problem(
        candidates=[build.candidate("C1"), build.candidate("C2")],
        vacancies=[build.vacancy("V1", 2)],
        resources=[build.resource("hours", 0)],
        pairs=[build.pair("C1", "V1", resource_id="hours"), build.pair("C2", "V1")],
    )

    assert len(solve(problem).plan.assignments) == 2


def test_rows_count_in_whole_steps_of_what_divides_every_use() -> None:
    """Uses of 1.5 and 2.5 leave 7.2 worth 14 steps of a half: the rest is nothing that anybody can use."""
    rows = assemble_rows(build_columns(workshop("1.5", "2.5", limit="7.2")))
    row = rows.kinds.index("resource")

    assert rows.matrix[[row]].toarray().tolist() == [[3, 5]]
    assert rows.limit[row] == 14


def test_pins_that_use_up_a_resource_are_refused_by_its_name() -> None:
    problem = workshop("4", "4", limit="7", decisions=[build.decision("C0"), build.decision("C1")])

    with pytest.raises(ContradictoryDecisions, match=r"resource 'hours' is used up\. In the way: C"):
        solve(problem)


def test_resources_that_nothing_names_are_refused_rather_than_ignored() -> None:
    problem = build.problem(
        candidates=[build.candidate()], vacancies=[build.vacancy()], resources=[build.resource("hours", 5)]
    )

    with pytest.raises(UnsupportedRule, match="'hours' must be named by a vacancy, or by pairs"):
        solve(problem)
