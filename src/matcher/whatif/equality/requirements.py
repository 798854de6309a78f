"""What each hard rule does to whom: who has no place by it alone, and whom it keeps from the places that have it.

Both are read from columns that are built once with the rule and once without it: the search that plans are made of, and
no second reading of the rules. The second is the rate of one component of a selection, judged by itself as the Uniform
Guidelines ask for (29 CFR 1607.4 C).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.whatif.equality.attributes import Attribute
from matcher.whatif.equality.dropping import QUOTA, SKILL, places_with_groups, rules_of, without_rule
from matcher.whatif.equality.rates import Reading, rates_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementEffect:
    """What a hard rule does to the groups of one attribute.

    Parameters
    ----------
    rule : str
        One of `rules_of`.
    shut_out : Reading
        Of everybody, who could have no place at all and could have one without the rule.
    passes : Reading
        Of those who could have a place that has the rule if it were not asked, who can have one as it is.
    """

    rule: str
    shut_out: Reading
    passes: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutOut:
    """Whom a rule concerns.

    Parameters
    ----------
    rule : str
    nowhere : frozenset of str
        Could have no place, and could have one without the rule.
    asked, passing : frozenset of str
        Could have a place that has the rule if it were not asked; can have one as it is.
    """

    rule: str
    nowhere: frozenset[str]
    asked: frozenset[str]
    passing: frozenset[str]


def shut_out_by(problem: Problem, *, threads: int = 1) -> list[ShutOut]:
    """Return whom each rule of eligibility concerns; quotas are no such rules.

    Parameters
    ----------
    problem : Problem
    threads : int
    """
    as_it_is = build_columns(problem, threads=threads)
    eligible = _people(as_it_is)
    found = []
    for rule in rules_of(problem):
        if rule.startswith(QUOTA):
            continue
        without = build_columns(without_rule(problem, rule), threads=threads)
        places = _places_with(problem, rule)
        found.append(
            ShutOut(
                rule=rule,
                nowhere=_people(without) - eligible,
                asked=_people(without, places),
                passing=_people(as_it_is, places),
            )
        )
    return found


def effects_on(
    attribute: Attribute, found: Sequence[ShutOut], hidden: frozenset[str] = frozenset()
) -> list[RequirementEffect]:
    """Return what rules do to the groups of an attribute."""
    return [
        RequirementEffect(
            rule=one.rule,
            shut_out=rates_of(attribute, one.nowhere, hidden=hidden),
            passes=rates_of(attribute, one.passing, among=one.asked),
        )
        for one in found
    ]


def _places_with(problem: Problem, rule: str) -> frozenset[str] | None:
    """Return the vacancies that a skill or a group is required for; ``None`` for all, where any may ask for it."""
    if rule == "group":
        return places_with_groups(problem)
    if not rule.startswith(SKILL):
        return None
    skill = rule.removeprefix(SKILL)
    return frozenset(row.vacancy_id for row in problem.vacancy_skills if row.kind == "must" and row.skill == skill)


def _people(columns: Columns, places: frozenset[str] | None = None) -> frozenset[str]:
    candidates = columns.candidate
    if places is not None:
        wanted = np.array([name in places for name in columns.limits.vacancy_ids], dtype=bool)
        candidates = candidates[wanted[columns.vacancy]]
    return frozenset(columns.limits.candidate_ids[place] for place in np.unique(candidates).tolist())
