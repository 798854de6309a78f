"""The benchmarks' command line: what it measures, keeps and refuses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import results, rounds
from benchmarks.command import app
from benchmarks.instance import Instance
from benchmarks.peers.method import TierAnswer
from benchmarks.run import Run

FACTS = {"placed": "3", "trained": "1", "greedy_placed": "2", "greedy_value": "1.5", "greedy_shortfall": "0"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], int, float]]:
    """Answer in place of child processes, and note what was asked: instance, methods, rounds, limit."""
    asked: list[tuple[str, list[str], int, float]] = []

    def answered(instance: Instance, entries: Any, *, rounds: int, time_limit_s: float, listener: Any) -> list[Run]:
        asked.append((instance.name, [entry.name for entry in entries], rounds, time_limit_s))
        run = Run(
            method="ours",
            status="done",
            seconds=0.25,
            num_columns=9,
            tiers={"placements": TierAnswer(value=Decimal(2), claimed_gap=0.0, certified_gap=0.0)},
            parts={"columns": 0.1, "solve": 0.1},
            facts=FACTS,
        )
        listener(instance, run)
        return [run]

    monkeypatch.setattr(rounds, "interleaved", answered)
    return asked


def test_measuring_prints_the_tables(asked: list[tuple[str, list[str], int, float]]) -> None:
    """Instances, methods, rounds and limit go as asked, and what was measured is shown."""
    result = CliRunner().invoke(
        app, ["--instances", "drawn", "--methods", "ours,scip", "--rounds", "3", "--time-limit", "7"]
    )

    assert result.exit_code == 0, result.output
    assert asked == [("drawn", ["ours", "scip"], 3, 7.0)]
    assert "drawn: 200 candidates" in result.stdout
    assert "Matcher, all tiers" in result.stdout


def test_quick_leaves_out_what_is_large(asked: list[tuple[str, list[str], int, float]]) -> None:
    """One round, a short limit, and no city."""
    result = CliRunner().invoke(app, ["--quick", "--instances", "city,demo"])

    assert result.exit_code == 0, result.output
    assert [(name, number, limit) for name, _, number, limit in asked] == [("demo", 1, 20.0)]


def test_results_are_kept_only_when_asked(
    asked: list[tuple[str, list[str], int, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A try-out changes no file."""
    kept: list[str] = []
    monkeypatch.setattr(results, "store", lambda measurement: kept.append(measurement.instance))

    CliRunner().invoke(app, ["--instances", "drawn"])
    assert kept == []
    CliRunner().invoke(app, ["--instances", "drawn", "--store"])
    assert kept == ["drawn"]


@pytest.mark.parametrize(("option", "word"), [("--instances", "drawn"), ("--methods", "highs-scipy")])
def test_an_unknown_word_is_answered_with_the_known_ones(option: str, word: str) -> None:
    """Nothing is measured under a name that nobody knows."""
    result = CliRunner().invoke(app, ["--instances", "demo", option, "nothing"])

    assert result.exit_code == 2
    assert word in result.output


def test_an_absent_instance_is_left_out_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the data files everything else is still measured."""
    monkeypatch.setattr(Instance, "absence", "S needs its files; left out.")

    result = CliRunner().invoke(app, ["--instances", "S"])

    assert result.exit_code == 0
    assert "S needs its files; left out." in result.output
