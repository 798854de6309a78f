"""Whether cases hold every plan, and the bound that they leave to it: the smallest of those that it is inside."""

from __future__ import annotations

import pytest

from matcher.check.cases import MAX_FIXED, Proven, covered_bound
from matcher.check.quantities import Range
from tests.amounts import some

IN, OUT, FEW, MANY = (1, 1), (0, 0), (0, 4), (5, 9)
COVERS: list[tuple[list[tuple[dict[int, Range], int | None]], tuple[bool, int | None]]] = [
    ([({}, 7)], (True, 7)),
    ([], (False, None)),
    ([({1: IN}, 7)], (False, None)),
    ([({1: IN}, 7), ({1: OUT}, 8)], (True, 8)),
    ([({1: IN}, 7), ({2: OUT}, 8)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: OUT}, 8), ({1: OUT}, 3)], (True, 8)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: OUT}, 8), ({1: OUT, 3: IN}, 3)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: IN}, 6), ({1: OUT}, 3)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({2: OUT, 1: IN}, 1), ({1: OUT, 3: IN}, 2), ({3: OUT, 1: OUT}, 9)], (True, 9)),
    ([({1: IN}, 3), ({}, 5)], (True, 5)),
    ([({1: IN}, 3), ({}, 5), ({1: OUT}, 4)], (True, 4)),
    ([({1: IN}, 3), ({}, 5), ({1: OUT, 2: IN}, 4)], (True, 5)),
    ([({1: IN}, None), ({1: OUT}, 4)], (True, 4)),
    ([({1: IN}, None), ({1: OUT}, None)], (True, None)),
    ([({}, None)], (True, None)),
    ([({1: IN}, 7), ({1: OUT}, 8), ({2: IN}, None)], (True, 8)),
    ([({1: IN}, 7), ({1: OUT}, 8), ({2: IN}, None), ({1: OUT, 2: OUT}, None)], (True, 7)),
    ([({9: FEW}, 3), ({9: MANY}, 4)], (True, 4)),
    ([({9: FEW}, 3), ({9: (6, 9)}, 4)], (False, None)),
    ([({9: (0, 6)}, 3), ({9: (4, 9)}, 4)], (True, 4)),
    ([({9: (0, 6)}, 3), ({9: (4, 9)}, 4), ({9: (7, 9)}, 2)], (True, 3)),
    ([({9: (0, 0)}, 3), ({9: (1, 1)}, 5), ({9: (2, 9)}, 4)], (True, 5)),
    ([({9: (2, 3)}, 3), ({9: (0, 1)}, 5), ({9: (4, 8)}, 4)], (False, None)),
    ([({2: IN}, 3), ({2: OUT, 9: FEW}, 5), ({2: OUT, 9: MANY}, 4), ({9: (5, 5)}, None)], (True, 5)),
]


def proven(fixed: dict[int, Range], bound: int | None) -> Proven:
    """Return a case that fixes columns, and as number 9 a count up to 9."""
    kinds = {number: "vacancy" if number == 9 else "column" for number in fixed}
    return Proven(fixed={(kinds[number], number): interval for number, interval in fixed.items()}, bound=bound)


@pytest.mark.parametrize(("cases", "expected"), COVERS)
def test_a_plan_has_at_most_the_smallest_bound_of_the_cases_that_it_is_inside(
    cases: list[tuple[dict[int, Range], int | None]], expected: tuple[bool, int | None]
) -> None:
    for order in (cases, cases[::-1]):
        assert covered_bound([proven(fixed, bound) for fixed, bound in order], {("vacancy", 9): 9}) == expected


@pytest.mark.slow
def test_a_deep_tree_of_cases_and_a_thicket_without_a_tree_both_come_to_an_end() -> None:
    """With as many fixings as a case may hold in the long form, and half as many in the short one."""
    most = some(200, of=MAX_FIXED) - 1
    columns = [("column", number) for number in range(most)]
    tree = [Proven(fixed={**dict.fromkeys(columns[:deep], OUT), columns[deep]: IN}, bound=deep) for deep in range(most)]
    assert covered_bound([*tree, Proven(fixed=dict.fromkeys(columns, OUT), bound=5)], {}) == (True, most - 1)
    thicket = [Proven(fixed={columns[2 * one]: IN, columns[2 * one + 1]: OUT}, bound=1) for one in range(most // 2)]
    assert covered_bound(thicket, {}) == (False, None)
    assert covered_bound([*thicket, Proven(fixed={}, bound=9)], {}) == (True, 9)
