"""Charts and slopes say what was measured: a known power is found again, and a bar points to who was faster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import charts
from benchmarks.growth import fitted, growth_table, points
from benchmarks.report import rendered, tables
from benchmarks.results import Measurement
from benchmarks.workers import workers_table
from tests.benchmarks.test_report import ALL_MARKERS, FACTS, measurement, ours, run


def series(power: float, *, is_done: bool = True) -> list[Measurement]:
    """Return measurements of which time grows with columns to a power, and two workers take half of it."""
    found = []
    for size, columns in ((250, 100), (1000, 10_000), (4000, 1_000_000)):
        seconds = 1e-4 * columns**power
        one = replace(ours(seconds), num_columns=columns, status="done" if is_done else "limit")
        two = replace(one, method="ours-two-workers", seconds=seconds / 2)
        found.append(measurement(one, two, instance=f"scaling-{size}"))
    return found


def test_the_slope_of_a_power_is_the_power() -> None:
    """On logarithmic axes a power is a line, and its slope is the power."""
    slope, intercept = fitted([point for point in points(series(1.25)) if point.workers == 1]) or (0, 0)

    assert slope == pytest.approx(1.25)
    assert 10**intercept == pytest.approx(1e-4)


def test_growth_is_told_with_its_verdict() -> None:
    """A row for each instance, the speed-up by workers, the slope in words and whether the aim is kept."""
    even, steep = growth_table(series(1.0)), growth_table(series(1.5))

    assert [row[0] for row in even.rows] == ["scaling-250", "scaling-1000", "scaling-4000"]
    assert {row[4] for row in even.rows} == {"2.00x"}
    assert even.notes[-1] == "Time grows with columns to the power 1.00. At most 1.1: kept."
    assert steep.notes[-1] == "Time grows with columns to the power 1.50. At most 1.1: **missed**."


def test_what_did_not_reach_its_gap_has_no_part_in_a_slope() -> None:
    """A time limit is no time."""
    table = growth_table(series(1.0, is_done=False))

    assert fitted(points(series(1.0, is_done=False))) is None
    assert table.notes[0].startswith("Not within the gap")
    assert "no slope is fitted" in table.notes[-1]
    assert {row[4] for row in table.rows} == {"-"}


def test_other_instances_are_not_of_the_series() -> None:
    """S and M have proportions of their own."""
    assert growth_table([measurement(ours(0.2))]).rows == []
    assert points([measurement(ours(0.2))]) == []


def drawn(found: list[Measurement]) -> dict[str, ElementTree.Element]:
    """Return the charts as parsed documents."""
    return {name: ElementTree.fromstring(svg) for name, (_, svg) in charts.charts(found).items()}


def texts(chart: ElementTree.Element) -> list[str]:
    """Return every text of a chart."""
    return [part.text or "" for part in chart.iter() if part.tag.endswith(("text", "title"))]


def test_growth_is_drawn_with_every_point() -> None:
    """Two workers and one, on powers of ten, with the slope beside the line."""
    chart = drawn(series(1.0))["benchmark-growth.svg"]
    circles = [part for part in chart.iter() if part.tag.endswith("circle")]

    assert len(circles) == 6 + 2
    assert "slope 1.00" in texts(chart)
    assert "scaling-4000, 2 workers: 50 s" in texts(chart)


def workers(*, plans: tuple[str, str] = ("a", "a")) -> Measurement:
    """Return a measurement of one thread, and of a cluster of two that is twice as fast while it solves."""
    one = replace(ours(4.0), parts={"solve": 3.0}, facts=FACTS | {"plan": plans[0]})
    two = replace(one, method="ours-dask-2", seconds=2.5, parts={"solve": 1.5}, facts=FACTS | {"plan": plans[1]})
    return measurement(one, two, instance="apart-8")


def test_workers_are_set_against_one_thread() -> None:
    """In all and while solving, and the plan is said to be the same only where it is."""
    table = workers_table(workers())

    assert [cells[:2] for cells in table.rows] == [["threads", "1"], ["dask", "2"]]
    assert table.rows[1][3:6] == ["1.5 s", "1.60x", "2.00x"]
    assert table.notes == ["The plan is the same in every run, certificate included."]
    assert workers_table(workers(plans=("a", "b"))).notes == ["**The runs ended with 2 different plans.**"]
    assert workers_table(measurement(ours(0.2))).rows == []


def test_what_workers_share_is_drawn_full_and_the_rest_pale() -> None:
    """Two bars, each in two parts that add up to its time."""
    chart = drawn([workers()])["benchmark-workers.svg"]
    widths = [float(part.get("width", 0)) for part in chart.iter() if part.tag.endswith("rect")]

    assert widths[0] == pytest.approx(3 * widths[1], rel=0.01)
    assert widths[0] + widths[1] == pytest.approx(1.6 * (widths[2] + widths[3]), rel=0.01)
    assert "2.5 s" in texts(chart)


def test_the_parts_stand_in_the_table_of_workers_alone() -> None:
    """They are beside no solver of the whole model."""
    found = tables({"apart-8": workers()})

    assert [len(table.rows) for table in found["workers"]] == [2]
    assert found["whole-model"] == []


def test_a_faster_peer_is_drawn_to_the_other_side() -> None:
    """A bar begins at 1 and ends at the ratio; a peer that wins is named as such."""
    wins = measurement(ours(4.0), ours(2.0, "ours-placements"), run("highs-scipy", 0.02), instance="M")
    loses = measurement(ours(0.4), ours(0.2, "ours-placements"), run("scip", 20.0))
    ended = measurement(ours(0.4), ours(0.2, "ours-placements"), run("scip", 60.0, "limit"), instance="drawn")
    chart = drawn([wins, loses, ended])["benchmark-peers.svg"]
    bars = [part for part in chart.iter() if part.tag.endswith("rect")]

    assert [bar.get("class") for bar in bars] == ["lose", "win", "win"]
    assert any("faster than Matcher" in text for text in texts(chart))
    assert "> 300x, none ended in 60 s" in texts(chart)
    widths = [float(bar.get("width", 0)) for bar in bars]
    assert widths[0] == pytest.approx(widths[1], abs=0.2)


def test_without_measurements_nothing_is_drawn(tmp_path: Path) -> None:
    """And what was drawn before is removed."""
    charts.write(charts.charts(series(1.0)), tmp_path)
    assert (tmp_path / "benchmark-growth.svg").exists()

    charts.write(charts.charts([]), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert charts.as_markdown({}) == "Nothing is stored yet."


def test_where_another_is_faster_the_page_says_so_in_words() -> None:
    """One sentence for every method and instance; where nobody is, that is said too."""
    wins = measurement(ours(4.0), ours(2.0, "ours-placements"), run("highs-scipy", 0.5), run("scip", 9.0), instance="M")
    page = "<!-- begin {0} -->\n<!-- end {0} -->\n"
    template = "".join(page.format(name) for name in ALL_MARKERS)

    told = rendered(template, {"M": wins})
    assert "- M: HiGHS by SciPy, whole model takes 0.25x Matcher's time." in told
    assert "- M: SCIP" not in told
    loses = measurement(ours(0.4), ours(0.2, "ours-placements"), run("scip", 20.0))
    assert "On no instance that was measured." in rendered(template, {"S": loses})


def test_the_page_gets_the_table_of_growth() -> None:
    """The series stands in a table of its own."""
    found = {each.instance: each for each in series(1.0)}

    assert [table.title for table in tables(found)["growth"]] == ["Growth: time and memory against columns and workers"]
