"""Rows of the problem, one at a time: added and changed only where they fit everything else that is stored.

What a whole problem is judged by when it is read, a single row is judged by here, with the rows that it names and those
that name it. Otherwise one wrong row would keep every later run from reading the problem.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matcher.errors import Conflict, Fault, InvalidInput
from matcher.formats import policy_schema, row_from_text, row_schema, row_to_text
from matcher.problem import KEY_BY_TABLE, cross_faults
from matcher.problem.validation import REFERENCES
from matcher.store import MOVES, Session, Stored, WritingSession, add, change, list_stored, move, stored

__all__ = [
    "KEY_BY_TABLE",
    "ROW_KEYS",
    "ROW_TABLES",
    "STATES_BY_TABLE",
    "Stored",
    "WritingSession",
    "add_row",
    "change_row",
    "key_of",
    "move_row",
    "policy_schema",
    "row_from_text",
    "row_schema",
    "row_to_text",
    "stored",
]

# Decisions are taken and scored pairs are imported; neither is a row that somebody edits.
_NOT_EDITED = ("decisions", "pairs", "history")
ROW_KEYS = {table: key for table, key in KEY_BY_TABLE.items() if table not in _NOT_EDITED}
ROW_TABLES = tuple(ROW_KEYS)
# What the rules between tables look at besides the rows that a row names.
_LOOKED_AT = {
    "courses": ("courses",),
    "quotas": ("contracts", "vacancies"),
    "resources": ("contracts", "vacancies"),
}
_IN_MUNICIPALITIES = ("candidates", "contracts", "vacancies", "cohorts")
_PARTIES = ("buyer", "supplier")
# The states of tables whose rows have one.
STATES_BY_TABLE = {table: tuple(MOVES[table]) for table in ("candidates", "vacancies")}
# The states that only a proposal, a named person's acceptance, and what follows from it lead to.
_BY_DECISION = ("proposed", "accepted", "started", "sustained")


def key_of(table: str, entity: Any) -> tuple[str, ...]:
    """Return the parts of a row's key."""
    return tuple(getattr(entity, name) for name in KEY_BY_TABLE[table])


def add_row(session: WritingSession, table: str, entity: Any, *, by: str) -> Stored:
    """Add a row.

    Raises
    ------
    InvalidInput
        Where it does not fit the others.
    Conflict
        Where there is one with its key (``exists``).
    """
    key = key_of(table, entity)
    if _is_there(session, table, key):
        raise Conflict(
            f"Row '{'|'.join(key)}' must be new to be added, got one that is stored already. Change that one instead.",
            code="exists",
            entity=table,
            entity_id="|".join(key),
        )
    _require_fitting(session, table, entity)
    add(session, table, entity, by=by)
    return stored(session, table, *key)


def change_row(
    session: WritingSession, table: str, key: tuple[str, ...], entity: Any, *, version: int | None, by: str
) -> Stored:
    """Put a row in the place of another with the same key.

    Parameters
    ----------
    version : int or None
        The one that was seen; ``None`` stands for whichever is there.

    Raises
    ------
    UnknownId
        Where there is none with that key.
    InvalidInput
        Where it does not fit the others, or has another key.
    Conflict
        Where somebody else has changed it (``stale_version``).
    """
    before = stored(session, table, *key)
    if key_of(table, entity) != key:
        raise InvalidInput(_changed_keys(table, key, entity))
    _require_fitting(session, table, entity)
    change(session, table, entity, version=before.version if version is None else version, by=by)
    return stored(session, table, *key)


def move_row(
    session: WritingSession, table: str, entity_id: str, state: str, *, reason: str, version: int | None, by: str
) -> Stored:
    """Move a candidate or a vacancy to another state of its life.

    Raises
    ------
    UnknownId
        Where there is none of that id.
    Conflict
        Where that is not allowed (``refused_move``), or somebody else has changed it (``stale_version``). Nothing is
        moved by hand to states that follow from decisions.
    """
    if state in _BY_DECISION:
        raise Conflict(
            f"Row {entity_id!r} must become {state} by a decision, got a move by hand. Let a person accept a proposal.",
            code="refused_move",
            entity=table,
            entity_id=entity_id,
        )
    move(session, table, entity_id, state, by=by, reason=reason, version=version)
    return stored(session, table, entity_id)


def _changed_keys(table: str, key: tuple[str, ...], entity: Any) -> list[Fault]:
    return [
        Fault(
            code="changed_key",
            table=table,
            field=name,
            value=found,
            must=f"keep its {name} ({part})",
            remedy="Write what the address says, or add a row of its own.",
            file=f"body#/{name}",
        )
        for name, part, found in zip(KEY_BY_TABLE[table], key, key_of(table, entity), strict=True)
        if part != found
    ]


def _is_there(session: Session, table: str, key: tuple[str, ...]) -> bool:
    own: dict[str, Any] = dict(zip(KEY_BY_TABLE[table], key, strict=True))
    return bool(list_stored(session, table, **own))


def _require_fitting(session: Session, table: str, entity: Any) -> None:
    tables = {table: [entity], **_neighbours(session, table, entity)}
    if table in _LOOKED_AT.get(table, ()):
        own = key_of(table, entity)
        others = [row.entity for row in list_stored(session, table) if key_of(table, row.entity) != own]
        tables[table] = [entity, *others]
    parties = _PARTIES if "contracts" in _LOOKED_AT.get(table, ()) else ()
    unjudged = dict.fromkeys(name for name in (*KEY_BY_TABLE, *_PARTIES) if name not in (*tables, *parties))
    faults = cross_faults(tables, unjudged)
    if faults:
        raise InvalidInput([_pointed(fault, table) for fault in faults])


def _neighbours(session: Session, table: str, entity: Any) -> dict[str, list[Any]]:
    """Return the rows that a row names or that name it, by table; an empty list where what it names is not there."""
    found: dict[str, list[Any]] = {}
    for name, field, other in REFERENCES:
        value = getattr(entity, field) if name == table else None
        if value is not None:
            found[other] = _entities(session, other, **{KEY_BY_TABLE[other][0]: value})
    for other in _LOOKED_AT.get(table, ()):
        found[other] = _entities(session, other)
    if table == "contracts":
        found["vacancies"] = _entities(session, "vacancies", contract_id=entity.contract_id)
    if table in _IN_MUNICIPALITIES and entity.municipality is not None:
        found["municipalities"] = _entities(session, "municipalities")
    return found


def _entities(session: Session, table: str, **equal: Any) -> list[Any]:
    return [row.entity for row in list_stored(session, table, **equal)]


def _pointed(fault: Fault, table: str) -> Fault:
    """Return a fault that points into the row that was sent, where it is that row's."""
    is_own = fault.table == table and fault.row == 0
    return replace(fault, file=f"body#/{fault.field or ''}".rstrip("/") if is_own else None)
