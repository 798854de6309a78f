"""Every term of a reduced value counts in full when the checker asks whether it fits into 64 bits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.check.in_play import ColumnsInPlay
from matcher.check.overflow import TOO_LARGE, Largest, fits_64_bits
from matcher.check.rates import Rates
from matcher.columns import Routes

HALF = TOO_LARGE // 2

NOTHING = Rates(
    by_vacancy=[0, 0],
    by_cohort=[0, 0],
    per_unit=[0, 0],
    by_group={},
    by_pair={},
    by_resource=[0, 0],
    by_link={},
    by_vacancy_link={},
    by_obligation_link={},
    contract=np.array([0, 0]),
    per_weight=0,
    per_cost=0,
    per_lottery=0,
    per_kept=0,
)


def play() -> ColumnsInPlay:
    """Return two columns: one at V0 with nothing at all, and one at V1 with two of everything and a route of two seats.

    No column has the largest of all lists of rates, so that the quick answer is not enough.
    """
    return ColumnsInPlay(
        position=np.array([0, 1]),
        candidate=np.array([0, 1], np.int32),
        vacancy=np.array([0, 1], np.int32),
        route_idx=np.array([0, 1], np.int32),
        weight=np.array([0, 2]),
        cost=np.array([0, 2]),
        units=np.array([0, 2]),
        group_bits=np.array([0, 1]),
        lottery=np.array([0, 2]),
        resource=np.array([-1, 0], np.int32),
        resource_use=np.array([0, 2]),
        is_published=np.array([False, True]),
        routes=Routes(start=np.array([0, 0, 2]), cohort=np.array([0, 1], np.int32), is_new=np.array([True, True])),
    )


TERMS: dict[str, dict[str, Any]] = {
    "a group": {"by_group": {0: [0, HALF]}},
    "a unit": {"per_unit": [0, -HALF // 2]},
    "a cohort": {"by_cohort": [-HALF // 2, 0]},
    "a link": {"by_link": {(1, 0): -HALF // 2}},
    "a link of a vacancy": {"by_vacancy_link": {(1, 0): -HALF // 2}},
    "a link of an obligation": {"by_obligation_link": {(0, 0): -HALF // 2}},
    "a resource": {"by_resource": [-HALF // 2, 0]},
    "weight": {"per_weight": HALF // 2},
    "cost": {"per_cost": -HALF // 2},
    "the draw": {"per_lottery": -HALF // 2},
    "a promise": {"per_kept": HALF},
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_and_the_price_of_the_place_are_too_much_together(term: str) -> None:
    """Either alone is half of what is too much; two columns that have one each are no fault."""
    given = TERMS[term]

    assert not fits_64_bits(replace(NOTHING, by_vacancy=[0, -HALF], **given), play())
    assert fits_64_bits(replace(NOTHING, by_vacancy=[-HALF, 0], **given), play())
    assert fits_64_bits(replace(NOTHING, **given), play())
    assert not fits_64_bits(replace(NOTHING, **given), play(), beside=float(HALF))


def test_what_a_pair_pays_counts_for_every_column() -> None:
    """More than is true of most, and quick."""
    assert not fits_64_bits(replace(NOTHING, by_vacancy=[-HALF, 0], by_pair={(1, 1): -HALF}), play())
    assert fits_64_bits(replace(NOTHING, by_vacancy=[-HALF, 0], by_pair={(1, 1): 1 - HALF // 2}), play())


def test_what_no_column_pays_counts_by_itself() -> None:
    """A rate that is too large is refused even where no column has it."""
    assert not fits_64_bits(replace(NOTHING, per_kept=TOO_LARGE), play().only(np.array([True, False])))
    assert fits_64_bits(replace(NOTHING, per_kept=TOO_LARGE - 1), play().only(np.array([True, False])))


def test_no_column_is_no_fault() -> None:
    assert fits_64_bits(replace(NOTHING, by_vacancy=[HALF, 0]), play().only(np.array([False, False])))


def test_what_other_columns_carry_makes_the_question_no_other() -> None:
    """Where the largest amounts of all columns are too much, those of the part at hand are looked at themselves."""
    every, rates = play(), replace(NOTHING, per_weight=TOO_LARGE // 2)
    first = every.only(np.array([True, False]))
    assert not fits_64_bits(rates, every, largest=Largest.of(every))
    assert fits_64_bits(rates, first, largest=Largest.of(every))
    assert not fits_64_bits(rates, every.only(np.array([False, True])), largest=Largest.of(every))
