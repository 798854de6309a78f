"""Generalized assignment of the OR-Library (Cattrysse, Salomon and Van Wassenhove 1994): uses differ by pair.

The aims are to place every job, then the least cost. Whole models are of the aim ``placements`` alone, which is not
what is hard here, so no other solver stands beside.
"""

import csv
from decimal import Decimal
from functools import partial
from pathlib import Path

from benchmarks.convert.gap import problem_from_gap
from benchmarks.instance import DATA, Instance
from matcher.problem import Problem

FOLDER = DATA / "optimization" / "orlib_gap"
NAMES = ("gap1-0", "gap2-0", "gap3-0", "gap3-4")


def _problem(file: Path) -> Problem:
    return problem_from_gap(file.read_text(encoding="ascii"))


def _optima() -> dict[str, dict[str, str]]:
    """Return the library's own figures by instance; none where they are not there."""
    file = FOLDER / "optima.csv"
    if not file.exists():
        return {}
    with file.open(encoding="ascii", newline="") as lines:
        return {row["Path"].rpartition("/")[2]: row for row in csv.DictReader(lines)}


def _instance(name: str, known: dict[str, str] | None) -> Instance:
    file, best, title = FOLDER / name, {}, "generalized assignment"
    if known is not None:
        jobs, agents = known["Item number"], known["Agent number"]
        best = {"placements": Decimal(jobs), "cost": Decimal(known["Optimum"])}
        title = f"{jobs} jobs, {agents} agents, uses that differ"
    return Instance(
        name=name,
        title=title,
        kind="planning",
        make=partial(_problem, file),
        source=file,
        best=best,
        has_whole_model=False,
        most_rounds=1,
    )


INSTANCES = tuple(_instance(name, _optima().get(name)) for name in NAMES)
