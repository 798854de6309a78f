"""The small city of the API's tests, with its first plan, served to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from matcher.formats import write_problem
from matcher.store import Store
from tests.api.conftest import DAY, city, databases, planned, planned_file, sqlite_files, store
from tests.browser.drafts import with_news
from tests.browser.serving import browser, served

__all__ = ["databases", "planned", "planned_file", "sqlite_files", "store"]


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """Return a browser without a window."""
    with browser() as opened:
        yield opened


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    """Return the address of a service on the database of the test."""
    with served(store, lambda: DAY) as address:
        yield address


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return a workbook as somebody would drop it."""
    path = tmp_path / "city.xlsx"
    write_problem(with_news(city()), path)
    return path
