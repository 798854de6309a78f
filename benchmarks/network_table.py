"""The table that sets Matcher's network solver beside libraries, on one assignment instance."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import aims
from benchmarks.results import Measurement
from benchmarks.summary import Summary, fastest, peers, ratio, summaries
from benchmarks.tables import MISSING, Table, amount, count, duration, gap, megabytes, times
from benchmarks.whole_model_table import span

PLAN, PROOF = "network-plan", "network-proof"
HEADER = (
    "method",
    "runs",
    "time, median (min to max)",
    "its algorithm alone",
    "peak memory",
    "total score",
    "certified gap",
    "x fastest library",
)


def network_table(measurement: Measurement) -> Table:
    """Return the table of one assignment instance."""
    found = {name: each for name, each in summaries(measurement).items() if each.entry.role != "phase"}
    best = fastest(peers(list(found.values())))
    columns = max((run.num_columns for run in measurement.runs), default=0)
    return Table(
        title=f"{measurement.instance}: {measurement.title}, {count(columns)} columns",
        header=HEADER,
        rows=[_row(summary, best) for summary in found.values()],
        notes=[*_verdict(found, best), *(f"{e.entry.title}: {e.last.note}" for e in found.values() if e.last.note)],
    )


def _row(summary: Summary, best: Summary | None) -> list[str]:
    tier = summary.last.tiers.get("placements")
    return [
        "Matcher, columns to checked plan" if summary.entry.name == "ours" else summary.entry.title,
        str(len(summary.runs)),
        span(summary),
        duration(summary.part_s("algorithm")),
        megabytes(summary.peak_bytes),
        MISSING if tier is None else amount(tier.value),
        MISSING if tier is None else gap(tier.certified_gap),
        MISSING if summary.entry.name == "ours" else times(ratio(summary, best)),
    ]


def _verdict(found: Mapping[str, Summary], best: Summary | None) -> list[str]:
    if best is None:
        return []
    notes = []
    plan, proof = ratio(found.get(PLAN), best), ratio(found.get(PROOF), best)
    if plan is not None:
        notes.append(
            f"{found[PLAN].entry.title} takes {times(plan)} the time of the fastest library, {best.entry.title}"
            f"{', which is faster' if plan > 1 else ''}. "
            f"At most {aims.MOST_OF_LIBRARY}x: {aims.kept(plan <= aims.MOST_OF_LIBRARY)}."
        )
    if proof is not None:
        notes.append(f"{found[PROOF].entry.title} takes {times(proof)} of it. No library proves its plan.")
    return notes
