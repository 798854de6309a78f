"""What deciding costs, asked for one placement after the other: how long does the process take that works it out?"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.load.database import City
from benchmarks.load.service import Asker, Service

PAIRS = 25
PATIENCE_S = 600.0
EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """How losses were worked out.

    Parameters
    ----------
    pairs : int
        Placements whose loss was asked for.
    unknown : int
        Of these, so many could not be told.
    first_s, first_processor_s : float
        Until the first is told, which is when the plan has been read there: by the clock, and that process's time.
    median_s, longest_s, processor_s : float
        Of each of the next ones; the last is that process's time, on average.
    service_s : float
        Processor time of the service itself, for each.
    memory_mb : float
        The most that the process was seen to hold.
    """

    pairs: int
    unknown: int
    first_s: float
    first_processor_s: float
    median_s: float
    longest_s: float
    processor_s: float
    service_s: float
    memory_mb: float


def lost(service: Service, city: City) -> Lost:
    """Ask what the plan loses without some of its placements, until each is told."""
    asker = Asker.system(service, city.token)
    connection = asker.connection()
    pairs = [city.placed[number * 37 % len(city.placed)] for number in range(PAIRS)]
    took: list[float] = []
    used: list[float] = [service.beside()[0]]
    memory, unknown, before = 0.0, 0, service.processor_s()
    for candidate_id, vacancy_id in pairs:
        path = f"/v1/decision-costs?{urlencode({'candidate_id': candidate_id, 'vacancy_id': vacancy_id})}"
        began = time.monotonic()
        while True:
            status, body = asker.asked(connection, path)
            memory = max(memory, service.beside()[1])
            answer = json.loads(body)
            if status != 200 or time.monotonic() > began + PATIENCE_S:
                raise SystemExit(f"What is lost without {candidate_id} at {vacancy_id} must be told, got {status}.")
            if not answer["is_pending"]:
                break
            time.sleep(EVERY_S)
        unknown += answer["without_pair"] is None
        took.append(time.monotonic() - began)
        used.append(service.beside()[0])
    return Lost(
        pairs=len(pairs),
        unknown=unknown,
        first_s=round(took[0], 2),
        first_processor_s=round(used[1] - used[0], 2),
        median_s=round(statistics.median(took[1:]), 2),
        longest_s=round(max(took[1:]), 2),
        processor_s=round((used[-1] - used[1]) / (len(pairs) - 1), 3),
        service_s=round((service.processor_s() - before) / len(pairs), 3),
        memory_mb=round(memory, 1),
    )
