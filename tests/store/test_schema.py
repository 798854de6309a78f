"""The schema that the migrations make is the one that the code works with, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from matcher.errors import Conflict, StoreFailure
from matcher.problem import Policy
from matcher.store import Store, broken_entries, newest_revision, require_newest, revision_of, save_policy, upgrade
from matcher.store.database import opening
from matcher.store.database.schema import MIGRATIONS, metadata
from tests.store.databases import PostgresServer, SqliteFiles

Databases = SqliteFiles | PostgresServer


def test_migrations_make_the_schema_of_the_code(databases: Databases) -> None:
    """After every migration from an empty database, no table, column, type, key or index differs from the code's."""
    with Store(databases.empty_address()) as store:
        assert revision_of(store) is None
        assert upgrade(store) == newest_revision()
        with store.reading() as session:
            context = MigrationContext.configure(
                session.connection, opts={"compare_type": True, "target_metadata": metadata}
            )
            assert compare_metadata(context, metadata) == []


def test_a_step_at_a_time_comes_to_the_same(databases: Databases) -> None:
    """A database may be upgraded from each revision to the next, and upgrading twice changes nothing."""
    script = ScriptDirectory(str(MIGRATIONS))
    revisions = [revision.revision for revision in reversed(list(script.walk_revisions()))]

    with Store(databases.empty_address()) as store:
        for revision in revisions:
            assert upgrade(store, revision) == revision
        assert upgrade(store) == revisions[-1] == revision_of(store)
        require_newest(store)


def test_an_older_schema_is_refused_with_the_remedy(databases: Databases) -> None:
    """Whoever works with a database of an earlier schema is told what to run."""
    with Store(databases.empty_address()) as store:
        upgrade(store, "0001")

        with pytest.raises(StoreFailure, match=r"must have schema .*, got 0001\. Run: matcher db upgrade\."):
            require_newest(store)


def test_a_schema_of_the_future_is_refused(store: Store) -> None:
    """A database that a newer Matcher has upgraded is neither used nor touched."""
    with store.writing() as session:
        session.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreFailure, match=r"got 9999\. Install a newer Matcher"):
        require_newest(store)
    with pytest.raises(StoreFailure, match=r"got 9999\. Install the Matcher that made it"):
        upgrade(store)


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'Eve'", "DELETE FROM audit_log WHERE entry = 1"])
def test_the_database_itself_keeps_the_log(store: Store, statement: str) -> None:
    """Whoever reaches the database past the program cannot change an entry of the log by a plain statement."""
    with store.writing() as session:
        save_policy(session, Policy(), by="Ada")
    with pytest.raises(Conflict, match="rows of audit_log are never changed"), store.writing() as session:
        session.connection.execute(sa.text(statement))
    with store.reading() as session:
        assert broken_entries(session) == []


def test_what_is_acknowledged_survives_a_power_cut(
    sqlite_files: SqliteFiles, sqlite_as_shipped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite waits for the disk at each commit; only the tests do without."""
    monkeypatch.setattr(opening, "SYNCHRONOUS", sqlite_as_shipped)
    with Store(sqlite_files.address()) as store, store.writing() as session:
        assert session.connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
