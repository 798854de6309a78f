"""The inside of a measuring process: one instance, one method, one answer, told to the parent in two lines of JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import median
from typing import Any, TextIO

from benchmarks.memory import peak_bytes
from benchmarks.peers.method import Answer, Task
from benchmarks.peers.methods import METHODS, Entry
from benchmarks.registry import all_instances
from benchmarks.run import Run
from benchmarks.toys import toy

REPEAT_FOR_S = 1.0
MOST_REPEATS = 15
WARM_UP_S = 5.0  # for methods that never end by themselves


def measure(instance: str, method: str, held: Mapping[str, int], time_limit_s: float) -> None:
    """Measure and tell: ``ready`` when the clock starts, the run when it has ended."""
    parent = _own_output()
    entry, made = METHODS[method], all_instances()[instance]
    problem = made.make()
    small = toy(made.kind, is_ready_scored=problem.is_ready_scored)
    warm_up = entry.prepared(Task(problem=small, time_limit_s=WARM_UP_S))
    warm_up.run()
    warm_up.answer()
    task = Task(problem=problem, held=held, time_limit_s=time_limit_s)
    _tell(parent, measured(entry, task, lambda: _tell(parent, {"ready": True})).to_json())


def _own_output() -> TextIO:
    """Keep standard output for the parent: what solvers print goes to standard error."""
    parent = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return parent


def _tell(parent: TextIO, line: Mapping[str, Any]) -> None:
    parent.write(json.dumps(line) + "\n")
    parent.flush()


def measured(entry: Entry, task: Task, on_ready: Callable[[], None] = lambda: None) -> Run:
    """Return one run; a method that fails is told as such, with its reason."""
    method = entry.prepared(task)
    base = peak_bytes()
    on_ready()
    seconds: list[float] = []
    parts: list[Mapping[str, float]] = []
    answer: Answer | None = None
    gc.collect()
    while not seconds or (entry.is_repeated and len(seconds) < MOST_REPEATS and sum(seconds) < REPEAT_FOR_S):
        began = time.perf_counter()
        try:
            method.run()
        except Exception as error:
            return Run(method=entry.name, status="failed", note=_reason(error), base_bytes=base)
        took = time.perf_counter() - began
        peak = peak_bytes()
        answer = method.answer()
        seconds.append(took - sum(answer.parts[part] for part in answer.not_counted))
        parts.append(answer.parts)
    assert answer is not None
    middle = sorted(range(len(seconds)), key=seconds.__getitem__)[len(seconds) // 2]
    return replace(
        _run_of(entry, answer),
        seconds=median(seconds),
        repeats=len(seconds),
        base_bytes=base,
        peak_bytes=peak,
        parts=dict(parts[middle]),
    )


def _run_of(entry: Entry, answer: Answer) -> Run:
    return Run(
        method=entry.name,
        status=answer.status,
        num_columns=answer.num_columns,
        tiers=dict(answer.tiers),
        facts=dict(answer.facts),
        note=answer.note,
    )


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:300]
