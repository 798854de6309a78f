"""A fixture for every test in which a worker stores plans: each is checked anew, and its aims recomputed."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.service import worker
from matcher.store import StoredPlan, load_plan


@pytest.fixture(autouse=True)
def every_stored_plan_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a worker stores be read back and pass the checker, in the transaction that stores it."""
    store_result = worker.store_result

    def verified(session: Any, job: Any, run: Any, problem: Any, result: Any) -> StoredPlan:
        stored = store_result(session, job, run, problem, result)
        plan = load_plan(session, stored.plan_id)
        published = None if run.published_plan_id is None else load_plan(session, run.published_plan_id)
        assert check_plan(problem, plan, build_columns(problem), published=published).is_sound
        assert plan == result.plan
        return stored

    monkeypatch.setattr(worker, "store_result", verified)
