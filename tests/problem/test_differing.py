"""Which rows of a table are new and which are gone is told as if every row had been looked up."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from matcher.problem import differing_rows


class _Row:
    """Equal to itself alone."""


@pytest.mark.parametrize("seed", range(50))
def test_new_and_gone_rows_make_one_table_of_the_other(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever they stand, how many they are, and whether or not the rest keeps its order."""
    for name, value in (("FIRST_CHUNK", 2), ("CHUNK", 3), ("AHEAD", (1, 2)), ("MOST_GAPS", 3)):
        monkeypatch.setattr(f"matcher.problem.differing.{name}", value)
    draw = random.Random(seed)
    before = tuple(_Row() for _ in range(draw.randrange(12)))
    rows = [row for row in before if draw.random() < 0.8]
    for _ in range(draw.randrange(3)):
        rows.insert(draw.randint(0, len(rows)), _Row())
    if draw.random() < 0.3:
        draw.shuffle(rows)
    found = differing_rows(tuple(rows), before)
    assert found is not None
    new, gone = (Counter(map(id, part)) for part in found)
    assert Counter(map(id, before)) + new - gone == Counter(map(id, rows))
    assert not new & Counter(map(id, before))


def test_of_a_row_that_stands_twice_nothing_is_told() -> None:
    """Which of the two is new, nobody can say."""
    one, other = _Row(), _Row()
    assert differing_rows((other, one, one), (one, other)) is None
