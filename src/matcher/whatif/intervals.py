"""Estimates with intervals that cover: chances by Wilson, means by Student's t.

Why these: a chance is a count of successes, and the interval of Wilson keeps near its nominal coverage down to small
counts and to chances near 0 and 1, where the textbook interval has no width at all (Brown, Cai and DasGupta 2001,
Interval estimation for a binomial proportion, Statistical Science 16). A mean over replications is one of sums over
many people, whose distribution is close to normal, so that Student's t holds and a bootstrap would only add noise of
its own. Both are tested for their coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure that was estimated from replications.

    Parameters
    ----------
    value : float
    low, high : float
        Ends of the interval; equal to `value` where nothing varied.
    count : int
        Replications that it rests on.
    """

    value: float
    low: float
    high: float
    count: int


def chance(successes: int, trials: int, level: float = LEVEL) -> Estimate:
    """Return a chance with its Wilson interval.

    Parameters
    ----------
    successes, trials : int
        At least one trial.
    level : float
        Nominal coverage.
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"Successes must lie between 0 and the trials, at least 1, got {successes}/{trials}.")
    from scipy.special import ndtri  # a solve needs none of it, and starts sooner without

    z = float(ndtri((1 + level) / 2))
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # At 0 and 1 the formula meets the end exactly, but for rounding.
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Estimate(value=share, low=min(low, share), high=max(high, share), count=trials)


def mean(values: npt.NDArray[Any], level: float = LEVEL) -> Estimate:
    """Return a mean with its t interval.

    Parameters
    ----------
    values : array (n,)
        Independent; at least one. A single one has no interval, so that its ends are itself.
    level : float
        Nominal coverage.
    """
    count = len(values)
    if count < 1:
        raise ValueError("A mean must have at least one value.")
    value = float(np.mean(values))
    if count == 1:
        return Estimate(value=value, low=value, high=value, count=1)
    from scipy.special import stdtrit

    half = float(stdtrit(count - 1, (1 + level) / 2)) * float(np.std(values, ddof=1)) / sqrt(count)
    return Estimate(value=value, low=value - half, high=value + half, count=count)
