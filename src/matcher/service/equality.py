"""The equality audit of the plan that people work by, for auditors; attributes that they bring are not stored."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.problem import Problem, without_undeclared
from matcher.service.desk import Desk
from matcher.service.publishing import plan_in_use
from matcher.store import (
    Store,
    append,
    list_placements,
    list_stored,
    load_plan,
    load_snapshot_with_groups,
    plan_of,
    run_of,
)
from matcher.whatif.equality import EqualityAudit, attributes_of_groups, attributes_of_table, equality_audit, rules_of

TIME_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPlan:
    """The plan that people work by, and its audit.

    Parameters
    ----------
    plan_id : int
    rules : tuple of str
        What can be left out, as a what-if.
    audit : EqualityAudit
    """

    plan_id: int
    rules: tuple[str, ...]
    audit: EqualityAudit


def rules_of_desk(desk: Desk) -> tuple[str, ...]:
    """Return the hard rules of the plan that people work by."""
    return desk.kept("rules", lambda: tuple(rules_of(desk.problem)))


def audit_equality(
    store: Store, *, by: str, attributes: str | None = None, without: str | None = None
) -> AuditedPlan | None:
    """Return the equality audit of the plan that people work by; ``None`` where there is no plan yet.

    Parameters
    ----------
    store : Store
    by : str
        Who asks; that is logged.
    attributes : str, optional
        CSV with further attributes of people, which are used and not kept.
    without : str, optional
        Solve again without this rule, too.

    Raises
    ------
    InvalidInput
        Where the attributes have faults, or there is no such rule.
    """
    found = _in_use(store)
    if found is None:
        return None
    plan_id, with_all_groups = found
    problem = without_undeclared(with_all_groups)
    compared = attributes_of_groups(with_all_groups)
    if attributes is not None:
        compared += attributes_of_table(attributes, {candidate.candidate_id for candidate in problem.candidates})
    with store.reading() as session:
        plan = load_plan(session, plan_id)
        accepted = {row.entity.candidate_id for row in list_stored(session, "decisions", decision="accepted")}
        begun = {row.candidate_id for row in list_placements(session)}
    audit = equality_audit(
        problem,
        plan,
        compared,
        further={"accepted": accepted, "begun": begun},
        without=without,
        time_limit_s=TIME_LIMIT_S,
    )
    with store.writing() as session:
        facts = {"attributes": len(compared), "without": without}
        append(session, by, "audit_equality", "plans", str(plan_id), facts=facts)
    return AuditedPlan(plan_id=plan_id, rules=tuple(rules_of(problem)), audit=audit)


def _in_use(store: Store) -> tuple[int, Problem] | None:
    with store.reading() as session:
        plan_id = plan_in_use(session)
        if plan_id is None:
            return None
        return plan_id, load_snapshot_with_groups(
            session, run_of(session, plan_of(session, plan_id).run_id).problem_hash
        )
