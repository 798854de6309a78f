"""Requests that are sent at their time, whether the earlier ones were answered or not: waiting shows in figures."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.load.database import SEED
from benchmarks.load.service import Asker, Service

CLIENTS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced:
    """How requests of one kind were answered.

    Parameters
    ----------
    name : str
    rate : float
        Requests in a second.
    requests, failed : int
    p50_ms, p95_ms, p99_ms, longest_ms : float
        From the time at which a request was due to the last byte of its answer, as the asker sees it.
    processor_ms : float
        Of the service, per request.
    load : str
        Processes of the machine that wanted a core meanwhile.
    """

    name: str
    rate: float
    requests: int
    failed: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    processor_ms: float
    load: str


def paced(
    service: Service, asker: Asker, name: str, paths: Sequence[str], rate: float, seconds: float, load: str
) -> Paced:
    """Ask for addresses drawn from `paths` at a rate."""
    before = service.processor_s()
    took, statuses = _sent(asker, paths, rate, seconds)
    used = service.processor_s() - before
    cuts = statistics.quantiles(took, n=100)
    return Paced(
        name=name,
        rate=rate,
        requests=len(took),
        failed=sum(status != 200 for status in statuses),
        p50_ms=_ms(cuts[49]),
        p95_ms=_ms(cuts[94]),
        p99_ms=_ms(cuts[98]),
        longest_ms=_ms(max(took)),
        processor_ms=_ms(used / len(took)),
        load=load,
    )


def _sent(asker: Asker, paths: Sequence[str], rate: float, seconds: float) -> tuple[list[float], list[int]]:
    """Return how long each request took from the time at which it was due, and its status."""
    drawn = random.Random(SEED).choices(paths, k=round(rate * seconds))
    local = threading.local()
    began = time.monotonic() + 0.5

    def send(number: int) -> tuple[float, int]:
        due = began + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(local, "connection"):
            local.connection = asker.connection()
        status, _ = asker.asked(local.connection, drawn[number])
        return time.monotonic() - due, status

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(send, range(len(drawn))))
    return [took for took, _ in answers], [status for _, status in answers]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
