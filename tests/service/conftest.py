"""The databases of the store's tests."""

from __future__ import annotations

from tests.store.conftest import databases, sqlite_files, store

__all__ = ["databases", "sqlite_files", "store"]
