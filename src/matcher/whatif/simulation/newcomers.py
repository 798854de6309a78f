"""Who may come while a plan is carried out: people like the problem's own, each with a week in which they would come.

They are the same in every study of a problem, so that all their columns are made once; whether one of them comes in a
replication is an event like any other, drawn by name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

import numpy as np

from matcher.columns import IntArray
from matcher.problem import Candidate, HeldSkill, Problem
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.draws import Draws
from matcher.whatif.rolling.worlds import DAYS_PER_MONTH, WEEK, Calendar, copied_pairs, moved_person, moved_skill

MOST_LIKELY = 0.5  # chance of each possible newcomer: the smaller, the closer to a Poisson process


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """A problem with everybody who may come.

    Parameters
    ----------
    problem : Problem
    week : int64 (C,)
        In which each candidate would come, by position of the sorted ids; 0 for the problem's own people.
    chance : float
        That one of them comes.
    """

    problem: Problem
    week: IntArray
    chance: float


def with_newcomers(problem: Problem, calendar: Calendar, assumptions: Assumptions) -> Newcomers:
    """Return a problem with everybody who may come.

    Parameters
    ----------
    problem : Problem
    calendar : Calendar
        Whoever comes during a week is taken up on the first day of the next.
    assumptions : Assumptions
    """
    last = calendar.num_weeks - 1
    expected = float(assumptions.arrivals_per_month) * last * WEEK / DAYS_PER_MONTH
    models = sorted(problem.candidates, key=lambda candidate: candidate.candidate_id)
    rounds = ceil(expected / (MOST_LIKELY * len(models))) if models else 0
    names = [f"new {number + 1} {model.candidate_id}" for number in range(rounds) for model in models]
    lots = Draws(0).uniforms("would come in", names, 0, 1)[:, 0] if names else np.zeros(0)
    held: defaultdict[str, list[HeldSkill]] = defaultdict(list)
    for skill in problem.candidate_skills:
        held[skill.candidate_id].append(skill)
    like = dict(zip(names, (model.candidate_id for model in models * rounds), strict=True))
    people: list[tuple[Candidate, int]] = [(candidate, 0) for candidate in problem.candidates]
    skills = list(problem.candidate_skills)
    for name, model, lot in zip(names, models * rounds, lots.tolist(), strict=True):
        week = 1 + int(lot * last)
        day = calendar.first_day + timedelta(weeks=week)
        by = day - model.available_from
        people.append((moved_person(model, name, day, by), week))
        skills += [moved_skill(skill, name, by) for skill in held[model.candidate_id]]
    people.sort(key=lambda entry: entry[0].candidate_id)
    return Newcomers(
        problem=replace(
            problem,
            candidates=tuple(candidate for candidate, _ in people),
            candidate_skills=tuple(skills),
            pairs=copied_pairs(problem.pairs, {model.candidate_id for model in models}, like, {}),
        ),
        week=np.array([week for _, week in people], dtype=np.int64),
        chance=expected / len(names) if names else 0.0,
    )
