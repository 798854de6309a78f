"""What is stored as a plan is read back, checked anew and its aims recomputed; in every test and every trial."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.problem import fingerprint
from matcher.store import Session, Store, load_plan, load_snapshot, plan_of, run_of
from matcher.store.database.session import WritingSession
from matcher.store.tables.work import plans


def plan_faults(session: Session, plan_id: int) -> list[str]:
    """Return what is wrong with a stored plan, read from the database alone: its rules, bounds and values."""
    stored, plan = plan_of(session, plan_id), load_plan(session, plan_id)
    run = run_of(session, stored.run_id)
    problem = load_snapshot(session, run.problem_hash)
    published = None if run.published_plan_id is None else load_plan(session, run.published_plan_id)
    report = check_plan(problem, plan, build_columns(problem), published=published)
    wrong = [f"plan {plan_id}: {violation.message}" for violation in report.violations]
    if fingerprint(problem) != run.problem_hash:
        wrong.append(f"plan {plan_id}: the problem of its run is another one")
    listed = [(tier["name"], Decimal(tier["value"])) for tier in stored.tiers]
    counted = [(tier.name, tier.value) for tier in report.tiers]
    if listed != counted:
        wrong.append(f"plan {plan_id}: its row says {listed}, the checker counts {counted}")
    return wrong


def wrong_plans(store: Store) -> list[str]:
    """Return what is wrong with the plans of a database."""
    with store.reading() as session:
        numbers = [row.plan_id for row in session.rows(sa.select(plans.c.plan_id).order_by(plans.c.plan_id))]
        return [wrong for number in numbers for wrong in plan_faults(session, number)]


@contextmanager
def every_plan_checked() -> Iterator[None]:
    """Let whatever stores a plan in this process fail, in its own transaction, where the checker finds a fault."""
    with pytest.MonkeyPatch.context() as patch:
        insert = WritingSession.insert

        def checked(session: WritingSession, table: sa.Table, **values: Any) -> int:
            number = insert(session, table, **values)
            if table is plans and (wrong := plan_faults(session, number)):
                raise AssertionError("\n".join(wrong))
            return number

        patch.setattr(WritingSession, "insert", checked)
        yield
