"""Optional cohorts in the solver: links, the tree on cohorts, plans by hand as the baseline, and large cases."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.formats import read_problem
from matcher.problem import Budget, Candidate, Cohort, Course, GroupMembership, Pair, Policy, Problem, Quota, Vacancy
from matcher.solve import solve
from matcher.solver import assemble_rows, greedy_columns
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.links import LINK_KINDS
from matcher.solver.plans.opening import Opening
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations.cohorts import LinkedProgramme, Links, violated_links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search import budgets, cohort_search, open_search
from matcher.solver.search.branching import Search
from matcher.solver.search.core import Core
from matcher.solver.tiers import progress, tier_regions
from matcher.solver.tiers.lead import Lead
from tests.amounts import some
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.strategies import random_problem

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "optimization" / "reference"
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 4, 30)


def drawn(seed: int, candidates: int = 40, vacancies: int = 20, cohorts: int = 10) -> Problem:
    """Return a ready-scored problem whose budget opens about a third of its cohorts, all of them optional."""
    chance = random.Random(seed)
    seats = [chance.randint(3, 8) for _ in range(cohorts)]
    price = [chance.randint(5, 30) for _ in range(cohorts)]
    full = sum(one * (many + 8) for one, many in zip(price, seats, strict=True))
    return Problem(
        candidates=tuple(
            Candidate(
                candidate_id=f"C{i}",
                available_from=FIRST_DAY,
                groups=(GroupMembership(group="youth"),) if i % 3 == 0 else (),
            )
            for i in range(candidates)
        ),
        vacancies=tuple(Vacancy(vacancy_id=f"V{j}", positions=chance.randint(1, 2)) for j in range(vacancies)),
        courses=(Course(course_id="U"),),
        cohorts=tuple(
            Cohort(
                cohort_id=f"K{k}",
                course_id="U",
                start_date=FIRST_DAY,
                end_date=LAST_DAY,
                seats=seats[k],
                min_participants=seats[k] // 2,
                cost_per_seat=Decimal(price[k]),
                fixed_cost=Decimal(8 * price[k]),
                budget_id="B",
                status="optional",
            )
            for k in range(cohorts)
        ),
        budgets=(Budget(budget_id="B", amount=Decimal(full // 3)),),
        quotas=(Quota(quota_id="Q", group="youth", min_count=5),),
        pairs=tuple(
            Pair(
                candidate_id=f"C{i}",
                vacancy_id=f"V{j}",
                score=Decimal(chance.randint(3000, 9500)) / 10_000,
                cohort_ids=(f"K{(3 * j + chance.randint(0, 2)) % cohorts}",) if chance.random() < 0.7 else (),
            )
            for i in range(candidates)
            for j in range(vacancies)
            if chance.random() < 0.4
        ),
        policy=Policy(tiers=("shortfall", "placements", "cost")),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(some(3, of=6)))
def test_a_plan_that_chooses_cohorts_is_as_good_as_another_solver_says_and_is_proven(seed: int) -> None:
    problem = drawn(seed)
    plan = solve(problem).plan
    values = {tier.name: tier.value for tier in plan.tiers}
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    assert values == {
        "shortfall": Decimal(best["shortfall"]) / 10**8,
        "placements": Decimal(best["placements"]) / 10**6,
        "cost": Decimal(best["cost"]) / 100,
    }
    assert [tier.bound for tier in plan.tiers[:2]] == [tier.value for tier in plan.tiers[:2]]
    assert plan.status in ("optimal", "claimed_optimal")
    assert 0 < sum(use.runs for use in plan.cohorts) < 10


def test_the_tree_on_cohorts_is_the_certificate() -> None:
    """Some case keeps a cohort closed and some keeps it open; taking one away leaves something unproven."""
    for seed in range(6):
        problem = drawn(seed)
        plan = solve(problem).plan
        columns = build_columns(problem)
        decided = {
            (entry.entity_id, entry.most)
            for case in plan.certificate.cases
            for entry in case.between
            if case.tier == "placements" and entry.kind == "seat"
        }
        if not decided:
            continue
        assert all((cohort_id, 1 - most) in decided for cohort_id, most in decided)
        deepest = max(plan.certificate.cases, key=lambda case: (case.tier == "placements", len(case.between)))
        cases = tuple(case for case in plan.certificate.cases if case != deepest)
        spoilt = replace(plan, certificate=replace(plan.certificate, cases=cases))
        assert check_plan(problem, plan, columns).is_sound
        assert not check_plan(problem, spoilt, columns).is_sound
        return
    raise AssertionError("no problem needed a decision on a cohort")


def test_trees_that_no_certificate_can_hold_are_given_up_and_the_bound_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for three cases a tier, plans are sound and as good as before; only their gaps are wider."""
    problems = [drawn(seed) for seed in range(3)]
    before = [solve(problem).plan for problem in problems]
    monkeypatch.setattr(tier_regions, "MOST_CASES", 3)
    after = [solve(problem).plan for problem in problems]
    for one, other in zip(before, after, strict=True):
        assert one.tiers[1].value == other.tiers[1].value <= other.tiers[1].bound
        assert max(Counter(case.tier for case in other.certificate.cases).values()) <= 3
    assert any(other.tiers[1].bound > one.tiers[1].bound for one, other in zip(before, after, strict=True))


def test_a_tree_that_begins_with_too_few_columns_takes_in_what_it_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    """From none at all, which keep no promise, to those of the root, and on: every end is closed all the same."""
    problems = [drawn(seed) for seed in range(4)]
    before = [solve(problem).plan for problem in problems]
    monkeypatch.setattr(cohort_search, "_near", lambda task, root: NOTHING)
    after = [solve(problem).plan for problem in problems]
    assert [[(tier.value, tier.bound) for tier in plan.tiers[:2]] for plan in after] == [
        [(tier.value, tier.bound) for tier in plan.tiers[:2]] for plan in before
    ]


def test_nothing_is_proven_of_what_a_dive_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads it, and it takes longer than the dive: here one whose budget is spent at its first node."""

    def few(task: TierTask) -> budgets.Budget:
        return replace(allowed(task), columns=1, may_hand_over=False)

    def refused(*_: object) -> NoReturn:
        raise AssertionError

    allowed = budgets.budget_of
    task, root = relax_linked(
        TierTask(rows=assemble_rows(build_columns(drawn(0))), tier="placements"), Links(), NOTHING, 1e-7, StopSignal()
    )
    monkeypatch.setattr(open_search, "budget_of", few)
    monkeypatch.setattr(Core, "bound", refused)
    search = Search(task, root, None, step=1, gap=0.0, seed=0, stop=StopSignal(), listener=lambda value, bound: None)
    assert search.first() is None
    assert search.has_handed_over


def test_links_close_a_part_of_the_gap_and_no_plan_breaks_them() -> None:
    """The relaxation falls, never below the best plan; every feasible plan keeps every link."""
    num_closer = 0
    for seed in range(6):
        problem = drawn(seed)
        rows = assemble_rows(build_columns(problem))
        task = TierTask(rows=rows, tier="placements")
        plain = LinkedProgramme(task, Links(), np.arange(rows.num_columns))
        plain.restricted.decide(plain.solver, Decisions())
        loose = plain.restricted.value(plain.solver.solve(StopSignal(), "dual"))
        links = Links()
        linked, relaxed = relax_linked(task, links, NOTHING, 1e-7, StopSignal())
        assert relaxed.bound is not None
        best = next(tier for tier in solve(problem).plan.tiers if tier.name == "placements").value * 10**6
        assert best <= relaxed.bound.value() <= loose + 1
        num_closer += relaxed.bound.value() < loose - 1
        assert not len(violated_links(linked, relaxed.chosen, relaxed.x, relaxed.others))
        greedy = greedy_columns(linked.rows)
        kept = linked.rows.completed(greedy)
        assert linked.rows.is_feasible(kept) == rows.is_feasible(kept)
        assert {linked.rows.kinds[row] for row in range(len(rows.kinds), len(linked.rows.kinds))} <= set(LINK_KINDS)
    assert num_closer > 3


def test_staff_open_only_cohorts_with_enough_people_and_money() -> None:
    """The baseline keeps seats, smallest enrolments and budgets on every random problem."""
    num_opened = 0
    for seed in range(200):
        columns = build_columns(random_problem(seed, has_pins=False))
        rows = assemble_rows(columns)
        x = rows.completed(greedy_columns(rows))
        activity = rows.matrix @ x
        for row in np.flatnonzero(activity > rows.limit):
            assert rows.kinds[row].startswith("quota"), (seed, rows.kinds[row])
        assert (x[rows.num_columns :][rows.cohort >= 0] <= 1).all()
        num_opened += int(x[rows.num_columns :][rows.cohort >= 0].sum())
    assert num_opened > 10


def test_a_time_limit_ends_the_tree_with_an_honest_bound() -> None:
    """However short, a plan comes back within it, sound, and its bound is not below the best plan."""
    problem = drawn(3, candidates=80, vacancies=40, cohorts=24)
    best = solve(problem).plan.tiers[1]
    for limit in (0.2, 0.6):
        begin = time.monotonic()
        result = solve(problem, time_limit_s=limit)
        assert time.monotonic() - begin < limit + 10  # reading, checking and the baseline come on top
        found = result.plan.tiers[1]
        assert found.value <= best.bound
        assert best.value <= found.bound


def test_what_ends_a_solve_between_finding_links_and_using_them_leaves_a_sound_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The later aims read the prices of a relaxation whose links the first aim's columns did not have yet."""

    def ended(*_: object) -> NoReturn:
        raise Interrupted

    monkeypatch.setattr(progress, "MANY_COLUMNS", 0)  # as for a city, whose columns share the relaxation's prices
    monkeypatch.setattr(Opening, "run", ended)
    monkeypatch.setattr(Lead, "_rounded", ended)
    num_linked = 0
    for seed in range(3):
        problem = drawn(seed)
        plan = solve(problem).plan
        assert check_plan(problem, plan, build_columns(problem)).is_sound
        num_linked += any(price.kind in LINK_KINDS for case in plan.certificate.cases for price in case.prices)
    assert num_linked


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference problems are not beside the repository")
def test_the_reference_problem_with_optional_cohorts_is_proven(tmp_path: Path) -> None:
    """60 optional cohorts, 120 964 columns: a gap of at most 1e-4 in every aim of a policy without a draw."""
    for source in (REFERENCE / "M", REFERENCE / "M_optional"):
        for file in source.glob("*.csv"):
            target = tmp_path / file.name
            target.unlink(missing_ok=True)
            shutil.copyfile(file, target)
    problem = read_problem(tmp_path)
    begin = time.process_time()
    plan = solve(replace(problem, policy=Policy(tiers=("shortfall", "placements", "cost"))), gap=1e-4).plan
    assert time.process_time() - begin < 60  # about 11 s where nothing else runs
    gaps = {tier.name: tier.gap for tier in plan.tiers}
    assert gaps["shortfall"] == 0
    assert gaps["placements"] <= 1e-4
    assert plan.tiers[1].value >= Decimal("766.26")
