"""Columns cut into blocks, as those of a country are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcher.columns import Columns, IntArray, Limits, Routes


@dataclass(frozen=True)
class Sliced:
    """Columns in blocks of about so many."""

    columns: Columns
    size: int

    @property
    def limits(self) -> Limits:
        return self.columns.limits

    @property
    def routes(self) -> Routes:
        return self.columns.routes

    @property
    def starts(self) -> IntArray:
        cuts, owner = [0], self.columns.candidate
        while cuts[-1] < len(owner):
            end = min(cuts[-1] + self.size, len(owner))
            cuts.append(int(np.searchsorted(owner, owner[end - 1], side="right")))
        return np.array(cuts if len(cuts) > 1 else [0, 0], np.int64)

    def __len__(self) -> int:
        return len(self.columns)

    def __iter__(self) -> Iterator[Columns]:
        return (self.block(number) for number in range(len(self.starts) - 1))

    def block(self, number: int) -> Columns:
        begin, end = self.starts[number : number + 2]
        arrays: dict[str, Any] = {name: array[begin:end] for name, array in self.columns.arrays().items()}
        return replace(self.columns, **arrays)

    def close(self) -> None:
        pass
