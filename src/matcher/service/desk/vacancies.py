"""Vacancies: the list, and one with its people, its demands and everybody who could have the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matcher.explain import PairInPlan, Route, UnfilledReason, VacancyExplanation, explain_pair_in_plan, explain_vacancy
from matcher.explain.proofs import Ranked, Ranking
from matcher.problem import Contract, RequiredSkill, Vacancy
from matcher.service.desk.desk import Desk

MOST_SUGGESTED = 25
MOST_LOOKED_AT = 60  # of those who are proven to lose least; looking at everybody takes five times as long


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyRow:
    """One vacancy in a list.

    Parameters
    ----------
    vacancy : Vacancy
    contract : Contract or None
    start : date or None
    days : int or None
        Until then.
    filled, open : int
        Positions.
    reason : UnfilledReason or None
        Why some stay open.
    """

    vacancy: Vacancy
    contract: Contract | None
    start: date | None
    days: int | None
    filled: int
    open: int
    reason: UnfilledReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody who could have a place: what that would cost the plan, and the way there."""

    ranked: Ranked
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyPage:
    """Everything about one vacancy."""

    row: VacancyRow
    explanation: VacancyExplanation
    demands: tuple[RequiredSkill, ...]
    placed: tuple[PairInPlan, ...]
    ranking: Ranking
    suggestions: tuple[Suggestion, ...]
    last_start: date | None
    municipality: str | None

    @property
    def num_further(self) -> int:
        """Return how many could have it besides those who are suggested."""
        return len(self.ranking.entries) - len(self.suggestions) + self.ranking.num_left_out


def vacancy_row(desk: Desk, vacancy_id: str) -> VacancyRow:
    """Return a vacancy as lists show it."""
    terms = desk.reading.place(vacancy_id).terms
    left = desk.open_at.get(vacancy_id, 0)
    return VacancyRow(
        vacancy=terms.vacancy,
        contract=terms.contract,
        start=terms.start_date,
        days=desk.days_until(terms.start_date),
        filled=len(desk.in_plan.of_vacancy.get(vacancy_id, ())),
        open=left,
        reason=desk.reason_of.get(vacancy_id) if left else None,
    )


def vacancy_rows(desk: Desk) -> tuple[VacancyRow, ...]:
    """Return all vacancies in order of their start."""
    rows = [vacancy_row(desk, vacancy_id) for vacancy_id in desk.reading.places]
    return tuple(sorted(rows, key=lambda row: (row.start or date.max, row.vacancy.vacancy_id)))


def vacancy_page(desk: Desk, vacancy_id: str, sees: Callable[[str | None], bool] | None = None) -> VacancyPage:
    """Return everything about one vacancy.

    Parameters
    ----------
    desk : Desk
    vacancy_id : str
    sees : callable, optional
        Whether the reader may see a candidate, where not everybody may be seen; others are left out.

    Raises
    ------
    InvalidInput
        Where there is none of that id.
    """
    place = desk.reading.place(vacancy_id)
    placed = desk.in_plan.of_vacancy.get(vacancy_id, [])
    if sees is None:
        ranking = desk.ranking(vacancy_id, MOST_LOOKED_AT)
    else:
        ranking = seen_ranking(desk.ranking(vacancy_id), sees)
        placed = [entry for entry in placed if sees(entry.candidate_id)]
    return VacancyPage(
        row=vacancy_row(desk, vacancy_id),
        explanation=explain_vacancy(desk.in_plan, vacancy_id, desk.crowd),
        demands=_demands(desk, vacancy_id),
        placed=tuple(explain_pair_in_plan(desk.in_plan, entry.candidate_id, vacancy_id) for entry in placed),
        ranking=ranking,
        suggestions=tuple(suggestion_of(desk, vacancy_id, entry) for entry in ranking.entries[:MOST_SUGGESTED]),
        last_start=place.terms.latest_start_date,
        municipality=place.terms.municipality,
    )


def everybody_for(desk: Desk, vacancy_id: str, sees: Callable[[str | None], bool]) -> Ranking:
    """Return all who could have a vacancy and whom somebody may see; raises `InvalidInput` where there is none."""
    desk.reading.place(vacancy_id)
    return seen_ranking(desk.ranking(vacancy_id), sees)


def seen_ranking(ranking: Ranking, sees: Callable[[str | None], bool]) -> Ranking:
    """Return a ranking of those whom somebody may see, in which nobody else is named or counted."""
    entries = (
        replace(entry, displaced=tuple(person for person in entry.displaced if sees(person)))
        for entry in ranking.entries
        if sees(entry.candidate_id)
    )
    return replace(ranking, entries=tuple(entries), num_left_out=0)


def _demands(desk: Desk, vacancy_id: str) -> tuple[RequiredSkill, ...]:
    own = [skill for skill in desk.problem.vacancy_skills if skill.vacancy_id == vacancy_id]
    return tuple(sorted(own, key=lambda skill: (skill.kind != "must", skill.skill)))


def suggestion_of(desk: Desk, vacancy_id: str, ranked: Ranked) -> Suggestion:
    """Return somebody from a ranking with the way there."""
    assert ranked.candidate_id is not None  # staff are told who it is
    person = desk.reading.person(ranked.candidate_id)
    chain = [desk.reading.cohorts[cohort_id] for cohort_id in ranked.cohort_ids]
    first = desk.reading.place(vacancy_id).terms.start_date
    after = [cohort.end_date + timedelta(days=1) for cohort in chain]
    start = None if first is None else max(first, person.earliest, *after)
    return Suggestion(ranked=ranked, route=Route(steps=desk.reading.steps(chain, person), start_date=start))
