"""Problems and plans to and from files: CSV folder, Excel workbook, JSON; models for other solvers."""

from matcher.formats.problem_reading import read_problem
from matcher.formats.problem_writing import write_problem

__all__ = ["read_problem", "write_problem"]
