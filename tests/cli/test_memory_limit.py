"""A limit of memory ends in the best plan so far or in a sentence, never in a process that is gone."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.cli import entry, watched
from matcher.errors import LimitReached
from matcher.formats import write_problem
from matcher.generate import generate
from matcher.solve import MemoryCeiling, solve
from matcher.solve.memory import MEGABYTE, used_bytes
from matcher.solver import StopSignal

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses single allocations")


def out_of_memory(*_: Any, **__: Any) -> Any:
    raise MemoryError


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        ("solving.build_blocks", "finding out who can take what"),
        ("searching.promise_conflicts", "searching for a first plan"),
        ("searching.solve_in_parts", "searching for a first plan"),
        ("keeping.plan_from", "writing down the plan that was found"),
        ("keeping.check_plan", "checking the plan that was found"),
        ("ahead.greedy_columns", "filling the places by hand"),
    ],
)
def test_each_phase_says_that_memory_was_short(phase: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which phase, how much was allowed, and what to do."""
    monkeypatch.setattr(f"matcher.solve.{phase}", out_of_memory)
    limit_mb = used_bytes() // MEGABYTE + 2000
    with pytest.raises(LimitReached, match=rf"while {sentence}.*: more is needed than the {limit_mb} MB .* Allow more"):
        solve(generate("demo", 1), memory_limit_mb=limit_mb, time_limit_s=0.01)


@pytest.mark.parametrize("part", ["region_search.relax_linked", "region_tree.Search"])
def test_a_search_without_memory_gives_the_best_plan_so_far(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checked, with its honest gap, and with the reason why it is no better."""
    monkeypatch.setattr(f"matcher.solver.tiers.{part}", out_of_memory)
    result = solve(generate("demo", 7))  # whose placements take a tree
    assert result.stop_reason == "memory_limit"
    assert result.plan.assignments
    assert result.plan.status == "feasible"


def test_a_signal_becomes_due_when_the_search_has_used_its_share() -> None:
    """Before the memory is used up, for the plan and its check need some."""
    stop = StopSignal()
    limit_mb = used_bytes() // MEGABYTE + 100
    with MemoryCeiling(limit_mb) as ceiling:
        ceiling.end_in_time(stop)
        assert not stop.is_due
        held = np.ones(90 * MEGABYTE, np.int8)
        wait_until(lambda: stop.is_due)
        later = StopSignal()
        ceiling.end_in_time(later)
        assert later.is_due
    assert stop.by_memory
    assert not stop.by_person
    assert held.all()


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it never was")


@linux
def test_what_would_go_beyond_the_ceiling_is_refused_at_once() -> None:
    """A single array can be larger than any watch could see in time; afterwards the ceiling is gone."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    limit_mb = used_bytes() // MEGABYTE + 200
    with (
        MemoryCeiling(limit_mb) as ceiling,
        pytest.raises(LimitReached, match="while counting"),
        ceiling.during("counting"),
    ):
        np.ones(400 * MEGABYTE, np.int8)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    np.ones(400 * MEGABYTE, np.int8)


def test_a_limit_below_the_program_itself_is_named() -> None:
    """With what it takes already."""
    with (
        pytest.raises(LimitReached, match=r"takes \d+ MB before it begins, which is more than the 5 MB"),
        MemoryCeiling(5),
    ):
        pass


def test_no_limit_is_no_limit() -> None:
    """Nothing is set or watched; a lack of memory is a sentence all the same."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with MemoryCeiling(None) as ceiling:
        assert resource.getrlimit(resource.RLIMIT_DATA) == before
        with pytest.raises(LimitReached, match="more is needed than there is"), ceiling.during("counting"):
            raise MemoryError


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "problem"
    write_problem(generate("demo", 1), folder)
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments], capture_output=True, text=True, check=False, timeout=600
    )


@linux
@pytest.mark.slow
@pytest.mark.parametrize("limit_mb", [20, 150, 175, 200, 230, 4000])
def test_any_limit_ends_in_a_plan_or_in_a_sentence(limit_mb: int, town: Path, tmp_path: Path) -> None:
    """From far too little, through too little for some phase, to enough; the limit itself is kept."""
    out = tmp_path / "plan.json"
    done = run("solve", str(town), "--out", str(out), "--memory-limit", str(limit_mb), "--time-limit", "2", "--json")
    assert done.returncode in (0, 5), done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    if done.returncode == 0:
        assert out.exists()
        assert document["run"]["peak_memory_mb"] <= limit_mb
        assert document["run"]["stop_reason"] in ("proven", "time_limit", "memory_limit", "solver_finished")
    else:
        assert not out.exists()
        assert "memory" in done.stderr.lower()
        assert document["error"]["status"] == 5
    if limit_mb == 20:
        assert done.returncode == 5
    if limit_mb == 4000:
        assert done.returncode == 0


def test_a_process_that_is_killed_leaves_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As the system does where memory ends; exit status 5 and not that of a signal."""
    monkeypatch.setattr(entry, "run", lambda arguments: os.kill(os.getpid(), signal.SIGKILL))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert entry._run_watched(["solve", "--memory-limit", "100"]) == 5
    finally:
        signal.signal(signal.SIGINT, before)
    assert "The work was killed (SIGKILL), most likely for lack of memory." in capfd.readouterr().err


def never_begun() -> None:
    """Wait, as for a thread that had no memory to begin with."""
    threading.Event().wait(20)


def at_work() -> None:
    """Work for longer than a process may stand still."""
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        pass


@pytest.mark.skipif(watched.worked_ns(os.getpid()) is None, reason="this system does not tell how long threads ran")
@pytest.mark.parametrize(
    ("what_it_does", "status", "sentence"),
    [(never_begun, 5, "The work stood still for 0 seconds and was ended"), (at_work, 0, "")],
)
def test_a_process_that_stands_still_leaves_a_sentence(
    what_it_does: Callable[[], None],
    status: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A thread without memory to begin with is waited for without end; one at work is left alone."""

    def run(arguments: list[str]) -> int:
        what_it_does()
        os._exit(0)

    monkeypatch.setattr(entry, "run", run)
    monkeypatch.setattr(entry, "STILL_S", 0.2)
    monkeypatch.setattr(watched, "STILL_S", 0.2)
    monkeypatch.setattr(watched, "LOOK_S", 0.1)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert entry._run_watched(["solve", "--memory-limit", "100"]) == status
    finally:
        signal.signal(signal.SIGINT, before)
    assert sentence in capfd.readouterr().err


def test_the_status_of_a_watched_process_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command ends with."""
    monkeypatch.setattr(entry, "run", lambda arguments: os._exit(3))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert entry._run_watched(["solve", "--memory-limit", "100"]) == 3
    finally:
        signal.signal(signal.SIGINT, before)
