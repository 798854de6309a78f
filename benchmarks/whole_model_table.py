"""The table that sets Matcher beside solvers of the whole model, on one planning instance."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from benchmarks import aims
from benchmarks.results import Measurement
from benchmarks.summary import Summary, fastest, peers, ratio, summaries
from benchmarks.tables import MISSING, Table, amount, count, duration, gap, megabytes, times

ROUNDING = 1e-9  # of gaps, which are floating-point numbers

HEADER = (
    "method",
    "runs",
    "time, median (min to max)",
    "peak memory",
    "placements",
    "claimed gap",
    "certified gap",
    "x like for like",
    "x all tiers",
)


def whole_model_table(measurement: Measurement) -> Table:
    """Return the table of one planning instance."""
    found = {name: summary for name, summary in summaries(measurement).items() if summary.entry.role != "phase"}
    columns = max((run.num_columns for run in measurement.runs), default=0)
    return Table(
        title=f"{measurement.instance}: {measurement.title}, {count(columns)} columns",
        header=HEADER,
        rows=[_row(summary, found, measurement) for summary in found.values()],
        notes=[
            *_known_best(measurement, found),
            *_verdict(measurement, found),
            *_contradictions(found),
            *_remarks(found),
        ],
    )


def _row(summary: Summary, found: Mapping[str, Summary], measurement: Measurement) -> list[str]:
    tier = summary.last.tiers.get("placements")
    is_peer = summary.entry.role == "peer"
    return [
        summary.entry.title,
        str(len(summary.runs)),
        span(summary),
        megabytes(summary.peak_bytes),
        MISSING if tier is None else amount(tier.value),
        MISSING if tier is None else gap(tier.claimed_gap),
        MISSING if tier is None else gap(tier.certified_gap),
        *(against(summary, found.get(own)) if is_peer else MISSING for own in ("ours-placements", "ours")),
    ]


def span(summary: Summary) -> str:
    """Return median and extremes; a time limit that was reached is only what was waited."""
    if not summary.seconds:
        return "failed"
    if not summary.is_done:
        return f"> {duration(max(summary.seconds))}"
    if len(summary.seconds) == 1:
        return duration(summary.seconds[0])
    return f"{duration(summary.middle_s)} ({duration(min(summary.seconds))} to {duration(max(summary.seconds))})"


def against(peer: Summary, own: Summary | None) -> str:
    """Return the peer's time in ours; bold where the peer is faster."""
    found = ratio(peer, own) if own is not None and own.is_done else None
    text = times(found, is_least=not peer.is_done)
    return f"**{text}, faster than Matcher**" if found is not None and found < 1 and peer.is_done else text


def _verdict(measurement: Measurement, found: Mapping[str, Summary]) -> list[str]:
    best = fastest(peers(list(found.values())))
    if best is None:
        return []
    own, all_tiers = ratio(best, found.get("ours-placements")), ratio(best, found.get("ours"))
    text = f"Fastest: {best.entry.title}, {times(own)} Matcher's time like for like, {times(all_tiers)} all tiers"
    if own is not None and own < 1:
        text += ": **it is faster than Matcher**"
    least = aims.LEAST_RATIO.get(measurement.instance)
    if least is None or own is None:
        return [f"{text}."]
    wanted = aims.WANTED_RATIO[measurement.instance]
    wish = f"{wanted:.0f}x, as wished: {aims.kept(own >= wanted)}"
    return [f"{text}. At least {least:.0f}x: {aims.kept(own >= least)}; {wish}."]


def _known_best(measurement: Measurement, found: Mapping[str, Summary]) -> list[str]:
    """Return what is known to be best and what Matcher's plan reaches, aim by aim, where another aim decides."""
    own = found.get("ours")
    if own is None or not measurement.best or "cost" not in measurement.best:
        return []
    known = ", ".join(f"{tier} {amount(value)}" for tier, value in measurement.best.items())
    reached = ", ".join(
        f"{tier} {amount(own.last.tiers[tier].value)} (certified gap {gap(own.last.tiers[tier].certified_gap)})"
        for tier in measurement.best
        if tier in own.last.tiers
    )
    is_best = all(
        tier in own.last.tiers and own.last.tiers[tier].value == value for tier, value in measurement.best.items()
    )
    return [f"Known to be best: {known}. Matcher: {reached}: {'the same' if is_best else '**not the same**'}."]


def _contradictions(found: Mapping[str, Summary]) -> list[str]:
    """Return a sentence for each peer whose verified plan is better than Matcher said any could be."""
    own = found.get("ours-placements") or found.get("ours")
    tier = own.last.tiers.get("placements") if own else None
    if tier is None:
        return []
    most = tier.value * (1 + Decimal(max(tier.claimed_gap or 0.0, 0.0) + ROUNDING))
    return [
        f"**{peer.entry.title} found a plan worth {amount(peer.last.tiers['placements'].value)}, more than Matcher "
        f"claims to be possible.**"
        for peer in peers(list(found.values()))
        if "placements" in peer.last.tiers and peer.last.tiers["placements"].value > most
    ]


def _remarks(found: Mapping[str, Summary]) -> list[str]:
    return [f"{summary.entry.title}: {summary.last.note}" for summary in found.values() if summary.last.note]
