"""The tables in docs/benchmarking.md, rendered from stored results between markers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks import charts
from benchmarks.growth import growth_table
from benchmarks.instance import REPOSITORY
from benchmarks.network_table import network_table
from benchmarks.quality.gain import gain_table
from benchmarks.quality.phases import phases_table
from benchmarks.registry import all_instances
from benchmarks.results import Measurement
from benchmarks.scenarios import scenarios_table
from benchmarks.scenarios import stored as stored_scenarios
from benchmarks.summary import peers, ratio, summaries
from benchmarks.tables import Table, times
from benchmarks.warm import stored, warm_table
from benchmarks.whole_model_table import whole_model_table
from benchmarks.workers import workers_table

PAGE = REPOSITORY / "docs" / "benchmarking.md"
MARKED = re.compile(r"(<!-- begin (?P<name>[a-z-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def tables(measurements: Mapping[str, Measurement]) -> dict[str, list[Table]]:
    """Return the tables of each marker, instances in the order of the registry."""
    known = _ordered(measurements)
    return {
        "whole-model": [
            whole_model_table(each) for each in known if each.kind == "planning" and not _of_a_series(each)
        ],
        "network": [network_table(each) for each in known if each.kind == "assignment"],
        "phases": [phases_table(known)],
        "growth": [growth_table(known)],
        "workers": [workers_table(each) for each in known],
        "quality": [gain_table(known)],
    }


def _of_a_series(measurement: Measurement) -> bool:
    """Tell whether an instance is there to measure workers alone, and stands in their table."""
    instance = all_instances().get(measurement.instance)
    return instance is not None and instance.falls_apart


def _ordered(measurements: Mapping[str, Measurement]) -> list[Measurement]:
    order = {name: position for position, name in enumerate(all_instances())}
    return sorted(measurements.values(), key=lambda each: order.get(each.instance, len(order)))


def rendered(page: str, measurements: Mapping[str, Measurement]) -> str:
    """Return a page with everything between its markers made anew.

    Raises
    ------
    ValueError
        When a marker names no table, or the page lacks one.
    """
    sections = {name: _markdown(found) for name, found in tables(measurements).items()}
    sections["charts"] = charts.as_markdown(charts.charts(_ordered(measurements)))
    sections["others-win"] = _where_others_win(_ordered(measurements))
    warm = stored()
    sections["warm"] = _markdown([warm_table(name, found) for name, found in warm.items()])
    sections["scenarios"] = _markdown([scenarios_table(name, found) for name, found in stored_scenarios().items()])
    sections["measured-on"] = _circumstances(measurements)
    found = {match["name"] for match in MARKED.finditer(page)}
    if found != sections.keys():
        differing = ", ".join(sorted(found ^ sections.keys()))
        raise ValueError(f"The page must have one pair of markers for each table, got differences: {differing}.")
    return MARKED.sub(lambda match: f"{match[1]}\n{sections[match['name']]}\n\n{match[3]}", page)


def _markdown(found: list[Table]) -> str:
    shown = [table.as_markdown() for table in found if table.rows]
    return "\n\n".join(shown) or "Nothing is stored yet."


def _where_others_win(measurements: list[Measurement]) -> str:
    """Return a sentence for every method and instance where another takes less time than Matcher's plan and proof."""
    lines = []
    for measurement in measurements:
        found = summaries(measurement)
        own = found.get("ours-placements") or found.get("network-proof")
        for peer in peers(list(found.values())):
            share = ratio(peer, own) if own is not None and own.is_done and peer.is_done else None
            if share is not None and share < 1:
                lines.append(f"- {measurement.instance}: {peer.entry.title} takes {times(share)} Matcher's time.")
    if not lines and measurements:
        return "On no instance that was measured."
    return "\n".join(lines) or "Nothing is stored yet."


def _circumstances(measurements: Mapping[str, Measurement]) -> str:
    """Return on what and when was measured, one line per way in which it was."""
    instances: dict[str, list[str]] = {}
    for each in measurements.values():
        machine, versions = each.machine, each.versions
        where = f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}"
        packages = ", ".join(f"{name} {version}" for name, version in versions.items())
        line = f"{each.measured_on}: {where}; {packages}; time limit {each.time_limit_s:.0f} s"
        instances.setdefault(line, []).append(f"{each.instance} ({each.load})")
    lines = [
        f"- {line}. Instances, with the machine's load as each began: {', '.join(names)}."
        for line, names in instances.items()
    ]
    return "\n".join(lines) or "Nothing is stored yet."


def renew(measurements: Mapping[str, Measurement], page: Path = PAGE) -> bool:
    """Render the page and tell whether it changed."""
    before = page.read_text(encoding="utf-8")
    after = rendered(before, measurements)
    if after != before:
        page.write_text(after, encoding="utf-8")
    charts.write(charts.charts(_ordered(measurements)), page.parent / "images")
    return after != before
