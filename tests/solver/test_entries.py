"""The matrix of all entries is the same however it is cut into blocks of columns, and whoever puts them together."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from matcher.features import build_columns
from matcher.solver.model import entries
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.entries import Assembly, all_alike
from tests.strategies import random_problem


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("block", "few"), [(1, 0), (7, 0), (7, 5), (2**19, 0)])
def test_rows_of_every_kind_are_the_same_in_blocks(
    block: int, few: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random problems with all rules mixed: blocks of one column, of some, of all; parts large and small."""
    for seed in range(12):
        columns = build_columns(random_problem(seed))
        with monkeypatch.context() as changed:
            whole = assemble_rows(columns)
            changed.setattr(entries, "BLOCK", block)
            changed.setattr(entries, "FEW", few)
            parted = assemble_rows(columns, threads=threads)
        for name in ("indptr", "indices", "data"):
            one, other = getattr(whole.matrix, name), getattr(parted.matrix, name)
            assert one.dtype == other.dtype
            assert one.tolist() == other.tolist()
        assert whole.scale.tolist() == parted.scale.tolist()


def test_entries_in_any_order_are_what_scipy_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns need not stand in order, and two entries in one place are added up."""
    monkeypatch.setattr(entries, "BLOCK", 3)
    monkeypatch.setattr(entries, "FEW", 2)
    draw = np.random.Generator(np.random.PCG64(0))
    assembly = Assembly(10)
    first = assembly.add_rows("pin", tuple("abcd"), np.ones(4, dtype=np.int64))
    parts = [(draw.integers(4, size=n), draw.integers(10, size=n), draw.integers(1, 9, size=n)) for n in (9, 1, 0, 30)]
    for rows, columns, values in parts:
        assembly.add_entries(first + rows, columns, values)
    assembly.add_constant(first + 1, np.array([4, 2, 9]), -3)

    rows, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    expected = sp.coo_matrix((values, (rows, columns)), shape=(4, 10)).toarray()
    expected[1, [4, 2, 9]] -= 3
    assert assembly.matrix().toarray().tolist() == expected.tolist()


@pytest.mark.parametrize("num_columns", [0, 1, 5])
def test_rows_without_entries_have_a_matrix(num_columns: int) -> None:
    """No columns at all, or none that meets a limit."""
    assembly = Assembly(num_columns)
    assembly.add_rows("pin", ("a", "b"), np.ones(2, dtype=np.int64))
    assert assembly.matrix().shape == (2, num_columns)
    assert assembly.matrix().nnz == 0


def test_entries_that_are_all_alike_take_no_memory() -> None:
    assert all_alike(7, 10**12).strides == (0,)
    assert all_alike(7, 3).tolist() == [7, 7, 7]
