"""What the optimum gains over the staff's way: best remaining pair first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from benchmarks.results import Measurement
from benchmarks.summary import summaries
from benchmarks.tables import MISSING, Table, amount, gap, percent

HEADER = (
    "instance",
    "placed, greedy",
    "placed, Matcher",
    "of them trained",
    "placements, greedy",
    "placements, Matcher",
    "greedy reaches",
    "shortfall, greedy",
    "shortfall, Matcher",
    "certified gap",
)


def gain_table(measurements: Iterable[Measurement]) -> Table:
    """Return one row per planning instance."""
    rows = [row for row in map(_row, measurements) if row]
    return Table(
        title="Quality: the staff's way and the optimum",
        header=HEADER,
        rows=rows,
        notes=(
            "Placements are expected sustained ones; shortfall counts person equivalents and comes first.",
            "Where greedy leaves a larger shortfall, its placements are not comparable: it has broken minimums "
            "that the plan keeps.",
            "The gap is the largest of the plan's aims; the draw between equal plans is none.",
        ),
    )


def _row(measurement: Measurement) -> list[str] | None:
    found = summaries(measurement).get("ours")
    if measurement.kind != "planning" or found is None or "placements" not in found.last.tiers:
        return None
    run = found.last
    best, shortfall = run.tiers["placements"], run.tiers.get("shortfall")
    greedy = Decimal(run.facts["greedy_value"])
    return [
        measurement.instance,
        run.facts["greedy_placed"],
        run.facts["placed"],
        run.facts["trained"],
        amount(greedy),
        amount(best.value),
        percent(float(greedy / best.value)) if best.value else MISSING,
        amount(Decimal(run.facts["greedy_shortfall"])),
        MISSING if shortfall is None else amount(shortfall.value),
        gap(found.largest_gap),
    ]
