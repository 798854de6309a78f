"""The summary of ``make mutation`` tells of a random sample, and calls noticed only what a test noticed."""

from __future__ import annotations

import json
from collections import Counter

from tests.mutation import FILE, LEAST_SCORE, in_order, score, summary, tried_first

NAMES = [f"matcher.check.{module}.x_f__mutmut_{number}" for module in ("bound", "cases") for number in range(1, 6)]


def test_changes_are_drawn_in_an_order_of_their_own() -> None:
    """That of a seed, whoever lists them: neither by module nor by how long their tests take."""
    assert in_order(NAMES, 1) == in_order(reversed(NAMES), 1)
    assert sorted(in_order(NAMES, 1)) == NAMES
    assert len({tuple(in_order(NAMES, seed)) for seed in range(5)}) == 5


def test_what_was_tried_behind_a_gap_does_not_count() -> None:
    """Only all that come first are a random sample: what somebody chose to try may be what is noticed."""
    order = in_order(NAMES, 1)
    codes = dict.fromkeys(NAMES, 1) | {order[3]: None}

    assert tried_first(codes, 1) == order[:3]
    assert summary(codes, 1)["tried"] == 3
    assert summary(codes, 1)["sample"] == "the first 3 of 10 changes, in the order drawn with seed 1"
    assert summary(dict.fromkeys(NAMES), 1)["score"] is None


def test_changes_are_counted_by_module() -> None:
    """Killed (1), timed out (36), survived (0) and without a test (33)."""
    codes = dict.fromkeys(NAMES, 1) | {NAMES[0]: 0, NAMES[1]: 33, NAMES[2]: 36}
    found = summary(codes, 1)

    assert found["modules"] == {
        "bound": {"score": 0.6, "survived": 1, "no tests": 1, "timeout": 1, "killed": 2},
        "cases": {"score": 1.0, "killed": 5},
    }
    assert (found["score"], found["not_noticed"]) == (0.8, NAMES[:2])


def test_the_stored_score_is_that_of_its_counts_and_high_enough() -> None:
    """The committed file says of the whole what its modules add up to."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    total: Counter[str] = Counter()
    for found in stored["modules"].values():
        total += Counter({status: number for status, number in found.items() if status != "score"})

    assert stored["tried"] == total.total() > 300
    assert stored["score"] == round(score(total), 4) >= LEAST_SCORE
    assert stored["machine"].keys() == {"processor", "cores", "memory", "system"}
