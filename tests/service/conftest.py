"""The databases of the store's tests, and a problem to work on; whatever a worker stores, the checker has passed."""

from __future__ import annotations

from tests.service.verified import every_stored_plan_is_verified
from tests.store.conftest import databases, sqlite_files, store

__all__ = ["databases", "every_stored_plan_is_verified", "sqlite_files", "store"]
