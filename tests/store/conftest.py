"""Fixtures: a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from matcher.store import Store
from tests.store.databases import KINDS, PostgresServer, SqliteFiles, start

Databases = SqliteFiles | PostgresServer


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Return what makes SQLite databases."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Return what makes databases of one kind."""
    return start(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """Return a database with the present schema and no rows."""
    with Store(databases.address()) as made:
        yield made
