"""``kill -9`` at random moments under mixed writes: nothing acknowledged is lost, nothing is done twice.

With SQLite it is the service that is killed, with its worker. With PostgreSQL it is the service every other time, and
the server's own process for one of its connections in between, upon which the server ends all of them and recovers.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from dataclasses import dataclass, field

import psutil

from matcher.store import Store
from tests.service.verified import wrong_plans
from tests.trust.places import LastingServer, SqliteFiles, databases, unsound
from tests.trust.trials import Portion, Tally
from tests.trust.writing import LAST, Writing, begin_writing, prepared, warm, wrongs

MOST_WRITES = 8  # that are begun before something is killed
LATEST_S = 0.05  # after the last of them has begun
KILLS_PER_DATABASE = 25
PATIENCE_S = 60.0


@dataclass(slots=True, kw_only=True)
class Watch:
    """What a writing process has told so far."""

    begun: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    rest: bytes = b""

    def hear(self, told: bytes) -> None:
        """Take in what came through the pipe."""
        *lines, self.rest = (self.rest + told).split(b"\n")
        for line in lines:
            sign, number, *status = line.decode().split()
            if sign == "?":
                self.begun.add(int(number))
            elif int(status[0]) < 400:
                self.answered.add(int(number))
            else:
                self.refused.append(f"write {number} was refused with {status[0]}")

    @property
    def next(self) -> int:
        """Return the first write that nobody has been told of."""
        return max(self.answered, default=-1) + 1


def kill_sqlite(portion: Portion) -> Tally:
    """Kill the service on an SQLite file."""
    return _killed("sqlite", portion)


def kill_postgresql(portion: Portion) -> Tally:
    """Kill the service, or the server's process behind it."""
    return _killed("postgresql", portion)


def _killed(kind: str, portion: Portion) -> Tally:
    chance = random.Random(f"{kind} {portion.first}")
    counts = {"services killed": 0, "server processes killed": 0, "writes acknowledged": 0, "databases": 0}
    faults: list[str] = []
    left = portion.count
    with databases(kind, portion.folder) as made:
        warm(made.address())
        while left > 0 and not faults:
            kills = _one_database(made, min(left, KILLS_PER_DATABASE), chance, counts, faults)
            left -= kills
            faults = [f"from seed {portion.first}, database {counts['databases']}: {fault}" for fault in faults]
    return Tally(counts=counts, faults=faults)


def _one_database(
    made: SqliteFiles | LastingServer, kills: int, chance: random.Random, counts: dict[str, int], faults: list[str]
) -> int:
    """Kill so many times on one database, or fewer where all is written before; return how often."""
    address, watch, done = made.address(), Watch(), 0
    counts["databases"] += 1
    with Store(address) as store:
        token = prepared(store)
    writing = begin_writing(address, token, 0, is_again=False)
    while done < kills:
        if not _heard(watch, writing, chance.randint(1, MOST_WRITES)):
            break  # everything is written
        time.sleep(chance.uniform(0, LATEST_S))
        if isinstance(made, LastingServer) and chance.random() < 0.5 and _kill_server(made, chance):
            counts["server processes killed"] += 1
            done += 1
            continue
        _end(writing, watch)
        counts["services killed"] += 1
        done += 1
        faults += _looked_at(address, watch)
        if faults or watch.next >= LAST:
            break
        writing = begin_writing(address, token, watch.next, is_again=True)
    else:
        _end(writing, watch)
        faults += _looked_at(address, watch)
    counts["writes acknowledged"] += len(watch.answered)
    with _opened(address) as store:
        faults += wrong_plans(store)
    return max(done, 1)


def _heard(watch: Watch, writing: Writing, writes: int) -> bool:
    """Wait until a process has begun so many more writes; False once it has ended."""
    enough = len(watch.begun) + writes
    while len(watch.begun) < enough:
        ready, _, _ = select.select([writing.told], [], [], PATIENCE_S)
        if not ready:
            raise TimeoutError("A writing process has said nothing for a minute.")
        told = os.read(writing.told, 65536)
        if not told:
            return False
        watch.hear(told)
    return True


def _end(writing: Writing, watch: Watch) -> None:
    os.kill(writing.process, signal.SIGKILL)
    os.waitpid(writing.process, 0)
    while told := os.read(writing.told, 65536):
        watch.hear(told)
    os.close(writing.told)


def _kill_server(server: LastingServer, chance: random.Random) -> bool:
    serving = server.backends()
    if not serving:
        return False
    try:
        chance.choice(serving).kill()
    except psutil.NoSuchProcess:
        return False
    return True


def _looked_at(address: str, watch: Watch) -> list[str]:
    """Return what is wrong, once the database answers again."""
    with _opened(address) as store:
        with store.reading() as session:
            wrong = wrongs(session, watch.answered, watch.begun)
        return [*watch.refused, *wrong, *unsound(store)]


def _opened(address: str) -> Store:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return Store(address)
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)  # the server recovers
