"""Solving again after one change is measured beside solving afresh, stored, and shown as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.instance import Instance
from benchmarks.warm import Changed, measured, store, stored, warm_table
from tests.strategies import random_problem


def test_every_change_that_is_possible_is_measured_and_reaches_what_a_fresh_solve_reaches(tmp_path: Path) -> None:
    """And comes back from the file as it went into it."""
    heard: list[Changed] = []
    instance = Instance(name="small", title="", kind="planning", make=lambda: random_problem(7, has_pins=False))
    found = measured(instance, 1, heard.append)

    assert found == heard
    assert len(found) > 5
    assert all(one.is_same for one in found)
    store("small", found, tmp_path)
    assert stored(tmp_path) == {"small": found}


def test_a_table_says_by_which_change_the_aim_is_missed() -> None:
    """The largest ratio decides, not the median."""
    cheap = Changed(change="a seat more", fresh_s=2.0, again_s=0.1, parts={"check": 0.05}, is_same=True)
    dear = Changed(change="a start later", fresh_s=2.0, again_s=0.5, parts={}, is_same=True)

    assert "10%: kept" in warm_table("S", [cheap]).as_text()
    assert "10%: **missed**" in warm_table("S", [cheap, dear]).as_text()


def test_a_table_says_where_an_aim_is_closed_that_is_left_open_afresh() -> None:
    """It is no other plan; a proof that is weaker is one."""
    seat = Changed(change="a seat more", fresh_s=2.0, again_s=0.1, parts={}, is_same=True, is_closer=True)
    assert "yes, proven closer" in warm_table("S", [seat]).as_text()
    assert "yes" not in warm_table("S", [replace(seat, is_same=False)]).as_text()
