"""A problem folder, its plan, and a way to run one command and see everything that it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from matcher.cli import run
from matcher.formats import write_problem
from tests.report.stories import small_city


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left behind on its streams, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return the one JSON document on standard output."""
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, in English, with traces there too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def matcher(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs one command."""

    def command(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        return Outcome(status=status, out=streams.out, err=streams.err)

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small problem."""
    write_problem(small_city(), tmp_path / "city")
    return Path("city")


@pytest.fixture
def plan(matcher: Command, folder: Path) -> Path:
    """Return the plan of the small problem."""
    assert matcher("solve", folder, "--out", "plan.json").status == 0
    return Path("plan.json")
