"""Runs of one method put together: medians, extremes, and ratios that claim no more than was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.peers.methods import METHODS, Entry
from benchmarks.results import Measurement
from benchmarks.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All runs of one method on one instance.

    Parameters
    ----------
    entry : Entry
    runs : tuple of Run
        At least one.
    """

    entry: Entry
    runs: tuple[Run, ...]

    @property
    def last(self) -> Run:
        """Return the run whose plan is shown: the last that ended by itself, if any did."""
        return ([run for run in self.runs if run.status == "done"] or list(self.runs))[-1]

    @property
    def is_done(self) -> bool:
        """Tell whether the method ended within the gap, in every run."""
        return all(run.status == "done" for run in self.runs)

    @property
    def seconds(self) -> list[float]:
        """Return the times of all runs that did not fail."""
        return [run.seconds for run in self.runs if run.seconds is not None and run.status != "failed"]

    @property
    def middle_s(self) -> float | None:
        """Return the median time."""
        return median(self.seconds) if self.seconds else None

    @property
    def peak_bytes(self) -> int | None:
        """Return the largest peak."""
        return max((run.peak_bytes for run in self.runs if run.peak_bytes is not None), default=None)

    @property
    def largest_gap(self) -> float | None:
        """Return the largest certified gap of an aim in the run that is shown; the draw is none."""
        aims = [tier for name, tier in self.last.tiers.items() if name != "tie_break"]
        return max((tier.certified_gap or 0.0 for tier in aims), default=None)

    def part_s(self, part: str) -> float | None:
        """Return the median time of one part."""
        found = [run.parts[part] for run in self.runs if part in run.parts]
        return median(found) if found else None


def summaries(measurement: Measurement) -> dict[str, Summary]:
    """Return the summary of every method that was measured, in the order of the methods."""
    by_method: dict[str, list[Run]] = {name: [] for name in METHODS}
    for run in measurement.runs:
        by_method.setdefault(run.method, []).append(run)
    return {name: Summary(entry=METHODS[name], runs=tuple(runs)) for name, runs in by_method.items() if runs}


def ratio(other: Summary | None, own: Summary | None) -> float | None:
    """Return how many times longer `other` took than `own`, both by their medians."""
    if other is None or own is None or not other.middle_s or not own.middle_s:
        return None
    return other.middle_s / own.middle_s


def fastest(found: Iterable[Summary]) -> Summary | None:
    """Return the quickest of those that ended within the gap."""
    ended = [summary for summary in found if summary.is_done and summary.middle_s is not None]
    return min(ended, key=lambda summary: summary.middle_s or 0.0, default=None)


def peers(found: Sequence[Summary]) -> list[Summary]:
    """Return the other solvers."""
    return [summary for summary in found if summary.entry.role == "peer"]
