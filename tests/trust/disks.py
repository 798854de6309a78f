"""A disk that is full, or cannot be written: a clean answer, reading goes on, and writing too once there is room.

A small file system in memory is mounted to be filled, and one on a disk's image to meet an error, which needs root on
Linux; where that is not allowed these trials are left out with the reason.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_letters
from typing import Any

from starlette.testclient import TestClient

from matcher.errors import StoreFailure, StoreFull
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, job_of, list_stored, plan_of_run
from tests.service.verified import wrong_plans
from tests.trust.mounts import BreakingDisk, in_memory, on_breaking_disk
from tests.trust.places import LastingServer, SqliteFiles, databases, unsound
from tests.trust.trials import Portion, Tally
from tests.trust.writing import client_of, prepared
from tests.waits import wait_until

MOST_WRITES = 4_000  # before a full disk must have been noticed


def fill_sqlite(portion: Portion) -> Tally:
    """Fill the disk under an SQLite file."""
    counts, faults = _counts(), list[str]()
    template = SqliteFiles(portion.folder).address()
    with Store(template) as store:
        token = prepared(store)
    source = Path(template.removeprefix("sqlite:///"))
    for seed in range(portion.first, portion.first + portion.count):
        chance = random.Random(f"sqlite {seed}")
        with in_memory(portion.folder, source.stat().st_size + (2 << 20)) as small:
            shutil.copyfile(source, small / "matcher.db")
            with Store(f"sqlite:///{small / 'matcher.db'}") as store:
                filler = _filler(small, chance, 1 << 20)
                faults += [f"seed {seed}: {wrong}" for wrong in _filled(store, token, filler.unlink, counts)]
    return Tally(counts=counts, faults=faults)


def fill_postgresql(portion: Portion) -> Tally:
    """Fill the disk under PostgreSQL's tables."""
    counts, faults = _counts(), list[str]()
    with databases("postgresql", portion.folder) as server:
        assert isinstance(server, LastingServer)
        for seed in range(portion.first, portion.first + portion.count):
            chance = random.Random(f"postgresql {seed}")
            with in_memory(Path("/tmp"), 32 << 20) as small:
                place = small / "tables"
                place.mkdir()
                shutil.chown(small, server._server.system_user)
                shutil.chown(place, server._server.system_user)
                address = server.on_disk(place)
                with Store(address) as store:
                    token = prepared(store)
                    filler = _filler(small, chance, 512 << 10)
                    faults += [f"seed {seed}: {wrong}" for wrong in _filled(store, token, filler.unlink, counts)]
                server.forget_disk()
    return Tally(counts=counts, faults=faults)


def forbid_writing(portion: Portion) -> Tally:
    """Let the disk of SQLite, or a PostgreSQL that stands by, be read only, and then whole again."""
    counts, faults = _counts(), list[str]()
    with SqlitePlace(portion.folder) as (sqlite, shut, unshut):
        faults += _shut(sqlite, shut, unshut, counts, portion.count)
    with databases("postgresql", portion.folder) as server:
        assert isinstance(server, LastingServer)

        def demote() -> None:
            server.control("stop", "-m", "fast")
            (server.data / "standby.signal").touch()
            server.control("start")

        with Store(server.address()) as store:
            times = max(1, portion.count // 20)  # each takes the server two starts
            faults += _shut(store, demote, lambda: server.control("promote"), counts, times)
    return Tally(counts=counts, faults=faults)


def break_disks(portion: Portion) -> Tally:
    """Let the disk under an SQLite file meet an error, upon which the kernel lets nobody write to it any more."""
    counts, faults = _counts(), list[str]()
    template = SqliteFiles(portion.folder).address()
    with Store(template) as store:
        token = prepared(store)
    for seed in range(portion.first, portion.first + portion.count):
        with on_breaking_disk(portion.folder) as disk:
            shutil.copyfile(template.removeprefix("sqlite:///"), disk.place / "matcher.db")
            disk.flush()
            found = _broken(disk, token, random.Random(f"broken {seed}").randrange(20), counts)
            faults += [f"seed {seed}: {wrong}" for wrong in found]
    return Tally(counts=counts, faults=faults)


def _broken(disk: BreakingDisk, token: str, writes: int, counts: dict[str, int]) -> Iterator[str]:
    """Write, let the disk break, look around, mend it as an operator does, and yield what was not as it must be."""
    address = f"sqlite:///{disk.place / 'matcher.db'}"
    kept = [f"N{number}" for number in range(writes)]
    with Store(address) as store, client_of(store, token) as client:
        for candidate_id in kept:
            if _added(client, candidate_id).status_code != 201:
                yield "a disk that may be written was not"
        counts["writes acknowledged"] += len(kept)
        disk.meet_error()
        for number in range(3):
            answer = _added(client, f"X{number}")
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                yield f"a broken disk was answered {answer.status_code}: {answer.text[-400:]}"
            counts["answered 503"] += answer.status_code == 503
        yield from _still_read(client, kept, counts)
    disk.mend()
    with Store(address) as store, client_of(store, token) as client:
        if (again := _added(client, "after")).status_code != 201:
            yield f"on a mended disk, a write was answered {again.status_code}"
        yield from _still_read(client, [*kept, "after"], counts)
        if client.get("/v1/candidates/X0").status_code != 404:
            yield "something was stored while nothing could be"
        yield from unsound(store)


def _counts() -> dict[str, int]:
    return {"writes acknowledged": 0, "answered 507": 0, "answered 503": 0, "read meanwhile": 0}


class SqlitePlace:
    """An SQLite file whose writing connection is told that nothing may be written, as a read-only disk tells it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(SqliteFiles(folder).address())

    def __enter__(self) -> tuple[Store, Callable[[], None], Callable[[], None]]:
        return self.store, lambda: self._tell("ON"), lambda: self._tell("OFF")

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def _tell(self, value: str) -> None:
        connection = self.store._writer.raw_connection()
        connection.cursor().execute(f"PRAGMA query_only = {value}")
        connection.close()


def _filler(place: Path, chance: random.Random, most_left: int) -> Path:
    """Write a file that leaves a random rest of the disk, so that each trial meets the end somewhere else."""
    file, left = place / "filler", chance.randrange(most_left)
    free = os.statvfs(place)
    size = max(0, free.f_bavail * free.f_frsize - left)
    with file.open("wb") as written:
        while size > 0:
            written.write(b"\0" * min(size, 1 << 20))
            size -= 1 << 20
    return file


def _filled(store: Store, token: str, make_room: Callable[[], None], counts: dict[str, int]) -> Iterator[str]:
    """Write until the disk is full, look around, make room, and go on; yield what was not as it must be."""
    kept: list[str] = []
    with client_of(store, token) as client:
        for number in range(MOST_WRITES):
            answer = _added(client, f"N{number}")
            if answer.status_code != 201:
                break
            kept.append(f"N{number}")
        counts["writes acknowledged"] += len(kept)
        if answer.status_code != 507 or answer.json()["type"] != "/problems/store-full":
            yield f"a full disk was answered {answer.status_code}: {answer.text[-400:]}"
        counts["answered 507"] += answer.status_code == 507
        yield from _still_read(client, kept, counts)
        yield from _no_plan_is_half(store)
        make_room()
        if (again := _added(client, "after")).status_code != 201:
            yield f"with room again, a write was answered {again.status_code}"
        job, run = ask_run(store, by="Ada")
        if not Worker(store).work_once(job.job_id):
            yield "with room again, no run was made"
        with store.reading() as session:
            if job_of(session, job.job_id).state != "done" or not plan_of_run(session, run.run_id):
                yield "with room again, a run was not done"
        yield from _still_read(client, [*kept, "after"], counts)
    yield from unsound(store)
    yield from wrong_plans(store)


def _no_plan_is_half(store: Store) -> Iterator[str]:
    """Ask for a run on a full disk: either all of it is stored or nothing, and the worker lives on."""
    try:
        job, _ = ask_run(store, by="Ada")
    except StoreFull:
        return
    try:
        Worker(store).work_once(job.job_id)
    except StoreFailure as error:
        if not isinstance(error, StoreFull):
            yield f"a worker on a full disk was told: {error}"


def _shut(
    store: Store, shut: Callable[[], None], unshut: Callable[[], None], counts: dict[str, int], times: int
) -> Iterator[str]:
    token, kept = prepared(store), list[str]()
    with client_of(store, token) as client:
        for number in range(times):
            if _added(client, f"N{number}").status_code != 201:
                yield "a disk that may be written was not"
            kept.append(f"N{number}")
            counts["writes acknowledged"] += 1
            shut()
            wait_until(lambda: client.get("/readyz").status_code == 200)
            answer = _added(client, f"X{number}")
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                yield f"a disk that cannot be written was answered {answer.status_code}"
            counts["answered 503"] += answer.status_code == 503
            yield from _still_read(client, kept, counts)
            unshut()
            wait_until(lambda number=number: _added(client, f"A{number}").status_code in (201, 409))  # type: ignore[misc]
        if client.get("/v1/candidates/X0").status_code != 404:
            yield "something was stored while nothing could be"
    yield from unsound(store)


def _added(client: TestClient, candidate_id: str) -> Any:
    """Add a person of four thousand random letters: what repeats is packed, and then a disk is long in filling."""
    chance = random.Random(candidate_id)
    wishes = ["".join(chance.choices(ascii_letters, k=200)) for _ in range(20)]
    body = {"candidate_id": candidate_id, "available_from": "2026-09-01", "occupations": wishes}
    return client.post("/v1/candidates", json=body)


def _still_read(client: TestClient, kept: list[str], counts: dict[str, int]) -> Iterator[str]:
    """Yield what is lost though it was acknowledged, and what tells that the service is not well.

    Whose data a person sees is logged first, so on a disk that takes no entry a person's page is refused: what is asked
    for here is about nobody, and people are looked up in the database itself.
    """
    for address in ("/healthz", "/readyz", "/v1/courses"):
        status = client.get(address).status_code
        counts["read meanwhile"] += status == 200
        if status != 200:
            yield f"{address} was answered {status}"
    database: Store = client.app.state.store  # type: ignore[attr-defined]
    with database.reading() as session:
        there = {found.entity.candidate_id for found in list_stored(session, "candidates")}
    yield from (f"{candidate_id} was acknowledged and is lost" for candidate_id in kept if candidate_id not in there)
