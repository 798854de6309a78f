"""The database's server is stopped and started under load: clean answers meanwhile, and the service goes on."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

from starlette.testclient import TestClient

from matcher.store import Store, list_stored
from tests.trust.places import LastingServer, databases, unsound
from tests.trust.trials import Portion, Tally
from tests.trust.writing import client_of, prepared
from tests.waits import join, wait_until

CLIENTS = 4
# Politely, at once, and as if the machine had lost its power but not its disk.
MODES = ("fast", "immediate")


def restart(portion: Portion) -> Tally:
    """Restart the server so many times while clients write and read."""
    chance = random.Random(portion.first)
    with databases("postgresql", portion.folder) as server:
        assert isinstance(server, LastingServer)
        with Store(server.address()) as store:
            token = prepared(store)
            return _under_load(server, store, token, chance, portion.count)


def _under_load(server: LastingServer, store: Store, token: str, chance: random.Random, times: int) -> Tally:
    faults: list[str] = []
    statuses: Counter[str] = Counter()
    kept: list[str] = []
    until = threading.Event()
    threads = []
    with client_of(store, token) as client:
        for number in range(CLIENTS):
            arguments = (client, f"N{number}", until, kept, statuses, faults)
            threads.append(threading.Thread(target=_load, args=arguments))
        for thread in threads:
            thread.start()
        for _ in range(times):
            before = len(kept)
            wait_until(lambda before=before: len(kept) > before + CLIENTS or faults)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.05))
            server.control("stop", "-m", chance.choice(MODES))
            time.sleep(chance.uniform(0, 0.1))
            server.control("start")
        before = len(kept)
        wait_until(lambda: len(kept) > before + CLIENTS or faults)
        until.set()
        join(*threads)
    with store.reading() as session:
        there = {stored.entity.candidate_id for stored in list_stored(session, "candidates")}
    faults += [f"{candidate_id} was acknowledged and is lost" for candidate_id in kept if candidate_id not in there]
    faults += unsound(store)
    counts = {"writes acknowledged": len(kept)} | {f"answered {status}": number for status, number in statuses.items()}
    return Tally(counts=counts, faults=faults[:20])


def _load(
    client: TestClient, name: str, until: threading.Event, kept: list[str], statuses: Counter[str], faults: list[str]
) -> None:
    number = 0
    while not until.is_set():
        number += 1
        body = {"candidate_id": f"{name}-{number}", "available_from": "2026-09-01"}
        for method, address, sent in (("POST", "/v1/candidates", body), ("GET", "/v1/candidates?limit=5", None)):
            answer = client.request(method, address, json=sent)
            statuses[str(answer.status_code)] += 1
            if answer.status_code == 201:
                kept.append(f"{name}-{number}")
            elif answer.status_code == 503:
                if "retry-after" not in answer.headers:
                    faults.append("503 without Retry-After")
                time.sleep(0.02)
            elif answer.status_code != 200:
                faults.append(f"{method} {address} was answered {answer.status_code}: {answer.text[:200]}")
                return
