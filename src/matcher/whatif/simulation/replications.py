"""What becomes of a plan, replication after replication, and what that says about each promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from matcher.columns import SHORTFALL_SCALE, UNIT_SCALE, Columns, IntArray
from matcher.engine import Engine, Threads
from matcher.features import build_columns
from matcher.plan import Plan, plan_fingerprint
from matcher.problem import Problem, fingerprint
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.intervals import Estimate, chance, mean
from matcher.whatif.kept import NOTHING_KEPT, Kept, StudyListener, content_key, mapped
from matcher.whatif.simulation.ground import ground_of
from matcher.whatif.simulation.happening import happening
from matcher.whatif.simulation.needs import (
    CohortNeed,
    ContractNeed,
    begun_with_more,
    chosen_places,
    fewest,
    like,
    met_with_reserves,
    reserves_of,
)
from matcher.whatif.simulation.outcome import ContractOutcome, Simulation
from matcher.whatif.simulation.places import PlaceReader, Places, columns_of
from matcher.whatif.simulation.reaction import (
    Promises,
    Reaction,
    Unattended,
    refilled_block,
    refilled_from,
    refilling_blocks,
)

AT_ONCE = 250  # replications in one piece of work
LEAST, MOST = 2, 10**6
SURE = 0.9


def simulate(
    problem: Problem,
    plan: Plan,
    *,
    replications: int = 1000,
    seed: int = 0,
    assumptions: Assumptions | None = None,
    sure: float = SURE,
    reaction: Reaction = "nobody",
    columns: Columns | None = None,
    engine: Engine | None = None,
    kept: Kept = NOTHING_KEPT,
    on_progress: StudyListener | None = None,
) -> Simulation:
    """Draw what becomes of a plan, again and again: when nobody does anything about it, and when somebody steps in.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Of this problem.
    replications : int
    seed : int
        The same seed gives the same luck to every plan and every change of the problem.
    assumptions : Assumptions, optional
    sure : float
        The chance that is wanted of each promise, above 0 and below 1.
    reaction : str
        ``nobody`` steps in, or beside that, ``resolve``: what becomes of the plan under the same luck when every week
        the places that are open are filled again, by solving with the people who are left and those who came.
    columns : Columns, optional
        All of the problem, where they are at hand.
    engine : Engine, optional
        What the replications are drawn on; never changes the result.
    kept : Kept
        Where finished pieces are kept, so that an interrupted simulation goes on.
    on_progress : callable, optional

    Raises
    ------
    ValueError
        When the plan answers another problem, a number is out of its range, or somebody is to step in where places
        have no dates.
    """
    if not LEAST <= replications <= MOST or not 0 < sure < 1:
        raise ValueError(
            f"Replications must lie between {LEAST} and {MOST} and the chance between 0 and 1, got {replications} and "
            f"{sure}."
        )
    problem_hash = fingerprint(problem)
    if plan.problem_hash != problem_hash:
        raise ValueError("The plan must answer this problem. Solve the problem again.")
    assumptions = assumptions or Assumptions()
    columns = build_columns(problem) if columns is None else columns
    setting = _setting(problem, plan, columns, assumptions, seed)
    blocks = [
        _Block(setting=setting, first=first, count=min(AT_ONCE, replications - first))
        for first in range(0, replications, AT_ONCE)
    ]
    keys = [
        content_key("simulate", problem_hash, plan_fingerprint(plan), seed, assumptions, block.first, block.count)
        for block in blocks
    ]
    engine = engine or Threads()
    drawn = mapped(_drawn, blocks, keys, engine=engine, kept=kept, on_progress=on_progress)
    done = _simulation(problem, plan, columns, setting, drawn, sure)
    if reaction == "nobody":
        return done
    promises = _promises(setting, done)
    ground = ground_of(problem, plan, assumptions, columns)
    pieces = refilling_blocks(ground, setting.planned, promises, assumptions, seed, replications)
    names = [
        content_key("refill", problem_hash, plan_fingerprint(plan), seed, assumptions, piece.first, piece.count)
        for piece in pieces
    ]
    found = mapped(refilled_block, pieces, names, engine=engine, kept=kept, on_progress=on_progress)
    return replace(done, refilled=refilled_from(found, promises, _unattended(done)))


def _promises(setting: _Setting, done: Simulation) -> Promises:
    return Promises(
        contract=setting.owing,
        ids=tuple(one.contract_id for one in done.contracts),
        required=setting.required,
        price=setting.price,
        is_planned=tuple(one.planned >= one.required for one in done.contracts),
    )


def _unattended(done: Simulation) -> Unattended:
    return Unattended(
        begun=np.array(done.begun_by_replication, dtype=np.int64),
        lasting=np.array(done.lasting_by_replication, dtype=np.int64),
        shortfall=np.array(done.shortfall_by_replication, dtype=np.int64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What stays the same in all replications.

    Parameters
    ----------
    planned : Places
    owing : tuple of int
        Contracts that owe something.
    required, positions, price : tuple of int
        Of these.
    reserves : tuple of Places
        For these.
    cohorts : tuple of (Places, Places)
        For each cohort in use, the people planned from it, and those who could be added.
    """

    planned: Places
    owing: tuple[int, ...]
    required: tuple[int, ...]
    positions: tuple[int, ...]
    price: tuple[int, ...]
    reserves: tuple[Places, ...]
    cohorts: tuple[tuple[Places, Places], ...]
    assumptions: Assumptions
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Some replications: a piece of work."""

    setting: _Setting
    first: int
    count: int


def _setting(problem: Problem, plan: Plan, columns: Columns, assumptions: Assumptions, seed: int) -> _Setting:
    limits, reader = columns.limits, PlaceReader(problem, columns)
    planned = reader.places(plan.assignments, columns_of(columns, plan.assignments))
    owing = [int(contract) for contract in np.flatnonzero(limits.required > 0)]
    positions = np.zeros(len(limits.contract_ids), dtype=np.int64)
    owned = limits.contract_of_vacancy >= 0
    np.add.at(positions, limits.contract_of_vacancy[owned], limits.positions[owned])
    return _Setting(
        planned=planned,
        owing=tuple(owing),
        required=tuple(int(limits.required[contract]) for contract in owing),
        positions=tuple(int(positions[contract]) for contract in owing),
        price=tuple(int(limits.shortfall_price[contract]) for contract in owing),
        reserves=tuple(reserves_of(columns, reader, planned, contract) for contract in owing),
        cohorts=tuple(_with_more(planned, chosen) for _, chosen in _by_cohort(plan)),
        assumptions=assumptions,
        seed=seed,
    )


def _with_more(planned: Places, chosen: IntArray) -> tuple[Places, Places]:
    return chosen_places(planned, chosen), like(planned, chosen)


def _by_cohort(plan: Plan) -> Iterator[tuple[str, IntArray]]:
    """Yield each cohort that placements need, with their positions in the plan."""
    used = sorted({cohort_id for entry in plan.assignments for cohort_id in entry.cohort_ids})
    for cohort_id in used:
        yield cohort_id, np.flatnonzero([cohort_id in entry.cohort_ids for entry in plan.assignments])


def _drawn(block: _Block) -> dict[str, Any]:
    """Return what a piece of work counted; a task of engines."""
    setting, assumptions = block.setting, block.setting.assumptions

    def happens(places: Places) -> Any:
        return happening(places, assumptions, setting.seed, block.first, block.count)

    planned = happens(setting.planned)
    shortfall = np.zeros(block.count, dtype=np.int64)
    contracts = []
    for contract, required, positions, price, reserves in zip(
        setting.owing, setting.required, setting.positions, setting.price, setting.reserves, strict=True
    ):
        own = setting.planned.contract == contract
        delivered = planned.delivers[own].sum(axis=0)
        free = positions - planned.begins[own].sum(axis=0)
        shortfall += price * np.maximum(0, required - delivered)
        met = met_with_reserves(delivered, free, required, happens(reserves))
        contracts.append({"delivered": delivered.tolist(), "met": met.tolist()})
    return {
        "begun": planned.begins.sum(axis=0).tolist(),
        "lasting": planned.lasts.sum(axis=0).tolist(),
        "full_time": (setting.planned.extent @ planned.lasts).tolist(),
        "shortfall": shortfall.tolist(),
        "contracts": contracts,
        "cohorts": [begun_with_more(happens(own), happens(more), len(own)).tolist() for own, more in setting.cohorts],
    }


def _simulation(
    problem: Problem, plan: Plan, columns: Columns, setting: _Setting, drawn: Sequence[dict[str, Any]], sure: float
) -> Simulation:
    begun, lasting, shortfall, full_time = (
        np.array([one for block in drawn for one in block[name]], dtype=np.int64)
        for name in ("begun", "lasting", "shortfall", "full_time")
    )
    contracts = tuple(_contracts(columns, setting, drawn, sure))
    missing = [max(Decimal(0), one.required - one.planned) for one in contracts]
    planned = sum((one * price for one, price in zip(missing, setting.price, strict=True)), Decimal(0))
    return Simulation(
        problem_hash=plan.problem_hash,
        plan_hash=plan_fingerprint(plan),
        seed=setting.seed,
        replications=len(begun),
        sure=sure,
        assumptions=setting.assumptions,
        num_planned=len(plan.assignments),
        begun=mean(begun),
        lasting=mean(lasting),
        shortfall=mean(shortfall / SHORTFALL_SCALE),
        planned_shortfall=planned * UNIT_SCALE / SHORTFALL_SCALE,
        all_met=_all_met(setting, contracts, drawn),
        contracts=contracts,
        cohorts=tuple(_cohorts(problem, plan, drawn, sure)),
        begun_by_replication=tuple(begun.tolist()),
        lasting_by_replication=tuple(lasting.tolist()),
        shortfall_by_replication=tuple(shortfall.tolist()),
        full_time_by_replication=tuple(full_time.tolist()),
    )


def _delivered(drawn: Sequence[dict[str, Any]], position: int) -> IntArray:
    return np.array([one for block in drawn for one in block["contracts"][position]["delivered"]], dtype=np.int64)


def _contracts(
    columns: Columns, setting: _Setting, drawn: Sequence[dict[str, Any]], sure: float
) -> Iterator[ContractOutcome]:
    trials = sum(len(block["begun"]) for block in drawn)
    for position, (contract, required) in enumerate(zip(setting.owing, setting.required, strict=True)):
        met = np.sum([block["contracts"][position]["met"] for block in drawn], axis=0).tolist()
        chances = tuple(chance(one, trials) for one in met)
        needed, safely = fewest(chances, sure)
        names = setting.reserves[position].candidate_ids
        own = setting.planned.contract == contract
        yield ContractOutcome(
            contract_id=columns.limits.contract_ids[contract],
            required=Decimal(required) / UNIT_SCALE,
            planned=Decimal(int(setting.planned.units[own].sum())) / UNIT_SCALE,
            met=chances[0],
            delivered=mean(_delivered(drawn, position) / UNIT_SCALE),
            need=ContractNeed(
                chances=chances,
                candidate_ids=tuple(name for name in names if "\x1f" not in name),
                needed=needed,
                safely=safely,
            ),
        )


def _all_met(setting: _Setting, contracts: Sequence[ContractOutcome], drawn: Sequence[dict[str, Any]]) -> Estimate:
    trials = sum(len(block["begun"]) for block in drawn)
    met = np.ones(trials, dtype=np.bool_)
    for position, (one, required) in enumerate(zip(contracts, setting.required, strict=True)):
        if one.planned >= one.required:
            met &= _delivered(drawn, position) >= required
    return chance(int(met.sum()), trials)


def _cohorts(problem: Problem, plan: Plan, drawn: Sequence[dict[str, Any]], sure: float) -> Iterator[CohortNeed]:
    trials = sum(len(block["begun"]) for block in drawn)
    seats = {cohort.cohort_id: cohort.seats for cohort in problem.cohorts}
    for position, (cohort_id, chosen) in enumerate(_by_cohort(plan)):
        enough = np.sum([block["cohorts"][position] for block in drawn], axis=0).tolist()
        chances = tuple(chance(one, trials) for one in enough)
        needed, safely = fewest(chances, sure)
        yield CohortNeed(
            cohort_id=cohort_id,
            planned=len(chosen),
            seats=seats[cohort_id],
            chances=chances,
            needed=needed,
            safely=safely,
        )
