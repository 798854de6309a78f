"""Fixtures of the phase benchmarks: problems are made once, absent instances skip, large ones run once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.instance import Instance
from benchmarks.registry import all_instances
from matcher.problem import Problem

T = TypeVar("T")
Timed = Callable[[Callable[[], T]], T]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every benchmark on every instance; large ones carry the mark ``slow``."""
    if "instance" in metafunc.fixturenames:
        marked = [
            pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.is_large else [])
            for each in all_instances().values()
        ]
        metafunc.parametrize("instance", marked)


@cache
def _made(name: str) -> Problem:
    return all_instances()[name].make()


@pytest.fixture
def problem(instance: Instance) -> Problem:
    """Return the instance's problem, or skip with the reason."""
    if instance.absence:
        pytest.skip(instance.absence)
    return _made(instance.name)


@pytest.fixture
def timed(benchmark: BenchmarkFixture, instance: Instance) -> Timed[object]:
    """Return what measures a prepared phase and hands on its result."""
    benchmark.extra_info["instance"] = instance.name
    if instance.is_large:
        once: Timed[object] = partial(benchmark.pedantic, rounds=1)
        return once
    return benchmark
