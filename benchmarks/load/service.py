"""The service as a process of its own, and who asks it: over connections that stay open, as systems and browsers do."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ADDRESS = "127.0.0.1"
START_S = 900.0
PREPARED_S = 3600.0
END_S = 60.0
QUIET_S = 0.02  # of processor time in two seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that answers.

    Parameters
    ----------
    port, pid : int
    """

    port: int
    pid: int

    def processor_s(self) -> float:
        """Return the processor time that it has used so far."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def memory_mb(self) -> float:
        """Return the memory that it holds."""
        return float(psutil.Process(self.pid).memory_info().rss) / 1e6

    def beside(self) -> tuple[float, float]:
        """Return processor time and memory (MB) of the processes that it works with at present."""
        used = memory = 0.0
        for child in psutil.Process(self.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it may end while we look
                times = child.cpu_times()
                used, memory = used + times.user + times.system, memory + child.memory_info().rss / 1e6
        return used, memory

    def num_threads(self) -> int:
        """Return how many threads it has."""
        return int(psutil.Process(self.pid).num_threads())


@contextmanager
def served(database: Path) -> Iterator[Service]:
    """Start the service on a database, without a worker, and end it afterwards as an operator does."""
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    settings = {
        "MATCHER_DATABASE": f"sqlite:///{database}",
        "MATCHER_WORKER": "false",
        "MATCHER_RATE_PER_MINUTE": "1000000",
    }
    command = [sys.executable, "-m", "matcher", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Service(port=port, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Another system with a token, or a browser with a session.

    Parameters
    ----------
    port : int
    headers : dict of str to str
    """

    port: int
    headers: dict[str, str]

    @staticmethod
    def system(service: Service, token: str) -> Asker:
        """Return another system."""
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        return Asker(port=service.port, headers=headers)

    @staticmethod
    def browser(service: Service, session: str) -> Asker:
        """Return somebody's browser."""
        return Asker(port=service.port, headers={"Accept": "text/html", "Cookie": f"matcher-session={session}"})

    def connection(self) -> http.client.HTTPConnection:
        """Return a connection of its own."""
        return http.client.HTTPConnection(ADDRESS, self.port, timeout=600)

    def asked(self, connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
        """Return status and body of an answer; a connection that the service has closed meanwhile is opened again."""
        try:
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
        except ConnectionError:
            connection.close()
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
        return answer.status, answer.read()

    def sent(self, path: str, body: Any) -> tuple[int, Any]:
        """Return status and document of the answer to a body that is sent as JSON."""
        connection = self.connection()
        headers = {**self.headers, "Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def wait_for(asker: Asker, path: str) -> None:
    """Wait until the plan has been read and something is answered."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if asker.asked(asker.connection(), path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"The service did not answer {path} within {START_S:.0f} s.")


def wait_until_quiet(service: Service) -> None:
    """Wait until nothing is worked out any more that the first page has set off."""
    end, before = time.monotonic() + START_S, -1.0
    while time.monotonic() < end:
        used = service.processor_s()
        if used - before < QUIET_S:
            return
        before = used
        time.sleep(2)
    raise SystemExit(f"The service was not at rest within {START_S:.0f} s.")


def wait_until_prepared(asker: Asker, number: int) -> None:
    """Wait until suggestions for so many vacancies are at hand."""
    end = time.monotonic() + PREPARED_S
    while time.monotonic() < end:
        figures = asker.asked(asker.connection(), "/metrics")[1].decode()
        line = next(line for line in figures.splitlines() if line.startswith("matcher_suggestions_prepared "))
        if float(line.split()[1]) >= number:
            return
        time.sleep(2)
    raise SystemExit(f"Suggestions were not prepared within {PREPARED_S:.0f} s.")
