"""Trials run in portions, whose counts are added up, and say so on one page."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.trust import __main__ as command
from tests.trust import commands, stored
from tests.trust.catalogue import TRIALS
from tests.trust.trials import Portion, Tally, Trial


def coins(portion: Portion) -> Tally:
    """Toss coins: number 7 stands on its edge."""
    seeds = range(portion.first, portion.first + portion.count)
    return Tally(
        counts={"tosses": len(seeds), "most": max(seeds)},
        faults=["number 7 stands on its edge"] if 7 in seeds else [],
    )


COINS = Trial(name="coins", claim="coins fall", unit="tosses", short=3, full=10, at_once=4, run=coins)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let results be stored elsewhere."""
    monkeypatch.setattr(stored, "FOLDER", tmp_path / "results")
    return tmp_path / "results"


def tried(*arguments: str) -> tuple[command.Row, list[str]]:
    given = command._parser().parse_args(list(arguments))
    assert isinstance(given, argparse.Namespace)
    return command._tried(COINS, given)


def test_a_long_run_goes_on_where_it_ended(folder: Path) -> None:
    """Each portion has seeds of its own; once the full number is reached nothing is left to do."""
    tried("--count", "5", "--store")
    assert stored.next_first(COINS) == 5
    row, faults = tried("--full", "--store")
    assert (row[1], faults) == ("5 tosses", ["number 7 stands on its edge"])
    found = stored.total(stored.stored(COINS))
    assert (found.tried, found.counts, found.faults) == (10, {"tosses": 10, "most": 9}, faults)
    assert tried("--full", "--store")[0][2] == "nothing to do"
    assert [portion["seeds"] for portion in stored.stored(COINS)] == [[0, 3], [4, 4], [5, 8], [9, 9]]


def test_what_is_not_to_be_stored_is_not(folder: Path) -> None:
    """The short form leaves nothing behind."""
    tried()
    assert not folder.exists()


def test_a_portion_says_where_and_when_it_was_tried(folder: Path) -> None:
    """Machine, day, versions and seeds stand with every count."""
    tried("--store")
    (portion,) = json.loads((folder / "coins.json").read_text(encoding="utf-8"))["portions"]
    assert {"seeds", "tried", "seconds", "counts", "faults", "measured_on", "machine", "versions"} <= portion.keys()


def test_the_page_says_what_has_failed_and_what_is_not_tried(folder: Path) -> None:
    """A number below the full one is shown as such, and a fault is no success."""
    tried("--count", "8", "--store")
    text = stored.page([COINS])
    assert "| 8 of 10 tosses | 1 failed |" in text
    assert "not yet tried" in stored.page([TRIALS[0]])


def test_a_later_portion_of_the_checkers_trial_tries_other_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone on with after three parts, the next two are the fourth and the fifth."""
    run, asked = subprocess.run, []

    def collect(command: list[str], **given: Any) -> Any:
        ended = run([sys.executable, "-m", "pytest", "--collect-only", "-q", command[-1]], **given)
        asked.extend(line for line in ended.stdout.splitlines() if "as_good_as_the_oracles_say" in line)
        return ended

    monkeypatch.setattr(commands.subprocess, "run", collect)
    checker = next(trial for trial in TRIALS if trial.name == "checker")
    checker.run(Portion(first=3, count=2, folder=tmp_path))

    assert [line.partition("[")[2] for line in asked] == ["3]", "4]"]


def test_every_trial_has_a_short_and_a_full_form() -> None:
    """Names are unique, and the full form is no smaller than the short one."""
    assert len({trial.name for trial in TRIALS}) == len(TRIALS)
    assert all(0 < trial.short <= trial.full for trial in TRIALS)


def test_what_is_stored_belongs_to_a_trial_and_held() -> None:
    """No result of a trial that is gone; a fault that was found is mended and tried anew before it is stored."""
    names = {trial.name for trial in TRIALS}
    for file in (Path(__file__).parent / "results").glob("*.json"):
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document["trial"] in names
        assert [fault for portion in document["portions"] for fault in portion["faults"]] == []
