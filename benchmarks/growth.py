"""How time and memory grow with the number of columns and shrink with workers: the table and its fitted slope."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks import aims
from benchmarks.registry import all_instances
from benchmarks.results import Measurement
from benchmarks.summary import Summary, summaries
from benchmarks.tables import MISSING, Table, count, duration, gap, megabytes, times
from benchmarks.whole_model_table import span

HEADER = ("instance", "columns", "1 worker", "2 workers", "speed-up", "per column", "peak memory", "certified gap")
LEAST_POINTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One instance of the series.

    Parameters
    ----------
    instance : str
    num_columns : int
    seconds : float
    workers : int
    is_done : bool
        Whether the gap was reached; what was ended before has only taken at least so long.
    """

    instance: str
    num_columns: int
    seconds: float
    workers: int
    is_done: bool


def points(measurements: Iterable[Measurement]) -> list[Point]:
    """Return the points of the series, those of one worker first, each by size."""
    found = [point for measurement in measurements if _is_scaling(measurement) for point in _points(measurement)]
    return sorted(found, key=lambda point: (point.workers, point.num_columns))


def _is_scaling(measurement: Measurement) -> bool:
    instance = all_instances().get(measurement.instance)
    return instance is not None and instance.is_scaling


def _points(measurement: Measurement) -> Iterable[Point]:
    found = summaries(measurement)
    for workers, method in ((1, "ours"), (2, "ours-two-workers")):
        summary = found.get(method)
        if summary is not None and summary.middle_s and summary.last.num_columns:
            yield Point(
                instance=measurement.instance,
                num_columns=summary.last.num_columns,
                seconds=summary.middle_s,
                workers=workers,
                is_done=summary.is_done,
            )


def fitted(found: Sequence[Point]) -> tuple[float, float] | None:
    """Return slope and intercept of the line through the logarithms (base 10), by least squares.

    ``None`` where fewer than three points of different size have reached their gap.
    """
    done = [(math.log10(point.num_columns), math.log10(point.seconds)) for point in found if point.is_done]
    if len({x for x, _ in done}) < LEAST_POINTS:
        return None
    mean_x, mean_y = (sum(values) / len(done) for values in zip(*done, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in done) / sum((x - mean_x) ** 2 for x, _ in done)
    return slope, mean_y - slope * mean_x


def growth_table(measurements: Sequence[Measurement]) -> Table:
    """Return one row per instance of the series, and the slope in words."""
    series = [measurement for measurement in measurements if _is_scaling(measurement)]
    return Table(
        title="Growth: time and memory against columns and workers",
        header=HEADER,
        rows=[_row(measurement) for measurement in series],
        notes=_notes(points(series)) if series else (),
    )


def _row(measurement: Measurement) -> list[str]:
    found = summaries(measurement)
    one, two = found.get("ours"), found.get("ours-two-workers")
    return [
        measurement.instance,
        count(one.last.num_columns) if one else MISSING,
        *(span(summary) if summary else MISSING for summary in (one, two)),
        times(_speed_up(one, two)),
        duration(one.middle_s / one.last.num_columns) if one and one.middle_s and one.last.num_columns else MISSING,
        megabytes(one.peak_bytes if one else None),
        gap(one.largest_gap if one else None),
    ]


def _speed_up(one: Summary | None, two: Summary | None) -> float | None:
    if one is None or two is None or not one.middle_s or not two.middle_s or not (one.is_done and two.is_done):
        return None
    return one.middle_s / two.middle_s


def _notes(found: Sequence[Point]) -> list[str]:
    own = [point for point in found if point.workers == 1]
    open_ones = [point.instance for point in own if not point.is_done]
    notes = [f"Not within the gap when its time ended, so left out of the slope: {', '.join(open_ones)}."] * bool(
        open_ones
    )
    line = fitted(own)
    if line is None:
        return [*notes, f"Fewer than {LEAST_POINTS} instances reached their gap: no slope is fitted."]
    verdict = aims.kept(line[0] <= aims.MOST_SLOPE)
    return [*notes, f"Time grows with columns to the power {line[0]:.2f}. At most {aims.MOST_SLOPE}: {verdict}."]
