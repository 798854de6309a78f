"""Promises that no plan can keep any more, and the pins that stay: what people accepted, what cohorts promised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from matcher.columns import Columns
from matcher.errors import ContradictoryDecisions
from matcher.plan import Breach, BreachReason
from matcher.problem import Problem
from matcher.solve.refusals import contradictions
from matcher.solver import PinConflict, StopSignal, pin_conflicts, standing_pins

MOST_ASKED = 300_000  # columns: of more, SCIP is not asked whether pinned pairs alone leave a plan
Pair = tuple[str, str]


def accepted_pairs(problem: Problem) -> frozenset[Pair]:
    """Return the pairs that were accepted and not pinned: where they cannot be kept, the breach is listed."""
    kinds = {"accepted": set[Pair](), "pinned": set[Pair](), "forbidden": set[Pair]()}
    for decision in problem.decisions:
        kinds[decision.decision].add((decision.candidate_id, decision.vacancy_id))
    return frozenset(kinds["accepted"] - kinds["pinned"])


def promise_conflicts(problem: Problem, columns: Columns) -> tuple[PinConflict, ...]:
    """Return why accepted pairs cannot be kept: as few of them as the limits that promises alone use up allow.

    Raises
    ------
    ContradictoryDecisions
        When pinned pairs exclude one another.
    """
    if not len(columns.limits.pinned_candidate):
        return ()
    accepted = accepted_pairs(problem)
    conflicts = pin_conflicts(columns, accepted)
    pinned = [conflict for conflict in conflicts if _pair(conflict) not in accepted]
    if pinned:
        raise ContradictoryDecisions(contradictions(problem, pinned, is_certain=True))
    return conflicts


def hidden_conflicts(
    problem: Problem, columns: Columns, conflicts: Sequence[PinConflict], stop: StopSignal
) -> tuple[PinConflict, ...]:
    """Return why accepted pairs cannot be kept where shares or smallest enrolments are in the way, too.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    conflicts : sequence of PinConflict
        Those that are known already.
    stop : StopSignal

    Raises
    ------
    ContradictoryDecisions
        When no plan keeps the pinned pairs.
    Interrupted
        When the search ends before that is known.
    """
    known = {_pair(conflict): conflict for conflict in conflicts}
    hopeless = {pair for pair, conflict in known.items() if conflict.kind == "no_column"}
    hopeful = sorted(accepted_pairs(problem) - hopeless)
    stop.check()  # a search that has ended early has proven nothing
    is_asked = bool(hopeful) or len(columns) <= MOST_ASKED
    standing = standing_pins(_without(columns, {*hopeful, *hopeless}), hopeful, stop) if is_asked else None
    if standing is None:
        raise ContradictoryDecisions(contradictions(problem, (), is_certain=False))
    together = [
        PinConflict(candidate_id=candidate_id, vacancy_id=vacancy_id, kind="together", entity_id=None, others=())
        for candidate_id, vacancy_id in hopeful
        if (candidate_id, vacancy_id) not in standing
    ]
    return (*(known[pair] for pair in sorted(hopeless)), *together)


def without_pins(columns: Columns, conflicts: Sequence[PinConflict]) -> Columns:
    """Return the columns with the pins that are left when some are given up."""
    return _without(columns, {_pair(conflict) for conflict in conflicts}) if conflicts else columns


def _without(columns: Columns, broken: Collection[Pair]) -> Columns:
    limits = columns.limits
    pairs = zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
    stays = np.array([(limits.candidate_ids[i], limits.vacancy_ids[j]) not in broken for i, j in pairs], dtype=bool)
    kept = {"pinned_candidate": limits.pinned_candidate[stays], "pinned_vacancy": limits.pinned_vacancy[stays]}
    return replace(columns, limits=replace(limits, **kept))


def _pair(conflict: PinConflict) -> Pair:
    return conflict.candidate_id, conflict.vacancy_id


def breaches_of(problem: Problem, conflicts: Sequence[PinConflict]) -> tuple[Breach, ...]:
    """Return every promise that is broken, in order of kind, candidate and id.

    Parameters
    ----------
    problem : Problem
    conflicts : sequence of PinConflict
        Of accepted pairs.
    """
    price = problem.policy.shortfall_weight["breach"]
    breaches = [
        Breach(
            kind="accepted",
            candidate_id=conflict.candidate_id,
            entity_id=conflict.vacancy_id,
            reason=_reason(problem, conflict),
            price=price,
        )
        for conflict in conflicts
    ]
    standing = set(problem.standing_enrolments)
    breaches += [
        Breach(
            kind="enrolment",
            candidate_id=enrolment.candidate_id,
            entity_id=enrolment.cohort_id,
            reason="cancelled",
            price=price,
        )
        for enrolment in problem.enrolments
        if enrolment not in standing
    ]
    return tuple(sorted(breaches, key=lambda breach: (breach.kind, breach.candidate_id, breach.entity_id)))


def _reason(problem: Problem, conflict: PinConflict) -> BreachReason:
    if conflict.kind != "no_column":
        return "conflict"
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    vacancy = next(row for row in problem.vacancies if row.vacancy_id == conflict.vacancy_id)
    contract = contracts.get(vacancy.contract_id or "")
    return "closed" if contract is not None and contract.is_closed else "ineligible"
