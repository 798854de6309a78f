"""Applications of one process share their routes, and nothing else."""

from __future__ import annotations

from starlette.testclient import TestClient

from matcher.store import Store
from matcher_api import Settings, create_app
from tests.api.conftest import Nothing
from tests.api.signing import sign_in
from tests.store.databases import SqliteFiles


def test_two_applications_keep_their_settings_and_databases_apart(sqlite_files: SqliteFiles) -> None:
    """Asked in turn, each answers by its own limit, and who has signed in to one is nobody to the other."""
    with Store(sqlite_files.address()) as one, Store(sqlite_files.address()) as other:
        narrow = TestClient(create_app(Settings(rate_per_minute=2), Nothing(), one))
        wide = TestClient(create_app(Settings(rate_per_minute=3), Nothing(), other))
        wide.cookies = sign_in(narrow, "planner").cookies
        turns = [[client.get("/v1/contracts").status_code for client in (narrow, wide)] for _ in range(4)]

    assert turns == [[200, 401], [200, 401], [429, 401], [429, 429]]
