"""Three days of mixed requests, compressed: memory, handles, threads and tables stay within their bounds."""

from __future__ import annotations

import gc
import random
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psutil
import sqlalchemy as sa
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.service.worker import Worker
from matcher.store import Rights, Store, add_account, begin_session
from matcher.store.tables.accounts import attempts, half_sign_ins, provider_flows, sessions
from matcher.store.tables.work import kept_answers
from matcher_api import Settings, create_app
from matcher_api.auth.forms import HEADER, _token
from tests.api.conftest import DAY, fill
from tests.service.verified import wrong_plans
from tests.store.databases import HeldClock
from tests.trust.places import databases, unsound
from tests.trust.trials import Portion, Tally

DAYS = 3
SAMPLES = 12
# What a busy service may gain between the first third and the end; its caches are full by then.
MOST_MEMORY_MB = 48
MOST_HANDLES = 8
MOST_THREADS = 4
# Rows that are forgotten by themselves; everything else is kept on purpose (logs, plans, people).
PASSING = (kept_answers, attempts, sessions, provider_flows, half_sign_ins)
HTML = {"Accept": "text/html"}
READ = ("/", "/contracts", "/vacancies", "/candidates", "/proposals", "/plan", "/figures", "/courses")
LISTS = ("/v1/candidates", "/v1/vacancies", "/v1/proposals", "/v1/runs", "/v1/plans", "/metrics", "/readyz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the process and the database hold at one moment."""

    memory_mb: float
    handles: int
    threads: int
    rows: int

    @classmethod
    def of(cls, store: Store) -> Sample:
        """Take one now."""
        gc.collect()
        process = psutil.Process()
        with store.reading() as session:
            rows = sum(session.value(sa.select(sa.func.count()).select_from(table)) for table in PASSING)
        return cls(
            memory_mb=process.memory_info().rss / 2**20,
            handles=process.num_fds(),
            threads=process.num_threads(),
            rows=int(rows),
        )


def soak(portion: Portion) -> Tally:
    """Send so many requests over three days of the database's clock."""
    chance = random.Random(portion.first)
    clock = HeldClock()
    with databases("sqlite", portion.folder) as made, Store(made.address(), clock=clock) as store:
        fill(store)
        until = threading.Event()
        worker = threading.Thread(target=Worker(store).work, args=(until, 0.05))
        worker.start()
        app = create_app(Settings(worker=False, rate_per_minute=10**9), StoredDesks(store, lambda: DAY), store)
        samples: list[Sample] = []
        faults: list[str] = []
        with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
            day = _Day(client, store, chance)
            for number in range(portion.count):
                if number % max(1, portion.count // SAMPLES) == 0:
                    samples.append(Sample.of(store))
                clock.now += timedelta(days=DAYS) / portion.count
                status = day.request(number)
                if status >= 500:
                    faults.append(f"request {number} was answered {status}")
            samples.append(Sample.of(store))
        until.set()
        worker.join(60)
        faults += _grown(samples) + unsound(store) + wrong_plans(store)
    third, last = samples[len(samples) // 3], samples[-1]
    counts = {"most memory (MB)": round(max(each.memory_mb for each in samples)), "most handles": last.handles}
    counts["most memory gained after a third (MB)"] = round(max(0, last.memory_mb - third.memory_mb))
    return Tally(counts=counts | {"most passing rows": max(each.rows for each in samples)}, faults=faults)


def _grown(samples: list[Sample]) -> list[str]:
    """Return what has grown beyond its bound between the first third and the end."""
    third, last = samples[len(samples) // 3], samples[-1]
    bounds = {"memory_mb": MOST_MEMORY_MB, "handles": MOST_HANDLES, "threads": MOST_THREADS}
    bounds["rows"] = third.rows // 2 + 20
    return [
        f"{name} has grown from {getattr(third, name):.0f} to {getattr(last, name):.0f}"
        for name, most in bounds.items()
        if getattr(last, name) - getattr(third, name) > most
    ]


class _Day:
    """What people and systems ask for in the course of a day."""

    def __init__(self, client: TestClient, store: Store, chance: random.Random) -> None:
        self._client, self._store, self._chance = client, store, chance
        with store.writing() as session:
            rights = Rights(roles=frozenset({"matcher", "planner", "administrator"}))
            self._account = add_account(session, "Ada Berg", rights, by="trial")
        self._sign_in()

    def request(self, number: int) -> int:
        """Send one request and return its status."""
        if number % 50 == 0:
            self._sign_in()  # a session ends after an hour of the day without a request
        kind = self._chance.random()
        if kind < 0.35:
            answer: Any = self._client.get(self._chance.choice(READ), headers=HTML)
        elif kind < 0.75:
            answer = self._client.get(self._chance.choice(LISTS))
        elif kind < 0.93:
            budget = {"budget_id": f"B{self._chance.randrange(200)}", "amount": self._chance.randrange(10**6)}
            answer = self._client.post("/v1/budgets", json=budget, headers={"Idempotency-Key": f"soak-{number}"})
        elif kind < 0.96:
            answer = self._client.get("/v1/candidates", headers={"Authorization": f"Bearer wrong-{number}"})
        elif kind < 0.985:
            answer = self._client.post("/sign-in", data={"name": f"nobody {number}", "password": "x"}, headers=HTML)
        else:
            answer = self._client.post("/v1/runs", json={"seed": number}, headers={"Idempotency-Key": f"run-{number}"})
        return int(answer.status_code)

    def _sign_in(self) -> None:
        with self._store.writing() as session:
            token = begin_session(session, self._account.account_id, lasts=timedelta(hours=12), means="trial")
        self._client.cookies.clear()
        self._client.cookies.set("matcher-session", token)
        self._client.headers[HEADER] = _token(token)
