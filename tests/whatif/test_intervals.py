"""Intervals cover what they say they cover."""

from __future__ import annotations

from math import comb, sqrt

import numpy as np
import pytest

from matcher.whatif.intervals import LEVEL, chance, mean

REPETITIONS = 500
TWO_ERRORS = 2 * sqrt(LEVEL * (1 - LEVEL) / REPETITIONS)


def exact_coverage(share: float, trials: int) -> float:
    """Return the probability that the interval of a count holds the share, added up over all counts."""
    intervals = [chance(count, trials) for count in range(trials + 1)]
    return sum(
        comb(trials, count) * share**count * (1 - share) ** (trials - count)
        for count, one in enumerate(intervals)
        if one.low <= share <= one.high
    )


@pytest.mark.parametrize("trials", [25, 200, 1000])
def test_intervals_of_chances_cover_as_often_as_they_say(trials: int) -> None:
    """On the average over chances from 2 to 98 per cent coverage is nominal, and nowhere far from it."""
    coverage = [exact_coverage(share, trials) for share in np.linspace(0.02, 0.98, 97)]

    assert np.mean(coverage) == pytest.approx(LEVEL, abs=0.01)
    assert min(coverage) > 0.83


def test_a_chance_of_nothing_or_all_still_has_an_interval() -> None:
    """That something never happened in 100 tries does not prove that it cannot."""
    never, always = chance(0, 100), chance(100, 100)

    assert (never.value, never.low) == (0, 0)
    assert never.high == pytest.approx(0.037, abs=0.001)
    assert (always.value, always.high) == (1, 1)
    assert always.low == pytest.approx(1 - never.high)


def test_intervals_of_means_cover_as_often_as_they_say() -> None:
    """Sums over twenty people, thirty replications: within two standard errors of nominal over 500 repetitions."""
    random = np.random.default_rng(20)
    shares = random.uniform(0.3, 0.95, 20)
    samples = (random.random((REPETITIONS, 30, 20)) < shares).sum(axis=2)
    covered = [one.low <= shares.sum() <= one.high for one in map(mean, samples)]

    assert np.mean(covered) == pytest.approx(LEVEL, abs=TWO_ERRORS)


def test_a_single_value_has_no_interval() -> None:
    """One replication says nothing about how much replications vary."""
    one = mean(np.array([7]))

    assert (one.low, one.value, one.high, one.count) == (7, 7, 7, 1)


def test_impossible_counts_are_refused() -> None:
    """More successes than trials, or none of either, are a mistake of whoever counted."""
    for successes, trials in ((0, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="must lie between 0 and the trials"):
            chance(successes, trials)
    with pytest.raises(ValueError, match="at least one value"):
        mean(np.array([]))
