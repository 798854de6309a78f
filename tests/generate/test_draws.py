"""Draws are the same everywhere, stay in range and follow their weights."""

from __future__ import annotations

import numpy as np

from matcher.generate.draws import Draws


def test_a_stream_is_fixed_by_seed_and_name() -> None:
    """These numbers may never change: every generated problem rests on them."""
    assert Draws(1, "people").below(1000, 8).tolist() == [290, 385, 109, 192, 337, 755, 46, 449]


def test_streams_of_other_seeds_and_names_differ() -> None:
    """A change to one table's draws leaves the other tables as they were."""
    streams = {tuple(Draws(seed, name).below(10**6, 5)) for seed in (1, 2) for name in ("people", "work")}
    assert len(streams) == 4


def test_single_draws_and_arrays_read_the_same_stream() -> None:
    """One number at a time, or many at once: the same numbers."""
    one_by_one = Draws(7, "x")
    assert [one_by_one.number(3, 9) for _ in range(50)] == Draws(7, "x").between(3, 9, 50).tolist()


def test_numbers_stay_within_their_limits() -> None:
    """Both ends are reached and never passed."""
    drawn = Draws(1, "range").between(-2, 2, 5000)
    assert sorted(set(drawn.tolist())) == [-2, -1, 0, 1, 2]
    assert Draws(1, "large").below(2**31, 1000).max() < 2**31


def test_choices_follow_their_weights() -> None:
    """A weight of zero is never drawn; the others in proportion."""
    counts = np.bincount(Draws(1, "weights").chosen([1, 0, 3], 40_000), minlength=3)
    assert counts[1] == 0
    assert abs(counts[2] / counts[0] - 3) < 0.15


def test_chances_are_per_mille() -> None:
    """A chance of 250 in a thousand happens in a quarter of the draws."""
    assert abs(Draws(1, "chance").chance(250, 40_000).mean() - 0.25) < 0.01


def test_an_order_names_every_position_once() -> None:
    """Nobody is forgotten and nobody comes twice."""
    assert sorted(Draws(1, "order").order(500).tolist()) == list(range(500))
