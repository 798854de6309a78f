"""Placements as arrays of what can happen to them: which chances apply, and how long a later start would still do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.columns import WEIGHT_SCALE, BoolArray, Columns, IntArray
from matcher.plan import Assignment
from matcher.problem import Candidate, HeldSkill, Problem, RequiredSkill, SkillLevel, VacancyTerms, vacancy_terms
from matcher.whatif.draws import FloatArray

FOREVER = date.max.toordinal()
WAGED = ("employment", "apprenticeship")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Placements, planned or in reserve: P of them, with S courses to complete, of D contracts.

    Parameters
    ----------
    names : tuple of str (P,)
        Candidate and vacancy, as draws are named.
    candidate_ids : tuple of str (P,)
    step_names : tuple of str (S,)
        Candidate and cohort; a course that serves two placements of a person stands here twice and is drawn alike.
    cohort_ids : tuple of str (S,)
        The cohort of each.
    step_place : int64 (S,)
        The placement that needs the course.
    step_first, step_last : int64 (S,)
        Proleptic ordinals of the cohort's first and last day.
    step_rate : float64 (S,)
        Share of starters who complete it.
    delay_names : tuple of str (D,)
        Contracts, or vacancies without one, that may begin late together.
    delay_of : int64 (P,)
    contract : int64 (P,)
        Position of the contract among all of the problem, sorted; -1 for none.
    vacancy : int64 (P,)
        Position of the vacancy.
    vacancy_start, start : int64 (P,)
        Proleptic ordinals of the vacancy's start and of the planned first day; 0 where there is no date.
    last_start : int64 (P,)
        Last day on which the placement could begin.
    last_counted : int64 (P,)
        Last day of beginning on which it counts for its contract's obligation.
    units : int64 (P,)
        Hundredths of the contract's unit.
    lasts : float64 (P,)
        Chance that a placement lasts once it has begun.
    extent : int64 (P,)
        Percent of full time that is paid a wage; 0 for internships.
    """

    names: tuple[str, ...]
    candidate_ids: tuple[str, ...]
    step_names: tuple[str, ...]
    cohort_ids: tuple[str, ...]
    step_place: IntArray
    step_first: IntArray
    step_last: IntArray
    step_rate: FloatArray
    delay_names: tuple[str, ...]
    delay_of: IntArray
    contract: IntArray
    vacancy: IntArray
    vacancy_start: IntArray
    start: IntArray
    last_start: IntArray
    last_counted: IntArray
    units: IntArray
    lasts: FloatArray
    extent: IntArray

    def __len__(self) -> int:
        """Return P."""
        return len(self.names)


class PlaceReader:
    """Reads what can happen to placements out of a problem.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        All of the problem.
    """

    def __init__(self, problem: Problem, columns: Columns) -> None:
        self._problem, self._columns = problem, columns
        contracts = {contract.contract_id: contract for contract in problem.contracts}
        self._terms = {one.vacancy_id: vacancy_terms(one, contracts) for one in problem.vacancies}
        self._candidates = {candidate.candidate_id: candidate for candidate in problem.candidates}
        self._courses = {course.course_id: course for course in problem.courses}
        self._cohorts = {cohort.cohort_id: cohort for cohort in problem.cohorts}
        self._musts: dict[str, list[RequiredSkill]] = defaultdict(list)
        for required in problem.vacancy_skills:
            if required.kind == "must":
                self._musts[required.vacancy_id].append(required)
        self._held: dict[str, list[HeldSkill]] = defaultdict(list)
        for held in problem.candidate_skills:
            self._held[held.candidate_id].append(held)
        limits = columns.limits
        self._vacancy_at = {vacancy_id: j for j, vacancy_id in enumerate(limits.vacancy_ids)}

    def places(self, assignments: Sequence[Assignment], column: IntArray) -> Places:
        """Return placements as arrays.

        Parameters
        ----------
        assignments : sequence of Assignment
        column : int64 (P,)
            The column of each.
        """
        limits = self._columns.limits
        terms = [self._terms[entry.vacancy_id] for entry in assignments]
        steps = [(place, entry, cohort_id) for place, entry in enumerate(assignments) for cohort_id in entry.cohort_ids]
        delays = [late_with(one) for one in terms]
        delay_names = tuple(sorted(set(delays)))
        delay_at = {name: position for position, name in enumerate(delay_names)}
        vacancy = [self._vacancy_at[entry.vacancy_id] for entry in assignments]
        days = [
            0 if entry.start_date is None or one.start_date is None else one.start_date.toordinal()
            for entry, one in zip(assignments, terms, strict=True)
        ]
        return Places(
            names=tuple(f"{entry.candidate_id}\x1f{entry.vacancy_id}" for entry in assignments),
            candidate_ids=tuple(entry.candidate_id for entry in assignments),
            step_names=tuple(f"{entry.candidate_id}\x1f{cohort_id}" for _, entry, cohort_id in steps),
            cohort_ids=tuple(cohort_id for _, _, cohort_id in steps),
            step_place=_integers(place for place, _, _ in steps),
            step_first=_integers(self._cohorts[cohort_id].start_date.toordinal() for _, _, cohort_id in steps),
            step_last=_integers(self._cohorts[cohort_id].end_date.toordinal() for _, _, cohort_id in steps),
            step_rate=np.array([self._rate(cohort_id) for _, _, cohort_id in steps], dtype=np.float64),
            delay_names=delay_names,
            delay_of=_integers(delay_at[name] for name in delays),
            contract=limits.contract_of_vacancy[vacancy].astype(np.int64) if vacancy else _integers([]),
            vacancy=_integers(vacancy),
            vacancy_start=_integers(days),
            start=_integers(
                entry.start_date.toordinal() if day and entry.start_date else 0
                for entry, day in zip(assignments, days, strict=True)
            ),
            last_start=_integers(map(self.last_start, assignments)),
            last_counted=_integers(
                self._last_day(entry.candidate_id, one.contract.groups if one.contract else ())
                for entry, one in zip(assignments, terms, strict=True)
            ),
            units=self._columns.units[column].astype(np.int64),
            lasts=self._lasts(assignments, terms, column),
            extent=_integers(one.vacancy.extent_percent if one.vacancy.form in WAGED else 0 for one in terms),
        )

    def _rate(self, cohort_id: str) -> float:
        return float(self._courses[self._cohorts[cohort_id].course_id].completion_rate)

    def _last_day(self, candidate_id: str, groups: Sequence[str]) -> int:
        """Return until when somebody is a member of one of some groups; without groups everybody is, for ever."""
        if not groups:
            return FOREVER
        until = [member.until for member in self._candidates[candidate_id].groups if member.group in groups]
        return max((FOREVER if day is None else day.toordinal() for day in until), default=0)

    def last_start(self, entry: Assignment) -> int:
        """Return the last day on which a placement could begin: docs/model.md section 2, read at a later day."""
        if self._problem.is_ready_scored:
            return FOREVER
        terms = self._terms[entry.vacancy_id]
        candidate = self._candidates[entry.candidate_id]
        days = [self._last_day(entry.candidate_id, terms.groups), _last_available(candidate)]
        granted = [skill for cohort_id in entry.cohort_ids for skill in self._granted(cohort_id)]
        days += [self._valid_until(entry.candidate_id, must, granted) for must in self._musts[entry.vacancy_id]]
        return min(days)

    def _granted(self, cohort_id: str) -> tuple[SkillLevel, ...]:
        return self._courses[self._cohorts[cohort_id].course_id].skills

    def _valid_until(self, candidate_id: str, must: RequiredSkill, granted: Iterable[SkillLevel]) -> int:
        if any(one.skill == must.skill and one.level >= must.level for one in granted):
            return FOREVER
        until = [
            held.valid_until
            for held in self._held[candidate_id]
            if held.skill == must.skill and held.level >= must.level
        ]
        return max((FOREVER if day is None else day.toordinal() for day in until), default=0)

    def _lasts(self, assignments: Sequence[Assignment], terms: list[VacancyTerms], column: IntArray) -> FloatArray:
        """Return the chance to last alone: the weight without completion, priority and promptness."""
        policy = self._problem.policy
        chances = []
        for entry, one, weight in zip(assignments, terms, self._columns.weight[column].tolist(), strict=True):
            other = float(np.prod([self._rate(cohort_id) for cohort_id in entry.cohort_ids]))
            if not self._problem.is_ready_scored:
                months = self._candidates[entry.candidate_id].months_out_of_work
                years = min(months / 12, float(policy.priority_max_years))
                other *= 1 + float(policy.priority_per_year) * years
                if policy.lateness_per_week and entry.start_date and one.start_date:
                    late = (entry.start_date - one.start_date).days
                    other *= max(0.0, 1 - float(policy.lateness_per_week) * late / 7)
            chances.append(min(1.0, weight / WEIGHT_SCALE / other) if other else 0.0)
        return np.array(chances, dtype=np.float64)


def late_with(terms: VacancyTerms) -> str:
    """Return with what a vacancy begins late: its contract, or itself where it has none."""
    return f"contract {terms.contract.contract_id}" if terms.contract else f"vacancy {terms.vacancy.vacancy_id}"


def _last_available(candidate: Candidate) -> int:
    return FOREVER if candidate.available_until is None else candidate.available_until.toordinal()


def _integers(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


def columns_of(columns: Columns, assignments: Sequence[Assignment]) -> IntArray:
    """Return the column of each placement of a plan.

    Raises
    ------
    ValueError
        When a placement has none, so that the plan answers another problem.
    """
    limits = columns.limits
    candidate_at = {name: i for i, name in enumerate(limits.candidate_ids)}
    starts = np.searchsorted(columns.candidate, np.arange(len(limits.candidate_ids) + 1, dtype=np.int32))
    found = []
    for entry in assignments:
        i = candidate_at.get(entry.candidate_id)
        begin, end = (0, 0) if i is None else starts[i : i + 2]
        own = [
            e
            for e in range(int(begin), int(end))
            if limits.vacancy_ids[columns.vacancy[e]] == entry.vacancy_id and columns.route(e) == entry.cohort_ids
        ]
        if not own:
            raise ValueError(f"Placement {entry.candidate_id!r} in {entry.vacancy_id!r} must be possible.")
        found.append(own[0])
    return _integers(found)


def best_of_each(columns: Columns, allowed: BoolArray) -> IntArray:
    """Return the best allowed column of each candidate that has one, the best first."""
    position = np.flatnonzero(allowed)
    order = np.lexsort((columns.lottery[position], -columns.weight[position].astype(np.int64)))
    ordered = position[order]
    _, first = np.unique(columns.candidate[ordered], return_index=True)
    return ordered[np.sort(first)]
