"""Workers that are killed while they work: ``python -m tests.service.killing ADDRESS WORKERS KILLS``.

A process of its own that forks its workers before it has a thread or a connection, so that a new one costs nothing.
Each tells by a pipe when it begins to solve; it is killed a random moment later.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from matcher.errors import StoreFailure
from matcher.service import worker as working
from matcher.solve import solve
from matcher.store import Store, list_jobs
from tests.service.towns import town

LEASE_S = 0.5
LATEST_S = 0.1  # after it has begun, a worker is killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """A worker's process, and the pipe by which it tells that it begins."""

    process: int
    begins: int

    def end(self) -> int:
        """Return the status with which the process has ended."""
        os.close(self.begins)
        return os.waitpid(self.process, 0)[1]


def work(address: str, told: int) -> None:
    """Work until no job waits or runs any more."""
    original = working.make_run

    def telling(*arguments: Any) -> Any:
        os.write(told, b".")
        return original(*arguments)

    working.make_run = telling  # type: ignore[assignment]
    with Store(address) as store:
        worker = working.Worker(store, lease_s=LEASE_S)
        while True:
            has_worked = False
            with suppress(StoreFailure):  # as `Worker.work` does: of one that was paused it may be ended
                has_worked = worker.work_once()
            if has_worked:
                continue
            with store.reading() as session:
                if not list_jobs(session, ("queued", "running")):
                    return
            time.sleep(0.05)


def forked(address: str) -> Forked:
    """Start a worker."""
    begins, told = os.pipe()
    process = os.fork()
    if process:
        os.close(told)
        return Forked(process=process, begins=begins)
    try:
        work(address, told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(address: str, num_workers: int, num_kills: int) -> int:
    """Return how many workers were killed; leaves with a failure where one failed by itself."""
    solve(town())  # loads what a worker needs
    chance = random.Random(1)
    workers = [forked(address) for _ in range(num_workers)]
    killed = 0
    while killed < num_kills:
        ready, _, _ = select.select([one.begins for one in workers], [], [], 60)
        place = next(place for place, one in enumerate(workers) if one.begins in ready)
        if not os.read(workers[place].begins, 1):
            break  # nothing is left to do
        time.sleep(chance.uniform(0, LATEST_S))
        os.kill(workers[place].process, signal.SIGKILL)
        killed += os.WIFSIGNALED(workers[place].end())
        workers[place] = forked(address)
    statuses = [one.end() for one in workers]
    if any(statuses):
        sys.exit(1)
    return killed


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
