"""What stands in the database, the same on SQLite and PostgreSQL: every module of tables adds its own to `metadata`."""

from matcher.store.tables import accounts, problem, trust, work
from matcher.store.tables.problem import metadata

__all__ = ["accounts", "metadata", "problem", "trust", "work"]
