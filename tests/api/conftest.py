"""The application in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from matcher_api import Settings, create_app


class Nothing:
    """A source whose desk is never there: what is tested needs none."""

    desk = None
    progress = None
    failure = None


@pytest.fixture
def client() -> Iterator[TestClient]:
    settings = Settings(max_body_mb=1, max_rows=500, solve_time_limit_s=20, solve_slots=1)
    with TestClient(create_app(settings, Nothing()), raise_server_exceptions=False) as client:
        yield client
