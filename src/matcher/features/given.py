"""Everything that is given, as arrays by position: what the search for columns reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from matcher.columns import IndexArray, IntArray, Limits
from matcher.features.arrays import positions
from matcher.features.limits import QuotaGroup, quota_groups
from matcher.features.needs import HeldSkills, Needs, held_skills, needs_of
from matcher.features.people import (
    Enrolments,
    Memberships,
    People,
    enrolment_arrays,
    memberships,
    people_arrays,
)
from matcher.features.places import Places, places_between
from matcher.features.training import Training, training_arrays
from matcher.features.work import AskedSkills, Work, asked_skills, work_arrays
from matcher.problem import Candidate, Policy, Problem, VacancyTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Which occupations candidates accept.

    Parameters
    ----------
    anything : int64
        Candidates who list no occupations, in order.
    by_code : dict of str to int64 array
        Candidates who list the code, in order.
    """

    anything: IntArray
    by_code: dict[str, IntArray]

    def accepting(self, occupation: str | None) -> list[IntArray] | None:
        """Return who accepts an occupation (some may stand in several arrays), or None for everybody."""
        if occupation is None:
            return None
        codes = (occupation[:length] for length in range(len(occupation) + 1))
        return [self.anything, *(self.by_code[code] for code in codes if code in self.by_code)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A problem as arrays; C candidates, V vacancies, K cohorts.

    Parameters
    ----------
    policy : Policy
    people : People
    work : Work
    training : Training
    places : Places
    needs : Needs
    held : HeldSkills
    must, nice : AskedSkills
    wishes : Wishes
    memberships : Memberships
    quota_groups : list of QuotaGroup
        In order of their bits.
    member_until : int32 (S, C)
        Last day on which each candidate is a member of any group of each of `Work.group_sets`.
    enrolments : Enrolments
    forbidden : dict of int to int64 array
        Candidates who must not take a vacancy, by vacancy.
    """

    policy: Policy
    people: People
    work: Work
    training: Training
    places: Places
    needs: Needs
    held: HeldSkills
    must: AskedSkills
    nice: AskedSkills
    wishes: Wishes
    memberships: Memberships
    quota_groups: list[QuotaGroup]
    member_until: IndexArray
    enrolments: Enrolments
    forbidden: dict[int, IntArray]


def given_arrays(problem: Problem, limits: Limits, terms: Sequence[VacancyTerms]) -> Given:
    """Return a problem as arrays; `terms` are those of the vacancies in order of their ids."""
    candidates = sorted(problem.candidates, key=attrgetter("candidate_id"))
    cohorts = sorted(problem.cohorts, key=attrgetter("cohort_id"))
    candidate_position = positions(limits.candidate_ids)
    vacancy_position = positions(limits.vacancy_ids)
    places = places_between(
        {candidate.municipality for candidate in candidates},
        {entry.municipality for entry in terms} | {cohort.municipality for cohort in cohorts},
        problem.municipalities,
    )
    needs = needs_of(problem)
    training = training_arrays(problem, cohorts, needs, places)
    enrolments = enrolment_arrays(problem.standing_enrolments, candidate_position, positions(limits.cohort_ids))
    work = work_arrays(terms, problem.policy, places, positions(limits.resource_ids))
    groups = {group for group_set in work.group_sets for group in group_set}
    counted = {entry.group for entry in quota_groups(problem) if entry.group}
    members = memberships(candidates, groups | counted | set(problem.policy.credit))
    asked = {
        kind: asked_skills([row for row in problem.vacancy_skills if row.kind == kind], needs, vacancy_position)
        for kind in ("must", "nice")
    }
    return Given(
        policy=problem.policy,
        people=people_arrays(candidates, problem.policy, places, enrolments, training.end),
        work=work,
        training=training,
        places=places,
        needs=needs,
        held=held_skills(problem, needs, candidate_position),
        must=asked["must"],
        nice=asked["nice"],
        wishes=_wishes(candidates),
        memberships=members,
        quota_groups=quota_groups(problem),
        member_until=np.stack([members.of_any(group_set) for group_set in work.group_sets]),
        enrolments=enrolments,
        forbidden=_forbidden(problem, candidate_position, vacancy_position),
    )


def _wishes(candidates: Sequence[Candidate]) -> Wishes:
    by_code: dict[str, list[int]] = {}
    anything = []
    for position, candidate in enumerate(candidates):
        if not candidate.occupations:
            anything.append(position)
        for code in candidate.occupations:
            by_code.setdefault(code, []).append(position)
    return Wishes(
        anything=np.array(anything, np.int64),
        by_code={code: np.array(listed, np.int64) for code, listed in by_code.items()},
    )


def _forbidden(
    problem: Problem, candidate_position: dict[str, int], vacancy_position: dict[str, int]
) -> dict[int, IntArray]:
    by_vacancy: dict[int, list[int]] = {}
    for decision in problem.decisions:
        if decision.decision == "forbidden":
            by_vacancy.setdefault(vacancy_position[decision.vacancy_id], []).append(
                candidate_position[decision.candidate_id]
            )
    return {vacancy: np.array(listed, np.int64) for vacancy, listed in by_vacancy.items()}
