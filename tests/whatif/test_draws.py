"""Luck has names: equal for equal names, independent of everything else."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.whatif.draws import Draws

MANY = 100_000


def test_an_event_has_the_same_luck_beside_whatever_other_events() -> None:
    """Neither the other names, nor their order, nor where a block of replications begins changes a number."""
    together = Draws(7).uniforms("comes", ["a", "b", "c"], 0, 10)

    assert np.array_equal(Draws(7).uniforms("comes", ["c", "a"], 0, 10), together[[2, 0]])
    assert np.array_equal(Draws(7).uniforms("comes", ["b"], 4, 6), together[[1], 4:])


def test_seed_kind_and_name_each_make_a_stream_of_its_own() -> None:
    """No two of them agree in a single number."""
    streams = [
        Draws(seed).uniforms(kind, [name], 0, 50)
        for seed in (0, 1)
        for kind in ("comes", "waits")
        for name in ("a", "b")
    ]

    assert len(np.unique(np.concatenate(streams))) == 50 * len(streams)


def test_the_numbers_do_not_change_with_versions() -> None:
    """A study made again years later is the same study: SplitMix64 from a hash, written out in integers."""
    assert Draws(0).uniforms("comes", ["C1"], 0, 3).tolist() == [
        [0.9626642017130264, 0.29804500242834175, 0.2658388198450705]
    ]


def test_numbers_are_uniform_and_streams_uncorrelated() -> None:
    """Means, spread, the tenths, and the correlation of neighbouring streams and of successive numbers."""
    numbers = Draws(3).uniforms("comes", [f"C{i}" for i in range(4)], 0, MANY)

    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert numbers.mean(axis=1) == pytest.approx(0.5, abs=4 * (1 / 12 / MANY) ** 0.5)
    tenths = np.histogram(numbers[0], bins=10, range=(0, 1))[0]
    assert ((tenths - MANY / 10) ** 2 / (MANY / 10)).sum() < 27.9  # chi square with 9 degrees, one in a thousand
    assert np.abs(np.corrcoef(numbers) - np.eye(4)).max() < 4 / MANY**0.5
    assert abs(np.corrcoef(numbers[0][1:], numbers[0][:-1])[0, 1]) < 4 / MANY**0.5
