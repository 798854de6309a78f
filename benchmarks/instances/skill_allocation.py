"""MiniZinc's skill-allocation: whom to train so that all jobs are done; the fewest new skills, which are the cost."""

from decimal import Decimal
from functools import partial
from pathlib import Path

from benchmarks.convert.skill_allocation import problem_from_skill_allocation, read_skill_allocation
from benchmarks.instance import DATA, Instance
from matcher.problem import Problem

FOLDER = DATA / "optimization" / "skill_allocation"


def _problem(file: Path) -> Problem:
    return problem_from_skill_allocation(read_skill_allocation(file.read_text(encoding="ascii")))


def _instance(name: str, fewest_new_skills: int) -> Instance:
    file = FOLDER / f"skill_allocation_mzn_{name}.dzn"
    return Instance(
        name=f"skills-{name}",
        title=f"skill-allocation {name}",
        kind="planning",
        make=partial(_problem, file),
        source=file,
        best={"shortfall": Decimal(0), "cost": Decimal(fewest_new_skills)},
        has_whole_model=False,
        most_rounds=2,
    )


INSTANCES = (_instance("2w_1", 3), _instance("1m_1", 2))
