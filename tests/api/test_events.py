"""Many who watch one job: it is read once for all, everybody hears how it ends, and nothing is left behind."""

from __future__ import annotations

import asyncio

import pytest

from matcher.service.running import ask_run
from matcher.service.work import RunWithJob, cancel_job
from matcher.store import Store, listed_one, save_problem
from matcher_api import events
from matcher_api.events import JobWatch, stream
from tests.service.towns import town

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOKED_EVERY_S", 0.02)


def waiting_run(store: Store) -> RunWithJob:
    """Return a run that nobody works on."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    ask_run(store, by="Ada")
    with store.reading() as session:
        found: RunWithJob = listed_one(session, "runs", 1)
    return found


async def heard(watch: JobWatch, store: Store, found: RunWithJob, slow_s: float = 0.0) -> list[str]:
    """Return the states that somebody is told, who takes so long to read each."""
    states = []
    answer = stream(watch, store, found, None)
    async for text in answer.body_iterator:  # type: ignore[attr-defined]
        states += [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
        await asyncio.sleep(slow_s)
    return states


def test_everybody_hears_how_it_ends_from_one_who_looks(own_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty watch, some so slowly that the end comes while they still read; the job is read by one for all."""
    found, watch, reads = waiting_run(own_store), JobWatch(), []
    read = events._read
    monkeypatch.setattr(events, "_read", lambda store, job_id: reads.append(job_id) or read(store, job_id))

    async def all_of_them() -> list[list[str]]:
        watching = [
            asyncio.create_task(heard(watch, own_store, found, slow_s=0.2 if one % 7 == 0 else 0.0))
            for one in range(60)
        ]
        await asyncio.sleep(0.1)
        assert len(watch) == 1
        with own_store.writing() as session:
            cancel_job(session, found.job.job_id, by="Ada")
        told = await asyncio.wait_for(asyncio.gather(*watching), PATIENCE_S)
        for _ in range(100):
            if not len(watch):
                break
            await asyncio.sleep(0.02)
        return told

    told = asyncio.run(all_of_them())
    assert told == [["queued", "cancelled"]] * 60
    assert len(watch) == 0
    assert len(reads) < 60


def test_nobody_is_read_for_once_all_have_left(own_store: Store) -> None:
    """Whoever closes the page stops watching; the task that looked ends."""
    found, watch = waiting_run(own_store), JobWatch()

    async def come_and_go() -> None:
        watching = [asyncio.create_task(heard(watch, own_store, found)) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert len(watch) == 1
        for one in watching:
            one.cancel()
        await asyncio.wait(watching, timeout=PATIENCE_S)
        for _ in range(100):
            if not len(watch):
                return
            await asyncio.sleep(0.02)

    asyncio.run(come_and_go())
    assert len(watch) == 0
