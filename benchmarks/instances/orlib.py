"""Assignment problems of the OR-Library (Beasley 1990, Journal of the Operational Research Society 41(11))."""

from functools import partial
from pathlib import Path

from benchmarks.convert.assignment import best_of_cost, problem_from, read_costs
from benchmarks.instance import DATA, Instance
from matcher.problem import Problem

FOLDER = DATA / "optimization" / "orlib_assignment"


def _problem(file: Path) -> Problem:
    return problem_from(read_costs(file.read_text(encoding="ascii")))


def _instance(name: str, title: str, size: int, num_columns: int, least_cost: int) -> Instance:
    file = FOLDER / f"{name}.txt"
    return Instance(
        name=name,
        title=title,
        kind="assignment",
        make=partial(_problem, file),
        source=file,
        num_columns=num_columns,
        most_rounds=2,  # each run repeats what is quick
        best={"placements": best_of_cost(size, least_cost)},
    )


INSTANCES = (
    _instance("assign100", "100 x 100, all pairs", 100, 10_000, 305),
    _instance("assign200", "200 x 200, all pairs", 200, 40_000, 475),
    _instance("assignp800", "800 x 800, one pair in ten", 800, 100_057, 2239),
)
