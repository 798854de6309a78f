"""Plans parted at how many people cohorts take, and people exchanged for the sake of money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from benchmarks.changes import CHANGES
from matcher.check import check_plan
from matcher.columns import SHORTFALL_SCALE, WEIGHT_SCALE, IntArray
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Contract, Problem
from matcher.solve import keeping, resolve, solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Prices, bound_from, losses
from matcher.solver.model.rows import LEAD
from matcher.solver.plans.spending import Spending
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.programmes.linear import Algorithm, LinearSolver
from matcher.solver.programmes.programme import LinearOutcome
from matcher.solver.relaxations import relaxation
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search import bounded_ends, count_parting, count_search
from matcher.solver.search.count_again import CountSearchAgain
from matcher.solver.search.count_search import PATIENCE, CountEnd, CountFound, CountSearch, _stands_still
from matcher.solver.tiers import known_region, open_region, region_search, tiers
from matcher.solver.tiers.region_search import RegionSearch
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.solver.test_cohorts import FIRST_DAY, drawn

TOWN_WITH_PAIRS = 1  # in which two nodes are open at one time
TOWN_OF_PARTS = 24  # in which all parts of the plans, by counts, owe what the plan does
TOWN_OF_HALVES = 37  # in which the cost is solved in parts that do not hold the plan
TOWN_WITH_CHANGE = 6  # in which money is left that placements do not need


@pytest.fixture
def treated_as_large(every_case_is_large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems are solved as if they had very many columns, too many for SCIP."""
    monkeypatch.setattr(region_search, "MOST_HANDED_OVER", 0)


def town_with_dear_seats(seed: int) -> Problem:
    """Return a problem in which all cohorts run and the money is enough for some ten seats."""
    problem = drawn(seed)
    running = [replace(row, status="planned", min_participants=0, fixed_cost=Decimal(0)) for row in problem.cohorts]
    amount = sum(row.cost_per_seat for row in problem.cohorts) * 11 // 10
    return replace(problem, cohorts=tuple(running), budgets=(replace(problem.budgets[0], amount=amount),))


def town_that_owes(seed: int) -> Problem:
    """Return a problem whose contracts are owed more people, in whole and in half, than the money trains."""
    problem, number = town_with_dear_seats(seed), 5
    contracts = tuple(
        Contract(
            contract_id=f"T{t}",
            start_date=FIRST_DAY,
            obligation_quantity=Decimal(9),
            obligation_kind="dialogue" if t % 2 else "required",
        )
        for t in range(number)
    )
    vacancies = tuple(
        replace(row, contract_id=f"T{j % number}", positions=3) for j, row in enumerate(problem.vacancies)
    )
    trained = tuple(pair for pair in problem.pairs if pair.cohort_ids)
    return replace(problem, contracts=contracts, vacancies=vacancies, pairs=trained)


def lead_of(problem: Problem) -> tuple[TierTask, Relaxed]:
    task = TierTask(rows=assemble_rows(build_columns(problem)), tier=LEAD)
    return task, relaxation.relax(task, NOTHING, 1e-9, StopSignal())


def ends_holding(task: TierTask, found: CountFound, x: IntArray) -> list[CountEnd]:
    """Return the ends of a tree that a plan keeps to."""
    return [
        end
        for end in found.ends
        if all(low <= int((task.rows.matrix[row] @ x)[0]) <= high for row, (low, high) in end.filled.items())
    ]


@pytest.mark.parametrize("mended_after", [1, count_search.MENDED_AFTER])
@pytest.mark.parametrize("seed", range(4))
def test_the_ends_hold_every_plan_and_bound_it(seed: int, mended_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best plan that another solver finds is in some end, and no better than its bound; the own one is a plan."""
    monkeypatch.setattr(count_search, "MENDED_AFTER", mended_after)
    problem = town_with_dear_seats(seed)
    task, root = lead_of(problem)
    assert CountSearch.fits(task, root)
    found = CountSearch(task, root, None, gap=1e-9, seed=0, stop=StopSignal()).run()
    assert found.chosen is not None
    x = task.rows.completed(found.chosen)
    assert task.rows.is_feasible(x)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    assert task.rows.value("shortfall", x) == -best["shortfall"]
    assert task.rows.value("placements", x) >= 0.97 * best["placements"]
    # What an end says, its prices prove of the columns that a plan as good may take.
    assert root.bound is not None
    room = root.bound.slack(task.rows.value(LEAD, x))
    out = np.flatnonzero(losses(task.rows, root.bound) > room)
    for end in found.ends:
        prices = Prices(rows=end.prices.rows, held=())
        assert bound_from(task.rows.between(end.filled, {}), LEAD, prices, (), left=out).scaled <= end.scaled
    holding = ends_holding(task, found, x)
    assert len(holding) == 1
    assert holding[0].scaled >= PRICE_SCALE * task.rows.value(LEAD, x)


@pytest.mark.parametrize("seed", range(2))
def test_a_large_case_with_dear_seats_is_proven_by_counts(seed: int, treated_as_large: None) -> None:
    """The checker believes the cases, and they prove more than the relaxation alone does."""
    problem = town_with_dear_seats(seed)
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    cases = [case for case in plan.certificate.cases if case.tier == "placements"]
    assert any(entry.kind == "seat" for case in cases for entry in case.between)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    by_name = {tier.name: tier for tier in plan.tiers}
    assert by_name["placements"].bound * 10**6 >= best["placements"]
    root = replace(plan.certificate, cases=tuple(case for case in plan.certificate.cases if not case.between))
    report = check_plan(problem, replace(plan, certificate=root), build_columns(problem))
    alone = next(tier.bound for tier in report.tiers if tier.name == "placements")
    assert alone is not None
    assert by_name["placements"].bound < alone


@pytest.mark.parametrize("seed", [17, TOWN_OF_PARTS])
def test_what_is_owed_is_proven_by_the_same_counts(seed: int, treated_as_large: None) -> None:
    """Where the parts that serve both aims prove more of the shortfall alone than all plans together do, they stay."""
    problem = town_that_owes(seed)
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    [owed] = [tier for tier in plan.tiers if tier.name == "shortfall"]
    assert owed.bound * SHORTFALL_SCALE <= best["shortfall"] <= owed.value * SHORTFALL_SCALE
    parts = [case for case in plan.certificate.cases if case.tier == "shortfall" and case.between]
    assert bool(parts) is (seed == TOWN_OF_PARTS)  # in the other, some part gains too little
    assert not parts or owed.bound == owed.value


@pytest.mark.parametrize("seed", [0, 5, 26, 124, 258])
def test_placements_are_proven_beside_what_is_owed_in_whole_people(seed: int, treated_as_large: None) -> None:
    """Both aims at once promise by parts of people what the shortfall, held at a whole number, does not leave.

    In the last two towns the tree leaves out columns that only the prices it grew from exclude.
    """
    [placements] = [tier for tier in solve(town_that_owes(seed)).plan.tiers if tier.name == "placements"]
    assert placements.gap == 0


@pytest.mark.parametrize("seed", [0, 2, 124])
def test_the_counts_prove_the_placements_beside_a_relaxation_that_says_less(
    seed: int, treated_as_large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the lead seems too far for them, they get a relaxation of their own; what says more is kept."""
    monkeypatch.setattr(region_search, "FAR_OF_LEAD", -1.0)
    problem = town_with_dear_seats(seed)
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).is_sound
    [placements] = [tier for tier in plan.tiers if tier.name == "placements"]
    assert placements.gap == 0
    assert any(case.tier == "placements" and case.between for case in plan.certificate.cases)


def test_a_relaxation_ends_once_it_can_prove_no_more_than_is_known(
    every_case_is_large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its programme over some columns never falls, and is below what it proves in the end."""
    task = TierTask(rows=assemble_rows(build_columns(town_with_dear_seats(0))), tier=LEAD)
    whole = relaxation.relax(task, NOTHING, 1e-9, StopSignal())
    answer, num_solves = LinearSolver.solve, 0

    def counted(self: LinearSolver, stop: StopSignal, algorithm: Algorithm) -> LinearOutcome:
        nonlocal num_solves
        num_solves += 1
        return answer(self, stop, algorithm)

    monkeypatch.setattr(LinearSolver, "solve", counted)
    _, found = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal(), useful=-np.inf)
    assert num_solves == 1
    assert found.bound is not None
    assert whole.bound is not None
    assert found.bound.scaled >= whole.bound.scaled
    _, found = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal(), useful=whole.bound.scaled / PRICE_SCALE + 1)
    assert found.bound is not None
    assert found.bound.scaled == whole.bound.scaled


@pytest.mark.parametrize("town", [town_with_dear_seats, town_that_owes])
@pytest.mark.parametrize("seed", range(100, 106))
def test_no_plan_is_better_than_towns_are_said_to_allow(
    town: Callable[[int], Problem], seed: int, treated_as_large: None
) -> None:
    """Another solver's best plan lies between the plan and the bound, in both aims."""
    problem = town(seed)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    found = {tier.name: tier for tier in solve(problem).plan.tiers}
    owed, placements = found["shortfall"], found["placements"]
    assert owed.bound * SHORTFALL_SCALE <= best["shortfall"] <= owed.value * SHORTFALL_SCALE
    assert placements.bound * WEIGHT_SCALE >= best["placements"] or owed.value * SHORTFALL_SCALE > best["shortfall"]
    assert placements.value * WEIGHT_SCALE <= best["placements"] or owed.value * SHORTFALL_SCALE > best["shortfall"]


def test_a_part_that_knows_half_of_the_incumbent_takes_it_for_no_plan(treated_as_large: None) -> None:
    """What is left of it costs less, but reaches nothing: the plan would be refused by the checker."""
    problem = town_with_dear_seats(TOWN_OF_HALVES)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    [placements] = [tier for tier in solve(problem).plan.tiers if tier.name == "placements"]
    assert placements.value * WEIGHT_SCALE <= best["placements"] <= placements.bound * WEIGHT_SCALE


@pytest.mark.parametrize("mended_after", [1, count_search.MOST_SOLVED])
def test_threads_change_neither_plan_nor_proof(
    mended_after: int, treated_as_large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nodes go on at one time on one thread as on two, and neither sees what the other finds.

    Nor does it matter how often a better plan is looked for near them in between.
    """
    together: list[int] = []
    step, mend = CountSearch._step, CountSearch._mend

    def noted(self: CountSearch, *rest: Any) -> None:
        together.append(len(self.partings))
        step(self, *rest)

    def mended(self: CountSearch, pool: Any, pair: Any, most: int) -> None:
        together.append(-most)
        mend(self, pool, pair, most)

    monkeypatch.setattr(CountSearch, "_step", noted)
    monkeypatch.setattr(CountSearch, "_mend", mended)
    monkeypatch.setattr(count_search, "MENDED_AFTER", mended_after)
    problem = town_with_dear_seats(TOWN_WITH_PAIRS)
    alone, num_alone = solve(problem).plan, len(together)
    paired = solve(problem, threads=2).plan
    assert 2 in together
    assert (-count_search.TOGETHER in together) is (mended_after == 1)
    assert together[:num_alone] == together[num_alone:]
    assert replace(paired, solver=alone.solver) == alone


@pytest.mark.parametrize("seed", range(4))
def test_ends_prove_as_much_where_columns_are_too_many_to_be_copied(
    seed: int, treated_as_large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no plan as good can take counts for nothing, whether the others are copied or not."""
    problem, found = town_with_dear_seats(seed), []
    for most in (np.inf, 0.0):
        monkeypatch.setattr(bounded_ends, "MOST_COPIED", most)
        found.append(solve(problem).plan)
    assert found[0].tiers == found[1].tiers


@pytest.mark.parametrize(
    ("town", "seed", "name", "tier"),
    [
        (town_with_dear_seats, 22, "one candidate more", "placements"),  # prices of then are enough
        (town_with_dear_seats, 10, "a placed candidate gone", "placements"),  # moved as those of the whole have
        (town_that_owes, 281, "a pair of the plan forbidden", "shortfall"),
    ],
)
def test_what_was_proven_in_parts_is_proven_in_the_same_parts_after_a_change(
    town: Callable[[int], Problem],
    seed: int,
    name: str,
    tier: str,
    treated_as_large: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their prices prove as much as they did, where those of the whole say too little, and no tree is grown."""
    monkeypatch.setattr(keeping, "MANY_COLUMNS", 0)
    base = resolve(town(seed))
    problem = CHANGES[name](base.problem, base)
    assert problem is not None
    monkeypatch.setattr(CountSearch, "run", None)
    again = resolve(problem, base)
    assert check_plan(problem, again.plan, again.columns).is_sound

    def parts(plan: Plan) -> set[tuple[str, ...]]:
        return {tuple(map(str, case.between)) for case in plan.certificate.cases if case.tier == tier and case.between}

    assert parts(again.plan)
    assert len(parts(again.plan)) == len(parts(base.plan))
    by_name = {one.name: one for one in again.plan.tiers}
    assert by_name[tier].gap <= base.gaps[tier]
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    owed, placements = by_name["shortfall"], by_name["placements"]
    assert owed.bound * SHORTFALL_SCALE <= best["shortfall"] == owed.value * SHORTFALL_SCALE
    assert placements.value * WEIGHT_SCALE <= best["placements"] <= placements.bound * WEIGHT_SCALE


@pytest.mark.parametrize("town", [town_with_dear_seats, town_that_owes])
@pytest.mark.parametrize("seed", range(3))
def test_columns_that_are_passed_over_prove_what_those_do_that_are_left_out(
    town: Callable[[int], Problem], seed: int, treated_as_large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier aim excludes is only marked where it is little, and all of it here, or none."""
    problem, found = town(seed), []
    for most in (0.0, 1.0):
        monkeypatch.setattr(tiers, "MOST_IDLE", most)
        found.append(solve(problem).plan)
        assert check_plan(problem, found[-1], build_columns(problem)).is_sound
    assert found[0].tiers[:2] == found[1].tiers[:2]


def test_a_mark_lowers_a_bound_as_much_as_leaving_out_does() -> None:
    task, root = lead_of(town_with_dear_seats(0))
    assert root.bound is not None
    idle = np.arange(task.rows.num_columns) % 3 == 0
    kept = np.flatnonzero(~idle)
    rows = replace(task.rows, idle=idle)
    marked = bound_from(rows, task.tier, root.bound.prices, ())
    left_out = bound_from(task.rows.subset(kept), task.tier, root.bound.prices, ())
    assert marked.scaled == left_out.scaled < root.bound.scaled
    assert marked.subset(kept, len(idle)).reduced.tolist() == left_out.reduced.tolist()
    assert rows.subset(kept).idle is None
    some = rows.subset(np.arange(4)).idle
    assert some is not None
    assert some.tolist() == [True, False, False, True]


@pytest.mark.parametrize(("apart", "is_still"), [(99.0, True), (90.0, False)])
def test_a_search_ends_that_brings_bound_and_plan_no_nearer(apart: float, *, is_still: bool) -> None:
    """What was gained before the last programmes counts for nothing."""
    history = [(0, 500.0), (1, 100.0), (PATIENCE, 99.5), (PATIENCE + 1, apart)]
    assert _stands_still(history) is is_still
    assert not _stands_still(history[:2])


@pytest.mark.parametrize(("close", "is_improved"), [(-1.0, False), (1.0, True)])
def test_a_cost_far_from_what_is_known_of_it_is_left_as_it_is(
    close: float, treated_as_large: None, monkeypatch: pytest.MonkeyPatch, *, is_improved: bool
) -> None:
    """Exchanges are for what is nearly proven: farther off, they would look at nearly all columns."""
    improved: list[str] = []
    exchange = RegionSearch._exchange

    def noted(self: RegionSearch, *rest: Any) -> None:
        improved.append(self.task.tier)
        exchange(self, *rest)

    monkeypatch.setattr(RegionSearch, "_exchange", noted)
    monkeypatch.setattr(known_region, "CLOSE", close)
    monkeypatch.setattr(open_region, "NEARLY", 1.0)
    problem = town_with_dear_seats(TOWN_WITH_CHANGE)
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    assert ("cost" in improved) is is_improved


@pytest.mark.parametrize("reason", [Interrupted, KeyboardInterrupt])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_node_that_is_interrupted_stays_open(
    threads: int, reason: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ends still hold every plan, and what was found is kept, also where a person ends it by Ctrl-C."""
    task, root = lead_of(town_with_dear_seats(TOWN_WITH_PAIRS))
    stop, part, nodes = StopSignal(), count_parting.Parting._part, []

    def interrupted(self: Any, programme: Any, node: Any, best: int) -> None:
        nodes.append(node)
        if len(nodes) > 2:
            raise reason
        part(self, programme, node, best)

    monkeypatch.setattr(count_parting.Parting, "_part", interrupted)
    found = CountSearch(task, root, None, gap=1e-9, seed=0, stop=stop, threads=threads).run()
    assert found.chosen is not None
    x = task.rows.completed(found.chosen)
    assert len(ends_holding(task, found, x)) == 1
    assert len(nodes) > 2
    assert stop.by_person is (reason is KeyboardInterrupt)
    assert {tuple(nodes[-1].filled.items())} <= {tuple(end.filled.items()) for end in found.ends}


@pytest.mark.parametrize("seed", range(3))
def test_exchanges_for_money_keep_every_limit_and_never_lose(seed: int) -> None:
    """A plan without anybody trained gets people for whom there is money."""
    task, root = lead_of(town_with_dear_seats(seed))
    assert root.bound is not None
    found = CountSearch(task, root, None, gap=1e-9, seed=0, stop=StopSignal()).run()
    assert found.chosen is not None
    cost = -task.rows.objectives["cost"][: task.rows.num_columns]
    poor = found.chosen[cost[found.chosen] == 0]
    before, better = task.rows.completed(poor), Spending(task).spent_well(root.bound, poor)
    after = task.rows.completed(better)
    assert task.rows.is_feasible(after)
    assert task.rows.value(LEAD, after) > task.rows.value(LEAD, before)


def town_with_two_budgets(seed: int) -> Problem:
    """Return such a problem in which every other cohort is paid from a budget of its own."""
    problem = town_with_dear_seats(seed)
    [budget] = problem.budgets
    halves = tuple(replace(budget, budget_id=name, amount=budget.amount / 2) for name in ("B1", "B2"))
    cohorts = tuple(replace(row, budget_id=f"B{1 + place % 2}") for place, row in enumerate(problem.cohorts))
    return replace(problem, budgets=halves, cohorts=cohorts)


def search_again(problem: Problem) -> tuple[TierTask, IntArray, CountSearchAgain]:
    """Return a search near a plan that trains nobody, as if the money had come by a change."""
    task, root = lead_of(problem)
    best = CountSearch(task, root, None, gap=1e-9, seed=0, stop=StopSignal()).run().chosen
    assert best is not None
    cost = -task.rows.objectives["cost"][: task.rows.num_columns]
    poor = best[cost[best] == 0]
    return task, poor, CountSearchAgain(task, root, poor, gap=1e-9, seed=0, stop=StopSignal())


@pytest.mark.parametrize("town", [town_with_dear_seats, town_with_two_budgets])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bearable", [0.0, 1e18])
def test_a_dive_makes_a_poor_plan_better(town: Callable[[int], Problem], seed: int, bearable: float) -> None:
    """After a change: whoever lacks a seat gets one where there is money, whether or not all counts are decided."""
    task, poor, search = search_again(town(seed))
    found = task.rows.completed(search.improved(0.0 if bearable == 0.0 else search.distance / 2, bearable))
    assert task.rows.is_feasible(found)
    assert task.rows.value(LEAD, found) > task.rows.value(LEAD, task.rows.completed(poor))


def test_a_plan_that_loses_little_enough_is_left_alone() -> None:
    """No relaxation is solved for it."""
    _, poor, search = search_again(town_with_two_budgets(0))
    assert np.array_equal(search.improved(1e18, 1e18), poor)


def test_all_budgets_but_one_keep_the_counts_of_the_plan_that_is_known() -> None:
    """First the one that pays for most seats is decided anew; what the others lose is not to be had back."""
    problem = town_with_two_budgets(0)
    task, _, search = search_again(problem)
    search.chosen = CountSearch(task, search.root, None, gap=1e-9, seed=0, stop=StopSignal()).run().chosen
    x, number = task.rows.completed(search.chosen), len(task.rows.limits.vacancy_ids)
    kept = list(search._kept_counts())
    for filled, lost in kept:
        budgets = {task.rows.limits.budget_of_cohort[row - number] for row in filled}
        assert len(budgets) == 1
        assert lost >= 0
        assert all(low == high == int((task.rows.matrix[row] @ x)[0]) for row, (low, high) in filled.items())
    assert len({tuple(filled) for filled, _ in kept}) == len(kept)
