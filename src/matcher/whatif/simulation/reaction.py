"""What becomes of a plan when somebody steps in: many replications, and what that adds under the same luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from matcher.columns import MONEY_SCALE, SHORTFALL_SCALE, UNIT_SCALE, BoolArray, IntArray
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.draws import Draws
from matcher.whatif.intervals import Estimate, chance, mean
from matcher.whatif.simulation.ground import Ground
from matcher.whatif.simulation.happening import Events, Fall, Happening, weeks_late
from matcher.whatif.simulation.places import Places
from matcher.whatif.simulation.refilling import Luck, Refilling, refilled

Reaction = Literal["nobody", "resolve"]
REACTIONS: tuple[Reaction, ...] = get_args(Reaction)
AT_ONCE = 20  # replications in one piece of work


@dataclass(frozen=True, slots=True, kw_only=True)
class RefilledContract:
    """What becomes of one contract's obligation when places are filled again.

    Parameters
    ----------
    contract_id : str
    met : Estimate
        Chance that the obligation is met.
    delivered : Estimate
        Mean, in the contract's unit.
    """

    contract_id: str
    met: Estimate
    delivered: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Refilled:
    """What becomes of a plan when every week the places that are open are filled again, by solving.

    Parameters
    ----------
    begun, lasting, shortfall, all_met : Estimate
        As in `Simulation`.
    more_begun, more_lasting, more_shortfall : Estimate
        What stepping in adds to each, replication by replication.
    placed_again : Estimate
        Mean number of placements made after the plan.
    came : Estimate
        Mean number of people who came.
    training_cost : Estimate
        Kronor for the seats of those placed after the plan.
    contracts : tuple of RefilledContract
        Those that owe something.
    begun_by_replication, lasting_by_replication : tuple of int
    shortfall_by_replication : tuple of int
        Hundred-millionths of a person equivalent.
    full_time_by_replication : tuple of int
        Lasting placements with a wage, in hundredths of a person of full time.
    cost_by_replication : tuple of int
        öre for the seats of those placed after the plan.
    """

    begun: Estimate
    lasting: Estimate
    shortfall: Estimate
    all_met: Estimate
    more_begun: Estimate
    more_lasting: Estimate
    more_shortfall: Estimate
    placed_again: Estimate
    came: Estimate
    training_cost: Estimate
    contracts: tuple[RefilledContract, ...]
    begun_by_replication: tuple[int, ...]
    lasting_by_replication: tuple[int, ...]
    shortfall_by_replication: tuple[int, ...]
    full_time_by_replication: tuple[int, ...]
    cost_by_replication: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The contracts that owe something.

    Parameters
    ----------
    contract : tuple of int
        Positions among all contracts.
    ids : tuple of str
    required, price : tuple of int
        In hundredths of the contract's unit, and hundred-millionths of a person equivalent per hundredth.
    is_planned : tuple of bool
        Whether the plan meets the obligation where nothing goes wrong.
    """

    contract: tuple[int, ...]
    ids: tuple[str, ...]
    required: tuple[int, ...]
    price: tuple[int, ...]
    is_planned: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattended:
    """The same replications where nobody steps in: what each adds is told against these."""

    begun: IntArray
    lasting: IntArray
    shortfall: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillingBlock:
    """Some replications: a piece of work."""

    ground: Ground
    planned: Places
    promises: Promises
    assumptions: Assumptions
    seed: int
    first: int
    count: int


def refilling_blocks(
    ground: Ground, planned: Places, promises: Promises, assumptions: Assumptions, seed: int, replications: int
) -> list[RefillingBlock]:
    """Return all replications in pieces of work."""
    return [
        RefillingBlock(
            ground=ground,
            planned=planned,
            promises=promises,
            assumptions=assumptions,
            seed=seed,
            first=first,
            count=min(AT_ONCE, replications - first),
        )
        for first in range(0, replications, AT_ONCE)
    ]


def refilled_block(block: RefillingBlock) -> dict[str, Any]:
    """Return what a piece of work counted; a task of engines."""
    ground, assumptions, draws = block.ground, block.assumptions, Draws(block.seed)
    events = Events(block.planned, assumptions, block.seed, block.first, block.count)
    happens, fall = events.happening, events.fall
    late = weeks_late(ground.delay_names, assumptions, draws, block.first, block.count)
    comes = _comes(ground, draws, block.first, block.count)
    counted: dict[str, list[int]] = {name: [] for name in ("begun", "lasting", "full_time", "again", "cost", "came")}
    delivered: list[list[int]] = []
    for r in range(block.count):
        luck = Luck(
            seed=block.seed,
            replication=block.first + r,
            places=block.planned,
            fall=Fall(day=fall.day[:, [r]], stays=fall.stays[:, [r]], passes=fall.passes[:, [r]]),
            weeks_late=late[:, r],
            comes=comes[:, r],
        )
        made = refilled(ground, assumptions, luck)
        later = zip(made.places, made.happening, strict=True)
        own = [(block.planned, happens, r), *((one, what, 0) for one, what in later)]
        for name, value in _totals(own, made).items():
            counted[name].append(value)
        counted["came"].append(int((comes[:, r] & (ground.week > 0)).sum()))
        delivered.append(_delivered(own, block.promises))
    return counted | {"delivered": delivered}


def _comes(ground: Ground, draws: Draws, first: int, count: int) -> BoolArray:
    """Return who is there in each replication, sooner or later; bool (C, R)."""
    comes = np.ones((len(ground.week), count), dtype=np.bool_)
    new = np.flatnonzero(ground.week > 0)
    names = [ground.columns.limits.candidate_ids[i] for i in new.tolist()]
    if names:
        comes[new] = draws.uniforms("arrives", names, first, count) < ground.chance
    return comes


_Own = Sequence[tuple[Places, Happening, int]]  # placements, what happens to them, and in which column of it


def _totals(own: _Own, made: Refilling) -> dict[str, int]:
    return {
        "begun": sum(int(happens.begins[:, r].sum()) for _, happens, r in own),
        "lasting": sum(int(happens.lasts[:, r].sum()) for _, happens, r in own),
        "full_time": sum(int(places.extent @ happens.lasts[:, r]) for places, happens, r in own),
        "again": len(made.columns),
        "cost": made.cost,
    }


def _delivered(own: _Own, promises: Promises) -> list[int]:
    return [
        sum(int(happens.delivers[places.contract == contract, r].sum()) for places, happens, r in own)
        for contract in promises.contract
    ]


def refilled_from(drawn: Sequence[dict[str, Any]], promises: Promises, unattended: Unattended) -> Refilled:
    """Return what many pieces of work say together.

    Parameters
    ----------
    drawn : sequence of dict
        From `refilled_block`, in order.
    promises : Promises
    unattended : Unattended
    """

    def all_of(name: str) -> IntArray:
        return np.array([one for block in drawn for one in block[name]], dtype=np.int64)

    begun, lasting, delivered = all_of("begun"), all_of("lasting"), all_of("delivered")
    delivered = delivered.reshape(len(begun), len(promises.contract))
    missing = np.maximum(0, np.array(promises.required, dtype=np.int64) - delivered)
    shortfall = missing @ np.array(promises.price, dtype=np.int64)
    planned = np.array(promises.is_planned, dtype=np.bool_)
    return Refilled(
        begun=mean(begun),
        lasting=mean(lasting),
        shortfall=mean(shortfall / SHORTFALL_SCALE),
        all_met=chance(int((missing[:, planned] == 0).all(axis=1).sum()), len(begun)),
        more_begun=mean(begun - unattended.begun),
        more_lasting=mean(lasting - unattended.lasting),
        more_shortfall=mean((shortfall - unattended.shortfall) / SHORTFALL_SCALE),
        placed_again=mean(all_of("again")),
        came=mean(all_of("came")),
        training_cost=mean(all_of("cost") / MONEY_SCALE),
        contracts=tuple(_contracts(delivered, missing, promises)),
        begun_by_replication=tuple(begun.tolist()),
        lasting_by_replication=tuple(lasting.tolist()),
        shortfall_by_replication=tuple(shortfall.tolist()),
        full_time_by_replication=tuple(all_of("full_time").tolist()),
        cost_by_replication=tuple(all_of("cost").tolist()),
    )


def _contracts(delivered: IntArray, missing: IntArray, promises: Promises) -> Iterator[RefilledContract]:
    for position, contract_id in enumerate(promises.ids):
        yield RefilledContract(
            contract_id=contract_id,
            met=chance(int((missing[:, position] == 0).sum()), len(missing)),
            delivered=mean(delivered[:, position] / UNIT_SCALE),
        )
