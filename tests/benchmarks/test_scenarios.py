"""A hundred scenarios are measured together, stored, and shown as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.instance import Instance
from benchmarks.scenarios import Scenarios, changes_of, measured, scenarios_table, store, stored
from matcher.generate import generate
from tests.strategies import random_problem


def found_on_a_small_problem() -> tuple[Scenarios, list[str]]:
    heard: list[str] = []
    instance = Instance(name="small", title="", kind="planning", make=lambda: random_problem(9, has_pins=False))
    return measured(instance, 1, heard.append, each=1), heard


def test_scenarios_of_every_kind_are_measured_and_come_back_from_the_file(tmp_path: Path) -> None:
    """The problem as it is comes first and is counted in the time, not among the scenarios."""
    found, heard = found_on_a_small_problem()

    assert found.count == len(found.kinds) > 5
    assert 0 < found.base_s <= found.wall_s
    assert heard[-1].startswith(f"{found.count + 1} of {found.count + 1} ")
    assert all(len(kind.gaps) == len(kind.affected) == 1 for kind in found.kinds)
    store("small", found, tmp_path)
    assert stored(tmp_path) == {"small": found}


def test_a_table_says_whether_a_hundred_are_quick_enough() -> None:
    """The problem as it is is solved once, however many scenarios there are."""
    found, _ = found_on_a_small_problem()
    quick = replace(found, base_s=50.0, wall_s=50.0 + 5.4 * found.count)
    slow = replace(quick, wall_s=50.0 + 5.6 * found.count)

    assert "590 s; at most 600 s: kept" in scenarios_table("S", quick).as_text()
    assert "610 s; at most 600 s: **missed**" in scenarios_table("S", slow).as_text()


def test_changes_are_spread_over_a_town() -> None:
    """Ten of each of ten kinds, none of them twice, each of which the problem allows."""
    problem = generate("demo", 1)
    kinds = changes_of(problem)

    assert len(kinds) == 10
    for changes in kinds.values():
        assert len(set(changes)) == len(changes) == 10
        assert changes[-1].applied(problem) != problem
