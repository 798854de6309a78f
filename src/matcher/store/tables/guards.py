"""Rows that the database itself refuses to change: what was planned, decided and logged stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

# Since revision 0003: what may never be changed, and whether it may be removed. A retention rule ends the life of a
# plan, never of the log.
GUARDED = (
    ("snapshots", "UPDATE"),
    ("plans", "UPDATE"),
    ("publications", "UPDATE"),
    ("runs", "UPDATE"),
    ("outcome_models", "UPDATE"),
    ("model_switches", "UPDATE"),
    ("decision_log", "UPDATE"),
    ("moves", "UPDATE"),
    ("audit_log", "UPDATE"),
    ("audit_log", "DELETE"),
)


def guard_statements(dialect: str) -> Iterator[str]:
    """Yield the statements that set up the guards of revision 0003."""
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION matcher_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
        )
    for table, action in GUARDED:
        yield guard_statement(dialect, table, action)


def guard_statement(dialect: str, table: str, action: str) -> str:
    """Return the statement that lets a database refuse an action on the rows of a table."""
    name = f"guard_{table}_{action.lower()}"
    if dialect == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION matcher_refuse()"
    return (
        f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    )
