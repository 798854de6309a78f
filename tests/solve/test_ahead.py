"""What is worked out of a problem while its plan is searched for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.check import check_plan, prepare
from matcher.column_blocks import WholeColumns
from matcher.features import build_columns
from matcher.problem import fingerprint
from matcher.solve import solve
from matcher.solve.ahead import Ahead
from matcher.solve.memory import MemoryCeiling
from matcher.solve.terms import Terms
from matcher.solver import LEAD, StopSignal, assemble_rows, differ_by_links, greedy_columns
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
from tests.solver.test_cohorts import drawn
from tests.strategies import random_problem


@pytest.mark.parametrize("seed", range(6))
def test_a_second_core_changes_no_plan(seed: int) -> None:
    """One thread and two hand out the same plan, fingerprint and certificate included."""
    problem = random_problem(seed, has_pins=False)
    paired, alone = solve(problem, threads=2), solve(problem, threads=1)
    assert paired.plan == alone.plan
    assert paired.baseline == alone.baseline


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("limit_mb", [None, 100_000])
def test_what_is_asked_for_is_there_in_any_case(threads: int, limit_mb: int | None) -> None:
    """Only where there is a core for it and no limit of memory does a thread begin before anything is asked."""
    problem = random_problem(3, has_pins=False)
    columns = WholeColumns(columns=build_columns(problem))
    plan = solve(problem).plan
    with Ahead(problem, columns, Terms(threads=threads, ceiling=MemoryCeiling(limit_mb))) as ahead:
        assert ahead._begun is None
        for _ in range(2):  # once is enough
            ahead.begin()
        assert (ahead._begun is not None) == (threads == 2 and limit_mb is None)
        assert ahead.problem_hash == fingerprint(problem) == plan.problem_hash
        assert check_plan(problem, plan, columns, prepared=ahead.prepared) == check_plan(problem, plan, columns)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_plan_by_hand_is_that_of_the_rows_it_is_asked_of(threads: int) -> None:
    """It is begun with the rows as they were written, and made anew where they have become others since."""
    problem = random_problem(3, has_pins=False)
    columns = build_columns(problem)
    rows = assemble_rows(columns)
    shut = replace(rows, limit=np.where(np.arange(len(rows.limit)) < len(rows.least), 0, rows.limit))
    with Ahead(problem, WholeColumns(columns=columns), Terms(threads=threads)) as ahead:
        ahead.begin()
        ahead.take_rows(rows)
        assert (ahead._by_hand is not None) == (threads == 2)
        assert len(greedy_columns(rows))
        assert np.array_equal(ahead.greedy(rows), greedy_columns(rows))
        assert not len(ahead.greedy(shut))


def test_links_change_nothing_about_the_plan_by_hand() -> None:
    """Rows that have only gained links since are filled the same way, so the plan that is there is theirs."""
    columns = build_columns(drawn(0, candidates=24, vacancies=12, cohorts=7))
    rows = assemble_rows(columns)
    links = Links()
    task, _ = relax_linked(TierTask(rows=rows, tier=LEAD), links, np.empty(0, dtype=np.int64), 1e-9, StopSignal())
    linked = task.rows
    assert len(links.found)
    assert len(linked.limit) > len(rows.limit)
    assert differ_by_links(rows, linked)
    assert not differ_by_links(rows, assemble_rows(columns))
    assert np.array_equal(greedy_columns(rows), greedy_columns(linked))


def test_columns_that_say_otherwise_are_found_out_before_there_is_a_plan() -> None:
    """What the check reads ahead of the plan refuses the columns of another problem as the whole check does."""
    problem, other = random_problem(3, has_pins=False), random_problem(4, has_pins=False)
    columns, plan = build_columns(other), solve(problem).plan
    prepared = prepare(problem, columns)
    assert {violation.code for violation in prepared.findings.violations} == {"limits"}
    for _ in range(2):  # what was read ahead is no other after it has been used
        report = check_plan(problem, plan, columns, prepared=prepared)
        assert report == check_plan(problem, plan, columns)
        assert not report.is_sound


def test_a_false_plan_is_refused_whatever_was_read_before_it() -> None:
    """The plan itself is read when it is there: a value that was written over is found."""
    problem = random_problem(3, has_pins=False)
    columns, plan = build_columns(problem), solve(problem).plan
    tiers = (replace(plan.tiers[0], value=plan.tiers[0].value + 1), *plan.tiers[1:])
    report = check_plan(problem, replace(plan, tiers=tiers), columns, prepared=prepare(problem, columns))
    assert not report.is_sound
