"""When people and contracts come: Poisson processes over the weeks of a year, drawn by name."""

from __future__ import annotations

from math import ceil, log

from matcher.whatif.draws import Draws


def poisson_weeks(
    draws: Draws, kind_of_gap: str, kind_of_lot: str, name: str, rate: float, weeks: int
) -> list[tuple[int, float]]:
    """Return in which week each arrival is taken up, in order, with a number from 0 to below 1 of its own.

    Parameters
    ----------
    draws : Draws
    kind_of_gap, kind_of_lot, name : str
        Of the events.
    rate : float
        Arrivals a week, on average.
    weeks : int
        Whatever comes during a week is taken up on the first day of the next; later ones than week ``weeks - 1`` not.
    """
    if rate <= 0 or weeks < 1:
        return []
    most = ceil(rate * weeks + 10 * (rate * weeks) ** 0.5 + 20)  # ten standard deviations above the mean
    gaps, lots = draws.uniforms(kind_of_gap, [name], 0, most)[0], draws.uniforms(kind_of_lot, [name], 0, most)[0]
    found, time = [], 0.0
    for gap, lot in zip(gaps.tolist(), lots.tolist(), strict=True):
        time -= log(1 - gap) / rate
        week = int(time) + 1
        if week >= weeks:
            break
        found.append((week, lot))
    return found
