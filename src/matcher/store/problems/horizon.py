"""A problem as one sees it on a day: what starts soon, what was promised, what can no longer begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from matcher.problem import Candidate, Cohort, Contract, Pair, Problem, Resource, Vacancy, vacancy_terms
from matcher.store.problems.lives import PLANNABLE
from matcher.store.problems.models import StoredModel


def within(
    problem: Problem,
    states: Mapping[str, Mapping[str, str]],
    as_of: date,
    horizon_days: int | None,
    model: StoredModel | None,
) -> Problem:
    """Return the part of a problem that is to be planned on a day.

    - A vacancy is in it while its state can be planned, it starts at most `horizon_days` after `as_of`, and it can
      still begin. One that people have accepted or pinned stays until it has ended, whatever its dates: with the
      places that they take, no others.
    - A candidate is in it while the state can be planned, or a decision that stays names them. Who has no promise
      begins nothing before `as_of`.
    - A cohort that has begun takes nobody new.
    - Contracts without such a vacancy, and rules about them, are not asked for.
    - The forecast is that of the model in use, or the policy's: history alone switches nothing.

    Parameters
    ----------
    problem : Problem
        Everything that is stored.
    states : mapping of table to mapping of id to state
        Of candidates and vacancies.
    as_of : date
    horizon_days : int or None
        ``None`` means no end.
    model : StoredModel or None
        The outcome model in use.
    """
    view = _View(problem, states, as_of, horizon_days)
    vacancies = view.vacancies()
    candidates = view.candidates({vacancy.vacancy_id for vacancy in vacancies})
    people = {candidate.candidate_id for candidate in candidates}
    kept = {vacancy.vacancy_id for vacancy in vacancies}
    pairs = tuple(row for row in problem.pairs if row.vacancy_id in kept and row.candidate_id in people)
    if problem.is_ready_scored and not pairs:
        vacancies, kept = (), set()  # nobody can take anything: without a pair, columns would be derived instead
    contracts = {vacancy.contract_id for vacancy in vacancies}
    kept_contracts = tuple(row for row in problem.contracts if row.contract_id in contracts)
    policy = problem.policy if model is None else replace(problem.policy, outcome=model.coefficients)
    return replace(
        problem,
        candidates=candidates,
        candidate_skills=tuple(row for row in problem.candidate_skills if row.candidate_id in people),
        contracts=kept_contracts,
        vacancies=vacancies,
        vacancy_skills=tuple(row for row in problem.vacancy_skills if row.vacancy_id in kept),
        cohorts=tuple(_begun(row, as_of) for row in problem.cohorts),
        quotas=tuple(row for row in problem.quotas if _is_asked(row.scope, row.scope_id, kept_contracts, kept)),
        resources=_used_resources(problem, vacancies, pairs, kept_contracts, kept),
        decisions=tuple(row for row in problem.decisions if row.vacancy_id in kept and row.candidate_id in people),
        enrolments=tuple(row for row in problem.enrolments if row.candidate_id in people),
        pairs=pairs,
        history=(),
        policy=policy,
    )


class _View:
    """What decides about a problem's rows on one day."""

    def __init__(
        self, problem: Problem, states: Mapping[str, Mapping[str, str]], as_of: date, horizon_days: int | None
    ) -> None:
        self._problem, self._states, self._as_of = problem, states, as_of
        self._last = None if horizon_days is None else as_of + timedelta(days=horizon_days)
        self._contracts: dict[str, Contract] = {row.contract_id: row for row in problem.contracts}
        standing = [row for row in problem.decisions if row.decision != "forbidden"]
        self._promised: set[tuple[str, str]] = {(row.candidate_id, row.vacancy_id) for row in standing}

    def vacancies(self) -> tuple[Vacancy, ...]:
        """Return the vacancies to plan."""
        takers: dict[str, int] = {}
        for _, vacancy_id in self._promised:
            takers[vacancy_id] = takers.get(vacancy_id, 0) + 1
        rows = []
        for vacancy in self._problem.vacancies:
            state = self._states["vacancies"][vacancy.vacancy_id]
            if state in PLANNABLE["vacancies"] and self._begins_in_time(vacancy):
                rows.append(vacancy)
            elif vacancy.vacancy_id in takers and state not in ("sustained", "ended"):
                rows.append(replace(vacancy, positions=takers[vacancy.vacancy_id]))
        return tuple(rows)

    def candidates(self, kept: set[str]) -> tuple[Candidate, ...]:
        """Return the candidates to plan for."""
        promised = {candidate_id for candidate_id, vacancy_id in self._promised if vacancy_id in kept}
        rows = []
        for candidate in self._problem.candidates:
            if candidate.candidate_id in promised:
                rows.append(candidate)
                continue
            can_begin = candidate.available_until is None or candidate.available_until >= self._as_of
            if self._states["candidates"][candidate.candidate_id] in PLANNABLE["candidates"] and can_begin:
                rows.append(replace(candidate, available_from=max(candidate.available_from, self._as_of)))
        return tuple(rows)

    def _begins_in_time(self, vacancy: Vacancy) -> bool:
        terms = vacancy_terms(vacancy, self._contracts)
        if not terms.is_open or terms.start_date is None or terms.latest_start_date is None:
            return False  # what a person still has to fill in cannot be planned
        return terms.latest_start_date >= self._as_of and (self._last is None or terms.start_date <= self._last)


def _begun(cohort: Cohort, as_of: date) -> Cohort:
    has_begun = cohort.start_date < as_of and cohort.status in ("planned", "optional")
    return replace(cohort, status="running") if has_begun else cohort


def _is_asked(scope: str, scope_id: str | None, contracts: tuple[Contract, ...], vacancies: set[str]) -> bool:
    if scope == "all":
        return True
    if scope == "vacancy":
        return scope_id in vacancies
    return scope_id in {getattr(contract, f"{scope}_id" if scope == "contract" else scope) for contract in contracts}


def _used_resources(
    problem: Problem,
    vacancies: tuple[Vacancy, ...],
    pairs: tuple[Pair, ...],
    contracts: tuple[Contract, ...],
    kept: set[str],
) -> tuple[Resource, ...]:
    """Return the resources that something still uses; where one belongs is left out with the place that it names."""
    used = {row.resource_id for row in vacancies} | {row.resource_id for row in pairs}
    return tuple(
        row
        if row.scope_id is None or _is_asked(row.scope, row.scope_id, contracts, kept)
        else replace(row, scope_id=None)
        for row in problem.resources
        if row.resource_id in used
    )
