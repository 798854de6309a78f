"""Many who watch one run at once: do all hear how it ends, how late, and what does a request beside them take?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from benchmarks.load.database import City
from benchmarks.load.paced import Paced, paced
from benchmarks.load.service import ADDRESS, Asker, Service

WATCHERS = 200
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What became of everybody who watched.

    Parameters
    ----------
    watchers : int
    told_first, told_last : int
        How many were told how the run stood when they came, and how it ended.
    first_ms, last_ms : float
        Longest until then: from the moment at which they came, and at which the end was stored.
    processor_percent : float
        Of one core, while nothing else is asked.
    memory_mb : float
        More than before they came.
    beside : Paced
        Requests of another system meanwhile.
    """

    watchers: int
    told_first: int
    told_last: int
    first_ms: float
    last_ms: float
    processor_percent: float
    memory_mb: float
    beside: Paced


@dataclass(slots=True)
class _Heard:
    came: float = field(default_factory=time.monotonic)
    events: list[tuple[str, float]] = field(default_factory=list)


def watched(service: Service, city: City, path: str, rate: float, seconds: float, load: str) -> Watched:
    """Let many watch a run that waits, end it, and see what they have heard.

    Parameters
    ----------
    service : Service
    city : City
    path : str
        What is asked for beside them.
    rate, seconds : float
    load : str
    """
    asker = Asker.system(service, city.token)
    status, asked = asker.sent("/v1/runs", {"kind": "run"})
    if status != 202:
        raise SystemExit(f"A run must be taken in to be watched, got {status}.")
    return asyncio.run(_watched(service, asker, int(asked["run_id"]), path, rate, seconds, load))


async def _watched(
    service: Service, asker: Asker, run_id: int, path: str, rate: float, seconds: float, load: str
) -> Watched:
    memory = service.memory_mb()
    heard = [_Heard() for _ in range(WATCHERS)]
    watching = [asyncio.create_task(_watch(asker, run_id, one)) for one in heard]
    until = time.monotonic() + PATIENCE_S
    while not all(one.events for one in heard) and time.monotonic() < until:
        await asyncio.sleep(0.05)
    before, began = service.processor_s(), time.monotonic()
    await asyncio.sleep(10)
    used = (service.processor_s() - before) / (time.monotonic() - began)
    more = service.memory_mb() - memory
    beside = await asyncio.to_thread(
        paced, service, asker, f"one vacancy, beside {WATCHERS} who watch", [path], rate, seconds, load
    )
    ended = time.monotonic()
    status, answer = await asyncio.to_thread(asker.sent, f"/v1/runs/{run_id}/cancellation", {})
    if status != 200:
        raise SystemExit(f"Run {run_id} must be ended, got {status}: {answer}.")
    await asyncio.wait(watching, timeout=PATIENCE_S)
    for one in watching:
        one.cancel()
    first = [one.events[0][1] - one.came for one in heard if one.events]
    last = [one.events[-1][1] - ended for one in heard if one.events and one.events[-1][0] == "cancelled"]
    return Watched(
        watchers=WATCHERS,
        told_first=len(first),
        told_last=len(last),
        first_ms=round(max(first, default=0.0) * 1000, 1),
        last_ms=round(max(last, default=0.0) * 1000, 1),
        processor_percent=round(used * 100, 1),
        memory_mb=round(more, 1),
        beside=beside,
    )


async def _watch(asker: Asker, run_id: int, heard: _Heard) -> None:
    """Read the events of a run to their end."""
    reader, writer = await asyncio.open_connection(ADDRESS, asker.port)
    headers = "".join(f"{name}: {value}\r\n" for name, value in asker.headers.items())
    writer.write(f"GET /v1/runs/{run_id}/events HTTP/1.1\r\nHost: {ADDRESS}\r\n{headers}\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"event: "):
                heard.events.append((line.decode().partition(": ")[2].strip(), time.monotonic()))
            if line == b"0\r\n":  # the stream has ended, the connection stays
                return
    finally:
        writer.close()
