"""The methods by name, in the order in which tables show them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from benchmarks.instance import Instance
from benchmarks.peers.method import Method, Task

Role = Literal["ours", "peer", "baseline", "phase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A method as the tables know it.

    Parameters
    ----------
    name, title : str
    role : str
        ``peer`` is another solver, ``baseline`` the staff's way, ``phase`` a part of our own work.
    group : str
        ``whole``: a plan of a planning problem; ``network``: an assignment; ``both``: any problem.
    path : str
        Module and class, imported only in the process that measures it, so that it pays for no other's memory.
    is_repeated : bool
        Quick enough to run several times in one process.
    most_columns : int, optional
        Beyond that the method is not measured: too much would be waited for too little.
    time_limit_s : float, optional
        Its own, where it never ends by itself or so late that waiting tells nothing.
    needs : tuple of str
        Packages and programs that may not be there.
    series : tuple of str
        ``growth`` and ``workers``: where it says any, it is measured only on instances by which these are.
    """

    name: str
    title: str
    role: Role
    group: Literal["whole", "network", "both"]
    path: str
    is_repeated: bool = False
    most_columns: int | None = None
    time_limit_s: float | None = None
    needs: tuple[str, ...] = ()
    series: tuple[Literal["growth", "workers"], ...] = ()

    def prepared(self, task: Task) -> Method:
        """Return the method, ready to run."""
        module, _, name = self.path.partition(":")
        make: Callable[[Task], Method] = getattr(import_module(f"benchmarks.peers.{module}"), name)
        return make(task)

    @property
    def needs_held(self) -> bool:
        """Tell whether the method solves a whole model, in which an earlier tier's best value stands."""
        return self.role == "peer" and self.group == "whole"

    @property
    def absence(self) -> str | None:
        """Return in one sentence why the method cannot be measured here, or ``None`` where it can."""
        missing = [name for name in self.needs if find_spec(name) is None and shutil.which(name) is None]
        return f"{self.title} needs {' and '.join(missing)}, which is not there; left out." if missing else None

    def suits(self, instance: Instance) -> bool:
        """Tell whether the method is measured on an instance."""
        if self.needs_held and not instance.has_whole_model:
            return False
        if self.role == "peer" and instance.peers is not None and self.name not in instance.peers:
            return False
        is_of = {"growth": instance.is_scaling, "workers": instance.falls_apart}
        if self.series and not any(is_of[name] for name in self.series):
            return False
        if self.most_columns is not None and not 0 < (instance.num_columns or 0) <= self.most_columns:
            return False
        return self.group in ("both", "network" if instance.kind == "assignment" else "whole")


ENTRIES = (
    Entry(name="ours", title="Matcher, all tiers", role="ours", group="both", path="ours:AllTiers"),
    Entry(
        name="ours-placements",
        title="Matcher, shortfall and placements",
        role="ours",
        group="whole",
        path="ours:ShortfallAndPlacements",
    ),
    Entry(
        name="ours-two-workers",
        title="Matcher, all tiers, 2 workers",
        role="ours",
        group="whole",
        path="ours:TwoWorkers",
        series=("growth", "workers"),
    ),
    *(
        Entry(
            name=f"ours-dask-{number}",
            title=f"Matcher, all tiers, Dask cluster of {number} worker process{'es' * (number > 1)}",
            role="ours",
            group="whole",
            path=f"ours:{cls}",
            series=("workers",),
        )
        for number, cls in ((1, "OnClusterOfOne"), (2, "OnClusterOfTwo"))
    ),
    Entry(name="highs-scipy", title="HiGHS by SciPy, whole model", role="peer", group="whole", path="highs:BySciPy"),
    Entry(
        name="highs-mathopt",
        title="HiGHS by MathOpt, whole model",
        role="peer",
        group="whole",
        path="highs:ByMathOpt",
    ),
    Entry(name="scip", title="SCIP, whole model", role="peer", group="whole", path="scip:Scip"),
    Entry(
        name="cp-sat",
        title="CP-SAT, one boolean per column, 2 workers",
        role="peer",
        group="whole",
        path="cp_sat:CpSat",
        time_limit_s=60.0,
    ),
    Entry(name="greedy", title="greedy, best pair first", role="baseline", group="whole", path="ours:Greedy"),
    Entry(
        name="network-plan",
        title="Matcher's network solver, plan alone",
        role="ours",
        group="network",
        path="network:OurPlan",
        is_repeated=True,
    ),
    Entry(
        name="network-proof",
        title="Matcher's network solver, plan and proof",
        role="ours",
        group="network",
        path="network:OurPlanAndProof",
        is_repeated=True,
    ),
    Entry(
        name="scipy-dense",
        title="SciPy linear_sum_assignment",
        role="peer",
        group="network",
        path="network:SciPyDense",
        is_repeated=True,
    ),
    Entry(
        name="scipy-sparse",
        title="SciPy min_weight_full_bipartite_matching",
        role="peer",
        group="network",
        path="network:SciPySparse",
        is_repeated=True,
    ),
    Entry(
        name="lapx-dense",
        title="lapx lapjv",
        role="peer",
        group="network",
        path="network:LapxDense",
        is_repeated=True,
    ),
    Entry(
        name="lapx-sparse",
        title="lapx lapmod",
        role="peer",
        group="network",
        path="network:LapxSparse",
        is_repeated=True,
    ),
    Entry(
        name="ortools-assignment",
        title="OR-Tools SimpleLinearSumAssignment",
        role="peer",
        group="network",
        path="network:OrToolsAssignment",
        is_repeated=True,
    ),
    Entry(
        name="ortools-flow",
        title="OR-Tools SimpleMinCostFlow",
        role="peer",
        group="network",
        path="network:OrToolsFlow",
        is_repeated=True,
    ),
    Entry(
        name="timefold",
        title="Timefold, 20 s",
        role="peer",
        group="network",
        path="timefold_search:Assignment",
        most_columns=10_000,
        time_limit_s=20.0,
        needs=("timefold", "java"),
    ),
    Entry(name="read", title="reading the problem folder", role="phase", group="both", path="reading:Read"),
)
METHODS = {entry.name: entry for entry in ENTRIES}


def methods_for(instance: Instance) -> list[Entry]:
    """Return the methods that are measured on an instance, ours first: the others hold what ours reached.

    Those that are not there are among them; see `Entry.absence`.
    """
    return [entry for entry in ENTRIES if entry.suits(instance)]
