"""One pair forbidden or pinned: the problem with that decision, and its columns without working them out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from matcher.columns import BoolArray, Columns
from matcher.plan import Plan
from matcher.problem import Decision, Problem
from matcher.problem.rules import DecisionKind

Cut = tuple[Problem, Columns]


def forbidden(problem: Problem, columns: Columns, candidate_id: str, vacancy_id: str) -> Cut:
    """Return the problem in which a pair is ruled out, whatever people have decided about it, and its columns."""
    decided = _decided(problem, candidate_id, vacancy_id, "forbidden")
    return decided, _with_pins(decided, only(columns, ~is_pair(columns, candidate_id, vacancy_id)))


def pinned(problem: Problem, columns: Columns, candidate_id: str, vacancy_id: str) -> Cut:
    """Return the problem in which a pair is pinned, and its columns; a pair that is ruled out stays without any."""
    decided = _decided(problem, candidate_id, vacancy_id, "pinned")
    return decided, _with_pins(decided, columns)


def is_pair(columns: Columns, candidate_id: str, vacancy_id: str) -> BoolArray:
    """Return which columns are those of a pair; bool (N,)."""
    limits = columns.limits
    candidate, vacancy = limits.candidate_ids.index(candidate_id), limits.vacancy_ids.index(vacancy_id)
    found: BoolArray = (columns.candidate == candidate) & (columns.vacancy == vacancy)
    return found


def only(columns: Columns, kept: BoolArray) -> Columns:
    """Return the columns for which `kept` is true; bool (N,)."""
    return columns.some(np.flatnonzero(kept))


def without_broken_pins(columns: Columns, plan: Plan) -> Columns:
    """Return the columns with the pins that a plan keeps: accepted pairs that it gives up are none."""
    broken = {(one.candidate_id, one.entity_id) for one in plan.breaches if one.kind == "accepted"}
    limits = columns.limits
    pairs = zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
    stays = np.array([(limits.candidate_ids[i], limits.vacancy_ids[j]) not in broken for i, j in pairs], dtype=np.bool_)
    pinned_candidate, pinned_vacancy = limits.pinned_candidate[stays], limits.pinned_vacancy[stays]
    return replace(columns, limits=replace(limits, pinned_candidate=pinned_candidate, pinned_vacancy=pinned_vacancy))


def _decided(problem: Problem, candidate_id: str, vacancy_id: str, kind: DecisionKind) -> Problem:
    others = tuple(row for row in problem.decisions if (row.candidate_id, row.vacancy_id) != (candidate_id, vacancy_id))
    decision = Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=kind)
    return replace(problem, decisions=(*others, decision))


def _with_pins(problem: Problem, columns: Columns) -> Columns:
    """Return columns whose limits have the pairs that must stand, as `matcher.features` would give them."""
    limits = columns.limits
    decided = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision != "forbidden"}
    candidate_at = _places(limits.candidate_ids, (candidate_id for candidate_id, _ in decided))
    vacancy_at = _places(limits.vacancy_ids, (vacancy_id for _, vacancy_id in decided))
    pins = np.array(sorted((candidate_at[one], vacancy_at[other]) for one, other in decided), np.int32).reshape(-1, 2)
    return replace(columns, limits=replace(limits, pinned_candidate=pins[:, 0], pinned_vacancy=pins[:, 1]))


def _places(ids: tuple[str, ...], wanted: Iterable[str]) -> dict[str, int]:
    names = set(wanted)
    return {name: place for place, name in enumerate(ids) if name in names}
