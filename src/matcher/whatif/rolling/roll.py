"""Many years, each decided week by week in several ways, against the best plan of hindsight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from matcher.columns import ARRAYS_BY_COLUMN, SHORTFALL_SCALE, WEIGHT_SCALE, Columns, IntArray
from matcher.engine import Engine, Threads
from matcher.errors import SolverFailure
from matcher.features import build_columns
from matcher.problem import Problem, fingerprint
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solver import LEAD, Rows, StopSignal, assemble_rows, solve_tiers
from matcher.whatif.intervals import mean
from matcher.whatif.kept import NOTHING_KEPT, Kept, StudyListener, content_key, mapped
from matcher.whatif.rolling.outcome import HindsightYear, PolicyShare, Rolling, YearOutcome
from matcher.whatif.rolling.policies import POLICIES, PolicyName, Year, decided
from matcher.whatif.rolling.promised import Pair, Route, columns_of, promised, without_broken_shares
from matcher.whatif.rolling.tenders import Announcements
from matcher.whatif.rolling.worlds import WEEK, Arrivals, Calendar, World, acting_days, calendar_of, world
from matcher.whatif.seats import not_broken_further

FUTURES = 5
GAP = 1e-4  # of the best plan of hindsight
AIMS = ("shortfall", "placements")


def roll(
    problem: Problem,
    *,
    replications: int = 20,
    seed: int = 0,
    arrivals: Arrivals | None = None,
    announcements: Announcements | None = None,
    num_futures: int = FUTURES,
    engine: Engine | None = None,
    kept: Kept = NOTHING_KEPT,
    on_progress: StudyListener | None = None,
) -> Rolling:
    """Decide many years week by week, in several ways, and compare each with hindsight.

    Parameters
    ----------
    problem : Problem
        Its people are those of whom some are known, and whom those who come are like.
    replications : int
        Years; at least 2.
    seed : int
    arrivals : Arrivals, optional
    announcements : Announcements, optional
        How contracts become known; all on the first day unless given.
    num_futures : int
        How many futures are imagined when looking ahead.
    engine : Engine, optional
        Never changes the result.
    kept : Kept
    on_progress : callable, optional

    Raises
    ------
    UnsupportedRule, ContradictoryDecisions, LimitReached
        Where the problem has no plan, as `matcher.solve.solve`.
    ValueError
        When nothing has a date, or a number is out of its range.
    """
    if replications < 2 or num_futures < 1:
        raise ValueError(f"Years must be at least 2 and futures at least 1, got {replications} and {num_futures}.")
    arrivals, announcements = arrivals or Arrivals(), announcements or Announcements()
    refuse_what_cannot_be_solved(problem)
    columns = build_columns(problem)
    before = promised(problem, columns, GAP)
    calendar = calendar_of(columns, until_begun=announcements.dropped > 0)
    problem_hash = fingerprint(problem)
    tasks = [
        _Task(
            problem=before.problem,
            routes=before.routes,
            calendar=calendar,
            arrivals=arrivals,
            announcements=announcements,
            seed=seed,
            replication=replication,
            num_futures=num_futures,
        )
        for replication in range(replications)
    ]
    keys = [
        content_key("rolling", problem_hash, arrivals, announcements, num_futures, seed, task.replication)
        for task in tasks
    ]
    years = mapped(_decided_year, tasks, keys, engine=engine or Threads(), kept=kept, on_progress=on_progress)
    hindsight = tuple(_hindsight_from(year["hindsight"]) for year in years)
    policies = tuple(_share(policy, years, hindsight) for policy in POLICIES)
    by_hand, ahead = (_shares(one.years, hindsight) for one in (policies[0], policies[-1]))
    return Rolling(
        problem_hash=problem_hash,
        seed=seed,
        replications=replications,
        num_futures=num_futures,
        arrivals=arrivals,
        announcements=announcements,
        calendar=calendar,
        hindsight=hindsight,
        policies=policies,
        gained=mean(ahead - by_hand),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One year: a piece of work."""

    problem: Problem
    routes: Mapping[Pair, Route]
    calendar: Calendar
    arrivals: Arrivals
    announcements: Announcements
    seed: int
    replication: int
    num_futures: int


def year_of(task: _Task) -> Year:
    """Return a year as arrays: of everybody and all work that comes, or might come, in it."""
    calendar = task.calendar
    made = world(
        task.problem,
        calendar,
        task.arrivals,
        task.seed,
        task.replication,
        task.num_futures,
        task.announcements,
    )
    columns = _without_pins(_of_one_future(build_columns(made.problem), made, calendar))
    counts = "shortfall" in task.problem.policy.tiers
    kept = columns_of(task.routes, columns)
    return Year(
        columns=columns,
        rows=not_broken_further(assemble_rows(columns, counts_obligations=counts), kept),
        aim=LEAD,  # without obligations it holds hard minimum counts beside the placements
        week=made.week,
        future=made.future,
        announced=made.announced,
        dropped=made.dropped,
        work_future=made.work_future,
        due=_due(columns, calendar),
        promised=kept,
        first_day=calendar.first_day.toordinal(),
        num_weeks=calendar.num_weeks,
        num_futures=task.num_futures,
    )


def _due(columns: Columns, calendar: Calendar) -> IntArray:
    return (acting_days(columns) - calendar.first_day.toordinal()) // WEEK


def _of_one_future(columns: Columns, made: World, calendar: Calendar) -> Columns:
    """Leave out pairs of different futures, work that is never announced, and what nobody can decide in time.

    Nobody is trained for a contract before it is announced, and no pair of somebody who comes later is of use: such
    columns are not for hindsight either.
    """
    person, work = made.future[columns.candidate], made.work_future[columns.vacancy]
    due, announced = _due(columns, calendar), made.announced[columns.vacancy]
    is_possible = (person == 0) | (work == 0) | (person == work)
    is_possible &= (announced <= due) & (due < calendar.num_weeks) & (made.week[columns.candidate] <= due)
    return columns if is_possible.all() else _some(columns, np.flatnonzero(is_possible))


def _some(columns: Columns, kept: IntArray) -> Columns:
    return replace(columns, **{name: getattr(columns, name)[kept] for name in ARRAYS_BY_COLUMN})


def _without_pins(columns: Columns) -> Columns:
    nobody = np.zeros(0, dtype=np.int32)
    return replace(columns, limits=replace(columns.limits, pinned_candidate=nobody, pinned_vacancy=nobody))


def _decided_year(task: _Task) -> dict[str, Any]:
    """Return what each way of deciding reached in a year; a task of engines."""
    year = year_of(task)
    real, own = really(year)
    tiers = task.problem.policy.tiers
    document: dict[str, Any] = {"hindsight": _hindsight(year, real, own, tiers)}
    rows = assemble_rows(own, counts_obligations="shortfall" in tiers)
    rows = not_broken_further(rows, np.searchsorted(real, year.promised))
    for policy in POLICIES:
        chosen = np.searchsorted(real, decided(year, policy))
        document[policy] = _reached(not_broken_further(rows, chosen) if _has_dropped(year) else rows, chosen)
    return document


def really(year: Year) -> tuple[IntArray, Columns]:
    """Return the columns of those who really came for the work that there was, by position and as columns.

    Contracts that did not come, or came to nothing, owe nothing.
    """
    is_work = (year.work_future == 0) & (year.announced < year.num_weeks) & (year.dropped == year.num_weeks)
    rows = year.rows
    real = np.flatnonzero((year.future[rows.person] == 0) & is_work[rows.vacancy])
    own = _some(year.columns, real)
    contract = own.limits.contract_of_vacancy
    has_work, has_none = (
        np.bincount(contract[of & (contract >= 0)], minlength=len(own.limits.contract_ids)) > 0
        for of in (is_work, ~is_work)
    )
    required = np.where(has_none & ~has_work, 0, own.limits.required)
    return real, replace(own, limits=replace(own.limits, required=required))


def _has_dropped(year: Year) -> bool:
    return bool(((year.work_future == 0) & (year.dropped < year.num_weeks) & (year.announced < year.num_weeks)).any())


def _reached(rows: Rows, chosen: IntArray) -> dict[str, int]:
    x = rows.completed(chosen)
    if not rows.is_feasible(x):
        raise SolverFailure("A year decided week by week broke a limit. This is a fault of Matcher; please report it.")
    return {"placed": len(chosen)} | {aim: rows.value(aim, x) for aim in AIMS}


def _hindsight(year: Year, real: IntArray, own: Columns, tiers: Sequence[str]) -> dict[str, Any]:
    """Return the best plan for those who really came, with its bounds; promises are kept."""
    kept = np.searchsorted(real, year.promised)
    limits = replace(own.limits, pinned_candidate=own.candidate[kept], pinned_vacancy=own.vacancy[kept])
    own = without_broken_shares(replace(own, limits=limits), kept)
    pursued = tuple(tier for tier in tiers if tier in AIMS)
    pursued = pursued if "placements" in pursued else (*pursued, "placements")  # whatever leads, these are compared
    solution = solve_tiers(own, pursued, gap=GAP, seed=0, stop=StopSignal(), report=lambda *_: None)
    bounds = {tier.tier: tier.bound for tier in solution.tiers}
    return _reached(solution.rows, solution.chosen) | {
        "bounds": {aim: bounds[aim] for aim in AIMS if aim in bounds},
        "owed": int(own.limits.required @ own.limits.shortfall_price) if "shortfall" in tiers else 0,
    }


def _outcome(found: dict[str, Any], has_shortfall: bool) -> YearOutcome:
    return YearOutcome(
        placed=found["placed"],
        placements=Decimal(found["placements"]) / WEIGHT_SCALE,
        shortfall=-Decimal(found["shortfall"]) / SHORTFALL_SCALE if has_shortfall else None,
    )


def _hindsight_from(found: dict[str, Any]) -> HindsightYear:
    bounds, has_shortfall = found["bounds"], bool(found["owed"])
    return HindsightYear(
        outcome=_outcome(found, has_shortfall),
        placements_bound=Decimal(bounds["placements"]) / WEIGHT_SCALE,
        shortfall_bound=-Decimal(bounds["shortfall"]) / SHORTFALL_SCALE if has_shortfall else None,
        owed=Decimal(found["owed"]) / SHORTFALL_SCALE,
    )


def _shares(years: Sequence[YearOutcome], hindsight: Sequence[HindsightYear]) -> Any:
    """Return what is reached of hindsight's placements in each year; 1 where there was nothing to reach."""
    return np.array(
        [
            float(one.placements / best.placements_bound) if best.placements_bound else 1.0
            for one, best in zip(years, hindsight, strict=True)
        ]
    )


def _share(policy: PolicyName, years: Sequence[dict[str, Any]], hindsight: Sequence[HindsightYear]) -> PolicyShare:
    own = tuple(
        _outcome(year[policy], best.shortfall_bound is not None) for year, best in zip(years, hindsight, strict=True)
    )
    delivered = [
        float((best.owed - one.shortfall) / (best.owed - best.shortfall_bound))
        for one, best in zip(own, hindsight, strict=True)
        if one.shortfall is not None and best.shortfall_bound is not None and best.owed > best.shortfall_bound
    ]
    return PolicyShare(
        policy=policy,
        years=own,
        placements=mean(_shares(own, hindsight)),
        delivered=mean(np.array(delivered)) if delivered else None,
    )
