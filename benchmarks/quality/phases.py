"""Where the time of one run goes, phase by phase, and its peak memory."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks import aims
from benchmarks.results import Measurement
from benchmarks.summary import Summary, summaries
from benchmarks.tables import Table, count, duration, megabytes, percent

PHASES = ("columns", "solve", "plan", "check", "greedy")
HEADER = ("instance", "columns found", "read", *PHASES, "columns / solve", "peak memory")


def phases_table(measurements: Iterable[Measurement]) -> Table:
    """Return one row per instance: medians over the runs of Matcher with all tiers."""
    rows, notes = [], []
    for measurement in measurements:
        found = summaries(measurement)
        if "ours" not in found or not found["ours"].seconds:
            continue
        rows.append(_row(measurement, found))
        notes += _verdict(measurement, found["ours"])
    return Table(title="Phases: where the time goes", header=HEADER, rows=rows, notes=notes)


def _row(measurement: Measurement, found: dict[str, Summary]) -> list[str]:
    ours = found["ours"]
    return [
        measurement.instance,
        count(ours.last.num_columns),
        duration(found["read"].middle_s if "read" in found else None),
        *(duration(ours.part_s(phase)) for phase in PHASES),
        percent(_share(ours)),
        megabytes(ours.peak_bytes),
    ]


def _share(ours: Summary) -> float | None:
    columns, solve = ours.part_s("columns"), ours.part_s("solve")
    return columns / solve if columns is not None and solve else None


def _verdict(measurement: Measurement, ours: Summary) -> list[str]:
    share, peak = _share(ours), ours.peak_bytes
    if measurement.instance not in aims.MEASURED_ON or share is None or peak is None:
        return []
    return [
        f"{measurement.instance}: columns take less than {aims.MOST_COLUMNS_SHARE:.0%} of the time of solve: "
        f"{aims.kept(share < aims.MOST_COLUMNS_SHARE)}; peak memory below {megabytes(aims.MOST_MEMORY)}: "
        f"{aims.kept(peak < aims.MOST_MEMORY)}."
    ]
