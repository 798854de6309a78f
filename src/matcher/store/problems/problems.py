"""Saves a whole problem and loads it again, equal by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from matcher.problem import KEY_BY_TABLE, TABLE_NAMES, Policy, Problem, fingerprint, groups_named
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.problems.horizon import within
from matcher.store.problems.lives import first_states, follows_contract, state_by_contract
from matcher.store.problems.models import model_in_use
from matcher.store.problems.moving import move_where_possible, state_of
from matcher.store.problems.policies import policy_in_force, save_policy
from matcher.store.problems.problem_rows import field_names, loaded, news_of, rows_of
from matcher.store.tables.problem import LIVING, SQL_BY_TABLE, metadata


def save_problem(session: WritingSession, problem: Problem, *, by: str, reason: str | None = None) -> dict[str, int]:
    """Save every row of a problem: new ones are added, changed ones changed, others stay.

    Parameters
    ----------
    session : WritingSession
    problem : Problem
    by : str
        Who saves it.
    reason : str, optional
        Why, for the audit log.

    Returns
    -------
    dict of str to int
        How many rows were added and changed.
    """
    states = first_states(problem)
    counts = {"added": 0, "changed": 0}
    for name in [table.name for table in metadata.sorted_tables if table.name in TABLE_NAMES]:
        entities = getattr(problem, name)
        if not entities:
            continue
        new, changed = news_of(session, name, entities)
        session.insert_all(SQL_BY_TABLE[name], rows_of(name, new, states.get(name)))
        for entity in changed:
            _replace(session, name, entity)
        counts["added"] += len(new)
        counts["changed"] += len(changed)
    _follow_contracts(session, problem, by)
    save_policy(session, problem.policy, by=by)
    append(session, by, "save", "problem", fingerprint(problem), reason=reason, facts=counts)
    return counts


def load_problem(session: Session, as_of: date | None = None, horizon_days: int | None = None) -> Problem:
    """Return what is stored as one problem.

    Parameters
    ----------
    session : Session
    as_of : date, optional
        The day from which one looks: what can no longer begin is left out, promises stay, and the policy and the
        forecast are those in force that day. Without it everything is returned as it was saved.
    horizon_days : int, optional
        Only vacancies that start within so many days after `as_of`, and what people have accepted; see `within`.

    Raises
    ------
    InvalidInput
        Where the rows do not fit together; the database's own rules make that unlikely.
    """
    tables: dict[str, Any] = {name: loaded(session, name) for name in TABLE_NAMES}
    policy = policy_in_force(session, as_of)
    problem = Problem(**tables, policy=policy.policy if policy is not None else Policy())
    if as_of is None:
        return problem
    states = {name: _states(session, name) for name in LIVING}
    return within(problem, states, as_of, horizon_days, model_in_use(session))


def declared_groups(session: Session) -> tuple[str, ...]:
    """Return the target groups that the stored rules and the policy in force today name."""
    stored = policy_in_force(session, session.now.date())
    contracts, vacancies, quotas = (loaded(session, name) for name in ("contracts", "vacancies", "quotas"))
    policy = Policy() if stored is None else stored.policy
    return tuple(sorted(groups_named(contracts, vacancies, quotas, policy)))


def load_pair(session: Session, candidate_id: str, vacancy_id: str) -> Problem:
    """Return one candidate and one vacancy with what belongs to them, as a problem of its own.

    Raises
    ------
    UnknownId
        Where there is no such candidate or vacancy.
    """
    for entity, entity_id in (("candidates", candidate_id), ("vacancies", vacancy_id)):
        state_of(session, entity, entity_id)
    own: dict[str, Any] = {}
    for name, field, wanted in (
        ("candidates", "candidate_id", candidate_id),
        ("candidate_skills", "candidate_id", candidate_id),
        ("enrolments", "candidate_id", candidate_id),
        ("vacancies", "vacancy_id", vacancy_id),
        ("vacancy_skills", "vacancy_id", vacancy_id),
    ):
        own[name] = loaded(session, name, SQL_BY_TABLE[name].c[field] == wanted)
    (vacancy,) = own["vacancies"]
    own["vacancies"] = (replace(vacancy, resource_id=None, resource_use=None),)
    own["contracts"] = loaded(session, "contracts", SQL_BY_TABLE["contracts"].c.contract_id == vacancy.contract_id)
    cohorts = SQL_BY_TABLE["cohorts"]
    own["cohorts"] = tuple(
        replace(cohort, budget_id=None)
        for cohort in loaded(session, "cohorts", cohorts.c.cohort_id.in_([row.cohort_id for row in own["enrolments"]]))
    )
    for name in ("courses", "municipalities"):
        own[name] = loaded(session, name)
    return Problem(**own)


def _states(session: Session, name: str) -> Mapping[str, str]:
    table = SQL_BY_TABLE[name]
    rows = session.rows(sa.select(table.c[KEY_BY_TABLE[name][0]], table.c.state))
    return {row[0]: row._mapping["state"] for row in rows}


def _follow_contracts(session: WritingSession, problem: Problem, by: str) -> None:
    """Move vacancies along with their contracts: what was tendered is awarded, what was cancelled has ended."""
    table = SQL_BY_TABLE["vacancies"]
    wanted = {row.contract_id: state_by_contract(row.status) for row in problem.contracts}
    query = sa.select(table.c.vacancy_id, table.c.contract_id, table.c.state).where(table.c.contract_id.is_not(None))
    movable: dict[str, list[str | int]] = {}
    for row in session.rows(query):
        state = wanted.get(row.contract_id)
        if state is not None and follows_contract(row.state, state):
            movable.setdefault(state, []).append(row.vacancy_id)
    for state, vacancy_ids in movable.items():
        move_where_possible(session, "vacancies", vacancy_ids, state, by=by, reason="contract")


def _replace(session: WritingSession, name: str, entity: Any) -> None:
    table = SQL_BY_TABLE[name]
    (row,) = rows_of(name, [entity], {getattr(entity, KEY_BY_TABLE[name][0]): ""} if name in LIVING else None)
    values = {field: row[field] for field in field_names(name)}
    key = KEY_BY_TABLE[name]
    same = [table.c[field] == row[field] for field in key]
    session.change(table.update().where(*same).values(**values, version=table.c.version + 1))
