"""What breaks underneath is answered cleanly, and the service goes on by itself once it is mended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from matcher.errors import StoreFailure, StoreFull
from matcher.store import Store
from tests.api.signing import sign_in
from tests.store.databases import HeldClock, PostgresServer, SqliteFiles
from tests.trust.bombs import BOMBS, MOST_MB, MOST_SECONDS, dropped
from tests.trust.writing import prepared

WISHES = [f"{number}-{'x' * 190}" for number in range(20)]


def add(client: TestClient, number: int) -> int:
    """Add a person who takes some room; return the answer's status."""
    person = {"candidate_id": f"N{number}", "available_from": "2026-09-01", "occupations": WISHES}
    return int(client.post("/v1/candidates", json=person).status_code)


def tell(store: Store, setting: str) -> None:
    """Change a setting of SQLite's one writing connection."""
    connection = store._writer.raw_connection()
    connection.cursor().execute(f"PRAGMA {setting}")
    connection.close()


def test_a_full_disk_is_507_and_room_is_all_it_needs(client: TestClient, own_store: Store) -> None:
    """Found by the trial full-disk: nothing of it is stored, what is there can be read, and room mends it."""
    tell(own_store, "max_page_count = 1")  # as many pages as there are: no more
    statuses = [add(client, number) for number in range(20)]
    full = statuses.index(507)
    assert statuses == [201] * full + [507] * (20 - full)
    assert client.get("/readyz").status_code == 200
    assert client.get("/v1/candidates").status_code == 200
    assert client.get("/v1/candidates/N19").status_code == 404
    tell(own_store, "max_page_count = 1073741823")
    assert add(client, 19) == 201


def test_a_database_that_cannot_be_written_is_503(client: TestClient, own_store: Store) -> None:
    """With the time to come back; reading goes on, and so does writing afterwards."""
    tell(own_store, "query_only = ON")
    answer = client.post("/v1/budgets", json={"budget_id": "B", "amount": 1})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert client.get("/v1/budgets").json()["items"] == []
    tell(own_store, "query_only = OFF")
    assert client.post("/v1/budgets", json={"budget_id": "B", "amount": 1}).status_code == 201


def test_a_session_that_is_due_to_be_noted_reads_on_a_full_disk(anybody: TestClient, own_store: Store) -> None:
    """Found by the trial full-disk-sqlite: a minute after signing in, every address, health too, was answered 507."""
    own_store._clock = clock = HeldClock()
    sign_in(anybody, "planner")
    clock.now += timedelta(minutes=55)
    tell(own_store, "query_only = ON")
    assert [anybody.get(address).status_code for address in ("/healthz", "/readyz", "/v1/courses")] == [200, 200, 200]
    clock.now += timedelta(minutes=6)
    assert anybody.get("/v1/courses").status_code == 401  # what could not be noted does not keep a session open
    tell(own_store, "query_only = OFF")


def test_it_is_not_ready_without_its_database(client: TestClient, own_store: Store) -> None:
    """It said so all the same, whatever had become of the database; alive it is."""
    tell(own_store, "query_only = OFF")
    with own_store.writing() as session:
        session.connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_the_servers_full_disk_is_told_from_other_failures(databases: SqliteFiles | PostgresServer) -> None:
    """By its code, not by its words, which depend on the server's language."""
    if isinstance(databases, SqliteFiles):
        return
    with Store(databases.address()) as store:
        for code, kind in (("53100", StoreFull), ("57P03", StoreFailure)):
            with pytest.raises(StoreFailure) as caught, store.writing() as session:
                session.connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
            assert type(caught.value) is kind


@pytest.mark.parametrize("bomb", [BOMBS[2], BOMBS[7], BOMBS[10]], ids=lambda bomb: bomb.name)
def test_an_upload_made_to_burst_is_refused(bomb: object, sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """Within two seconds and 300 MB, and the service answers the next one; `make trust` sends all kinds."""
    address = sqlite_files.address()
    with Store(address) as store:
        token = prepared(store)
    status, seconds, megabytes = dropped(bomb, address, token)  # type: ignore[arg-type]
    assert 400 <= status < 500
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MB
