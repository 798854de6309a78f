"""Half an hour of everything at a moderate rate: does the service's memory stay as it is?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.load.database import SEED, City
from benchmarks.load.service import Asker, Service

EVERY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The service at one moment.

    Parameters
    ----------
    minute : float
    memory_mb, beside_mb : float
        Of the service, and of the processes that it works with at that moment.
    threads : int
    requests : int
        Answered so far.
    failed : int
    """

    minute: float
    memory_mb: float
    beside_mb: float
    threads: int
    requests: int
    failed: int


def lasting(service: Service, city: City, rate: float, minutes: float) -> Iterator[Moment]:
    """Ask for pages and for what systems ask, drawn anew each time, and look at the memory from time to time."""
    drawn = random.Random(SEED)
    askers = (Asker.browser(service, city.staff), Asker.system(service, city.token))
    connections = [asker.connection() for asker in askers]
    began, requests, failed = time.monotonic(), 0, 0
    looked = 0
    while (now := time.monotonic() - began) < minutes * 60 or not looked:
        if now >= looked * EVERY_S:
            looked += 1
            yield Moment(
                minute=round(now / 60, 1),
                memory_mb=round(service.memory_mb(), 1),
                beside_mb=round(service.beside()[1], 1),
                threads=service.num_threads(),
                requests=requests,
                failed=failed,
            )
        which = drawn.randrange(2)
        path = drawn.choice(_pages(city, drawn) if which == 0 else _of_systems(city, drawn))
        status, _ = askers[which].asked(connections[which], path)
        requests, failed = requests + 1, failed + (status != 200)
        time.sleep(max(0.0, began + requests / rate - time.monotonic()))


def _pages(city: City, drawn: random.Random) -> Sequence[str]:
    candidate_id, vacancy_id = drawn.choice(city.placed)
    other = drawn.choice(city.candidates)
    return (
        "/",
        "/proposals",
        f"/contracts/{drawn.choice(city.contracts)}",
        *(f"/vacancies/{drawn.choice(city.vacancies)}" for _ in range(4)),
        *(f"/candidates/{drawn.choice(city.candidates)}" for _ in range(4)),
        f"/vacancies/{vacancy_id}/people/{other}",
        f"/vacancies?q={candidate_id}",
        f"/candidates?number={drawn.randrange(1, 200)}",
        "/figures",
        "/plan",
    )


def _of_systems(city: City, drawn: random.Random) -> Sequence[str]:
    return (
        *(f"/v1/vacancies/{drawn.choice(city.vacancies)}/suggestions" for _ in range(4)),
        "/v1/vacancies?sort=start_date&limit=100",
        "/v1/candidates?sort=-available_from&limit=100",
        f"/v1/candidates/{drawn.choice(city.candidates)}",
        "/v1/runs",
        "/v1/proposals?state=proposed",
        "/metrics",
    )
