"""Server-sent events about a job: what its row says, whenever that has changed, until it has ended.

The number of an event is a fingerprint of what it says. Whoever comes back with it is told only what differs by then.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from matcher.errors import MatcherError
from matcher.service.work import Job, RunWithJob, job_of
from matcher.store import Store
from matcher_api.schemas_work import Progressing

LOOKED_EVERY_S = 0.5
SILENT_FOR_S = 15.0  # proxies close connections on which nothing moves
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say of a job at one moment.

    Parameters
    ----------
    number : str
    text : str
        The event as it is sent.
    is_last : bool
    """

    number: str
    text: str
    is_last: bool

    @staticmethod
    def of(job: Job) -> Told:
        """Return what there is to say of a job."""
        progress = Progressing.of(job).model_dump_json()
        number = hashlib.sha256(f"{job.job_id}:{job.fence}:{progress}".encode()).hexdigest()[:24]
        text = f"id: {number}\nevent: {job.state}\ndata: {progress}\n\n"
        return Told(number=number, text=text, is_last=job.state in ENDED)


class _Look:
    """What is seen of one job while anybody watches it."""

    def __init__(self) -> None:
        self.num_watching = 0
        self.told: Told | None = None
        self.is_over = False
        self.task: asyncio.Task[None] | None = None  # nobody else holds it
        self._next = asyncio.Event()

    async def wait(self) -> None:
        """Return when the job has been looked at once more, or will never be again."""
        if not self.is_over:
            await self._next.wait()

    def seen(self, told: Told | None) -> None:
        """Let all who wait see what was found; ``None`` where the database did not answer."""
        self.told, self.is_over = told, told is None or told.is_last
        self._next.set()
        self._next = asyncio.Event()


class JobWatch:
    """Reads jobs for all who watch them: one task for each job, however many they are, until the last of them leaves.

    None of them takes a thread: threads are there for whoever asks for something beside them.
    """

    def __init__(self) -> None:
        self._looks: dict[int, _Look] = {}

    def __len__(self) -> int:
        return len(self._looks)

    @asynccontextmanager
    async def watching(self, store: Store, job_id: int) -> AsyncIterator[_Look]:
        """Give what is seen of a job while the block lasts."""
        look = self._looks.get(job_id)
        if look is None or look.is_over:
            look = self._looks[job_id] = _Look()
            look.task = asyncio.create_task(self._work(store, job_id, look))
        look.num_watching += 1
        try:
            yield look
        finally:
            look.num_watching -= 1

    async def _work(self, store: Store, job_id: int, look: _Look) -> None:
        try:
            while look.num_watching and not look.is_over:
                await asyncio.sleep(LOOKED_EVERY_S)
                try:
                    look.seen(Told.of(await run_in_threadpool(_read, store, job_id)))
                except MatcherError:
                    look.seen(None)  # whoever comes back is told then
        finally:
            if not look.is_over:
                look.seen(None)
            if self._looks.get(job_id) is look:
                del self._looks[job_id]


def _read(store: Store, job_id: int) -> Job:
    with store.reading() as session:
        return job_of(session, job_id)


def stream(watch: JobWatch, store: Store, found: RunWithJob, last_seen: str | None) -> Response:
    """Return the events of a run from the last one that was seen on."""
    told = Told.of(found.job)
    if told.is_last and last_seen == told.number:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(watch, store, found.job.job_id, told, last_seen), media_type="text/event-stream", headers=headers
    )


async def _events(watch: JobWatch, store: Store, job_id: int, told: Told, last_seen: str | None) -> AsyncIterator[str]:
    yield f"retry: {int(LOOKED_EVERY_S * 4000)}\n\n"
    if told.number != last_seen:
        yield told.text
    if told.is_last:
        return
    last_seen, spoken = told.number, time.monotonic()
    async with watch.watching(store, job_id) as look:
        while True:
            # What the next look finds is newer than what the request has read, whenever the watch began.
            await look.wait()
            seen = look.told
            if seen is None:
                return
            if seen.number != last_seen:
                last_seen, spoken = seen.number, time.monotonic()
                yield seen.text
            elif time.monotonic() - spoken > SILENT_FOR_S:
                spoken = time.monotonic()
                yield ": still there\n\n"
            if seen.is_last:
                return
