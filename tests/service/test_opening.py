"""A service opens its database: the schema is made, an invented city fills what is empty, a worker plans it."""

from __future__ import annotations

import time
from datetime import date

import pytest

from matcher.errors import StoreFailure
from matcher.generate import PLANNING_DAY
from matcher.service import invented
from matcher.service.desk.source import StoredDesks
from matcher.service.opening import at_work, open_store
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, job_of, list_jobs, list_stored, save_problem, upgrade
from tests.service.towns import AS_OF, town
from tests.store.databases import SqliteFiles

LONGEST_S = 60


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the invented city be a town, which is planned in no time."""
    monkeypatch.setattr(invented, "invented_city", town)


@pytest.mark.usefixtures("small")
def test_an_empty_database_is_filled_once_and_planned(sqlite_files: SqliteFiles) -> None:
    """The first start makes the schema, fills the city in and lets the worker plan; the next finds it all there."""
    address = sqlite_files.empty_address()
    with open_store(address) as store, at_work(store, is_demo=True):
        desks = StoredDesks(store, lambda: date(2030, 1, 1))
        deadline = time.monotonic() + LONGEST_S
        while desks.desk() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        desk = desks.desk()
        assert desk is not None
        assert desk.today == PLANNING_DAY == desks.today()
    with open_store(address) as store, at_work(store, is_demo=True, has_worker=False), store.reading() as session:
        assert len(list_jobs(session)) == 1
        assert len(list_stored(session, "candidates")) == len(town().candidates)


def test_a_database_with_data_is_left_as_it_is(sqlite_files: SqliteFiles) -> None:
    address = sqlite_files.address()
    with Store(address) as store, store.writing() as session:
        save_problem(session, town(), by="Ada")
    with open_store(address) as store, at_work(store, is_demo=True, has_worker=False), store.reading() as session:
        assert list_jobs(session) == []
        assert StoredDesks(store, lambda: AS_OF).today() == AS_OF


def test_an_older_schema_is_refused(sqlite_files: SqliteFiles) -> None:
    address = sqlite_files.empty_address()
    with Store(address) as store:
        upgrade(store, "0001")
    with pytest.raises(StoreFailure, match="matcher db upgrade"), open_store(address):
        pass


def test_a_worker_that_leaves_puts_its_job_back(store: Store) -> None:
    """Nothing of it is stored, and it counts as no attempt."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    job, _ = ask_run(store, by="Ada", as_of=AS_OF)
    worker = Worker(store)
    worker.leave()

    assert worker.work_once()

    with store.reading() as session:
        found = job_of(session, job.job_id)
    assert (found.state, found.attempts, found.worker) == ("queued", 0, None)
    assert Worker(store).work_once()
    with store.reading() as session:
        assert job_of(session, job.job_id).state == "done"


def test_the_invented_city_has_procurements_without_a_clause() -> None:
    city = invented.invented_city()
    assert sum(contract.obligation_quantity == 0 for contract in city.contracts) == invented.WITHOUT_CLAUSE
