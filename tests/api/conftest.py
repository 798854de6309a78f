"""The application in the test's own process, on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from matcher.store import Store
from matcher_api import Settings, create_app
from tests.api.signing import sign_in
from tests.store.conftest import databases, sqlite_files, store
from tests.store.databases import SqliteFiles

__all__ = ["databases", "sqlite_files", "store"]


class Nothing:
    """A source whose desk is never there: what is tested needs none."""

    desk = None
    progress = None
    failure = None


@pytest.fixture
def own_store(sqlite_files: SqliteFiles) -> Iterator[Store]:
    """Return an empty database of SQLite for one test."""
    with Store(sqlite_files.address()) as store:
        yield store


@pytest.fixture
def anybody(own_store: Store) -> Iterator[TestClient]:
    """Return a client that nobody has signed in."""
    settings = Settings(max_body_mb=1, max_rows=500, solve_time_limit_s=20, solve_slots=1)
    app = create_app(settings, Nothing(), own_store)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(anybody: TestClient) -> TestClient:
    """Return a client that a planner has signed in."""
    return sign_in(anybody, "planner")


@pytest.fixture
def api(store: Store) -> Iterator[TestClient]:
    """Return a client that a planner has signed in, of a service whose database is empty."""
    with TestClient(create_app(Settings(), Nothing(), store), raise_server_exceptions=False) as client:
        yield sign_in(client, "planner", name="Ada")
