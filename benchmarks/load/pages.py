"""Every page for staff, asked for one after the other: how long does the first reader wait, and how long the next?"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from benchmarks.load.database import City
from benchmarks.load.service import Asker, Service
from benchmarks.machine import load
from matcher_api.auth.policy import RULES
from matcher_api.auth.table import Rule

ROUNDS = 20
NOT_THERE = 404
LONG_MS, LONG_S = 1000.0, 5.0  # of processor time, and by the clock: what takes longer is asked for once
# What these show is worked out beside them, for minutes: they come last, since that would count as other pages' time.
LAST = ("/", "/proposals", "/vacancies/{vacancy_id}/people/{candidate_id}")
# Lists are looked through, too; these are the kinds that there are workbooks of.
SEARCHES = (
    *("/contracts?q=school", "/vacancies?q=school&only=open", "/vacancies?number=20"),
    *("/candidates?q=C1&only=without", "/candidates?number=200", "/proposals?q=a&only=waiting"),
)
WORKBOOKS = ("contracts", "vacancies", "candidates", "courses", "proposals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How long one page takes.

    Parameters
    ----------
    address : str
        As it is described, without ids.
    status : int
    first_ms, first_processor_ms : float
        When nothing of it is known yet: by the clock, and the service's processor time.
    median_ms, p95_ms : float
        By the clock, of those after the first, each of another thing where the address names one.
    processor_ms, processor_p95_ms : float
        The service's processor time for these: on average, and what 95 % of them are within.
    asked : int
    kilobytes : float
    measured_on, load : str
    """

    address: str
    status: int
    first_ms: float
    first_processor_ms: float
    median_ms: float
    p95_ms: float
    processor_ms: float
    processor_p95_ms: float
    asked: int
    kilobytes: float
    measured_on: str
    load: str


def shown(service: Service, city: City, known: Collection[str] = ()) -> Iterator[Shown]:
    """Ask for every page that the table of rules has, as somebody who may see it, and for some searches.

    Those of `known` are left out.
    """
    staff, contact = Asker.browser(service, city.staff), Asker.browser(service, city.contact)
    for address in SEARCHES:
        if address in known:
            continue
        yield _shown(service, staff, address, [address] * (ROUNDS + 1))
    for rule in sorted(RULES, key=lambda rule: rule.path in LAST):
        if (
            rule.method != "GET"
            or rule.path in known
            or rule.path.startswith(("/v1/", "/static/", "/sign-in", "/invitation"))
        ):
            continue
        addresses = list(_addresses(rule, city))
        if addresses:
            found = _shown(service, contact if rule.roles == {"supplier"} else staff, rule.path, addresses)
            if found.status != NOT_THERE:  # a scenario's page, where nobody has asked for one
                yield found


def _addresses(rule: Rule, city: City) -> Iterator[str]:
    """Yield addresses that fit a rule; none where it names what this database has not."""
    for number in range(ROUNDS + 1):
        candidate_id, vacancy_id = city.placed[number * 7 % len(city.placed)]
        own = {
            "candidate_id": candidate_id,
            "vacancy_id": vacancy_id,
            "contract_id": city.contracts[number * 7 % len(city.contracts)],
            "run_id": str(city.run_id),
            "plan_id": str(city.plan_id),
            "template": "processing-record",
            "kind": WORKBOOKS[number % len(WORKBOOKS)],
        }
        try:
            yield rule.path.format(**own)
        except KeyError:
            return


def _shown(service: Service, asker: Asker, name: str, addresses: list[str]) -> Shown:
    connection = asker.connection()
    took, used, sizes, statuses = [], [], [], set()
    for address in addresses:
        before, began = service.processor_s(), time.monotonic()
        status, body = asker.asked(connection, address)
        took.append((time.monotonic() - began) * 1000)
        used.append((service.processor_s() - before) * 1000)
        sizes.append(len(body) / 1000)
        statuses.add(status)
        if used[-1] > LONG_MS or took[-1] > LONG_S * 1000:
            break
    return Shown(
        address=name,
        status=max(statuses),
        first_ms=round(took[0], 1),
        first_processor_ms=round(used[0], 1),
        median_ms=round(statistics.median(took[1:] or took), 1),
        p95_ms=round(_p95(took[1:] or took), 1),
        processor_ms=round(statistics.fmean(used[1:] or used), 1),
        processor_p95_ms=round(_p95(used[1:] or used), 1),
        asked=len(took),
        kilobytes=round(max(sizes), 1),
        measured_on=date.today().isoformat(),
        load=load(),
    )


def _p95(values: list[float]) -> float:
    """Return what 95 of 100 are not above; of few, the largest."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
