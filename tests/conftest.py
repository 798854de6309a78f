"""What holds for every test: the slow ones begin first and are not watched line by line; stored plans are checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules that hold slow tests first, and keep coverage out of those tests.

    With several processes, what takes a minute must not be what the last one begins. Slow tests compare thousands of
    solutions: measuring the lines that run there doubles their time, and covers what quick tests cover already.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session", autouse=True)
def every_stored_plan_is_verified() -> Iterator[None]:
    """Let no test store a plan in which the checker finds a fault, or whose row tells other values than it counts."""
    if "matcher.store" not in sys.modules:  # nothing that was collected can store a plan
        yield
        return
    from tests.service.verified import every_plan_checked

    with every_plan_checked():
        yield


@pytest.fixture(scope="session", autouse=True)
def sqlite_as_shipped() -> Iterator[str]:
    """Let SQLite wait for no disk: what the tests lose in a power cut, nobody misses. Return what it does otherwise."""
    if "matcher.store" not in sys.modules:
        yield ""
        return
    from matcher.store.database import opening

    with pytest.MonkeyPatch.context() as patch:
        shipped = opening.SYNCHRONOUS
        patch.setattr(opening, "SYNCHRONOUS", "OFF")
        yield shipped
