"""The ends of an earlier tree are where a search begins only as long as they make up all plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.features import build_columns
from matcher.solver.again.again import Begun, begun_in, starts_of
from matcher.solver.again.kept import _complete
from matcher.solver.bounds.bound import Prices, bound_from
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.programmes.programme import Basis
from matcher.solver.relaxations.relaxed import End
from matcher.solver.relaxations.tier_task import TierTask
from tests import builders as b

AT_UPPER = 3  # a status, in MathOpt's numbers


def task() -> TierTask:
    """Return placements in three positions of one vacancy, for four people."""
    problem = b.problem(candidates=[b.candidate(f"C{i}") for i in range(4)], vacancies=[b.vacancy("V1", positions=3)])
    return TierTask(rows=assemble_rows(build_columns(problem)), tier="placements")


def case(price: int = 0, **decisions: object) -> SolvedCase:
    """Return a case with a price of the vacancy alone."""
    root = SolvedCase.of_prices(Prices(rows=np.array([price], dtype=np.int64), held=()))
    return replace(root, **decisions)  # type: ignore[arg-type]


def begun(cases: tuple[SolvedCase, ...], region: SolvedCase, task: TierTask) -> Begun:
    """Return the cases of a region."""
    return begun_in(cases, region, task, lambda prices: bound_from(task.rows, task.tier, prices, ()))


def test_ends_that_are_all_plans_are_taken() -> None:
    """Some columns in and out, and counts of a vacancy from the least to the most."""
    ends = (
        case(filled={0: (0, 1)}),
        case(filled={0: (2, 3)}, taken=(0,)),
        case(filled={0: (2, 2)}, left=(0,)),
        case(filled={0: (3, 3)}, left=(0,)),
    )
    assert begun((case(), *ends), case(), task()).ends == ends


def test_ends_of_which_one_was_left_out_are_not() -> None:
    """Values of then ruled out whoever takes the first column; under values of now they may be the best."""
    ends = (case(filled={0: (0, 1)}), case(filled={0: (2, 3)}, left=(0,)))
    assert begun((case(), *ends), case(), task()).ends == ()


def test_ends_of_a_part_are_measured_by_that_part() -> None:
    """A region that an earlier aim has narrowed has fewer counts to make up."""
    whole = task()
    narrow = replace(whole, rows=whole.rows.between({0: (0, 1)}, {}))
    region = case(filled={0: (0, 1)})
    ends = (case(filled={0: (0, 0)}), case(filled={0: (1, 1)}))
    assert begun((region, *ends), region, narrow).ends == ends
    assert begun((region, *ends[1:]), region, narrow).ends == ()


def test_prices_of_an_end_move_as_those_of_the_whole_have() -> None:
    """What an end's own prices were above the whole's then, they are above the whole's now; never below nothing."""
    whole = task()
    ends = (case(7, left=(0,)), case(1, taken=(0,)))
    earlier = begun((case(5), *ends), case(), whole)

    starts = starts_of(earlier, case(), whole.rows, Prices(rows=np.array([2], dtype=np.int64), held=()))

    assert [[int(own.rows[0]) for own in start.prices] for start in starts] == [[7, 4], [1, 0]]


def test_a_basis_that_lacks_a_variable_gets_the_row_near_what_is_gone() -> None:
    """The simplex refuses one that lacks any, and begins from nothing."""
    basis = Basis(rows=np.full(3, AT_UPPER, dtype=np.int8), variables=np.array([Basis.BASIC, 2], dtype=np.int8))
    _complete(basis, np.array([2]))
    assert basis.rows.tolist() == [Basis.BASIC, AT_UPPER, Basis.BASIC]
    _complete(basis, np.array([1]))
    assert basis.rows.tolist() == [Basis.BASIC, AT_UPPER, Basis.BASIC]


def test_columns_in_use_stay_however_far_they_are() -> None:
    """Of the others those that lose least, in the order in which they stood."""
    statuses = np.array([Basis.BASIC, Basis.AT_LOWER, AT_UPPER, Basis.AT_LOWER, Basis.AT_LOWER], dtype=np.int8)
    end = End(
        chosen=np.array([1, 2, 5, 7, 8]),
        first_column=1,
        basis=Basis(rows=np.zeros(1, dtype=np.int8), variables=np.r_[np.int8(Basis.AT_LOWER), statuses]),
    )
    near = end.near(np.array([0, 9, 3, 0, 0, 9, 0, 1, 2]), 2)
    assert near.chosen.tolist() == [1, 5, 7, 8]
    assert near.basis is not None
    assert near.basis.variables.tolist() == [Basis.AT_LOWER, Basis.BASIC, AT_UPPER, Basis.AT_LOWER, Basis.AT_LOWER]
    assert end.near(np.zeros(9, dtype=np.int64), 5) is end
