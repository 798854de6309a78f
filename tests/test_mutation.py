"""The summary of ``make mutation`` counts what was tried, and calls noticed only what a test noticed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tests.mutation import FILE, LEAST_SCORE, counts_by_module, score


def test_changes_are_counted_by_module(tmp_path: Path) -> None:
    """Killed (1), timed out (36), survived (0) and without a test (33); what was not tried does not count."""
    codes = {"a": 1, "b": 36, "c": 0, "d": 33, "e": None}
    (tmp_path / "bound.py.meta").write_text(json.dumps({"exit_code_by_key": codes}), encoding="utf-8")
    (tmp_path / "report.py.meta").write_text(json.dumps({"exit_code_by_key": {"f": None}}), encoding="utf-8")

    assert counts_by_module(tmp_path) == {
        "bound": Counter({"killed": 1, "timeout": 1, "survived": 1, "no tests": 1}),
    }
    assert score(counts_by_module(tmp_path)["bound"]) == 0.5


def test_the_stored_score_is_that_of_its_counts_and_high_enough() -> None:
    """The committed file says of the whole what its modules add up to."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    total: Counter[str] = Counter()
    for found in stored["modules"].values():
        total += Counter({status: number for status, number in found.items() if status != "score"})

    assert stored["tried"] == total.total() > 300
    assert stored["score"] == round(score(total), 4) >= LEAST_SCORE
    assert stored["machine"].keys() == {"processor", "cores", "memory", "system"}
