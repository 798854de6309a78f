"""How many people in reserve make a promise as sure as is wanted: by contract, and by cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.solve.planning import assignment_of
from matcher.whatif.intervals import Estimate
from matcher.whatif.simulation.happening import Happening
from matcher.whatif.simulation.places import PlaceReader, Places, best_of_each

MOST_RESERVES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractNeed:
    """How many reserves a contract needs.

    Parameters
    ----------
    chances : tuple of Estimate
        That the obligation is met, with 0, 1, 2 ... people in reserve.
    candidate_ids : tuple of str
        Who they would be, the best first; those after them are like the people planned for the contract.
    needed : int or None
        Fewest with whom the chance is what is wanted; ``None`` where not even all are enough.
    safely : int or None
        Fewest with whom even the lower end of the interval is.
    """

    chances: tuple[Estimate, ...]
    candidate_ids: tuple[str, ...]
    needed: int | None
    safely: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortNeed:
    """How many have to begin a cohort so that as many as are planned from it begin to work.

    Parameters
    ----------
    cohort_id : str
    planned : int
        Placements that need the cohort.
    seats : int
        Of the cohort, in all.
    chances : tuple of Estimate
        That so many begin to work, with 0, 1, 2 ... more people in the cohort.
    needed, safely : int or None
        Fewest more with whom the chance, or even the lower end of its interval, is what is wanted.
    """

    cohort_id: str
    planned: int
    seats: int
    chances: tuple[Estimate, ...]
    needed: int | None
    safely: int | None


def reserves_of(columns: Columns, reader: PlaceReader, planned: Places, contract: int) -> Places:
    """Return the placements in reserve for a contract: people without a place in the plan, the best first.

    Each takes the column that suits best there; where they are too few, copies of the people planned for the contract
    follow, in their order, again and again.
    """
    limits = columns.limits
    is_placed = np.isin(np.array(limits.candidate_ids), np.array(planned.candidate_ids))
    allowed = (limits.contract_of_vacancy[columns.vacancy] == contract) & ~is_placed[columns.candidate]
    allowed &= columns.units > 0
    chosen = best_of_each(columns, allowed)[:MOST_RESERVES]
    known = reader.places([assignment_of(columns, int(column)) for column in chosen], chosen)
    return joined(
        known, like(planned, np.flatnonzero((planned.contract == contract) & (planned.units > 0)), len(known))
    )


def like(planned: Places, models: IntArray, num_known: int = 0) -> Places:
    """Return copies of some placements, in turn, with luck of their own, up to the most reserves."""
    if not len(models):
        return chosen_places(planned, models)
    copied = np.resize(models, max(0, MOST_RESERVES - num_known))
    return chosen_places(planned, copied, [f"\x1freserve {number}" for number in range(len(copied))])


def chosen_places(places: Places, chosen: IntArray, marks: list[str] | None = None) -> Places:
    """Return some placements, perhaps several times; marks make the draws of each its own."""
    marks = marks or [""] * len(chosen)
    steps = [np.flatnonzero(places.step_place == place) for place in chosen]
    step = np.concatenate([*steps, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    owner = np.repeat(np.arange(len(chosen)), [len(one) for one in steps])
    return Places(
        names=tuple(places.names[place] + mark for place, mark in zip(chosen, marks, strict=True)),
        candidate_ids=tuple(places.candidate_ids[place] + mark for place, mark in zip(chosen, marks, strict=True)),
        step_names=tuple(places.step_names[one] + marks[whose] for one, whose in zip(step, owner, strict=True)),
        cohort_ids=tuple(places.cohort_ids[one] for one in step),
        step_place=owner,
        step_first=places.step_first[step],
        step_last=places.step_last[step],
        step_rate=places.step_rate[step],
        delay_names=places.delay_names,
        **{name: getattr(places, name)[chosen] for name in _BY_PLACE},
    )


_BY_PLACE = (
    "delay_of",
    "contract",
    "vacancy",
    "vacancy_start",
    "start",
    "last_start",
    "last_counted",
    "units",
    "lasts",
    "extent",
)


def joined(one: Places, other: Places) -> Places:
    """Return the placements of both, one after the other."""
    names = one.delay_names + other.delay_names
    return Places(
        names=one.names + other.names,
        candidate_ids=one.candidate_ids + other.candidate_ids,
        step_names=one.step_names + other.step_names,
        cohort_ids=one.cohort_ids + other.cohort_ids,
        step_place=np.r_[one.step_place, len(one) + other.step_place],
        step_first=np.r_[one.step_first, other.step_first],
        step_last=np.r_[one.step_last, other.step_last],
        step_rate=np.r_[one.step_rate, other.step_rate],
        delay_names=names,
        delay_of=np.r_[one.delay_of, len(one.delay_names) + other.delay_of],
        **{name: np.r_[getattr(one, name), getattr(other, name)] for name in _BY_PLACE if name != "delay_of"},
    )


def met_with_reserves(delivered: IntArray, free: IntArray, required: int, reserves: Happening) -> IntArray:
    """Return in how many replications a contract is met with 0, 1, 2 ... people in reserve; int64 (reserves + 1,).

    Who is in reserve takes a position that is free in the replication, the first that is ready first.

    Parameters
    ----------
    delivered : int64 (R,)
        By the planned people.
    free : int64 (R,)
        Positions without a planned person who began.
    required : int
    reserves : Happening
    """
    place = np.cumsum(reserves.begins, axis=0)
    units = np.where(reserves.begins & (place <= free[None, :]), reserves.delivers, 0)
    total = np.vstack([delivered[None, :], delivered[None, :] + np.cumsum(units, axis=0)])
    met: IntArray = (total >= required).sum(axis=1)
    return met


def begun_with_more(planned: Happening, more: Happening, wanted: int) -> IntArray:
    """Return in how many replications so many people of a cohort begin, with 0, 1, 2 ... more in it."""
    begun = planned.begins.sum(axis=0)
    total = np.vstack([begun[None, :], begun[None, :] + np.cumsum(more.begins, axis=0)])
    enough: IntArray = (total >= wanted).sum(axis=1)
    return enough


def fewest(chances: tuple[Estimate, ...], wanted: float) -> tuple[int | None, int | None]:
    """Return the fewest reserves whose chance is what is wanted, and the fewest whose interval is above it."""
    needed = next((number for number, one in enumerate(chances) if one.value >= wanted), None)
    safely = next((number for number, one in enumerate(chances) if one.low >= wanted), None)
    return needed, safely
