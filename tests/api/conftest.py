"""The application in the test's own process: on an empty database, and on one with a small city and its first plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from matcher.problem import Problem
from matcher.service.desk.source import StoredDesks, Waiting
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, save_problem
from matcher_api import Settings, create_app
from tests import builders as b
from tests.api.signing import sign_in
from tests.report.stories import small_city
from tests.store.conftest import Databases, databases, sqlite_files
from tests.store.databases import PostgresServer, SqliteFiles

__all__ = ["databases", "sqlite_files"]

DAY = date(2026, 5, 11)
HTML = {"Accept": "text/html"}


class Nothing:
    """A source whose desk is never there: what is tested needs none."""

    def today(self) -> date:
        return DAY

    def desk(self) -> None:
        return None

    def waiting(self) -> Waiting:
        return Waiting(job=None)


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


@pytest.fixture(scope="session")
def planned_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the small city, a batch done, and its proposals waiting."""
    address = SqliteFiles(tmp_path_factory.mktemp("planned")).address()
    with Store(address) as store:
        fill(store)
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def planned(databases: Databases, planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Return what gives the address of a database, of each kind, with the small city and its first plan."""
    if isinstance(databases, SqliteFiles):
        folder = tmp_path_factory.mktemp("copies")

        def copied() -> str:
            path = folder / f"{len(list(folder.iterdir()))}.db"
            path.write_bytes(planned_file.read_bytes())
            return f"sqlite:///{path}"

        return copied
    return partial(databases.empty_address, template=_planned_on(databases))


@cache
def _planned_on(server: PostgresServer) -> str:
    """Return the name of a database with the small city and its first plan, made once on a server."""
    name = "planned_city"
    with Store(server.empty_address(name, template="template_of_tests")) as store:
        fill(store)
    return name


def city() -> Problem:
    """Return the small city, whose kitchen course has not begun yet on `DAY`."""
    kitchen = b.cohort("K1", "U1", start_date="2026-06-01", end_date="2026-08-14", seats=2, cost_per_seat=Decimal(9000))
    running = b.cohort("K2", "U2", start_date="2026-03-02", end_date="2026-08-28", status="running")
    return small_city(cohorts=[replace(kitchen, budget_id="B1"), running])


def fill(store: Store) -> None:
    """Put the small city into a database, and make its first batch."""
    with store.writing() as session:
        save_problem(session, city(), by="Ada")
    ask_run(store, by="Ada", kind="batch", as_of=DAY, horizon_days=200)
    Worker(store).work_once()


@pytest.fixture
def store(planned_file: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a database of the test's own with the small city and its first plan."""
    path = tmp_path / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture
def site(store: Store) -> Iterator[TestClient]:
    """Return a browser, of a kind, before the pages of that database; somebody who plans and decides is signed in."""
    app = create_app(Settings(), StoredDesks(store, lambda: DAY), store)
    with TestClient(app, headers=HTML) as site:
        yield sign_in(site, "matcher", "planner", name="Ada Berg")


@pytest.fixture(scope="module")
def shared_site(planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return the same as `site` for tests that change nothing, with nobody signed in."""
    path = tmp_path_factory.mktemp("shared") / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store:
        app = create_app(Settings(), StoredDesks(store, lambda: DAY), store)
        with TestClient(app, headers=HTML, raise_server_exceptions=False) as site:
            yield site


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Store]:
    """Return an empty database of each kind."""
    with Store(databases.address()) as made:
        yield made


@pytest.fixture
def api(fresh: Store) -> Iterator[TestClient]:
    """Return a client that a planner has signed in, of a service whose database is empty."""
    with TestClient(create_app(Settings(), Nothing(), fresh), raise_server_exceptions=False) as client:
        yield sign_in(client, "planner", name="Ada")
