"""Cohorts to run among very many columns: the plan keeps every rule, and what is proven of each part holds there."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.changes import CHANGES
from matcher.check import check_plan
from matcher.columns import IntArray
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import keeping, resolve, solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, HeldTier, bound_from
from matcher.solver.model import rows
from matcher.solver.model.rows import LEAD
from matcher.solver.plans.opening import Opened, Opening
from matcher.solver.plans.parted import Part, columns_into
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations import relaxation
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.estimates import Estimate
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.small import SmallProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.opened import _by_what_is_common, price_in_lead, proven_ends, traded_ends
from matcher.solver.tiers.opened_ends import OpenedEnds
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.solver.test_cohorts import drawn

SEEDS = range(2)
FIRST = 4  # parts that another solver searches


def _town(seed: int) -> Problem:
    return drawn(seed, candidates=24, vacancies=12, cohorts=7)


def _relaxed(seed: int) -> tuple[TierTask, Relaxed]:
    """Return the lead of a random town with seven optional cohorts and its relaxation."""
    task = TierTask(rows=assemble_rows(build_columns(_town(seed))), tier=LEAD)
    return relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())


def _opened(task: TierTask, root: Relaxed) -> Opened:
    found = Opening(task, root, seed=0, stop=StopSignal(), threads=1).run()
    assert found is not None
    return found


def decided(found: Opened) -> list[Decisions]:
    return [Decisions(others=part) for part in found.parts]


def _best(task: TierTask) -> float:
    """Return the value of the best plan, says SCIP about the whole model; -inf where there is none."""
    restricted = RestrictedProgramme.over(task, np.arange(task.rows.num_columns))
    outcome = solve_integer(
        restricted.programme, restricted.is_integer, StopSignal(), gap=0.0, seed=0, node_limit=100_000
    )
    assert outcome.is_finished
    if outcome.x is None:
        return -np.inf
    return float(restricted.programme.objective @ outcome.x) * restricted.objective_scale


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_keeps_every_rule_and_is_near_the_best(seed: int) -> None:
    """Cohorts are opened whole, and no obligation is missed that need not be."""
    task, root = _relaxed(seed)
    assert Opening.fits(task)
    x = task.rows.completed(_opened(task, root).chosen)
    assert task.rows.is_feasible(x)
    problem = _town(seed)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    assert task.rows.value("shortfall", x) == -best["shortfall"]
    assert task.rows.value("placements", x) >= 0.95 * best["placements"]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_plan_lies_in_one_part(seed: int) -> None:
    """Whatever cohorts run, some part holds such plans, and only one does."""
    task, root = _relaxed(seed)
    parts = _opened(task, root).parts
    decided = sorted({other for part in parts for other in part})
    assert len(parts) > 1
    for chosen in itertools.product((0, 1), repeat=len(decided)):
        runs = dict(zip(decided, chosen, strict=True))
        inside = [part for part in parts if all(low <= runs[other] <= high for other, (low, high) in part.items())]
        assert len(inside) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_of_a_part_is_better_than_is_proven(seed: int) -> None:
    """The best plan of each part, found by another solver, stays below its bound, and parts prove more than the whole.

    What is proven of the most promising part is enough for the others, and the whole's own prices serve where time is
    up.
    """
    task, root = _relaxed(seed)
    assert root.bound is not None
    found = _opened(task, root)
    ends = proven_ends(task, root, decided(found), found.columns, StopSignal())
    assert [end.others for end in ends] == list(found.parts)
    for end in ends[:FIRST]:
        inside = replace(task, rows=task.rows.between({}, end.others))
        assert bound_from(inside.rows, task.tier, end.prices, ()).scaled == end.scaled
        assert _best(inside) <= end.scaled / PRICE_SCALE + 1
    assert max(end.scaled for end in ends) <= root.bound.scaled
    over = StopSignal(0.0)
    late = proven_ends(task, root, decided(found), found.columns, over)
    assert over.is_due
    assert all(np.array_equal(end.prices.rows, root.bound.prices.rows) for end in late)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_of_a_part_owes_less_than_is_proven(seed: int) -> None:
    """The parts that cohorts were opened by prove bounds of the shortfall alone, too."""
    links = Links()
    task, root = relax_linked(
        TierTask(rows=assemble_rows(build_columns(_town(seed))), tier=LEAD), links, NOTHING, 1e-9, StopSignal()
    )
    found = _opened(task, root)
    owed, least = relax_linked(replace(task, tier="shortfall"), links, NOTHING, 1e-9, StopSignal())
    for end in proven_ends(owed, least, decided(found), found.columns, StopSignal())[:FIRST]:
        inside = replace(owed, rows=owed.rows.between({}, end.others))
        assert bound_from(inside.rows, "shortfall", end.prices, ()).scaled == end.scaled
        assert _best(inside) <= end.scaled / PRICE_SCALE + 1


@pytest.mark.parametrize("share", [1.0, 0.3])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_that_owes_as_little_places_more_than_is_proven(seed: int, share: float) -> None:
    """At whatever price the held shortfall stands in the proof, of all plans and of each part."""
    task, root = _relaxed(seed)
    found = _opened(task, root)
    problem = _town(seed)
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    assert root.bound is not None
    held = (HeldTier(tier="shortfall", value=-best["shortfall"], step=1, bound=root.bound),)
    price = round(share * price_in_lead(task.rows.num_columns))
    whole, *parts = traded_ends(task, root, decided(found), found.columns, price, StopSignal())
    assert [part.others for part in parts] == list(found.parts)
    proven = {
        number: bound_from(task.rows.between({}, end.others), "placements", end.prices, held).value()
        for number, end in enumerate([whole, *parts])
    }
    assert whole.prices.held == (price,)
    assert proven.pop(0) >= best["placements"]
    assert max(proven.values()) >= best["placements"]
    assert traded_ends(task, root, decided(found), found.columns, price, StopSignal(0.0)) == ()


def test_shortfall_weighs_no_more_than_a_plan_needs() -> None:
    """At the chosen share of the lead's price, the relaxation leaves no more placements open than at all of it."""
    task, root = _relaxed(0)
    opening = Opening(task, root, seed=0, stop=StopSignal(), threads=1)
    found = opening.run()
    assert found is not None
    assert 0 < found.share <= 1
    owed = -task.rows.value("shortfall", task.rows.completed(found.chosen)) / rows.lead_price(task.rows.num_columns)
    others, stop = found.parts[0], StopSignal()
    at_share = opening.small.weighed(found.share, others, None, stop) + found.share * owed
    assert at_share <= opening.small.weighed(1.0, others, None, stop) + owed + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_an_estimate_is_the_same_from_wherever_it_begins(seed: int) -> None:
    """What a part is worth does not depend on where the simplex stood before."""
    task, root = _relaxed(seed)
    assert root.bound is not None
    stop, cohorts = StopSignal(), np.flatnonzero(task.rows.cohort >= 0).tolist()
    small = SmallProgramme(task, root, columns_into(task, root), 0.0)
    whole = small.solve({}, {}, stop)
    assert whole is not None
    begin = whole.standing
    assert begin is not None
    values = []
    for start in (None, begin):
        for other in cohorts:
            part = small.solve({other: (0, 0)}, {}, stop, start)
            values.append(np.nan if part is None else part.value)
    first, second = np.split(np.array(values), 2)
    assert np.allclose(first, second, rtol=1e-6, equal_nan=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_trials_beside_say_what_the_programme_says(seed: int) -> None:
    """They begin where they are told, and of the columns that the programme had then."""
    task, root = _relaxed(seed)
    stop = StopSignal()
    small = SmallProgramme(task, root, columns_into(task, root), 0.0)
    whole = small.solve({}, {}, stop)
    assert whole is not None
    assert whole.standing is not None
    beside = small.beside
    assert small.beside is beside
    for other in np.flatnonzero(task.rows.cohort >= 0).tolist():
        there = beside.solve({other: (1, 1)}, {}, whole.standing, stop)
        here = small.solve({other: (1, 1)}, {}, stop, whole.standing, is_trial=True)
        assert (there is None) is (here is None)
        assert there is None or here is None or np.isclose(there.value, here.value, rtol=1e-9)
    small.renew_beside()
    assert small.beside is not beside


@pytest.mark.parametrize("seed", SEEDS)
def test_two_threads_find_and_prove_what_one_does(seed: int) -> None:
    """The same plan, parts and prices: threads only save time."""
    task, root = _relaxed(seed)
    told = []
    for threads in (1, 2):
        stop = StopSignal()
        found = Opening(task, root, seed=0, stop=stop, threads=threads).run()
        assert found is not None
        ends = OpenedEnds(task, root, found, stop=stop, threads=threads)
        proven = (*ends.of_placements(), *ends.of_shortfall(task, root))
        assert ends.of_placements() is ends.of_placements()
        told.append((found.chosen.tolist(), found.parts, found.share, [(end.others, end.scaled) for end in proven]))
    assert told[0] == told[1]


def test_what_nobody_needs_any_more_is_ended() -> None:
    """A thread that proves placements hears of it, and of the time that is up, as the search does."""
    task, root = _relaxed(0)
    found = _opened(task, root)
    ends = OpenedEnds(task, root, found, stop=StopSignal(), threads=1)
    ends.end()
    assert ends.of_placements() == ()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_person_ends_the_search_whatever_thread_works(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    """Ctrl-C reaches the thread that waits; the other one hears of it."""
    task, root = _relaxed(0)
    stop, solve_ = StopSignal(), SmallProgramme.solve
    calls = iter(range(100))

    def solved(self: SmallProgramme, *given: Any, **named: Any) -> Estimate | None:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return solve_(self, *given, **named)

    monkeypatch.setattr(SmallProgramme, "solve", solved)
    with pytest.raises(Interrupted):
        Opening(task, root, seed=0, stop=stop, threads=threads).run()
    assert stop.by_person


def test_where_one_part_falls_short_the_next_one_is_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that promised most may hold no plan that keeps the promise: the plan comes from another one then."""
    task, root = _relaxed(0)
    opening, tried = Opening(task, root, seed=0, stop=StopSignal(), threads=1), []
    rounded = Opening._rounded

    def first_fails(self: Opening, part: Part) -> IntArray | None:
        tried.append(part.lost)
        return None if len(tried) == 1 else rounded(self, part)

    monkeypatch.setattr(Opening, "_rounded", first_fails)
    found = opening.run()
    assert found is not None
    assert len(tried) > 1
    assert tried == sorted(tried)


def test_each_end_has_much_in_common_with_the_one_before() -> None:
    """Those that leave the first one's way last come first, and every end comes once."""
    yes, no = (1, 1), (0, 0)
    parts = [{3: no, 1: yes}, {3: yes, 2: no}, {3: no, 1: no, 4: yes}, {3: yes, 2: yes}, {3: no, 1: no, 4: no}]
    assert _by_what_is_common([Decisions(others=part) for part in parts]) == [0, 4, 2, 1, 3]
    assert _by_what_is_common([]) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_estimates_are_near_the_whole_relaxation(seed: int) -> None:
    """With the people left out whom cohorts do not move, and whatever cohort is decided."""
    task, root = _relaxed(seed)
    assert root.bound is not None
    worth = abs(root.bound.scaled) / PRICE_SCALE
    small = SmallProgramme(task, root, columns_into(task, root), 1e-4 * worth)
    for other in np.flatnonzero(task.rows.cohort >= 0).tolist():
        for value in (0, 1):
            others = {other: (value, value)}
            estimate = small.solve(others, {}, StopSignal())
            whole = relaxation.relax(replace(task, rows=task.rows.between({}, others)), NOTHING, 1e-9, StopSignal())
            assert (estimate is None) <= (whole.bound is None or not whole.is_feasible)
            if estimate is not None and whole.bound is not None:
                assert np.isclose(estimate.value, whole.bound.scaled / PRICE_SCALE, atol=0.02 * worth)


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_certificate_has_a_case_for_each_part(seed: int) -> None:
    """The checker reads them all, and another solver's best plan beats no bound."""
    problem = _town(seed)
    plan = solve(problem).plan
    report = check_plan(problem, plan, build_columns(problem))
    assert report.violations == ()
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    bounds = {tier.name: tier.bound for tier in plan.tiers}
    assert bounds["shortfall"] <= best["shortfall"]
    assert bounds["placements"] * 10**6 >= best["placements"]


@pytest.mark.usefixtures("every_case_is_large")
def test_parts_by_cohorts_prove_as_much_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody more changes none of them: prices of then are bounded anew, and no cohort is decided again."""
    monkeypatch.setattr(keeping, "MANY_COLUMNS", 0)
    base = resolve(_town(0))
    problem = CHANGES["one candidate more"](base.problem, base)
    assert problem is not None
    monkeypatch.setattr(Opening, "run", None)
    again = resolve(problem, base)
    assert check_plan(problem, again.plan, again.columns).is_sound
    assert all(any(case.between for case in plan.certificate.cases) for plan in (base.plan, again.plan))
    by_name = {tier.name: tier for tier in again.plan.tiers}
    assert by_name["placements"].gap == by_name["shortfall"].gap == 0
