"""MiniZinc's skill-allocation data becomes problems with several placements, whose least cost is the known optimum."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.command import app
from benchmarks.convert.skill_allocation import (
    SkillAllocation,
    problem_from_skill_allocation,
    read_skill_allocation,
)
from benchmarks.instance import DATA
from matcher.formats import read_problem
from matcher.solve import solve

FOLDER = DATA / "optimization" / "skill_allocation"
OPTIMA = {"2w_1": 3, "1m_1": 2}
SMALL = """% two engineers
nNewSkillsPerPerson = 1;
nMaxJobs = 2;
sSkills = ["a", "b", "c"];
engineer_skills = [|1, 0, 0,|1, 0, 0,|];
engineer_location = [0, 0];
jobs = [|1, 1, 5, 5010, 0|2, 1, 1, 4029, 0|1, 3, 1, 0, 1|];
"""


def fewest_new_skills(instance: SkillAllocation, most_overseas: int = 5) -> int | None:
    """Return the optimum of a small instance, by trying who does which job."""
    best: int | None = None
    engineers = range(len(instance.skills))
    for who in product(engineers, repeat=len(instance.jobs)):
        new: dict[int, set[int]] = {engineer: set() for engineer in engineers}
        for engineer, (skill, _) in zip(who, instance.jobs, strict=True):
            new[engineer] |= {skill} - instance.skills[engineer]
        overseas = [one for one, (_, is_overseas) in zip(who, instance.jobs, strict=True) if is_overseas]
        if any(
            who.count(one) > instance.most_jobs
            or overseas.count(one) > most_overseas
            or len(new[one]) > instance.most_new_skills
            for one in engineers
        ):
            continue
        count = sum(map(len, new.values()))
        best = count if best is None else min(best, count)
    return best


def test_a_data_file_is_read_by_names_whatever_stands_around_them() -> None:
    """Comments, trailing commas and members that no rule asks for make no difference."""
    assert read_skill_allocation(SMALL) == SkillAllocation(
        most_jobs=2, most_new_skills=1, skills=[{1}, {1}], jobs=[(1, False), (2, False), (1, True)]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nMaxJobs = 2;", "/* nMaxJobs = 9;\n*/ nMaxJobs\t=\r\n 2 ;"),
        ("nMaxJobs = 2;", "% nMaxJobs = 9; /*\nnMaxJobs = 2;"),
        ('"b", "c"];\n', '"100 % \\"b", "/* nMaxJobs = 9;"]; '),
        ("0,|];", "0,\n|\n |];"),
        ("[|1, 0, 0,|1, 0, 0,|]", "[|true, false, false\n|true, false, false|]"),
        (", 0, 1|];", ", 0, true\r\n|];"),
    ],
)
def test_a_data_file_may_be_written_as_minizinc_allows(old: str, new: str) -> None:
    """Comments of both kinds, texts that hold what begins one, a bar behind the last row, and words for 0 and 1."""
    assert old in SMALL
    assert read_skill_allocation(SMALL.replace(old, new)) == read_skill_allocation(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "must"),
    [
        ("|2, 1, 1,", "|4, 1, 1,", "Job 2 must ask for a skill from 1 to 3, got 4"),
        ("jobs = [|1,", "jobs = [|0,", "Job 1 must ask for a skill from 1 to 3, got 0"),
        ("nMaxJobs", "nJobs", "must say nMaxJobs"),
        ("jobs = [|", "work = [|", "must hold jobs"),
        ("|1, 0, 0,|];", "|1, 0,|];", "must be equally long"),
        (", 0|2,", "|2,", "must be equally long"),
    ],
)
def test_a_file_that_is_something_else_is_refused(old: str, new: str, must: str) -> None:
    """The sentence says what is missing."""
    with pytest.raises(ValueError, match=must):
        read_skill_allocation(SMALL.replace(old, new))


def test_merging_jobs_that_are_alike_loses_nothing() -> None:
    """On small instances with many jobs of one skill, the plan needs as many new skills as trying everything finds."""
    chance = random.Random(3)
    num_solved = 0
    for _ in range(25):
        instance = SkillAllocation(
            most_jobs=chance.choice((2, 3)),
            most_new_skills=chance.choice((0, 1, 2)),
            skills=[{skill for skill in (1, 2, 3) if chance.random() < 0.4} for _ in range(3)],
            jobs=[(chance.choice((1, 1, 2, 3)), False) for _ in range(chance.choice((4, 6)))],
        )
        best = fewest_new_skills(instance)
        shortfall, cost = solve(problem_from_skill_allocation(instance)).plan.tiers
        assert (shortfall.value == 0) == (best is not None), instance
        if best is not None:
            assert cost.value == cost.bound == best, instance
            num_solved += 1
    assert num_solved > 8


def test_no_more_than_five_jobs_overseas_fall_to_one_engineer() -> None:
    """With one who has the skill and six such jobs, somebody else has to learn it."""
    jobs = [(1, True)] * 6
    instance = SkillAllocation(most_jobs=8, most_new_skills=1, skills=[{1}, {2}], jobs=jobs)

    assert [tier.value for tier in solve(problem_from_skill_allocation(instance)).plan.tiers] == [0, 1]
    home = SkillAllocation(most_jobs=8, most_new_skills=1, skills=[{1}, {2}], jobs=[(1, False)] * 6)
    assert [tier.value for tier in solve(problem_from_skill_allocation(home)).plan.tiers] == [0, 0]


def test_the_command_writes_a_folder_that_can_be_read(tmp_path: Path) -> None:
    """The folder holds the problem, as every other converter's does."""
    (tmp_path / "small.dzn").write_text(SMALL, encoding="ascii")
    result = CliRunner().invoke(
        app, ["convert", "skill-allocation", str(tmp_path / "small.dzn"), str(tmp_path / "folder")]
    )

    assert result.exit_code == 0, result.output
    expected = problem_from_skill_allocation(read_skill_allocation(SMALL))
    assert read_problem(tmp_path / "folder").pairs == expected.pairs


@pytest.mark.data
@pytest.mark.parametrize("name", OPTIMA)
def test_the_known_optima_are_proven(name: str) -> None:
    """By the certificate, which the checker adds up anew: every job done, with as few new skills as is known."""
    path = FOLDER / f"skill_allocation_mzn_{name}.dzn"
    if not path.exists():
        pytest.skip("the skill-allocation files are not there")
    problem = problem_from_skill_allocation(read_skill_allocation(path.read_text(encoding="ascii")))
    plan = solve(problem).plan

    assert [(tier.value, tier.bound) for tier in plan.tiers] == [(0, 0), (OPTIMA[name], OPTIMA[name])]
    assert plan.status == "optimal"
