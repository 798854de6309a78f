"""The schema of a database: which revision it has, and how it becomes the present one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from matcher.errors import StoreFailure
from matcher.store.database.opening import Store
from matcher.store.database.session import spoken
from matcher.store.tables import metadata

MIGRATIONS = Path(__file__).parents[1] / "migrations"

__all__ = ["metadata", "newest_revision", "require_newest", "revision_of", "upgrade"]


@cache
def newest_revision() -> str:
    """Return the revision that this version of Matcher works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def revision_of(store: Store) -> str | None:
    """Return the revision of a database; ``None`` where it has no schema of ours yet."""
    with store.reading() as session:
        return MigrationContext.configure(session.connection).get_current_revision()


def require_newest(store: Store) -> None:
    """Raise `StoreFailure` where the database has another schema than this version works with."""
    found = revision_of(store)
    if found == newest_revision():
        return
    remedy = "Run: matcher db upgrade." if found is None or found < newest_revision() else "Install a newer Matcher."
    raise StoreFailure(
        f"Database {store.address} must have schema {newest_revision()}, got {found or 'none'}. {remedy}"
    )


def upgrade(store: Store, revision: str = "head") -> str:
    """Bring a database to the present schema, or to an earlier one, and return its revision.

    All steps are stored together, or none.
    """
    found = revision_of(store)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise StoreFailure(
            f"Database {store.address} must have a known schema, got {found}. Install the Matcher that made it."
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with spoken(store.address), store.writing() as session:
        config.attributes["connection"] = session.connection
        command.upgrade(config, revision)
        return MigrationContext.configure(session.connection).get_current_revision() or ""


def is_empty(connection: sa.Connection) -> bool:
    """Tell whether a database holds no row of ours."""
    return not any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in metadata.tables.values()
    )
