"""The ends of an earlier tree are where a search begins only as long as they make up all plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.features import build_columns
from matcher.solver.again.again import begun_in, starts_of
from matcher.solver.bounds.bound import Prices
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.relaxations.restricted import TierTask
from tests import builders as b


def task() -> TierTask:
    """Return placements in three positions of one vacancy, for four people."""
    problem = b.problem(candidates=[b.candidate(f"C{i}") for i in range(4)], vacancies=[b.vacancy("V1", positions=3)])
    return TierTask(rows=assemble_rows(build_columns(problem)), tier="placements")


def case(price: int = 0, **decisions: object) -> SolvedCase:
    """Return a case with a price of the vacancy alone."""
    root = SolvedCase.of_prices(Prices(rows=np.array([price], dtype=np.int64), held=()))
    return replace(root, **decisions)  # type: ignore[arg-type]


def test_ends_that_are_all_plans_are_taken() -> None:
    """Some columns in and out, and counts of a vacancy from the least to the most."""
    ends = (
        case(filled={0: (0, 1)}),
        case(filled={0: (2, 3)}, taken=(0,)),
        case(filled={0: (2, 2)}, left=(0,)),
        case(filled={0: (3, 3)}, left=(0,)),
    )
    assert begun_in((case(), *ends), case(), task()).ends == ends


def test_ends_of_which_one_was_left_out_are_not() -> None:
    """Values of then ruled out whoever takes the first column; under values of now they may be the best."""
    ends = (case(filled={0: (0, 1)}), case(filled={0: (2, 3)}, left=(0,)))
    assert begun_in((case(), *ends), case(), task()).ends == ()


def test_ends_of_a_part_are_measured_by_that_part() -> None:
    """A region that an earlier aim has narrowed has fewer counts to make up."""
    whole = task()
    narrow = replace(whole, rows=whole.rows.between({0: (0, 1)}, {}))
    region = case(filled={0: (0, 1)})
    ends = (case(filled={0: (0, 0)}), case(filled={0: (1, 1)}))
    assert begun_in((region, *ends), region, narrow).ends == ends
    assert begun_in((region, *ends[1:]), region, narrow).ends == ()


def test_prices_of_an_end_move_as_those_of_the_whole_have() -> None:
    """What an end's own prices were above the whole's then, they are above the whole's now; never below nothing."""
    whole = task()
    ends = (case(7, left=(0,)), case(1, taken=(0,)))
    begun = begun_in((case(5), *ends), case(), whole)

    starts = starts_of(begun, case(), whole.rows, Prices(rows=np.array([2], dtype=np.int64), held=()))

    assert [[int(own.rows[0]) for own in start.prices] for start in starts] == [[7, 4], [1, 0]]
