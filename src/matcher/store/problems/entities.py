"""Single rows of the problem's tables: read with their version, changed only by who has seen the latest one."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from matcher.errors import THING_BY_TABLE, UnknownId
from matcher.problem import KEY_BY_TABLE
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.problems.lives import state_by_contract
from matcher.store.problems.moving import stale
from matcher.store.problems.problem_rows import field_names, objects_of, rows_of
from matcher.store.tables.problem import LIVING, SQL_BY_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A domain object as it is stored.

    Parameters
    ----------
    entity : domain object
        A `Candidate`, `Vacancy`, `Contract` and so on.
    version : int
        Counts its changes.
    state : str or None
        Of candidates and vacancies.
    """

    entity: Any
    version: int
    state: str | None


def stored(session: Session, table: str, *key: str) -> Stored:
    """Return a row by its key.

    Parameters
    ----------
    session : Session
    table : str
        Name of a problem's table.
    *key : str
        As `KEY_BY_TABLE` lists its parts.

    Raises
    ------
    UnknownId
        Where there is no such row.
    """
    wanted: dict[str, Any] = dict(zip(KEY_BY_TABLE[table], key, strict=True))
    found = list_stored(session, table, **wanted)
    if not found:
        raise _unknown(table, key)
    return found[0]


def list_stored(
    session: Session, table: str, *, limit: int | None = None, after: int = 0, **equal: Any
) -> list[Stored]:
    """Return rows in the order in which they were first saved, all or those whose columns are equal to something.

    Parameters
    ----------
    session : Session
    table : str
    limit : int, optional
        Most rows.
    after : int
        Leave out so many first ones.
    **equal
        Columns of the table, or ``state``, and what they must be.
    """
    sql = SQL_BY_TABLE[table]
    columns = [sql.c[name] for name in (*field_names(table), "version", *(("state",) if table in LIVING else ()))]
    conditions = [sql.c[name] == value for name, value in equal.items()]
    rows = session.rows(sa.select(*columns).where(*conditions).order_by(sql.c.row_id).limit(limit).offset(after))
    entities = objects_of(table, rows)
    return [
        Stored(entity=entity, version=row.version, state=row.state if table in LIVING else None)
        for entity, row in zip(entities, rows, strict=True)
    ]


def mark_of(session: Session, table: str) -> tuple[int, int, int]:
    """Return what differs after any change of rows: how many a table has, the sum of their versions, the last number.

    Rows are read in a fraction of the time in which they become domain objects.
    """
    sql = SQL_BY_TABLE[table]
    num_rows = sa.func.count(sql.c.row_id)
    versions, last = (sa.func.coalesce(found, 0) for found in (sa.func.sum(sql.c.version), sa.func.max(sql.c.row_id)))
    (found,) = session.rows(sa.select(num_rows, versions, last))
    count, total, number = (int(value) for value in found)
    return count, total, number


def add(session: WritingSession, table: str, entity: Any, *, by: str, reason: str | None = None) -> None:
    """Add a row.

    Raises
    ------
    Conflict
        Where there is one with that key, or what it names is not there (``refused_row``).
    """
    key = _key(table, entity)
    session.insert_all(SQL_BY_TABLE[table], rows_of(table, [entity], {key[0]: _first_state(session, table, entity)}))
    append(session, by, "add", table, "|".join(key), reason=reason)


def change(
    session: WritingSession, table: str, entity: Any, *, version: int, by: str, reason: str | None = None
) -> int:
    """Put a domain object in the place of the one with its key; return its new version.

    Parameters
    ----------
    version : int
        The one that the person has seen.

    Raises
    ------
    UnknownId
        Where there is no such row.
    Conflict
        Where somebody else has changed it (``stale_version``).
    """
    key, sql = _key(table, entity), SQL_BY_TABLE[table]
    before = stored(session, table, *key)
    (row,) = rows_of(table, [entity], {key[0]: ""})
    own = [sql.c[name] == part for name, part in zip(KEY_BY_TABLE[table], key, strict=True)]
    values = {name: row[name] for name in field_names(table)}
    changed = sql.update().where(*own, sql.c.version == version).values(**values, version=version + 1)
    if before.version != version or not session.change(changed):
        raise stale(table, "|".join(key), version, stored(session, table, *key).version)
    fields = [name for name in field_names(table) if getattr(before.entity, name) != getattr(entity, name)]
    facts = {"fields": fields, "version": version + 1}  # which fields, never what stood or stands in them
    append(session, by, "change", table, "|".join(key), reason=reason, facts=facts)
    return version + 1


def _first_state(session: Session, table: str, entity: Any) -> str:
    if table != "vacancies":
        return "available"
    contracts = SQL_BY_TABLE["contracts"]
    query = sa.select(contracts.c.status).where(contracts.c.contract_id == entity.contract_id)
    return state_by_contract(session.value(query))


def _key(table: str, entity: Any) -> tuple[str, ...]:
    parts = attrgetter(*KEY_BY_TABLE[table])(entity)
    return parts if len(KEY_BY_TABLE[table]) > 1 else (parts,)


def _unknown(table: str, key: tuple[str, ...]) -> UnknownId:
    which = "|".join(key)
    return UnknownId(f"{THING_BY_TABLE[table]} {which!r} must be there. Check the id.", entity=table, entity_id=which)
