"""How time shrinks with workers where a problem falls apart: the table, and the bars of the chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.registry import all_instances
from benchmarks.results import Measurement
from benchmarks.summary import Summary, summaries
from benchmarks.tables import MISSING, Table, count, duration, gap, megabytes, times
from benchmarks.whole_model_table import span

HEADER = (
    "engine",
    "workers",
    "time, median (min to max)",
    "solve alone",
    "x one thread",
    "x solve",
    "peak memory",
    "gap",
)
# Method to engine and number of workers, the one that all are set against first.
ENGINES = {
    "ours": ("threads", 1),
    "ours-two-workers": ("threads", 2),
    "ours-dask-1": ("dask", 1),
    "ours-dask-2": ("dask", 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One engine with some workers on one instance.

    Parameters
    ----------
    instance, engine : str
    workers : int
    seconds, solve_s : float
        From problem to checked plan, and its part that workers share.
    """

    instance: str
    engine: str
    workers: int
    seconds: float
    solve_s: float


def bars(measurements: Iterable[Measurement]) -> list[Bar]:
    """Return what was measured of engines and workers, instance by instance."""
    found = []
    for measurement in measurements:
        if not _falls_apart(measurement):
            continue
        for summary, engine, workers in _measured(measurement):
            solve_s = summary.part_s("solve")
            if summary.is_done and summary.middle_s and solve_s:
                found.append(
                    Bar(
                        instance=measurement.instance,
                        engine=engine,
                        workers=workers,
                        seconds=summary.middle_s,
                        solve_s=solve_s,
                    )
                )
    return found


def workers_table(measurement: Measurement) -> Table:
    """Return one row per engine and number of workers; no row where the instance does not fall apart."""
    measured = list(_measured(measurement)) if _falls_apart(measurement) else []
    columns = max((run.num_columns for run in measurement.runs), default=0)
    return Table(
        title=f"{measurement.instance}: {measurement.title}, {count(columns)} columns",
        header=HEADER,
        rows=[_row(summary, engine, workers, measured[0][0]) for summary, engine, workers in measured],
        notes=_notes([summary for summary, _, _ in measured]),
    )


def _falls_apart(measurement: Measurement) -> bool:
    instance = all_instances().get(measurement.instance)
    return instance is not None and instance.falls_apart


def _measured(measurement: Measurement) -> Iterable[tuple[Summary, str, int]]:
    found = summaries(measurement)
    for method, (engine, workers) in ENGINES.items():
        if method in found:
            yield found[method], engine, workers


def _row(summary: Summary, engine: str, workers: int, first: Summary) -> list[str]:
    solve_s, first_s = summary.part_s("solve"), first.part_s("solve")
    is_comparable = summary.is_done and first.is_done
    return [
        engine,
        str(workers),
        span(summary),
        duration(solve_s),
        times(_share(first.middle_s, summary.middle_s) if is_comparable else None),
        times(_share(first_s, solve_s) if is_comparable else None),
        megabytes(summary.peak_bytes),
        gap(summary.largest_gap),
    ]


def _share(one: float | None, other: float | None) -> float | None:
    return one / other if one and other else None


def _notes(measured: Sequence[Summary]) -> list[str]:
    plans = {run.facts.get("plan", MISSING) for summary in measured for run in summary.runs if run.status == "done"}
    if not plans:
        return []
    same = "The plan is the same in every run, certificate included."
    return [same if len(plans) == 1 else f"**The runs ended with {len(plans)} different plans.**"]
