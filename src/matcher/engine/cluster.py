"""A Dask cluster, spoken to behind certificates."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from matcher.engine import losses
from matcher.engine.engine import Closing, Item, Outcome
from matcher.engine.news import News
from matcher.errors import EngineFailure

CONNECT_TIMEOUT_S = 15
ALONE_S = 60.0  # without any worker, before a map is given up: one that is started again needs seconds
LOOK_S = 5.0  # how often somebody who waits asks whether there is any
POLL_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The files that prove who is who between this program and a cluster.

    Parameters
    ----------
    ca_file, cert_file, key_file : Path
        Certificate of the authority, own certificate, and its key; PEM.
    """

    ca_file: Path
    cert_file: Path
    key_file: Path


class Cluster(Closing):
    """A Dask cluster: one that runs already, or worker processes of this machine that end with the engine.

    Whoever reaches a cluster can run code on it. So its own workers listen on the loopback interface only, behind
    certificates that are made for this one run, and no other machine is spoken to without TLS.

    Parameters
    ----------
    num_workers : int
        Worker processes to start; of no account where there is an address.
    address : str, optional
        Of the scheduler of a running cluster, for example ``tls://10.0.0.5:8786``.
    tls : Tls, optional
        Needed for another machine.

    Raises
    ------
    EngineFailure
        When Dask is not installed, the cluster cannot be reached, or the address asks for an open connection.
    """

    def __init__(self, num_workers: int, *, address: str | None = None, tls: Tls | None = None) -> None:
        distributed = _distributed()
        for name in ("distributed", "distributed.client"):  # Dask gives the second a level of its own
            logging.getLogger(name).setLevel(logging.CRITICAL)  # a lost worker is no news for who waits for a plan
        self._distributed = distributed
        self._cluster: Any = None
        self._alone_since: float | None = None
        # A piece of work that was lost with its worker is done again; its data lie with the scheduler, however large.
        _dask().config.set(
            {
                "distributed.scheduler.allowed-failures": losses.MOST_LOSSES,
                "distributed.admin.large-graph-warning-threshold": "1TiB",
                "distributed.worker.memory.terminate": False,  # the system's own limits decide
                "distributed.worker.profile.enabled": False,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
            }
        )
        if address is None:
            with _starting():
                security = distributed.Security.temporary()
                self._cluster = distributed.LocalCluster(
                    n_workers=num_workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    protocol="tls://",
                    security=security,
                    # There is no way to start none of Dask's web servers: this one and its workers' have no pages.
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    memory_limit=0,
                    silence_logs=logging.CRITICAL,
                )
                self._client = distributed.Client(self._cluster, security=security)
            self.num_workers = num_workers
            return
        _refuse_open_connection(address)
        try:
            self._client = distributed.Client(address, security=_security(tls), timeout=CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise EngineFailure(
                f"No cluster answers at {address} ({type(error).__name__}: {error}). Check the address, that its "
                "scheduler runs, and the TLS files."
            ) from None
        self.num_workers = max(1, sum(self._client.nthreads().values()))

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        on_done: Callable[[int, Outcome], None] | None = None,
    ) -> list[Outcome]:
        """Return the results in order; see `Engine.map`."""
        futures = self._client.map(function, list(items), pure=False)
        news, self._alone_since = News(on_done), None
        try:
            with _failures_in_words(self._distributed, len(futures)):
                if on_done is not None:
                    self._follow(futures, news)
                # in order: the first fault, not the quickest
                return [news.told(number, self._result(future)) for number, future in enumerate(futures)]
        except BaseException:
            self._client.cancel(futures, force=True)
            raise

    def _follow(self, futures: list[Any], news: News) -> None:
        numbers = {future.key: number for number, future in enumerate(futures)}
        completed, looked_at = self._distributed.as_completed(futures), monotonic()
        while not completed.is_empty():
            if completed.has_ready():
                future = next(completed)
                if future.status != "finished":
                    return
                news.told(numbers[future.key], self._result(future))
            elif monotonic() - looked_at > LOOK_S:
                self._refuse_to_wait_alone()
                looked_at = monotonic()
            else:
                sleep(POLL_S)

    def _result(self, future: Any) -> Any:
        """Return a result as soon as it is there; a cluster without workers is not waited for for ever."""
        while True:
            try:
                return future.result(timeout=LOOK_S)
            except TimeoutError:
                if future.done():  # with an error of the work's own that is of this kind, or just now
                    return future.result()
                self._refuse_to_wait_alone()

    def _refuse_to_wait_alone(self) -> None:
        if self._client.nthreads():
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = monotonic()
        elif monotonic() - self._alone_since > ALONE_S:
            raise EngineFailure(
                f"The cluster has had no worker for {ALONE_S:.0f} seconds. Start workers and run again, or choose "
                "another engine."
            )

    def close(self) -> None:
        """Leave the cluster, and end it where it was started here."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


@contextmanager
def _starting() -> Iterator[None]:
    """Turn it into a sentence that workers die, or cannot be started, before there is any work for them."""
    try:
        yield
    except (RuntimeError, OSError, TimeoutError) as error:
        raise EngineFailure(
            f"The workers of Dask could not be started ({type(error).__name__}: {error}). Run again, allow fewer "
            "threads, or choose another engine."
        ) from None


@contextmanager
def _failures_in_words(distributed: Any, num_items: int) -> Iterator[None]:
    try:
        yield
    except distributed.KilledWorker:
        raise losses.given_up(num_items) from None
    except (distributed.comm.CommClosedError, distributed.client.FutureCancelledError):
        raise EngineFailure(
            "The cluster was lost on the way: its scheduler does not answer any more. Start it again, or choose "
            "another engine."
        ) from None


def _distributed() -> Any:
    """Import Dask's scheduler, whose own types are too few to check against."""
    try:
        import distributed
    except ImportError as error:
        raise EngineFailure(
            f"The engine dask needs a package that is not installed ({error.name}). Install matcher[dask]."
        ) from None
    return distributed


def _dask() -> Any:
    import dask

    return dask


def _security(tls: Tls | None) -> Any:
    if tls is None:
        return None
    return _distributed().Security(
        tls_ca_file=str(tls.ca_file),
        tls_client_cert=str(tls.cert_file),
        tls_client_key=str(tls.key_file),
        require_encryption=True,
    )


def _refuse_open_connection(address: str) -> None:
    """Raise where people's data would travel to another machine in the open."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    host = parts.hostname or ""
    if parts.scheme == "tls" or host == "localhost":
        return
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise EngineFailure(
            f"The cluster {address} must have an address that begins with tls://, because it is on another machine and "
            "people's data would travel there in the open. Start its scheduler with TLS."
        )
