"""Parts of the plans that hold none: whatever the decisions that leave nothing, prices prove it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.core import Core
from tests import builders as build
from tests.strategies import random_problem


def _core(rows: Rows, tier: str) -> Core:
    task = TierTask(rows=rows, tier=tier)
    root = relax(task, NOTHING, 1e-9, StopSignal())
    assert root.bound is not None
    return Core(task, np.arange(rows.num_columns), root.bound)


def _is_empty(core: Core, decisions: Decisions) -> bool:
    """Tell whether not even people in parts keep some decisions."""
    restricted = RestrictedProgramme.over(core.task, np.arange(core.task.rows.num_columns))
    solver = LinearSolver(restricted.programme)
    restricted.decide(solver, decisions)
    return solver.solve(StopSignal(), "dual").status == "infeasible"


def _below(core: Core, decisions: Decisions, value: int) -> bool:
    """Tell whether prices prove that what keeps the decisions is worth less than a value."""
    bound = core.closed(decisions, core.root, None, 1, StopSignal())
    return bound.value() < value


def _trained(number: int) -> Problem:
    """Return so many people who may take two places, each with a job of their own that one course prepares them for."""
    numbers = range(1, number + 1)
    jobs = [build.vacancy(f"V{n}", occupation=f"5{n}", extent_percent=50) for n in numbers]
    return build.problem(
        candidates=[
            build.candidate(f"C{n}", available_from="2026-01-01", max_placements=2, occupations=(f"5{n}",))
            for n in numbers
        ],
        vacancies=jobs,
        vacancy_skills=[build.required_skill(job.vacancy_id) for job in jobs],
        courses=[build.course("U1", skills=("forklift",))],
        cohorts=[build.cohort("K1")],
    )


def _variable(rows: Rows, kind: str, entity_id: str) -> int:
    names = [(rows.kinds[row], rows.entity_ids[row]) for row in rows.row_of_variable.tolist()]
    return names.index((kind, entity_id))


def test_more_than_the_least_of_a_count_does_not_make_up_for_what_must_be_and_is_not() -> None:
    """Somebody must be trained, and C1, who must not be, has to take V1: that others may be does not help."""
    core = _core(assemble_rows(build_columns(_trained(4))), "placements")
    rows = core.task.rows
    enrolled, of_one = _variable(rows, "enrolled", "K1"), _variable(rows, "enrolment", "C1|K1")
    nobody = Decisions(filled={0: (1, 1)}, others={enrolled: (1, 4), of_one: (0, 0)})

    assert _is_empty(core, nobody)
    assert _below(core, nobody, 0)


def test_decisions_that_leave_no_plan_are_proven_to_unless_prices_become_too_large() -> None:
    draw, num_empty, num_proven = random.Random(0), 0, 0
    for seed in range(50):
        problem = random_problem(seed, has_pins=False)
        rows = assemble_rows(build_columns(problem))
        plan = rows.completed(greedy_columns(rows))
        if not rows.num_columns or not rows.is_feasible(plan):
            continue
        for tier in ("shortfall", "placements"):
            core = _core(rows, tier)
            for _ in range(8):
                decisions = _drawn(draw, rows)
                if _is_empty(core, decisions):
                    num_empty += 1
                    num_proven += _below(core, decisions, rows.value(tier, plan))
    assert num_empty > 100
    assert num_proven >= 0.98 * num_empty, (num_proven, num_empty)


def _drawn(draw: random.Random, rows: Rows) -> Decisions:
    """Return decisions on a few counts, variables and columns, as branching takes them."""
    decisions = Decisions()
    for _ in range(draw.randint(2, 6)):
        kind = draw.randrange(3)
        if kind == 0:
            row = draw.randrange(len(rows.limits.vacancy_ids))
            fewest = draw.randint(0, int(rows.limit[row]))
            filled = {**decisions.filled, row: (fewest, draw.randint(fewest, int(rows.limit[row])))}
            decisions = replace(decisions, filled=filled)
        elif kind == 1 and len(rows.upper):
            other = draw.randrange(len(rows.upper))
            least = draw.randint(0, int(rows.upper[other]))
            others = {**decisions.others, other: (least, draw.randint(least, int(rows.upper[other])))}
            decisions = replace(decisions, others=others)
        else:
            column = draw.randrange(rows.num_columns)
            if all(rows.candidate[column] != rows.candidate[other] for other in decisions.taken):
                decisions = replace(decisions, taken=decisions.taken | {column})
    return decisions
