"""Threads and processes of this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from matcher.engine import losses
from matcher.engine.engine import Closing, Item, Outcome
from matcher.engine.news import News, is_done


class Threads(Closing):
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
        news = News(on_done)
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


class Processes(Closing):
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
        news = News(on_done)
        for _ in range(losses.MOST_LOSSES):
            futures: dict[int, Future[Outcome]] = {}
            try:
                for number, item in remaining.items():  # a process may have died since the last map, or dies meanwhile
                    futures[number] = self._pool.submit(function, item)
                news.follow({future: number for number, future in futures.items()})
                for number, future in futures.items():
                    results[number] = news.told(number, future.result())
                return [results[number] for number in sorted(results)]
            except BrokenProcessPool:  # one process died and took the pool with it; what others had finished is kept
                for number, future in futures.items():
                    if is_done(future):
                        results[number] = news.told(number, future.result())
                remaining = {number: item for number, item in remaining.items() if number not in results}
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = self._new_pool()
        raise losses.given_up(len(remaining))

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
