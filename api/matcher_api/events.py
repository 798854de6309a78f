"""Server-sent events about a job: what its row says, whenever that has changed, until it has ended.

The number of an event is a fingerprint of what it says. Whoever comes back with it is told only what differs by then.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator

from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from matcher.service.work import Job, RunWithJob, job_of
from matcher.store import Store
from matcher_api.schemas_work import Progressing

LOOKED_EVERY_S = 0.5
SILENT_FOR_S = 15.0  # proxies close connections on which nothing moves
ENDED = ("done", "failed", "cancelled")


class JobWatch:
    """Reads jobs for all who watch them: however many they are, a job is read once in `LOOKED_EVERY_S`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, tuple[float, Job]] = {}

    def look(self, store: Store, job_id: int) -> Job:
        """Return a job as it was a moment ago at most."""
        with self._lock:
            now = time.monotonic()
            when, job = self._seen.get(job_id, (-1.0, None))
            if job is None or now - when > LOOKED_EVERY_S / 2:
                with store.reading() as session:
                    job = job_of(session, job_id)
                if len(self._seen) > 1000:
                    self._seen.clear()
                self._seen[job_id] = (now, job)
            return job


def stream(watch: JobWatch, store: Store, found: RunWithJob, last_seen: str | None) -> Response:
    """Return the events of a run from the last one that was seen on."""
    if found.job.state in ENDED and last_seen == _number(found.job):
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(watch, store, found.job, last_seen), media_type="text/event-stream", headers=headers
    )


async def _events(watch: JobWatch, store: Store, job: Job, last_seen: str | None) -> AsyncIterator[str]:
    yield f"retry: {int(LOOKED_EVERY_S * 4000)}\n\n"
    spoken = time.monotonic()
    while True:
        if _number(job) != last_seen:
            last_seen, spoken = _number(job), time.monotonic()
            yield f"id: {last_seen}\nevent: {job.state}\ndata: {Progressing.of(job).model_dump_json()}\n\n"
        elif time.monotonic() - spoken > SILENT_FOR_S:
            spoken = time.monotonic()
            yield ": still there\n\n"
        if job.state in ENDED:
            return
        await asyncio.sleep(LOOKED_EVERY_S)
        job = await run_in_threadpool(watch.look, store, job.job_id)


def _number(job: Job) -> str:
    told = f"{job.job_id}:{job.fence}:{Progressing.of(job).model_dump_json()}"
    return hashlib.sha256(told.encode()).hexdigest()[:24]
