"""Pages of rows: in whichever order, each row once, and none that is not on the page is read where an index helps."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.problem import Problem
from matcher.store import Condition, Store, Wanted, list_columns, list_page, save_problem
from matcher.store.problems.problem_rows import field_names
from tests.formats.rich import rich_problem
from tests.store.databases import SqliteFiles

KEYS = {"contracts": "contract_id", "candidates": "candidate_id"}


def many_rows() -> Problem:
    """Return rows of every kind of value, many of them alike but for their ids."""
    rich = rich_problem(3)

    def copies(table: str, key: str) -> tuple[Any, ...]:
        own = getattr(rich, table)
        return own + tuple(replace(row, **{key: f"{getattr(row, key)}-{n}"}) for n in range(2) for row in own)

    return replace(rich, **{table: copies(table, key) for table, key in KEYS.items()})


def paged(store: Store, table: str, limit: int, **wanted: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a list, read page by page."""
    found, after = [], None
    for _ in range(200):
        with store.reading() as session:
            page = list_page(session, table, Wanted(limit=limit, after=after, **wanted))
        assert len(page.items) <= limit
        found += [(*item.cells, item.version, item.state) for item in page.items]
        after = page.mark
        if after is None:
            return found
    raise AssertionError("there is no end to the pages")


def test_pages_come_to_all_rows_in_order(store: Store) -> None:
    """By every column, either way; those without a value last, and rows of the same value as they were first saved."""
    rows_saved = many_rows()
    with store.writing() as session:
        save_problem(session, rows_saved, by="Ada")
    for table in KEYS:
        rows = paged(store, table, 500)
        assert len(rows) == len(getattr(rows_saved, table)) > 8
        for sort, is_descending in product(list_columns(table), (False, True)):
            one, few = (paged(store, table, limit, sort=sort, is_descending=is_descending) for limit in (500, 5))
            assert one == few, (table, sort)
            assert sorted(map(repr, one)) == sorted(map(repr, rows))
            _assert_ordered(table, sort, one, rows, is_descending=is_descending)


def _assert_ordered(
    table: str, sort: str, found: list[tuple[Any, ...]], saved: list[tuple[Any, ...]], *, is_descending: bool
) -> None:
    names = (*field_names(table), "version", "state")
    at = names.index(sort)
    with_value = [row for row in saved if row[at] is not None]
    expected = sorted(with_value, key=lambda row: row[at])
    if is_descending:  # of the same value the one first saved comes first, whichever way
        values = sorted({row[at] for row in with_value}, reverse=True)
        expected = [row for value in values for row in with_value if row[at] == value]
    assert found == expected + [row for row in saved if row[at] is None], (table, sort, is_descending)


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("vacancies", Wanted(sort="start_date")),
        ("candidates", Wanted(sort="available_from", is_descending=True)),
        ("contracts", Wanted(sort="contract_id")),
        (
            "cohorts",
            Wanted(sort="start_date", conditions=[Condition(column="version", comparison="at_least", value=1)]),
        ),
    ],
)
def test_a_page_by_a_day_or_an_id_is_read_by_an_index(sqlite_files: SqliteFiles, table: str, wanted: Wanted) -> None:
    """No table is sorted for it, neither for the first page nor for one in the middle."""
    with Store(sqlite_files.address()) as store:
        with store.writing() as session:
            save_problem(session, rich_problem(3), by="Ada")
        asked: list[tuple[str, Any]] = []
        with store.reading() as session:

            @sa.event.listens_for(session.connection, "before_cursor_execute")
            def _note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
                if statement.startswith("SELECT"):
                    asked.append((statement, parameters))

            first = list_page(session, table, wanted)
            value = getattr(rich_problem(3), table)[0]
            mark = (getattr(value, wanted.sort or ""), 1)
            list_page(session, table, Wanted(sort=wanted.sort, is_descending=wanted.is_descending, after=mark, limit=1))
            assert first.items
            for statement, parameters in list(asked):
                plan = session.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                steps = [step.detail for step in plan]
                assert "USE TEMP B-TREE FOR ORDER BY" not in steps, (statement, steps)
                if "IS NOT NULL" in statement:
                    assert any("USING INDEX" in step for step in steps), (statement, steps)
