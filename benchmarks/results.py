"""Measurements of one instance, and the files in which they are kept: one per instance, the latest alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks.instance import Instance
from benchmarks.machine import machine, versions
from benchmarks.run import Run

FOLDER = Path(__file__).parent / "results"
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """All runs on one instance.

    Parameters
    ----------
    instance, title, kind : str
    runs : tuple of Run
    time_limit_s : float
    load : str
        How busy the machine was when the measurement began.
    seed : int or None
    best : mapping of tier to Decimal
        Known best values.
    machine, versions : mapping of str to str
    measured_on : str
    """

    instance: str
    title: str
    kind: str
    runs: tuple[Run, ...]
    time_limit_s: float
    load: str
    seed: int | None = None
    best: Mapping[str, Decimal] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=machine)
    versions: Mapping[str, str] = field(default_factory=versions)
    measured_on: str = field(default_factory=lambda: date.today().isoformat())

    @staticmethod
    def of(instance: Instance, runs: Iterable[Run], *, time_limit_s: float, load: str) -> Measurement:
        """Return the measurement of an instance, here and today."""
        return Measurement(
            instance=instance.name,
            title=instance.title,
            kind=instance.kind,
            runs=tuple(runs),
            time_limit_s=time_limit_s,
            load=load,
            seed=instance.seed,
            best=dict(instance.best),
        )


def store(measurement: Measurement, folder: Path = FOLDER) -> Path:
    """Write a measurement in place of the instance's earlier one and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        "format": FORMAT,
        "instance": measurement.instance,
        "title": measurement.title,
        "kind": measurement.kind,
        "measured_on": measurement.measured_on,
        "machine": dict(measurement.machine),
        "load": measurement.load,
        "versions": dict(measurement.versions),
        "seed": measurement.seed,
        "time_limit_s": measurement.time_limit_s,
        "best": {tier: str(value) for tier, value in measurement.best.items()},
        "runs": [run.to_json() for run in measurement.runs],
    }
    file = folder / f"{measurement.instance}.json"
    file.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def stored(folder: Path = FOLDER) -> dict[str, Measurement]:
    """Return every stored measurement by the name of its instance."""
    return {file.stem: _read(file) for file in sorted(folder.glob("*.json"))}


def _read(file: Path) -> Measurement:
    written = json.loads(file.read_text(encoding="utf-8"))
    if written.pop("format") != FORMAT:
        raise ValueError(f"{file.name} must have format {FORMAT}. Measure the instance again with --store.")
    written["runs"] = tuple(Run.from_json(run) for run in written["runs"])
    written["best"] = {tier: Decimal(value) for tier, value in written["best"].items()}
    return Measurement(**written)
