"""Tables say what was measured, and where another is faster they say that."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.network_table import network_table
from benchmarks.peers.method import Status, TierAnswer
from benchmarks.quality.gain import gain_table
from benchmarks.quality.phases import phases_table
from benchmarks.report import PAGE, rendered, renew, tables
from benchmarks.results import Measurement, store, stored
from benchmarks.run import Run
from benchmarks.tables import Table, amount, duration, gap, megabytes, times
from benchmarks.whole_model_table import whole_model_table

FACTS = {
    "status": "optimal",
    "placed": "322",
    "trained": "64",
    "greedy_placed": "251",
    "greedy_value": "185.7259",
    "greedy_shortfall": "160",
}


def run(method: str, seconds: float | None, status: Status = "done", **fields: object) -> Run:
    """Return a run that reached the optimum of S."""
    tiers = {
        "shortfall": TierAnswer(value=Decimal(0), claimed_gap=0.0, certified_gap=0.0),
        "placements": TierAnswer(value=Decimal("228.265"), claimed_gap=0.0, certified_gap=4e-7),
    }
    given = {"tiers": tiers, "num_columns": 27119, "peak_bytes": 140 * 10**6, "repeats": 1} | fields
    return Run(method=method, seconds=seconds, status=status, **given)  # type: ignore[arg-type]


def ours(seconds: float, method: str = "ours") -> Run:
    """Return a run of Matcher with its parts."""
    parts = {"columns": 0.02, "solve": 0.1, "plan": 0.05, "check": 0.06, "greedy": 0.01}
    return run(method, seconds, parts=parts, facts=FACTS)


def measurement(*runs: Run, instance: str = "S", kind: str = "planning") -> Measurement:
    """Return a measurement on a machine that nobody has."""
    return Measurement(
        instance=instance,
        title="500 candidates",
        kind=kind,
        runs=runs,
        time_limit_s=300.0,
        load="0.1",
        machine={"processor": "Abacus", "cores": "2", "memory": "24 GiB", "system": "Linux x86_64"},
        versions={"python": "3.11.4", "matcher": "0.1.0"},
        measured_on="2026-11-20",
        best={"placements": Decimal("228.265")},
    )


def row(table: Table, title: str) -> dict[str, str]:
    """Return one row by its first cell."""
    (found,) = [cells for cells in table.rows if cells[0] == title]
    return dict(zip(table.header, found, strict=True))


def test_medians_and_extremes_are_over_all_rounds() -> None:
    """One slow round moves the largest time and not the median."""
    table = whole_model_table(measurement(ours(0.2), ours(0.3), ours(2.0)))

    assert row(table, "Matcher, all tiers")["time, median (min to max)"] == "300 ms (200 ms to 2 s)"
    assert row(table, "Matcher, all tiers")["runs"] == "3"


def test_ratios_are_given_for_both_ways_of_comparing() -> None:
    """A whole model is set against the same tiers, and against everything that a plan needs."""
    table = whole_model_table(measurement(ours(0.4), ours(0.2, "ours-placements"), run("scip", 12.0)))

    scip = row(table, "SCIP, whole model")
    assert (scip["x like for like"], scip["x all tiers"]) == ("60.0x", "30.0x")
    assert table.notes[0] == (
        "Fastest: SCIP, whole model, 60.0x Matcher's time like for like, 30.0x all tiers. "
        "At least 40x: kept; 100x, as wished: **missed**."
    )


def test_a_peer_that_is_faster_is_called_so() -> None:
    """No table hides that another solver wins."""
    table = whole_model_table(measurement(ours(4.0), ours(2.0, "ours-placements"), run("highs-scipy", 1.0)))

    peer = row(table, "HiGHS by SciPy, whole model")
    assert peer["x like for like"] == "**0.50x, faster than Matcher**"
    assert "**it is faster than Matcher**" in table.notes[0]
    assert "At least 40x: **missed**" in table.notes[0]


def test_what_is_known_to_be_best_is_told_where_the_cost_decides() -> None:
    """Generalized assignment and skill-allocation are judged by another aim than the table's."""
    best = {"shortfall": Decimal(0), "cost": Decimal(3)}
    tiers = {name: TierAnswer(value=value, claimed_gap=0.0, certified_gap=0.0) for name, value in best.items()}
    reached = replace(measurement(replace(ours(0.2), tiers=tiers)), best=best)
    missed = replace(reached, best=best | {"cost": Decimal(2)})

    assert whole_model_table(reached).notes[0] == (
        "Known to be best: shortfall 0, cost 3. "
        "Matcher: shortfall 0 (certified gap 0), cost 3 (certified gap 0): the same."
    )
    assert whole_model_table(missed).notes[0].endswith("**not the same**.")


def test_a_limit_is_no_time() -> None:
    """What was ended has taken at least so long, its ratio is a least one, and it is never the fastest."""
    ended = run("cp-sat", 300.0, "limit", tiers={})
    table = whole_model_table(measurement(ours(3.0), ours(2.0, "ours-placements"), ended, run("scip", 400.0)))

    peer = row(table, "CP-SAT, one boolean per column, 2 workers")
    assert peer["time, median (min to max)"] == "> 300 s"
    assert peer["x like for like"] == "> 150x"
    assert peer["placements"] == "-"
    assert "Fastest: SCIP" in table.notes[0]


def test_no_ratio_is_claimed_where_matcher_itself_did_not_finish() -> None:
    """A plan short of its gap is not compared with one that reached it."""
    unfinished = run("ours-placements", 2.0, "limit", note="The plan is feasible.")
    table = whole_model_table(measurement(ours(3.0), unfinished, run("scip", 400.0)))

    assert row(table, "SCIP, whole model")["x like for like"] == "-"
    assert "Matcher, shortfall and placements: The plan is feasible." in table.notes


def test_a_plan_better_than_matcher_claims_possible_is_shouted() -> None:
    """Two solvers that contradict one another are never shown side by side in silence."""
    better = {"placements": TierAnswer(value=Decimal("228.3"), claimed_gap=0.0)}
    table = whole_model_table(measurement(ours(0.2, "ours-placements"), run("scip", 12.0, tiers=better)))

    assert any("SCIP, whole model found a plan worth 228.3, more than Matcher" in note for note in table.notes)
    assert not any("more than" in note for note in whole_model_table(measurement(ours(1), run("scip", 2.0))).notes)


def test_claimed_and_certified_gaps_stand_apart() -> None:
    """What another solver claims is never printed as proven."""
    peer_tier = {"placements": TierAnswer(value=Decimal("228.265"), claimed_gap=9e-7)}
    table = whole_model_table(measurement(ours(0.2), run("scip", 12.0, tiers=peer_tier)))

    own, peer = row(table, "Matcher, all tiers"), row(table, "SCIP, whole model")
    assert (own["claimed gap"], own["certified gap"]) == ("0", "4.0e-07")
    assert (peer["claimed gap"], peer["certified gap"]) == ("9.0e-07", "-")


def test_libraries_are_compared_with_the_fastest_of_them() -> None:
    """Our solver's verdict is against the best library, and says when that is faster."""
    table = network_table(
        measurement(
            run("network-plan", 0.011),
            run("network-proof", 0.020),
            run("scipy-dense", 0.010, parts={"algorithm": 0.008}),
            run("scipy-sparse", 0.030),
            kind="assignment",
        )
    )

    assert row(table, "SciPy linear_sum_assignment")["its algorithm alone"] == "8 ms"
    assert row(table, "Matcher's network solver, plan alone")["x fastest library"] == "1.10x"
    assert "1.10x the time of the fastest library, SciPy linear_sum_assignment, which is faster" in table.notes[0]
    assert table.notes[0].endswith("At most 1.2x: kept.")
    assert table.notes[1].endswith("takes 2.00x of it. No library proves its plan.")


def test_a_plan_slower_than_the_fastest_library_allows_is_missed() -> None:
    """The aim is held against the plan alone: that is what the libraries give."""
    table = network_table(
        measurement(run("network-plan", 0.013), run("scipy-dense", 0.010), run("lapx-dense", 0.020), kind="assignment")
    )

    assert table.notes == [
        "Matcher's network solver, plan alone takes 1.30x the time of the fastest library, "
        "SciPy linear_sum_assignment, which is faster. At most 1.2x: **missed**."
    ]


def test_the_city_is_held_against_its_aims() -> None:
    """Columns below a quarter of solve and memory below 2 GB are verdicts there, and only there."""
    city = phases_table([measurement(ours(1.0), run("read", 0.5), instance="city")])
    small = phases_table([measurement(ours(1.0), run("read", 0.5))])

    assert row(city, "city")["columns / solve"] == "20.0 %"
    assert city.notes == [
        "city: columns take less than 25% of the time of solve: kept; peak memory below 2000 MB: kept."
    ]
    assert small.notes == []


def test_quality_sets_greedy_beside_the_plan() -> None:
    """Placed, trained, placements and shortfall of both ways stand in one row."""
    table = gain_table([measurement(ours(0.2)), measurement(run("network-plan", 0.1), kind="assignment")])

    assert len(table.rows) == 1
    assert row(table, "S")["greedy reaches"] == "81.4 %"
    assert row(table, "S")["shortfall, greedy"] == "160"


def test_a_draw_that_is_left_open_is_no_gap() -> None:
    """A city's plan whose aims are proven would otherwise look as if nothing were."""
    draw = TierAnswer(value=Decimal(7), claimed_gap=1.0, certified_gap=1.0)
    tiers = {"placements": TierAnswer(value=Decimal(1), claimed_gap=0.0, certified_gap=4e-7), "tie_break": draw}

    assert row(gain_table([measurement(run("ours", 0.2, tiers=tiers, facts=FACTS))]), "S")["certified gap"] == "4.0e-07"


def test_results_are_read_as_they_were_stored(tmp_path: Path) -> None:
    """Exact values, missing times and notes survive the file."""
    before = measurement(ours(0.2), run("scip", None, "failed", tiers={}, note="Out of memory."))

    store(before, tmp_path)

    assert stored(tmp_path) == {"S": before}


def test_storing_again_replaces_the_instance_alone(tmp_path: Path) -> None:
    """Each instance has one file, the latest."""
    store(measurement(ours(0.2)), tmp_path)
    store(measurement(ours(0.2), instance="M"), tmp_path)

    store(measurement(ours(0.9)), tmp_path)

    assert {name: found.runs[0].seconds for name, found in stored(tmp_path).items()} == {"S": 0.9, "M": 0.2}


def marked(*names: str) -> str:
    """Return a page with the markers of some tables."""
    return "# Page\n\n" + "\n".join(f"<!-- begin {name} -->\nold\n<!-- end {name} -->\n" for name in names)


ALL_MARKERS = (
    "charts",
    "others-win",
    "growth",
    "workers",
    "whole-model",
    "network",
    "phases",
    "quality",
    "warm",
    "scenarios",
    "measured-on",
)


def test_everything_between_markers_is_made_anew_and_nothing_else() -> None:
    """Rendering twice changes nothing; the words around the tables stay."""
    found = {"S": measurement(ours(0.2))}

    page = rendered(marked(*ALL_MARKERS), found)

    assert "old" not in page
    assert page.startswith("# Page\n")
    assert "**S: 500 candidates, 27 119 columns**" in page
    assert "Abacus, 2 cores, 24 GiB" in page
    assert "S (0.1)" in page
    assert "Nothing is stored yet." in page  # no assignment instance was measured
    assert rendered(page, found) == page


def test_a_page_without_a_marker_is_refused_by_its_name() -> None:
    """No table is lost without a word."""
    with pytest.raises(ValueError, match="quality"):
        rendered(marked("whole-model", "network", "phases", "measured-on"), {})


def test_the_page_shows_what_is_stored() -> None:
    """docs/benchmarking.md was rendered after the last measurement was stored."""
    page = PAGE.read_text(encoding="utf-8")

    assert rendered(page, stored()) == page


def test_renewing_tells_whether_the_page_changed(tmp_path: Path) -> None:
    """The first time it does, the second time it does not."""
    page = tmp_path / "page.md"
    page.write_text(marked(*ALL_MARKERS), encoding="utf-8")

    assert renew({}, page)
    assert not renew({}, page)


def test_stored_results_name_no_machine_on_the_network() -> None:
    """What is published describes processor, cores, memory and system, and nothing that leads to a host."""
    for found in stored().values():
        assert found.machine.keys() == {"processor", "cores", "memory", "system"}
        assert not re.search(r"://|/(home|root|work|tmp)/", repr(found))


def test_instances_stand_in_the_order_of_the_registry() -> None:
    """Whatever was stored first, tables keep one order."""
    found = tables({name: measurement(ours(0.2), instance=name) for name in ("S", "drawn", "M")})

    assert [table.title.partition(":")[0] for table in found["whole-model"]] == ["drawn", "S", "M"]


def test_a_table_for_the_terminal_is_aligned() -> None:
    """The first column stands to the left, figures to the right."""
    table = Table(title="T", header=("a", "time"), rows=[("long name", "1 s"), ("b", "200 ms")], notes=("end",))

    assert table.as_text().splitlines() == [
        "T",
        "a            time",
        "---------  ------",
        "long name     1 s",
        "b          200 ms",
        "end",
    ]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (duration(None), "-"),
        (duration(0.00123), "1.23 ms"),
        (duration(0.1234), "123 ms"),
        (duration(0.9996), "1 s"),
        (duration(12.345), "12.3 s"),
        (duration(301.2), "301 s"),
        (megabytes(140_400_000), "140 MB"),
        (gap(0.0), "0"),
        (gap(2.6e-16), "0"),
        (gap(4.04e-6), "4.0e-06"),
        (amount(Decimal("228.2650")), "228.265"),
        (amount(Decimal("758800")), "758800"),
        (times(0.5), "0.50x"),
        (times(12.34), "12.3x"),
        (times(150.4, is_least=True), "> 150x"),
    ],
)
def test_figures_are_written_with_the_digits_that_matter(shown: str, text: str) -> None:
    """Units follow the size; nothing is written as zero that is not."""
    assert shown == text
