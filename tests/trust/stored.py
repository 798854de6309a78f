"""Results of portions as they are stored, one file for each trial, and the page that shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.machine import load, machine, versions
from tests.trust.trials import Portion, Tally, Trial, added

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("results")
PAGE = ROOT / "docs" / "trust.md"
MOST_FAULTS = 20  # of one portion are written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What all stored portions of a trial make together.

    Parameters
    ----------
    tried : int
    seconds : float
        By the clock, on a machine that others may have shared.
    counts : dict of str to number
    faults : list of str
    days : tuple of str
        First and last.
    machines : set of str
    """

    tried: int
    seconds: float
    counts: dict[str, float]
    faults: list[str]
    days: tuple[str, str] | None
    machines: set[str]


def stored(trial: Trial) -> list[dict[str, Any]]:
    """Return the portions of a trial that were stored."""
    file = FOLDER / f"{trial.name}.json"
    if not file.exists():
        return []
    portions: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["portions"]
    return portions


def store(trial: Trial, portion: Portion, tally: Tally, seconds: float) -> None:
    """Add a portion to those that are stored."""
    made = {
        "seeds": [portion.first, portion.first + portion.count - 1],
        "tried": portion.count,
        "seconds": round(seconds, 1),
        "counts": {name: round(number, 3) for name, number in tally.counts.items()},
        "faults": list(tally.faults)[:MOST_FAULTS],
        "measured_on": date.today().isoformat(),
        "machine": machine(),
        "load": load(),
        "versions": versions(),
    }
    FOLDER.mkdir(exist_ok=True)
    document = {"trial": trial.name, "claim": trial.claim, "unit": trial.unit, "portions": [*stored(trial), made]}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (FOLDER / f"{trial.name}.json").write_text(text + "\n", encoding="utf-8")


def total(portions: Sequence[dict[str, Any]]) -> Total:
    """Return what portions make together."""
    days = sorted(each["measured_on"] for each in portions)
    return Total(
        tried=sum(each["tried"] for each in portions),
        seconds=sum(each["seconds"] for each in portions),
        counts=added([each["counts"] for each in portions]),
        faults=[fault for each in portions for fault in each["faults"]],
        days=(days[0], days[-1]) if days else None,
        machines={_machine_words(each) for each in portions},
    )


def next_first(trial: Trial) -> int:
    """Return the first seed that no stored portion has tried."""
    return max((each["seeds"][1] + 1 for each in stored(trial)), default=0)


def number_text(number: float) -> str:
    """Return a number as people read it."""
    return f"{number:,.0f}".replace(",", " ") if number == int(number) else f"{number:.2f}"


def page(trials: Sequence[Trial]) -> str:
    """Return the text of docs/trust.md: what was tried, how often, and what came of it."""
    rows, machines = [], set()
    for trial in trials:
        found = total(stored(trial))
        machines |= found.machines
        result = "not yet tried" if not found.tried else f"{len(found.faults)} failed" if found.faults else "all held"
        counts = ", ".join(f"{name} {number_text(number)}" for name, number in found.counts.items())
        day = found.days[1] if found.days else ""
        rows.append(
            f"| `{trial.name}` | {trial.claim} | {number_text(found.tried)} of {number_text(trial.full)} {trial.unit} "
            f"| {result} | {counts} | {number_text(round(found.seconds))} | {day} |"
        )
    return TEMPLATE.format(rows="\n".join(rows), machines="\n".join(f"- {each}" for each in sorted(machines)))


def _machine_words(portion: dict[str, Any]) -> str:
    box, software = portion["machine"], portion["versions"]
    parts = [box["processor"], f"{box['cores']} cores", box["memory"], box["system"]]
    return ", ".join(parts) + f"; Python {software['python']}, OR-Tools {software['ortools']}"


TEMPLATE = """# What was tried, and how often

Written by `python -m tests.trust --render` from `tests/trust/results`, where each portion stands with its machine, day,
versions and seeds. `make trust` tries a short form of everything in less than half an hour and prints such a table;
`make trust-long` goes on where the stored portions end, until each trial has its full number. One trial alone, with as
many as there is time for, and its result added to those stored:

```sh
python -m tests.trust kills-sqlite --count 100 --store
```

| trial | what must hold | tried | result | counted on the way | seconds | last on |
|---|---|---|---|---|---|---|
{rows}

Seconds are by the clock of a machine that did other work at the same time. What is not fully tried yet says so in its
number; what failed stands with its sentence in the trial's file. A fault that a trial has found is mended with a test
of its own, and the trial is run anew.

Measured on:

{machines}
"""
