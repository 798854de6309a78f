"""Engines by their names."""

from __future__ import annotations

from typing import Literal

from matcher.engine.cluster import Cluster, Tls
from matcher.engine.engine import Engine
from matcher.engine.local import Processes, Threads

EngineName = Literal["threads", "processes", "dask"]
ENGINES: tuple[EngineName, ...] = ("threads", "processes", "dask")


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
