"""The composition root: from a problem to a checked plan. Who has read `solve` has read the architecture."""

from matcher.solve.again import Solved, resolve
from matcher.solve.differing import NothingElse
from matcher.solve.floor import floor_price
from matcher.solve.memory import MemoryCeiling
from matcher.solve.solving import solve, solve_columns

__all__ = ["MemoryCeiling", "NothingElse", "Solved", "floor_price", "resolve", "solve", "solve_columns"]
