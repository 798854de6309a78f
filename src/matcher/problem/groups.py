"""Which target groups a problem's rules name, and the problem without what else is known of people's groups.

A group decides something only where a rule names it. What no rule names, as somebody's sex or origin, is no business of
whoever plans, and does not belong into what is kept of a run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from matcher.problem.people import Candidate, GroupMembership
from matcher.problem.policy import Policy
from matcher.problem.problem import Problem
from matcher.problem.rules import Quota
from matcher.problem.work import Contract, Vacancy


def groups_named(
    contracts: Iterable[Contract], vacancies: Iterable[Vacancy], quotas: Iterable[Quota], policy: Policy
) -> frozenset[str]:
    """Return the groups that rules name, the policy's credit among them: all that may decide anything."""
    clauses = {group for contract in contracts for group in contract.groups}
    places = {group for vacancy in vacancies for group in vacancy.groups}
    counted = {quota.group for quota in quotas if quota.group is not None}
    return frozenset({*clauses, *places, *counted, *policy.credit})


def declared_groups(problem: Problem) -> frozenset[str]:
    """Return the groups that a problem's rules name."""
    return groups_named(problem.contracts, problem.vacancies, problem.quotas, problem.policy)


def without_undeclared(problem: Problem, asked: Collection[str] = ()) -> Problem:
    """Return the problem in which nobody belongs to a group that no rule names.

    Every plan of it is one of the problem, with the same values, for nothing reads the groups that go.

    Parameters
    ----------
    problem : Problem
    asked : collection of str
        Groups to keep beside the declared ones: those that a question about the problem names.
    """
    kept = declared_groups(problem).union(asked)
    return with_groups(
        problem,
        {
            row.candidate_id: tuple(one for one in row.groups if one.group in kept)
            for row in problem.candidates
            if any(one.group not in kept for one in row.groups)
        },
    )


def with_groups(problem: Problem, groups: Mapping[str, tuple[GroupMembership, ...]]) -> Problem:
    """Return the problem in which some candidates belong to other groups.

    Parameters
    ----------
    problem : Problem
    groups : mapping of candidate_id to memberships
        Ids that the problem has not are passed over.
    """

    def changed(row: Candidate) -> Candidate:
        return replace(row, groups=groups[row.candidate_id]) if row.candidate_id in groups else row

    return replace(problem, candidates=tuple(map(changed, problem.candidates))) if groups else problem
