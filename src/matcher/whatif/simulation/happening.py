"""What happens to placements in some replications: docs/model.md section 9, on arrays of placements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.draws import Draws
from matcher.whatif.simulation.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What became of P placements in R replications.

    Parameters
    ----------
    completes : bool (P, R)
        Whether every course on the way was completed.
    begins : bool (P, R)
        Whether the person began to work.
    lasts : bool (P, R)
        Whether the placement lasted.
    delivers : int64 (P, R)
        Hundredths of the contract's unit that it delivers.
    """

    completes: BoolArray
    begins: BoolArray
    lasts: BoolArray
    delivers: IntArray


def happening(places: Places, assumptions: Assumptions, seed: int, first: int, count: int) -> Happening:
    """Return what becomes of placements in the replications ``first`` to ``first + count - 1``.

    Parameters
    ----------
    places : Places
    assumptions : Assumptions
    seed, first, count : int
    """
    draws = Draws(seed)

    def lot(kind: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return draws.uniforms(kind, places.names, first, count)

    completes = np.ones((len(places), count), dtype=np.bool_)
    passed = draws.uniforms("completes", places.step_names, first, count) < places.step_rate[:, None]
    np.logical_and.at(completes, places.step_place, passed)
    weeks = _weeks_late(places, assumptions, draws, first, count)[places.delay_of]
    weeks[places.start == 0] = 0
    start = np.maximum(places.vacancy_start[:, None] + 7 * weeks, places.start[:, None])
    waited = (start - places.start[:, None]) // 7
    begins = completes & (lot("comes") >= float(assumptions.no_show)) & (lot("is taken") >= float(assumptions.refusal))
    begins &= start <= places.last_start[:, None]
    begins &= lot("waits") < (1 - float(assumptions.gives_up_per_week)) ** waited
    return Happening(
        completes=completes,
        begins=begins,
        lasts=begins & (lot("lasts") < places.lasts[:, None]),
        delivers=np.where(begins & (start <= places.last_counted[:, None]), places.units[:, None], 0),
    )


def _weeks_late(places: Places, assumptions: Assumptions, draws: Draws, first: int, count: int) -> IntArray:
    """Return by how many weeks each contract is late; int64 (D, R)."""
    is_late = draws.uniforms("late", places.delay_names, first, count) < float(assumptions.late)
    weeks = 1 + (draws.uniforms("weeks", places.delay_names, first, count) * assumptions.late_weeks).astype(np.int64)
    return np.where(is_late, weeks, 0)
