"""The same problem without one hard rule: so that its columns, or its plan, say what the rule does to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from matcher.errors import Fault, InvalidInput
from matcher.problem import GroupMembership, Problem, vacancy_terms

ANYBODY = "anybody-without-the-rule"
SKILL, QUOTA = "skill:", "quota:"
MOST_SKILLS = 40  # looked at one by one, those that most positions ask for


def rules_of(problem: Problem) -> list[str]:
    """Return the hard rules that a problem has: eligibility by kind, each required skill, each hard quota.

    Of required skills the most frequent are taken. A problem of scored pairs has no rules but its quotas.
    """
    quotas = [f"{QUOTA}{quota.quota_id}" for quota in problem.quotas if quota.hard]
    if problem.is_ready_scored:
        return quotas
    kinds = [key for key, has in _HAS.items() if has(problem)]
    positions = {vacancy.vacancy_id: vacancy.positions for vacancy in problem.vacancies}
    asked = Counter[str]()
    for row in problem.vacancy_skills:
        if row.kind == "must":
            asked[row.skill] += positions.get(row.vacancy_id, 0)
    skills = sorted(asked, key=lambda skill: (-asked[skill], skill))[:MOST_SKILLS]
    return [*kinds, *(f"{SKILL}{skill}" for skill in skills), *quotas]


def without_rule(problem: Problem, key: str) -> Problem:
    """Return a problem without one of its hard rules, everything else as it is.

    Parameters
    ----------
    problem : Problem
    key : str
        One of `rules_of`.

    Raises
    ------
    InvalidInput
        Where the problem has no such rule.
    """
    if key not in rules_of(problem):
        must, remedy = "be a hard rule of the problem", "Choose one that the audit lists."
        raise InvalidInput([Fault(code="unknown_rule", field="without", value=key, must=must, remedy=remedy)])
    if key.startswith(SKILL):
        skill = key.removeprefix(SKILL)
        kept = tuple(row for row in problem.vacancy_skills if row.kind != "must" or row.skill != skill)
        return replace(problem, vacancy_skills=kept)
    if key.startswith(QUOTA):
        quota_id = key.removeprefix(QUOTA)
        return replace(problem, quotas=tuple(quota for quota in problem.quotas if quota.quota_id != quota_id))
    return _DROP[key](problem)


def places_with_groups(problem: Problem) -> frozenset[str]:
    """Return the vacancies that are open to some groups alone."""
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    return frozenset(row.vacancy_id for row in problem.vacancies if vacancy_terms(row, contracts).groups)


def _group(problem: Problem) -> Problem:
    """Open every place to everybody; whom an obligation or a quota counts stays as it is."""
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    everybody = GroupMembership(group=ANYBODY)
    open_to = {vacancy.vacancy_id: vacancy_terms(vacancy, contracts).groups for vacancy in problem.vacancies}
    return replace(
        problem,
        candidates=tuple(replace(row, groups=(*row.groups, everybody)) for row in problem.candidates),
        vacancies=tuple(
            replace(row, groups=(*open_to[row.vacancy_id], ANYBODY)) if open_to[row.vacancy_id] else row
            for row in problem.vacancies
        ),
    )


def _start(problem: Problem) -> Problem:
    """Let every place wait for whoever comes latest; how long is two years at most, for any course ends by then."""
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    days = [row.available_from for row in problem.candidates] + [row.end_date for row in problem.cohorts]
    vacancies = []
    for row in problem.vacancies:
        terms = vacancy_terms(row, contracts)
        if terms.start_date is not None:
            latest = max([terms.latest_start_date or terms.start_date, *days]) + timedelta(days=1)
            row = replace(row, latest_start_date=latest)
        vacancies.append(row)
    return replace(problem, vacancies=tuple(vacancies))


def _of_people(**values: object) -> Callable[[Problem], Problem]:
    def drop(problem: Problem) -> Problem:
        return replace(problem, candidates=tuple(replace(row, **values) for row in problem.candidates))  # type: ignore[arg-type]

    return drop


def _decision(problem: Problem) -> Problem:
    return replace(problem, decisions=tuple(row for row in problem.decisions if row.decision != "forbidden"))


_DROP: Mapping[str, Callable[[Problem], Problem]] = {
    "start": _start,
    "available_until": _of_people(available_until=None),
    "group": _group,
    "occupation": _of_people(occupations=()),
    "extent": _of_people(extent_percent=100),
    "distance": _of_people(max_distance_km=None),
    "decision": _decision,
}
RULE_KEYS = tuple(_DROP)
_HAS: Mapping[str, Callable[[Problem], bool]] = {
    "start": lambda problem: True,
    "available_until": lambda problem: any(row.available_until for row in problem.candidates),
    "group": lambda problem: bool(places_with_groups(problem)),
    "occupation": lambda problem: any(row.occupations for row in problem.candidates),
    "extent": lambda problem: any(row.extent_percent < 100 for row in problem.candidates),
    "distance": lambda problem: any(row.max_distance_km is not None for row in problem.candidates),
    "decision": lambda problem: any(row.decision == "forbidden" for row in problem.decisions),
}
