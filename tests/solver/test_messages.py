"""Arrays into OR-Tools' messages and back."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.math_opt import model_pb2, sparse_containers_pb2

from matcher.solver.programmes.messages import put, taken


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16_383, 16_384, 2**31, 2**62])
def test_whole_numbers_of_any_length_arrive_as_they_were(number: int) -> None:
    """One byte or nine: those of a message that was filled one by one."""
    ids = np.array([0, 5, number, 300, number], dtype=np.int64)
    message = sparse_containers_pb2.SparseDoubleVectorProto()
    put(message, ids=ids)
    assert list(message.ids) == ids.tolist()


def test_what_is_put_comes_after_what_was_there() -> None:
    """A message grows as lists do, and nothing of nothing leaves it as it was."""
    variables = model_pb2.VariablesProto(ids=[7], lower_bounds=[0.5], integers=[True])
    put(variables, ids=np.array([8, 900]), lower_bounds=np.array([-np.inf, 0.1]), integers=np.array([False, True]))
    put(variables, ids=np.array([], dtype=np.int64))
    assert variables == model_pb2.VariablesProto(
        ids=[7, 8, 900], lower_bounds=[0.5, -np.inf, 0.1], integers=[True, False, True]
    )


def test_floats_are_taken_bit_by_bit() -> None:
    """Also from a message in which another field comes behind them."""
    values = np.array([0.1, -0.0, np.inf, 5e-324, -1.5])
    vector = sparse_containers_pb2.SparseDoubleVectorProto(ids=range(5), values=values.tolist())
    assert taken(vector, "values").tobytes() == values.tobytes()
    variables = model_pb2.VariablesProto(lower_bounds=values.tolist(), upper_bounds=[1.0], names=["x"])
    assert taken(variables, "lower_bounds").tobytes() == values.tobytes()
    assert len(taken(sparse_containers_pb2.SparseDoubleVectorProto(), "values")) == 0
