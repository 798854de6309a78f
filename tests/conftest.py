"""What holds for every test: slow ones begin first, whose lines are watched, and every stored plan is checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

UNWATCHED = tuple(Path(__file__).with_name(name) for name in ("benchmarks", "browser", "trust"))
STORE = Path(__file__).with_name("store")
DRAWN_BY = ("seed", "part")
WATCHED_DRAWS = 3


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules that hold slow tests first, and keep coverage out of tests that would reach no other lines.

    With several processes, what takes a minute must not be what the last one begins. Slow tests compare thousands of
    solutions: measuring the lines that run there doubles their time, and covers what quick tests cover already. So it
    is with the fourth random problem of a test, with the second kind of database above the store, and with tests of the
    benchmarks, trials and a browser. Those that go over every address say so themselves.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    drawn: dict[str, set[int]] = {}
    for item in items:
        is_unwatched = any(item.path.is_relative_to(folder) for folder in UNWATCHED)
        if is_unwatched or item.get_closest_marker("slow") or _is_further_draw(item, drawn) or _is_on_second(item):
            item.add_marker(pytest.mark.no_cover)


def _params(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _is_on_second(item: pytest.Item) -> bool:
    """Tell whether a test asks the other kind of database what it asks the first one, too; the store alone differs."""
    return _params(item).get("databases") == "postgresql" and not item.path.is_relative_to(STORE)


def _is_further_draw(item: pytest.Item, drawn: dict[str, set[int]]) -> bool:
    """Tell whether a test has tried enough random problems before this one, and note this one."""
    params = _params(item)
    seed = next((params[name] for name in DRAWN_BY if isinstance(params.get(name), int)), None)
    if seed is None:
        return False
    seen = drawn.setdefault(item.nodeid.partition("[")[0], set())
    if len(seen) < WATCHED_DRAWS:
        seen.add(seed)
    return seed not in seen


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
