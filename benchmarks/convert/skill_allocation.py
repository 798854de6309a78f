"""MiniZinc's skill-allocation instances (challenge of 2020) as problems with several placements per person.

The model behind a data file: every job is done by one engineer who has its skill, at first or by training. An engineer
does at most `nMaxJobs` jobs, of which at most five are overseas, and learns at most `nNewSkillsPerPerson` skills. As
few new skills as possible are given. ``engineer_skills[e, s]`` is 1 where engineer e has skill s; a row of ``jobs`` is
skill (from 1), first day, duration, place and whether it is overseas. Days, durations and places stand in the data, but
no rule of the model asks for them. (Read from the published data and from public restatements of the challenge's model;
the known optima of its instances agree.)

Here an engineer is a candidate with several placements, a job a vacancy of one percent, so that hours never bind; a new
skill is a seat in a cohort that costs one krona, with a seat for everybody; one contract owes a person for every job;
overseas jobs use a resource of their engineer. Aims: all jobs done, then least cost: the number of new skills.

Jobs that the same engineers can do, at the same price, are merged. A candidate takes a pair at most once, so n of them
become ``m = min(n, nMaxJobs)`` vacancies, over which the n positions are spread as evenly as can be. That loses nothing
and adds nothing: a share of the n jobs among engineers, each with at most m, can be dealt out to the vacancies so that
nobody comes twice to one, for the even spread is below the conjugate of every share in the order of majorization
(Gale 1957, A theorem on flows in networks; Ryser 1957).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.convert.assignment import DAY
from benchmarks.convert.numbers import whole_numbers
from matcher.problem import Candidate, Cohort, Contract, Course, Pair, Policy, Problem, Resource, SkillLevel, Vacancy

MOST_OVERSEAS = 5
# Texts and comments, in which anything may stand: what begins first hides what seems to begin within it.
_UNREAD = re.compile(r'"(?:\\.|[^"\\\n])*"|%[^\n]*|/\*.*?\*/', re.DOTALL)
_BOOLEANS = {"true": "1", "false": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillAllocation:
    """A skill-allocation instance.

    Parameters
    ----------
    most_jobs, most_new_skills : int
        Per engineer.
    skills : list of set of int
        Of each engineer, from 1.
    jobs : list of (int, bool)
        Skill, and whether it is overseas.
    """

    most_jobs: int
    most_new_skills: int
    skills: list[set[int]]
    jobs: list[tuple[int, bool]]


def read_skill_allocation(text: str) -> SkillAllocation:
    """Return the instance in a data file.

    Raises
    ------
    ValueError
        When something is missing from the file, rows are not equally long, or a job asks for a skill that is none.
    """
    text = _UNREAD.sub(" ", text)
    engineers, jobs = _rows(text, "engineer_skills"), _rows(text, "jobs")
    if any(len(job) != 5 for job in jobs):
        raise ValueError("Every job must have skill, first day, duration, place and whether it is overseas.")
    known = len(engineers[0])
    for number, (skill, *_) in enumerate(jobs, start=1):
        if not 1 <= skill <= known:
            raise ValueError(f"Job {number} must ask for a skill from 1 to {known}, got {skill}. Check the file.")
    return SkillAllocation(
        most_jobs=_number(text, "nMaxJobs"),
        most_new_skills=_number(text, "nNewSkillsPerPerson"),
        skills=[{skill for skill, has in enumerate(row, start=1) if has} for row in engineers],
        jobs=[(job[0], bool(job[4])) for job in jobs],
    )


def _number(text: str, name: str) -> int:
    found = re.search(rf"\b{name}\s*=\s*(\d+)\s*;", text)
    if not found:
        raise ValueError(f"The file must say {name}. Check that it is a data file of skill-allocation.")
    return int(found[1])


def _rows(text: str, name: str) -> list[list[int]]:
    found = re.search(rf"\b{name}\s*=\s*\[\|(.*?)\|\s*\]\s*;", text, re.DOTALL)
    if not found:
        raise ValueError(f"The file must hold {name}. Check that it is a data file of skill-allocation.")
    words = [row.replace(",", " ").split() for row in found[1].split("|")]
    if not words[-1]:  # a bar may stand behind the last row as well
        words.pop()
    rows = [whole_numbers([_BOOLEANS.get(word, word) for word in row], 0) for row in words]
    if len({len(row) for row in rows}) != 1:
        raise ValueError(f"The rows of {name} must be equally long.")
    return rows


def problem_from_skill_allocation(instance: SkillAllocation) -> Problem:
    """Return the problem whose plan of least cost gives as few new skills as possible."""
    kinds = _kinds(instance)
    wanted = sorted({kind.skill for kind in kinds})
    overseas = any(is_overseas for _, is_overseas in instance.jobs) and instance.most_jobs > MOST_OVERSEAS
    pairs = [
        Pair(
            candidate_id=f"E{engineer + 1}",
            vacancy_id=vacancy_id,
            score=Decimal(1),
            cohort_ids=() if kind.skill in held else (f"K{kind.skill}",),
            resource_id=f"overseas {engineer + 1}" if overseas and kind.is_overseas else None,
            resource_use=Decimal(1) if overseas and kind.is_overseas else None,
        )
        for engineer, held in enumerate(instance.skills)
        for kind in kinds
        for vacancy_id in kind.positions
        if kind.skill in held or instance.most_new_skills
    ]
    return Problem(
        candidates=tuple(
            Candidate(
                candidate_id=f"E{engineer + 1}",
                available_from=DAY,
                max_placements=instance.most_jobs,
                max_trainings=instance.most_new_skills,
            )
            for engineer in range(len(instance.skills))
        ),
        contracts=(Contract(contract_id="all jobs", start_date=None, obligation_quantity=Decimal(len(instance.jobs))),),
        vacancies=tuple(
            Vacancy(vacancy_id=vacancy_id, positions=positions, contract_id="all jobs", extent_percent=1)
            for kind in kinds
            for vacancy_id, positions in kind.positions.items()
        ),
        courses=tuple(
            Course(course_id=f"U{skill}", skills=(SkillLevel(skill=f"sk{skill}"),), completion_rate=Decimal(1))
            for skill in wanted
        ),
        cohorts=tuple(_cohort(skill, len(instance.skills)) for skill in wanted),
        resources=tuple(
            Resource(resource_id=f"overseas {engineer + 1}", limit=Decimal(MOST_OVERSEAS))
            for engineer in range(len(instance.skills) if overseas else 0)
        ),
        pairs=tuple(pairs),
        policy=Policy(name="skill allocation", tiers=("shortfall", "cost")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Jobs that are alike: the skill that stands for them, and the positions of each of their vacancies."""

    skill: int
    is_overseas: bool
    positions: dict[str, int]


def _kinds(instance: SkillAllocation) -> list[_Kind]:
    """Return the kinds of jobs: those that everybody can do are one, whatever their skills."""
    common = set.intersection(*instance.skills) if instance.skills else set()
    anything = min(common, default=0)
    counts = Counter((anything if skill in common else skill, overseas) for skill, overseas in instance.jobs)
    return [
        _Kind(skill=skill, is_overseas=is_overseas, positions=_spread(skill, is_overseas, count, instance.most_jobs))
        for (skill, is_overseas), count in sorted(counts.items())
    ]


def _spread(skill: int, is_overseas: bool, count: int, most: int) -> dict[str, int]:
    parts = min(count, most)
    name = f"J{skill}{'o' if is_overseas else ''}"
    return {f"{name}-{part + 1}": count // parts + (part < count % parts) for part in range(parts)}


def _cohort(skill: int, seats: int) -> Cohort:
    day: date = DAY + timedelta(days=skill)  # a day of its own: nobody is kept from two skills by their dates
    return Cohort(
        cohort_id=f"K{skill}",
        course_id=f"U{skill}",
        start_date=day,
        end_date=day,
        seats=seats,
        cost_per_seat=Decimal(1),
    )
