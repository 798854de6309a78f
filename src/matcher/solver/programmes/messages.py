"""Arrays into OR-Tools' messages and out of them, as the bytes that both are written in.

A message takes or gives numbers one by one, each as an object of Python; their bytes it takes all at once. Numbers with
a fraction lie there as in an array, whole ones seven bits to a byte. Source: Protocol Buffers documentation, Encoding,
sections "Base 128 Varints" and "Packed Repeated Fields".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.programmes.programme import FloatArray

LENGTH_DELIMITED = 2  # how the wire says that a field's bytes follow their number
MORE = 0x80  # set in every byte of a whole number but the last
BITS = 7


def put(message: Any, **fields: npt.NDArray[Any]) -> None:
    """Append arrays to repeated fields of a message: floats, whole numbers that are not negative, or booleans.

    Parameters
    ----------
    message : protobuf message
    fields : array by name of the field
    """
    parts = []
    for name, values in fields.items():
        if len(values):
            data = values.astype("<f8").tobytes() if values.dtype.kind == "f" else _whole(values)
            parts += [_head(message, name, len(data)), data]
    message.MergeFromString(b"".join(parts))


def taken(message: Any, name: str) -> FloatArray:
    """Return a repeated field of floats; quickly where it is the last one on the wire."""
    values = getattr(message, name)
    size = 8 * len(values)
    data = message.SerializeToString()
    if data[: len(data) - size].endswith(_head(message, name, size)):
        return np.frombuffer(data[len(data) - size :], dtype="<f8").astype(np.float64)
    return np.array(values, dtype=np.float64)


def put_matrix(message: Any, matrix: Any, first_row: int = 0) -> None:
    """Append a sparse matrix, its rows numbered from `first_row` on, to a message of coefficients."""
    ordered = sp.csr_matrix(matrix)
    ordered.sum_duplicates()  # sorts too: the message demands rows in order, and columns within them
    entries = ordered.tocoo()
    rows, columns = entries.row.astype(np.int64) + first_row, entries.col.astype(np.int64)
    put(message, row_ids=rows, column_ids=columns, coefficients=entries.data.astype(np.float64))


def dense(message: Any, length: int) -> FloatArray:
    """Return the numbers of a sparse vector's message, zeros among them."""
    found = taken(message, "values")
    if len(found) == length:
        return found  # of every variable or row, in order
    values = np.zeros(length)
    values[np.array(message.ids, dtype=np.int64)] = found
    return values


def _head(message: Any, name: str, size: int) -> bytes:
    """Return what stands before the bytes of a field."""
    number = message.DESCRIPTOR.fields_by_name[name].number
    return _one(number << 3 | LENGTH_DELIMITED) + _one(size)


def _one(value: int) -> bytes:
    """Return a single whole number, for which arrays take too long."""
    digits = bytearray()
    while value >= MORE:
        digits.append(value & (MORE - 1) | MORE)
        value >>= BITS
    digits.append(value)
    return bytes(digits)


def _whole(values: npt.NDArray[Any]) -> bytes:
    """Return whole numbers, or booleans, one after the other."""
    if values.dtype.kind == "b":
        return values.astype(np.uint8).tobytes()
    left: IntArray = values.astype(np.int64)
    most = int(left.max())
    if most < MORE:
        return left.astype(np.uint8).tobytes()
    width = -(-most.bit_length() // BITS)
    digits = np.empty((len(left), width), dtype=np.uint8)
    is_used = np.ones((len(left), width), dtype=bool)
    for place in range(width):
        rest = left >> BITS
        digits[:, place] = (left & (MORE - 1)) | np.where(rest > 0, MORE, 0)
        if place + 1 < width:
            is_used[:, place + 1] = rest > 0
        left = rest
    return digits[is_used].tobytes()
