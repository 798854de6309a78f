"""What hangs together is solved apart, and the joined plan and proof are those of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.columns import Columns
from matcher.engine import ENGINES, Engine, Threads, engine_of
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Budget, Cohort, Problem, Quota
from matcher.problem.training import CohortStatus
from matcher.solve import solve
from matcher.solver import Solution, StopSignal, assemble_rows, solve_tiers
from matcher.solver.model.rows import Rows
from matcher.solver.tiers import apart, components
from matcher.solver.tiers.apart import solve_in_parts
from matcher.solver.tiers.components import Share, find_components, never_binding, shares_of
from tests.amounts import some
from tests.solver.countries import country


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems are shared out too."""
    monkeypatch.setattr(components, "SMALLEST_PROBLEM", 0)
    monkeypatch.setattr(components, "SMALLEST_SHARE", 1)


def rows_of(problem: Problem) -> tuple[Columns, Rows]:
    columns = build_columns(problem)
    return columns, assemble_rows(columns)


def towns_in(rows: Rows, row: int) -> set[str]:
    """Return the towns whose people have columns in a row."""
    members = rows.matrix.tocsr()[row].indices
    candidates = rows.person[members[members < rows.num_columns]]
    return {rows.limits.candidate_ids[candidate].split("-")[0] for candidate in candidates}


def taught_countries() -> Iterator[Problem]:
    """Yield countries without optional cohorts in which one budget pays the seats of several towns."""
    for seed in range(60):
        problem = country(seed, with_quotas=False, is_ready_scored=False)
        cohorts = tuple(
            replace(cohort, budget_id="all", cost_per_seat=Decimal(100), fixed_cost=Decimal(0), status=planned(cohort))
            for cohort in problem.cohorts
        )
        budget = Budget(budget_id="all", amount=Decimal(10**6))
        united = replace(problem, cohorts=cohorts, budgets=(budget,))
        _, rows = rows_of(united)
        if "budget" in rows.kinds and len(towns_in(rows, rows.kinds.index("budget"))) > 1:
            yield united


def planned(cohort: Cohort) -> CohortStatus:
    return "planned" if cohort.status == "optional" else cohort.status


def towns_of(columns: Columns) -> list[str]:
    return [candidate_id.split("-")[0] for candidate_id in columns.limits.candidate_ids]


@pytest.mark.parametrize("seed", range(20))
def test_no_component_reaches_into_two_towns(seed: int) -> None:
    """And no row of one town is another's; checked entry by entry, not by the search for components itself."""
    columns, rows = rows_of(country(seed))
    found = find_components(rows)
    towns = np.array(towns_of(columns))
    for component in np.unique(found.of_candidate):
        assert len(set(towns[found.of_candidate == component])) == 1
    matrix = rows.matrix.tocoo()
    for row, variable in zip(matrix.row.tolist(), matrix.col.tolist(), strict=True):
        if variable < rows.num_columns:
            assert found.of_row[row] == found.of_candidate[rows.person[variable]]
    assert found.num_columns.sum() == len(columns)


def test_a_row_that_is_priced_out_ties_nothing() -> None:
    """One budget for all towns ties them together; without it they are apart as if it were not there."""
    united = next(taught_countries())
    columns, rows = rows_of(united)
    budget = rows.kinds.index("budget")
    together, free = find_components(rows), find_components(rows, [budget])
    assert together.of_row[budget] >= 0
    assert free.of_row[budget] == -1
    without = find_components(
        rows_of(replace(united, budgets=(), cohorts=tuple(replace(row, budget_id=None) for row in united.cohorts)))[1]
    )
    sizable = [int((each.num_columns > 0).sum()) for each in (together, free, without)]
    assert sizable[0] < sizable[1] == sizable[2]
    assert free.num_columns.sum() == len(columns)


def test_only_limits_that_no_plan_can_break_never_bind() -> None:
    """A budget for the dearest column of everybody, and one öre less than that."""
    united = next(each for each in taught_countries() if all(row.max_placements == 1 for row in each.candidates))
    columns, _ = rows_of(united)
    dearest = np.zeros(len(columns.limits.candidate_ids), np.int64)
    np.maximum.at(dearest, columns.candidate, columns.cost)
    for left, never_binds in ((int(dearest.sum()), True), (int(dearest.sum()) - 1, False)):
        rows = assemble_rows(replace(columns, limits=replace(columns.limits, budget=np.array([left], np.int64))))
        assert (rows.kinds.index("budget") in never_binding(rows)) == never_binds


@pytest.mark.parametrize("seed", range(10))
def test_shares_hold_every_column_and_every_debt_once(seed: int, small: None) -> None:
    """Each with its own limits, and the same positions as the whole."""
    columns, rows = rows_of(country(seed, 4))
    shares = shares_of(columns, rows)
    assert len(shares) > 1
    positions = np.concatenate([share.position for share in shares])
    assert np.array_equal(np.sort(positions), np.arange(len(columns)))
    for share in shares:
        assert np.array_equal(columns.weight[share.position], share.columns.weight)
    owed = sum(share.columns.limits.required for share in shares)
    assert np.array_equal(owed, columns.limits.required)


def test_shares_are_alike_whatever_the_machine(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number hangs on the problem alone, and the largest components are spread."""
    monkeypatch.setattr(components, "MOST_SHARES", 2)
    columns, rows = rows_of(country(1, 5))
    shares = shares_of(columns, rows)
    assert len(shares) == 2
    sizes = sorted(len(share.position) for share in shares)
    largest = int(find_components(rows).num_columns.max())
    assert sizes[1] - sizes[0] <= largest


def assert_as_good(one: Solution, other: Solution) -> None:
    """Compare tier by tier until one was not proven; what both have proven is equal, and no bound is below a plan."""
    for mine, theirs in zip(one.tiers, other.tiers, strict=True):
        assert mine.tier == theirs.tier
        assert mine.value <= theirs.bound
        assert theirs.value <= mine.bound
        if mine.value != theirs.value:
            return
    if all(tier.value == tier.bound for tier in (*one.tiers, *other.tiers)) and one.tiers[-1].tier == "tie_break":
        assert np.array_equal(one.chosen, other.chosen)


def outcome_of(problem: Problem, engine: Engine | None) -> Plan:
    return solve(problem, engine=engine).plan


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, some(2, of=4)))])
def test_random_countries_are_solved_as_well_apart_as_together(
    part: int, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tier by tier; `solve` hands out no plan that the checker has not passed."""
    num_shared = 0
    original = apart.shares_of

    def noted(columns: Columns, rows: Rows) -> list[Share]:
        nonlocal num_shared
        shares = original(columns, rows)
        num_shared += len(shares) > 1
        return shares

    monkeypatch.setattr(apart, "shares_of", noted)
    for seed in range(4 * part, 4 * part + 4):
        problem = country(seed)
        columns = build_columns(problem)
        plan = outcome_of(problem, Threads(2))
        whole = solve_tiers(columns, problem.policy.tiers, gap=1e-6, seed=0, stop=StopSignal(), report=lambda *_: None)
        parts = solve_in_parts(
            columns,
            problem.policy.tiers,
            gap=1e-6,
            seed=0,
            stop=StopSignal(),
            report=lambda *_: None,
            engine=Threads(1),
        )
        assert_as_good(parts, whole)
        assert check_plan(problem, plan, columns).is_sound
    assert num_shared > 1


@pytest.mark.slow
def test_joined_prices_prove_the_whole_without_another_search(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where towns are proven by one case each, so is the country; the draw is no aim."""
    closed = []
    original = apart.solve_tiers

    def noted(columns: Columns, *arguments: object, **options: object) -> object:
        solution = original(columns, *arguments, **options)  # type: ignore[arg-type]
        if options.get("known") is not None:
            aims = [tier for tier in solution.tiers if tier.tier != "tie_break"]
            closed.append(all(len(tier.cases) == 1 and tier.bound == tier.value for tier in aims))
        return solution

    monkeypatch.setattr(apart, "solve_tiers", noted)
    for seed in range(16):
        solve(country(seed, with_quotas=False))
    assert len(closed) > 3
    assert all(closed)


@pytest.fixture(scope="module")
def engines() -> Iterator[dict[str, Engine]]:
    started = {name: engine_of(name, 2) for name in ENGINES}
    yield started
    for engine in started.values():
        engine.close()


@pytest.mark.slow
def test_the_plan_is_the_same_on_every_engine(small: None, engines: dict[str, Engine]) -> None:
    """Threads, processes and a cluster: equal plans, certificates included."""
    for seed in range(some(2, of=4)):
        problem = country(seed, 4, max_candidates=12, max_vacancies=9)
        plans = [outcome_of(problem, engine) for engine in (Threads(1), *engines.values())]
        assert all(plan == plans[0] for plan in plans[1:])


def test_a_quota_over_everything_that_can_bind_is_not_priced_out(small: None) -> None:
    """The towns whose people it counts are then one problem, and solved as one."""
    problem = next(taught_countries())
    groups = {entry.group for candidate in problem.candidates for entry in candidate.groups}
    for group in sorted(groups):
        quota = Quota(quota_id="all", group=group, min_count=3, hard=True)
        columns, rows = rows_of(replace(problem, quotas=(quota,)))
        row = rows.kinds.index("quota_min")
        assert row not in never_binding(rows)
        counted = find_components(rows).of_candidate[rows.person[(rows.matrix[row, : len(columns)] != 0).indices]]
        assert len(set(counted.tolist())) <= 1


def test_a_small_problem_is_not_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be solved before its parts had reached anybody."""
    monkeypatch.setattr(apart, "shares_of", None)
    assert solve(country(1)).plan.assignments
