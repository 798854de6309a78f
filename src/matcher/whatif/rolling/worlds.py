"""Years that might come: who and what is known on the first day, and who and what comes in which week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.problem import Candidate, HeldSkill, Pair, Problem
from matcher.whatif.draws import Draws
from matcher.whatif.rolling.arriving import poisson_weeks
from matcher.whatif.rolling.tenders import Announcements, work_of

WEEK = 7
DAYS_PER_MONTH = 30.4375
KNOWN = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How people come.

    Parameters
    ----------
    known : float
        Share of the problem's people who are known on the first day, 0 to 1; those with a promise always are.
    per_month : float or None
        How many come a month on average; ``None``: as many over all weeks as are not known on the first day.
    """

    known: float = KNOWN
    per_month: float | None = None

    def __post_init__(self) -> None:
        """Raise where a number is out of its range."""
        if not 0 <= self.known <= 1 or (self.per_month is not None and not 0 <= self.per_month <= 10**6):
            raise ValueError(
                f"The known share must be 0 to 1 and arrivals 0 or more, got {self.known}, {self.per_month}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The weeks in which something has to be decided.

    Parameters
    ----------
    first_day : date
        On which the first decision is taken: the first day on which anything could begin.
    num_weeks : int
        The last decision is taken in week ``num_weeks - 1``.
    """

    first_day: date
    num_weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One year with the futures that are imagined for it, as one problem.

    Parameters
    ----------
    problem : Problem
        Of everybody, those imagined too.
    week : int64 (C,)
        In which each candidate becomes known, by position of the sorted ids.
    future : int64 (C,)
        0 for people who really come, else the number of the imagined future that they belong to.
    announced, dropped : int64 (V,)
        The weeks in which each vacancy becomes known, and in which its contract comes to nothing, by position of the
        sorted ids; the number of weeks for never.
    work_future : int64 (V,)
        As `future`, of vacancies.
    """

    problem: Problem
    week: IntArray
    future: IntArray
    announced: IntArray
    dropped: IntArray
    work_future: IntArray


def acting_days(columns: Columns) -> IntArray:
    """Return by which day each column is decided: the start of its first new cohort, or of the job; int64 (N,)."""
    routes = columns.routes
    first = np.full(len(routes), np.iinfo(np.int64).max)
    owner = np.repeat(np.arange(len(routes)), routes.length)
    new = routes.is_new
    np.minimum.at(first, owner[new], columns.limits.cohort_start[routes.cohort[new]])
    days: IntArray = np.minimum(columns.start_day.astype(np.int64), first[columns.route_idx])
    return days


def calendar_of(columns: Columns, *, until_begun: bool = False) -> Calendar:
    """Return the weeks in which the columns of a problem are decided.

    Parameters
    ----------
    columns : Columns
    until_begun : bool
        Whether something can still be decided after the last cohort has begun, until the last job does.

    Raises
    ------
    ValueError
        When nobody could have any place, or one has no date.
    """
    days = acting_days(columns)
    if not len(days):
        raise ValueError("Somebody must be eligible for some place, or there is nothing to decide.")
    if days.min() <= 0:
        raise ValueError("Every place must have a date for people to come one by one.")
    first, last = int(days.min()), int((columns.start_day if until_begun else days).max())
    return Calendar(first_day=date.fromordinal(first), num_weeks=(last - first) // WEEK + 1)


def world(
    problem: Problem,
    calendar: Calendar,
    arrivals: Arrivals,
    seed: int,
    replication: int,
    num_futures: int,
    announcements: Announcements | None = None,
) -> World:
    """Return a year and what is imagined of it.

    People who are known keep everything. Those who come are like somebody of the problem, drawn by lot: with the same
    skills, wishes and memberships, all dates moved along with the day on which they come. Arrivals are a Poisson
    process; whoever comes during a week is taken up on the first day of the next. Contracts come likewise, where not
    all are known on the first day.
    """
    draws = Draws(seed)
    known = _known(problem, arrivals, draws, replication)
    known_ids = {candidate.candidate_id for candidate in known}
    weeks = calendar.num_weeks
    rate = (
        (len(problem.candidates) - len(known)) / weeks
        if arrivals.per_month is None
        else arrivals.per_month * WEEK / DAYS_PER_MONTH
    )
    held: defaultdict[str, list[HeldSkill]] = defaultdict(list)
    for skill in problem.candidate_skills:
        held[skill.candidate_id].append(skill)
    people = [(candidate, 0, 0) for candidate in known]
    like: dict[str, str] = {}
    skills = [skill for candidate in known for skill in held[candidate.candidate_id]]
    for future in range(num_futures + 1):
        comers = poisson_weeks(draws, "comes by", "is like", f"{replication} {future}", rate, weeks)
        for number, (week, lot) in enumerate(comers if problem.candidates else ()):
            model = problem.candidates[int(lot * len(problem.candidates))]
            day = calendar.first_day + timedelta(weeks=week)
            moved = day - model.available_from
            candidate_id = f"new {future} {number + 1}"
            people.append((moved_person(model, candidate_id, day, moved), week, future))
            like[candidate_id] = model.candidate_id
            skills += [moved_skill(skill, candidate_id, moved) for skill in held[model.candidate_id]]
    people.sort(key=lambda entry: entry[0].candidate_id)
    announcements = announcements or Announcements()
    work = work_of(problem, calendar.first_day, weeks, announcements, seed, replication, num_futures)
    vacancy_ids = sorted(vacancy.vacancy_id for vacancy in work.vacancies)

    def of_vacancies(value: dict[str, int], default: int) -> IntArray:
        return np.array([value.get(vacancy_id, default) for vacancy_id in vacancy_ids], dtype=np.int64)

    return World(
        problem=replace(
            problem,
            contracts=work.contracts,
            vacancies=work.vacancies,
            vacancy_skills=work.skills,
            candidates=tuple(candidate for candidate, _, _ in people),
            candidate_skills=tuple(skills),
            decisions=tuple(row for row in problem.decisions if row.candidate_id in known_ids),
            enrolments=tuple(row for row in problem.enrolments if row.candidate_id in known_ids),
            pairs=copied_pairs(problem.pairs, known_ids, like, work.like),
        ),
        week=np.array([week for _, week, _ in people], dtype=np.int64),
        future=np.array([future for _, _, future in people], dtype=np.int64),
        announced=of_vacancies(work.week, 0),
        dropped=of_vacancies(work.dropped, weeks),
        work_future=of_vacancies(work.future, 0),
    )


def _known(problem: Problem, arrivals: Arrivals, draws: Draws, replication: int) -> list[Candidate]:
    promised = {row.candidate_id for row in problem.decisions if row.decision in ("pinned", "accepted")}
    promised |= {row.candidate_id for row in problem.enrolments}
    ids = [candidate.candidate_id for candidate in problem.candidates]
    lots = draws.uniforms("known", ids, replication, 1)[:, 0] if ids else np.zeros(0)
    return [
        candidate
        for candidate, lot in zip(problem.candidates, lots, strict=True)
        if lot < arrivals.known or candidate.candidate_id in promised
    ]


def copied_pairs(
    pairs: Iterable[Pair], there: Collection[str], like: Mapping[str, str], work_like: Mapping[str, str]
) -> tuple[Pair, ...]:
    """Return the scored pairs of those who are there, and of people and vacancies that are like others.

    Parameters
    ----------
    pairs : iterable of Pair
    there : collection of str
        Candidates of the problem who stay.
    like, work_like : mapping of str to str
        By newly come candidate, and vacancy: whom, and what, it is like.
    """
    people, work = defaultdict(list), defaultdict(list)
    for new_id, model in like.items():
        people[model].append(new_id)
    for new_id, model in work_like.items():
        work[model].append(new_id)
    return tuple(
        replace(pair, candidate_id=candidate_id, vacancy_id=vacancy_id)
        for pair in pairs
        for candidate_id in (*((pair.candidate_id,) if pair.candidate_id in there else ()), *people[pair.candidate_id])
        for vacancy_id in (pair.vacancy_id, *work[pair.vacancy_id])
    )


def moved_person(model: Candidate, candidate_id: str, day: date, moved: timedelta) -> Candidate:
    """Return somebody like another who comes on a day, with everything that ends moved along."""
    return replace(
        model,
        candidate_id=candidate_id,
        available_from=day,
        available_until=None if model.available_until is None else model.available_until + moved,
        groups=tuple(
            member if member.until is None else replace(member, until=member.until + moved) for member in model.groups
        ),
    )


def moved_skill(skill: HeldSkill, candidate_id: str, moved: timedelta) -> HeldSkill:
    """Return a skill of somebody like another."""
    until = None if skill.valid_until is None else skill.valid_until + moved
    return replace(skill, candidate_id=candidate_id, valid_until=until)
