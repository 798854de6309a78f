"""Asks a service for suggestions as often as a city's staff and systems might, and says how long the answers took.

The database is made once and kept: a generated city, one run, its plan published. The service is a process of its own.
Requests are sent at their time, whether the earlier ones have been answered or not, so waiting shows in the figures.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from matcher.generate import PLANNING_DAY, Size, generate
from matcher.service.running import RunSettings, ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Rights,
    Store,
    issue_token,
    load_snapshot,
    plan_of,
    plan_of_run,
    publish_plan,
    published_plan_id,
    run_of,
    save_problem,
    upgrade,
)

ADDRESS = "127.0.0.1"
START_S = 180.0
PREPARED_S = 1800.0
CLIENTS = 24
SEED = 1


def main() -> None:
    """Measure, and print one line of JSON for each address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="city", choices=[size.value for size in Size])
    parser.add_argument("--rate", type=float, default=50.0, help="requests in a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--solve-limit", type=float, default=240.0, help="seconds for the one plan that is made")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "matcher-load")
    parser.add_argument("--prepared", action="store_true", help="wait until all suggestions have been worked out")
    given = parser.parse_args()
    database = _database(given.keep, Size(given.size), given.solve_limit)
    with Store(f"sqlite:///{database}") as store:
        with store.reading() as session:
            run = run_of(session, plan_of(session, published_plan_id(session) or 0).run_id)
            vacancies = [vacancy.vacancy_id for vacancy in load_snapshot(session, run.problem_hash).vacancies]
        with store.writing() as session:
            rights = Rights(roles=frozenset({"service"}))
            token = issue_token(session, "load", rights, lasts=timedelta(hours=2), by="load")
    paths = {
        "suggestions": [f"/v1/vacancies/{quote(vacancy, safe='')}/suggestions" for vacancy in vacancies],
        "list of 100 vacancies": ["/v1/vacancies?sort=start_date&limit=100"],
        "one vacancy": [f"/v1/vacancies/{quote(vacancy, safe='')}" for vacancy in vacancies],
    }
    with _service(database) as (port, process):
        asker = Asker(port, token)
        began = _wait_for(asker, paths["suggestions"][0])
        if given.prepared:
            print(json.dumps({"prepared": _prepared(asker, len(vacancies)) - began}), flush=True)
        for name, addresses in paths.items():
            before = _processor_seconds(process.pid)
            took, statuses = _sent(asker, addresses, given.rate, given.seconds)
            used = _processor_seconds(process.pid) - before
            print(json.dumps({"address": name, **_figures(took, statuses, used, given.seconds)}), flush=True)


def _database(folder: Path, size: Size, limit_s: float) -> Path:
    path = folder / f"{size.value}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    for left in folder.glob(f"{unfinished.name}*"):
        left.unlink()
    with Store(f"sqlite:///{unfinished}") as store:
        upgrade(store)
        with store.writing() as session:
            save_problem(session, generate(size, SEED), by="load")
        settings = RunSettings(gap=1e-3, time_limit_s=limit_s)
        _, run = ask_run(store, by="load", as_of=PLANNING_DAY, settings=settings)
        Worker(store).work_once()
        with store.writing() as session:
            publish_plan(session, plan_of_run(session, run.run_id).plan_id, by="load")
    unfinished.rename(path)
    return path


@contextmanager
def _service(database: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    settings = {
        "MATCHER_DATABASE": f"sqlite:///{database}",
        "MATCHER_WORKER": "false",
        "MATCHER_RATE_PER_MINUTE": "1000000",
    }
    command = [sys.executable, "-m", "matcher", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass(frozen=True, slots=True)
class Asker:
    """Another system with a token."""

    port: int
    token: str

    def connection(self) -> http.client.HTTPConnection:
        """Return a connection of its own."""
        return http.client.HTTPConnection(ADDRESS, self.port, timeout=120)

    def asked(self, connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def _wait_for(asker: Asker, path: str) -> float:
    """Wait until the plan has been read and the first suggestions are there; return when that was."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if asker.asked(asker.connection(), path)[0] == 200:
                return time.monotonic()
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"The service did not answer within {START_S:.0f} s.")


def _prepared(asker: Asker, number: int) -> float:
    """Wait until suggestions for so many vacancies are at hand; return when that was."""
    end = time.monotonic() + PREPARED_S
    while time.monotonic() < end:
        figures = asker.asked(asker.connection(), "/metrics")[1].decode()
        line = next(line for line in figures.splitlines() if line.startswith("matcher_suggestions_prepared "))
        if float(line.split()[1]) >= number:
            return time.monotonic()
        time.sleep(2)
    raise SystemExit(f"Suggestions were not prepared within {PREPARED_S:.0f} s.")


def _sent(asker: Asker, paths: list[str], rate: float, seconds: float) -> tuple[list[float], list[int]]:
    """Send requests at a rate; return how long each took from the time at which it was due, and its status."""
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


def _figures(took: list[float], statuses: list[int], used: float, seconds: float) -> dict[str, float | int]:
    cuts = statistics.quantiles(took, n=100)
    return {
        "requests": len(took),
        "failed": sum(status != 200 for status in statuses),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p95_ms": round(cuts[94] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "longest_ms": round(max(took) * 1000, 1),
        "processor_share": round(used / seconds, 2),
    }


def _processor_seconds(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
