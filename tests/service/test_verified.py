"""Whatever a test stores as a plan has passed the checker: what has not is noticed, by rule, problem and value."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.plan import Result
from matcher.solve import solve
from matcher.store import Store, ask_job, save_plan, save_run
from tests.builders import candidate, problem, vacancy
from tests.service.verified import wrong_plans
from tests.store.databases import SqliteFiles

GIVEN = problem(candidates=[candidate("C1"), candidate("C2")], vacancies=[vacancy("V1")])


def kept(store: Store, result: Result) -> None:
    """Store a result as that of a run on the given problem."""
    with store.writing() as session:
        job, _ = ask_job(session, "run", {}, by="Ada")
        save_plan(session, save_run(session, job, GIVEN, seed=0, gap_limit=1, versions={}), result, by="Ada")


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda result: replace(result, plan=replace(result.plan, assignments=())), "placements"),
        (lambda _: solve(problem()), "must answer this problem"),
    ],
)
def test_a_plan_that_the_checker_refuses_is_stored_by_no_test(
    sqlite_files: SqliteFiles, spoilt: Callable[[Result], Result], said: str
) -> None:
    """Neither one without the placements that it counts, nor the plan of another problem."""
    with Store(sqlite_files.address()) as store:
        with pytest.raises(AssertionError, match=said):
            kept(store, spoilt(solve(GIVEN)))
        assert wrong_plans(store) == []


def test_a_row_that_tells_another_value_than_the_checker_counts_is_noticed(sqlite_files: SqliteFiles) -> None:
    """The values by which plans are listed stand beside the plan itself, so they are compared too."""
    address = sqlite_files.address()
    with Store(address) as store:
        kept(store, solve(GIVEN))
        assert wrong_plans(store) == []
    with closing(sqlite3.connect(Path(address.removeprefix("sqlite:///")))) as connection, connection:
        connection.execute("DROP TRIGGER guard_plans_update")
        ((changed,),) = connection.execute(
            """UPDATE plans SET tiers = replace(tiers, '"value": "0.', '"value": "1.') RETURNING tiers"""
        )
        assert '"value": "1.' in changed
    with Store(address) as store:
        assert "the checker counts" in wrong_plans(store)[0]
