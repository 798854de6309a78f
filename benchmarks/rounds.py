"""Runs of several methods on one instance, each in a fresh process, interleaved round by round.

Whatever else the machine does then falls on all methods alike. This process stays small and loads no solver.
"""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from benchmarks.instance import REPOSITORY, Instance
from benchmarks.memory import peak_bytes
from benchmarks.peers.methods import Entry
from benchmarks.run import Run
from matcher.columns import SHORTFALL_SCALE

PREPARATION_LIMIT_S = 3_600.0
GRACE_S = 60.0  # for writing down and checking what was found when the time ended
ONCE_FROM_S = 60.0  # what takes longer is not run again: its noise is not what anybody asks about

Listener = Callable[[Instance, Run], None]


def interleaved(
    instance: Instance, entries: Sequence[Entry], *, rounds: int, time_limit_s: float, listener: Listener
) -> list[Run]:
    """Return all runs, in the order in which they were made.

    Whole models hold the best shortfall: a known one, or the one that our own first run has proven.
    """
    runs: list[Run] = []
    held = held_values(instance.best)
    for _ in range(min(rounds, instance.most_rounds)):
        for entry in entries:
            if _is_settled(entry, runs) or (entry.needs_held and not held):
                continue
            run = in_child(instance, entry, held, limit_s(instance, entry, time_limit_s))
            runs.append(run)
            listener(instance, run)
            if entry.name == "ours" and not held:
                held = held_values({name: tier.value for name, tier in run.tiers.items() if tier.certified_gap == 0})
    return runs


def limit_s(instance: Instance, entry: Entry, time_limit_s: float) -> float:
    """Return after how many seconds a method is ended on an instance, at most those asked for."""
    own = entry.time_limit_s or (instance.peer_limit_s if entry.role == "peer" else time_limit_s)
    return min(own, time_limit_s)


def held_values(best: Mapping[str, Decimal]) -> dict[str, int]:
    """Return what whole models of the tier ``placements`` must keep, in integers."""
    return {"shortfall": int(best["shortfall"] * SHORTFALL_SCALE)} if "shortfall" in best else {}


def _is_settled(entry: Entry, runs: Sequence[Run]) -> bool:
    """Tell whether nothing more is learned by another run of a method."""
    return any(run.method == entry.name and (run.status != "done" or (run.seconds or 0) >= ONCE_FROM_S) for run in runs)


def in_child(instance: Instance, entry: Entry, held: Mapping[str, int], time_limit_s: float) -> Run:
    """Return one run, made in a fresh process, which is ended when it does not end itself."""
    arguments = [instance.name, entry.name, json.dumps(held), repr(time_limit_s)]
    command = [sys.executable, "-m", "benchmarks", "measure", *arguments]
    with (
        TemporaryFile() as errors,
        # No buffer: a line that waits in one would not wake `select`.
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, bufsize=0, cwd=REPOSITORY) as child,
    ):
        assert child.stdout is not None
        is_ready, peak = False, None
        try:
            is_ready = bool(_line(child.stdout, PREPARATION_LIMIT_S))
            answer = _line(child.stdout, time_limit_s + GRACE_S)
            if answer:
                return Run.from_json(answer)
            when = "while it solved" if is_ready else "before its clock started"
            reason = f"The process ended {when}, {_manner(child.wait())}: {_last_line(errors)}"
        except TimeoutError:
            peak = peak_bytes(child.pid)
            reason = f"Ended from outside {GRACE_S:.0f} s after its time limit, with no plan."
        finally:
            child.kill()
    if peak is None or not is_ready:
        return Run(method=entry.name, status="failed", note=reason)
    return Run(method=entry.name, status="limit", seconds=time_limit_s, peak_bytes=peak, note=reason)


def _line(stream: IO[bytes], timeout_s: float) -> dict[str, Any] | None:
    """Return the next line of JSON, or ``None`` where the stream has ended.

    Raises
    ------
    TimeoutError
        When nothing came in time.
    """
    waiting, _, _ = select.select([stream], [], [], timeout_s)
    if not waiting:
        raise TimeoutError
    line = stream.readline()
    return json.loads(line) if line else None


def _manner(status: int) -> str:
    return f"with status {status}" if status >= 0 else f"by signal {signal.Signals(-status).name}"


def _last_line(errors: IO[bytes]) -> str:
    """Return the last line of what a process has complained of."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing."
