"""What several tests of the solver begin with."""

from __future__ import annotations

import pytest

from matcher.solver.model import rows
from matcher.solver.relaxations import linked_relaxation, relaxation
from matcher.solver.search import cohort_search
from matcher.solver.tiers import open_region, progress


@pytest.fixture
def every_case_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat even a handful of columns as very many."""
    monkeypatch.setattr(open_region, "MOST_KEPT", 0)
    for module in (cohort_search, linked_relaxation, relaxation, rows, progress):
        monkeypatch.setattr(module, "MANY_COLUMNS", 0)
