"""Nothing that is said after solving again is untrue: regrets, opportunity costs, reasons, repairs and causes."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.amounts import some
from tests.explain.causes_trust import wrong_causes
from tests.explain.trust import wrong

PART = 15


@pytest.mark.slow
@pytest.mark.parametrize("part", range(some(1, of=4)))
def test_every_statement_about_random_problems_is_true(part: int) -> None:
    """Whatever rules a problem mixes: trying every plan of the changed problem finds no other value."""
    told: Counter[str] = Counter()
    lies = [text for seed in range(part * PART, (part + 1) * PART) for text in wrong(seed, told)]

    assert lies == []
    assert told["problems"] > PART / 2
    assert told["exact"] > told["between"]
    assert told["cost"] > PART / 3


@pytest.mark.slow
def test_every_cause_of_a_difference_is_true() -> None:
    """Each printed change made alone, and left out: trying every plan finds the losses and the people that are told."""
    told: Counter[str] = Counter()
    lies = [text for seed in range(2 * PART) for text in wrong_causes(seed, told)]

    assert lies == []
    assert told["problems"] > PART
    assert told["causes"] > 2 * PART
    assert told["several changes"] > PART / 2
    assert min(told["losses"], told["people alone"], told["people for want"]) > 3
