"""What every engine can do: a function over many items, the results in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Protocol, Self, TypeVar

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


class Closing:
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
