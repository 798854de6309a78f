"""An integer programme in exact integers: rows over bounded variables, several aims, and what a solution is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Row = dict[int, int]


class Unverified(Exception):
    """A solver answered something that exact integers do not bear out; floating-point numbers have their limits."""


@dataclass(slots=True)
class Programme:
    """Rows ``low <= a x <= high`` over integers from 0 to their upper bounds."""

    uppers: list[int] = field(default_factory=list)
    rows: list[tuple[Row, int | None, int | None]] = field(default_factory=list)
    aims: dict[str, Row] = field(default_factory=dict)

    def variable(self, upper: int, aim: str | None = None, price: int = 0) -> int:
        """Add a variable, which counts in an aim at a price, and return its number."""
        self.uppers.append(upper)
        if aim is not None and price:
            self.aims.setdefault(aim, {})[len(self.uppers) - 1] = price
        return len(self.uppers) - 1

    def row(self, row: Row, low: int | None, high: int | None) -> None:
        """Add a row."""
        self.rows.append((row, low, high))

    def held(self, aim: Row, low: int | None, high: int | None) -> Programme:
        """Return the same programme with one row more."""
        return Programme(uppers=self.uppers, rows=[*self.rows, (aim, low, high)], aims=self.aims)

    def keeps(self, x: Sequence[int]) -> bool:
        """Tell whether a solution keeps every row and every bound."""
        if any(not 0 <= value <= upper for value, upper in zip(x, self.uppers, strict=True)):
            return False
        return all(
            (low is None or low <= total) and (high is None or total <= high)
            for total, low, high in ((worth(row, x), low, high) for row, low, high in self.rows)
        )

    def reduced_rows(self) -> list[tuple[Row, int | None, int | None]]:
        """Return the rows that say something, each divided by what divides all its numbers: the same integer plans."""
        rows = []
        for row, low, high in self.rows:
            step = math.gcd(*row.values())
            if not step:
                if (low or 0) > 0 or (high or 0) < 0:
                    raise Unsolvable
                continue
            short = {variable: amount // step for variable, amount in row.items() if amount}
            rows.append((short, None if low is None else -(-low // step), None if high is None else high // step))
        return rows


class Unsolvable(Exception):
    """A row without numbers in it cannot hold."""


def worth(aim: Row, x: Sequence[int]) -> int:
    """Return the sum of a row at a solution."""
    return sum(amount * x[variable] for variable, amount in aim.items())
