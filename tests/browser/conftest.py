"""The small city of the API's tests, with its first plan."""

from __future__ import annotations

from tests.api.conftest import planned_file, store

__all__ = ["planned_file", "store"]
