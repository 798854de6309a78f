"""Maps a function over threads, processes or a Dask cluster behind one small interface.

Every engine returns the same results in the same order; which one is used is a question of speed alone. A worker that
dies costs the time of what it was doing: its items are done again elsewhere.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from multiprocessing import get_context, parent_process
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from matcher.errors import EngineFailure

EngineName = Literal["threads", "processes", "dask"]
ENGINES: tuple[EngineName, ...] = ("threads", "processes", "dask")
MOST_LOSSES = 10  # workers that may die during one map before it is given up
CONNECT_TIMEOUT_S = 15

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Engine(Protocol):
    """Whatever can do a piece of work for each of several items.

    An engine is a context manager; what it has started ends with it.
    """

    @property
    def num_workers(self) -> int:
        """How many items are worked on at one time."""
        ...

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        on_done: Callable[[int, Outcome], None] | None = None,
    ) -> list[Outcome]:
        """Return ``function(item)`` of every item, in order.

        Parameters
        ----------
        function : callable
            Defined at the top level of a module, so that other processes find it. May be called twice for an item
            where a worker dies.
        items : iterable
            Picklable, as the results are, where the engine is not one of threads.
        on_done : callable, optional
            Told the position and the result of each item as soon as it is there, in the calling thread and once.

        Raises
        ------
        EngineFailure
            When too many workers died, or the cluster cannot be reached any more. Whatever the function raises is
            raised as it is.
        """
        ...

    def close(self) -> None:
        """End what was started."""
        ...

    def __enter__(self) -> Self:
        """Return the engine."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        ...


class _Closing:
    """What engines have in common: they close when their block ends."""

    def close(self) -> None:
        """End what was started."""

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


class Threads(_Closing):
    """Threads of this process: nothing is copied, and solver libraries let go of the interpreter.

    Parameters
    ----------
    num_workers : int
        With one, everything happens in the calling thread.
    """

    def __init__(self, num_workers: int = 1) -> None:
        self.num_workers = num_workers

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        on_done: Callable[[int, Outcome], None] | None = None,
    ) -> list[Outcome]:
        """Return the results in order; see `Engine.map`."""
        news = _News(on_done)
        if self.num_workers == 1:
            return [news.told(number, function(item)) for number, item in enumerate(items)]
        pool = ThreadPoolExecutor(self.num_workers)
        futures = [pool.submit(function, item) for item in items]
        try:
            news.follow({future: number for number, future in enumerate(futures)})
            results = [news.told(number, future.result()) for number, future in enumerate(futures)]
        except BaseException:  # Ctrl-C waits for nobody
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
        return results


class Processes(_Closing):
    """Processes of this machine, started afresh rather than forked: a fork copies locks that other threads hold.

    Parameters
    ----------
    num_workers : int
    """

    def __init__(self, num_workers: int) -> None:
        self.num_workers = num_workers
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.num_workers, mp_context=get_context("spawn"), initializer=_end_with_parent)

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        on_done: Callable[[int, Outcome], None] | None = None,
    ) -> list[Outcome]:
        """Return the results in order; see `Engine.map`."""
        remaining = dict(enumerate(items))
        results: dict[int, Outcome] = {}
        news = _News(on_done)
        for _ in range(MOST_LOSSES):
            try:
                futures = {number: self._pool.submit(function, item) for number, item in remaining.items()}
                news.follow({future: number for number, future in futures.items()})
                for number, future in futures.items():
                    results[number] = news.told(number, future.result())
                return [results[number] for number in sorted(results)]
            except BrokenProcessPool:  # one process died and took the pool with it; what others had finished is kept
                for number, future in futures.items():
                    if _is_done(future):
                        results[number] = news.told(number, future.result())
                remaining = {number: item for number, item in remaining.items() if number not in results}
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = self._new_pool()
        raise EngineFailure(_too_many_losses(len(remaining)))

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """End this process with the one that has started it, also where that is killed: nobody would ask it again."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


class _News:
    """Tells each result once, as soon as it is there.

    Parameters
    ----------
    on_done : callable or None
        See `Engine.map`.
    """

    def __init__(self, on_done: Callable[[int, Any], None] | None) -> None:
        self._on_done = on_done
        self._told: set[int] = set()

    def told(self, number: int, outcome: Outcome) -> Outcome:
        """Tell a result unless it has been told, and return it."""
        if self._on_done is not None and number not in self._told:
            self._told.add(number)
            self._on_done(number, outcome)
        return outcome

    def follow(self, number_by_future: Mapping[Future[Any], int]) -> None:
        """Tell of pieces of work as they are finished, up to the first that fails; wait for none if nobody listens."""
        if self._on_done is None:
            return
        for future in as_completed(number_by_future):
            if not _is_done(future):
                return
            self.told(number_by_future[future], future.result())


def _is_done(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _too_many_losses(num_remaining: int) -> str:
    return (
        f"{MOST_LOSSES} worker processes died before {num_remaining} pieces of the work were done. Give the workers "
        "more memory, or use fewer of them."
    )


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


class Cluster(_Closing):
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
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # a lost worker is no news for who waits for a plan
        self._distributed = distributed
        self._cluster: Any = None
        # A piece of work that was lost with its worker is done again; its data lie with the scheduler, however large.
        _dask().config.set(
            {
                "distributed.scheduler.allowed-failures": MOST_LOSSES,
                "distributed.admin.large-graph-warning-threshold": "1TiB",
                "distributed.worker.memory.terminate": False,  # the system's own limits decide
                "distributed.worker.profile.enabled": False,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
            }
        )
        if address is None:
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
        news = _News(on_done)
        try:
            with _failures_in_words(self._distributed, len(futures)):
                if on_done is not None:
                    self._follow(futures, news)
                # in order: the first fault, not the quickest
                return [news.told(number, future.result()) for number, future in enumerate(futures)]
        except BaseException:
            self._client.cancel(futures, force=True)
            raise

    def _follow(self, futures: list[Any], news: _News) -> None:
        numbers = {future.key: number for number, future in enumerate(futures)}
        for future in self._distributed.as_completed(futures):
            if future.status != "finished":
                return
            news.told(numbers[future.key], future.result())

    def close(self) -> None:
        """Leave the cluster, and end it where it was started here."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


@contextmanager
def _failures_in_words(distributed: Any, num_items: int) -> Iterator[None]:
    try:
        yield
    except distributed.KilledWorker:
        raise EngineFailure(_too_many_losses(num_items)) from None
    except (distributed.comm.CommClosedError, distributed.client.FutureCancelledError) as error:
        raise EngineFailure(
            f"The cluster was lost on the way ({error}). Start it again, or solve without it."
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


def engine_of(name: EngineName, num_workers: int = 1, *, address: str | None = None, tls: Tls | None = None) -> Engine:
    """Return an engine by its name.

    Parameters
    ----------
    name : str
        One of `ENGINES`.
    num_workers : int
        Threads or processes.
    address, tls
        Of a running cluster, see `Cluster`.
    """
    if name == "dask":
        return Cluster(num_workers, address=address, tls=tls)
    return Processes(num_workers) if name == "processes" else Threads(num_workers)
