"""What can be listed page by page: rows of the problem, runs, plans, proposals, decisions, placements, follow-ups."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.formats.tables import TABLES
from matcher.store.accounts.rights import Rights
from matcher.store.database.session import Session
from matcher.store.decisions.deciding import TakenDecision
from matcher.store.decisions.follow_up import FollowUp
from matcher.store.decisions.proposals import Proposal
from matcher.store.log.audit import AuditEntry
from matcher.store.problems.policies import StoredPolicy, policy_of_text
from matcher.store.problems.problem_rows import field_names
from matcher.store.reading.listing import Mark, RowPage, Wanted, mark_from, page_of, sortable
from matcher.store.reading.scopes import only_seen
from matcher.store.runs.jobs import Job
from matcher.store.runs.runs import Publication, StoredPlan, StoredRun
from matcher.store.tables.problem import LIVING, SQL_BY_TABLE
from matcher.store.tables.trust import audit_log, decision_log
from matcher.store.tables.work import follow_ups, jobs, placements, plans, policies, proposals, publications, runs

_OF_JOB = "of_job_"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCells:
    """A row of the problem as it is stored, of which no domain object was made.

    Parameters
    ----------
    cells : tuple
        In the order of the table's columns; a list is one text.
    version : int
    state : str or None
        Of candidates and vacancies.
    """

    cells: tuple[Any, ...]
    version: int
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWithJob:
    """A run, and how far it is.

    Parameters
    ----------
    run : StoredRun
    job : Job
    plan_id : int or None
        The plan that came out, once it is there.
    """

    run: StoredRun
    job: Job
    plan_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementRow:
    """A placement that has begun.

    Parameters
    ----------
    placement_id : int
    candidate_id, vacancy_id : str
    start_date : date
    ended_on : date or None
    version : int
    """

    placement_id: int
    candidate_id: str
    vacancy_id: str
    start_date: date
    ended_on: date | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """How something is listed.

    Parameters
    ----------
    selected : Select
    number : column
        Numbers the rows; no two have the same.
    columns : mapping of name to column
        That may be compared and sorted by.
    made : callable
        From rows to objects.
    """

    selected: sa.Select[Any]
    number: sa.ColumnElement[int]
    columns: Mapping[str, sa.ColumnElement[Any]]
    made: Callable[[Sequence[sa.Row[Any]]], Sequence[Any]]


def list_page(session: Session, name: str, wanted: Wanted, rights: Rights | None = None) -> RowPage:
    """Return a page of one of `LISTED`.

    Parameters
    ----------
    session : Session
    name : str
    wanted : Wanted
        Its columns are of `list_columns`.
    rights : Rights, optional
        Of whoever looks: what is not theirs is not there, whatever is looked for and wherever the page begins.
    """
    listed = _listed(name)
    selected = listed.selected
    if rights is not None:
        selected = selected.where(*only_seen(rights, listed.columns))
    return page_of(session, selected, listed.number, listed.columns, wanted, listed.made)


def list_columns(name: str) -> dict[str, type[Any]]:
    """Return by which columns a list can be narrowed and sorted, and the kind of value that each holds."""
    columns = _listed(name).columns
    return {column: columns[column].type.python_type for column in sortable(columns)}


def list_mark(name: str, sort: str | None, value: Any, number: int) -> Mark:
    """Return where a page of a list begins; raises `ValueError` where the value is none of the sorted column's."""
    return mark_from(_listed(name).columns, sort, value, number)


def listed_one(session: Session, name: str, number: int) -> Any:
    """Return one thing of a list by its number; raises `UnknownId` where there is none."""
    listed = _listed(name)
    row = session.rows(listed.selected.where(listed.number == number))
    if not row:
        raise UnknownId(
            f"{_THING_BY_LIST[name]} '{number}' must be there. List them and choose one.",
            entity=name,
            entity_id=str(number),
        )
    return listed.made(row)[0]


def _problem_rows(table: str, rows: Sequence[sa.Row[Any]]) -> list[StoredCells]:
    has_state, num_cells = table in LIVING, len(field_names(table))
    return [
        StoredCells(cells=tuple(row[:num_cells]), version=row.version, state=row.state if has_state else None)
        for row in rows
    ]


def _run_rows(rows: Sequence[sa.Row[Any]]) -> list[RunWithJob]:
    made = []
    for row in rows:
        told = row._mapping
        run = {name: told[name] for name in StoredRun.__slots__} | {"versions": json.loads(row.versions)}
        job = {name: told[_OF_JOB + name] for name in Job.__slots__}
        job |= {"arguments": json.loads(job["arguments"])}
        made.append(RunWithJob(run=StoredRun(**run), job=Job(**job), plan_id=row.plan_id))
    return made


def _plan_rows(rows: Sequence[sa.Row[Any]]) -> list[StoredPlan]:
    read = [{"tiers": json.loads(row.tiers), "story": json.loads(row.story)} for row in rows]
    return [StoredPlan(**(_named(StoredPlan, row) | own)) for row, own in zip(rows, read, strict=True)]


def _proposal_rows(rows: Sequence[sa.Row[Any]]) -> list[Proposal]:
    routes = [tuple(row.cohort_ids.split(";")) if row.cohort_ids else () for row in rows]
    own = [_named(Proposal, row) for row in rows]
    return [Proposal(**(each | {"cohort_ids": route})) for each, route in zip(own, routes, strict=True)]


def _policy_rows(rows: Sequence[sa.Row[Any]]) -> list[StoredPolicy]:
    return [
        StoredPolicy(
            policy_version=row.policy_version,
            policy=policy_of_text(row.document),
            legal_basis=row.legal_basis,
            approved_by=row.approved_by,
            valid_from=row.valid_from,
        )
        for row in rows
    ]


def _plain_rows(kind: type[Any], rows: Sequence[sa.Row[Any]]) -> list[Any]:
    return [kind(**_named(kind, row)) for row in rows]


def _named(kind: type[Any], row: sa.Row[Any]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in kind.__slots__}


def _columns(table: sa.Table, *names: str) -> dict[str, sa.ColumnElement[Any]]:
    return {name: table.c[name] for name in names}


def _problem_table(name: str) -> _Listed:
    sql = SQL_BY_TABLE[name]
    own = field_names(name)
    further = (*(("state",) if name in LIVING else ()), "version")
    scalar = {
        column.name: sql.c[column.name]
        for table in TABLES
        if table.name == name
        for column in table.columns
        if not column.kind.is_list
    }
    return _Listed(
        selected=sa.select(*(sql.c[each] for each in (*own, *further))),
        number=sql.c.row_id,
        columns={**scalar, **_columns(sql, *further)},
        made=partial(_problem_rows, name),
    )


def _runs() -> _Listed:
    shown = [runs.c[name] for name in StoredRun.__slots__]
    of_job = [jobs.c[name].label(_OF_JOB + name) for name in Job.__slots__]
    joined = runs.join(jobs, jobs.c.job_id == runs.c.job_id).outerjoin(plans, plans.c.run_id == runs.c.run_id)
    columns = _columns(runs, "run_id", "as_of", "asked_at", "policy_version")
    return _Listed(
        selected=sa.select(*shown, *of_job, plans.c.plan_id).select_from(joined),
        number=runs.c.run_id,
        columns={**columns, **_columns(jobs, "state", "kind", "asked_by")},
        made=_run_rows,
    )


def _follow_ups() -> _Listed:
    names = ("follow_up_id", "placement_id", "months", "due_on", "is_sustained", "version")
    own = [follow_ups.c[name] for name in names]
    whose = [placements.c.candidate_id, placements.c.vacancy_id]
    columns = _columns(follow_ups, "follow_up_id", "placement_id", "months", "due_on", "is_sustained")
    return _Listed(
        selected=sa.select(*own, *whose).join_from(follow_ups, placements),
        number=follow_ups.c.follow_up_id,
        columns={
            **columns,
            **_columns(placements, "candidate_id", "vacancy_id"),
            "is_answered": follow_ups.c.is_sustained.is_not(None),
        },
        made=partial(_plain_rows, FollowUp),
    )


def _simple(table: sa.Table, kind: type[Any], number: str, *columns: str) -> _Listed:
    shown = [table.c[name] for name in kind.__slots__]
    return _Listed(
        selected=sa.select(*shown),
        number=table.c[number],
        columns=_columns(table, number, *columns),
        made=partial(_plain_rows, kind),
    )


def _plans() -> _Listed:
    return _Listed(
        selected=sa.select(*(plans.c[name] for name in StoredPlan.__slots__)),
        number=plans.c.plan_id,
        columns=_columns(plans, "plan_id", "run_id", "status", "stop_reason", "checked_at"),
        made=_plan_rows,
    )


def _proposals() -> _Listed:
    columns = _columns(proposals, "proposal_id", "plan_id", "candidate_id", "vacancy_id", "state", "start_date")
    return _Listed(selected=sa.select(proposals), number=proposals.c.proposal_id, columns=columns, made=_proposal_rows)


def _audit_rows(rows: Sequence[sa.Row[Any]]) -> list[AuditEntry]:
    return [AuditEntry(**(_named(AuditEntry, row) | {"facts": json.loads(row.facts)})) for row in rows]


def _audit_log() -> _Listed:
    columns = _columns(audit_log, "entry", "at", "actor", "action", "entity", "entity_id")
    return _Listed(selected=sa.select(audit_log), number=audit_log.c.entry, columns=columns, made=_audit_rows)


def _policies() -> _Listed:
    columns = _columns(policies, "policy_version", "name", "valid_from", "approved_by", "saved_at")
    return _Listed(selected=sa.select(policies), number=policies.c.policy_version, columns=columns, made=_policy_rows)


_MAKERS: Mapping[str, Callable[[], _Listed]] = {
    **{table.name: partial(_problem_table, table.name) for table in TABLES},
    "runs": _runs,
    "plans": _plans,
    "publications": lambda: _simple(publications, Publication, "publication_id", "plan_id", "published_by"),
    "proposals": _proposals,
    "decision_log": lambda: _simple(
        decision_log,
        TakenDecision,
        "decision_id",
        *("candidate_id", "vacancy_id", "proposal_id", "act", "reason_code", "decided_by", "decided_at"),
    ),
    "placements": lambda: _simple(
        placements, PlacementRow, "placement_id", "candidate_id", "vacancy_id", "start_date", "ended_on"
    ),
    "follow_ups": _follow_ups,
    "policies": _policies,
    "audit_log": _audit_log,
}
LISTED = tuple(_MAKERS)
_THING_BY_LIST = {
    "runs": "Run",
    "plans": "Plan",
    "publications": "Publication",
    "proposals": "Proposal",
    "decision_log": "Decision",
    "placements": "Placement",
    "follow_ups": "Follow-up",
    "policies": "Policy version",
    "audit_log": "Entry",
}


@cache
def _listed(name: str) -> _Listed:
    return _MAKERS[name]()
