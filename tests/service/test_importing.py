"""Imports: what a workbook says is stored as it says it, and a large one is read in a process of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from matcher.formats import problem_to_text
from matcher.problem import declared_groups
from matcher.service import apart as apart_module
from matcher.service.apart import reading_apart
from matcher.service.importing import TableNews, draft_of, keep_workbook, present_workbook, take_in
from matcher.store import Session, Store, load_problem, news_of, save_problem
from tests.builders import groups, pair
from tests.service.towns import town


def test_groups_that_no_rule_names_come_back_with_a_workbook(store: Store) -> None:
    """A run leaves them out of what it reads; an import stores them, and takes none away."""
    first, *others = town().candidates
    given = replace(town(), candidates=(replace(first, groups=groups("newcomer")), *others))
    assert "newcomer" not in declared_groups(given)
    with store.writing() as session:
        save_problem(session, given, by="Ada")

    digest = keep_workbook(store, present_workbook(store), "town.xlsx")
    assert not draft_of(store, digest).has_news
    assert take_in(store, digest, by="Ada") == {"added": 0, "changed": 0}
    with store.reading() as session:
        assert load_problem(session).candidates == given.candidates


def test_what_is_new_and_what_differs_is_told_from_the_cells(store: Store) -> None:
    """Of each table, also of one whose key is a list; the same rows are no news whatever their order."""
    pairs = (pair("C1", "V1"), pair("C1", "V1", cohort_ids=("K1",)))
    with store.writing() as session:
        save_problem(session, replace(town(), pairs=()), by="Ada")
    first, *others = town().candidates
    moved = replace(first, available_from=date(2026, 2, 1))
    new = replace(first, candidate_id="C9")
    with store.reading() as session:
        assert news_of(session, "candidates", [*others, moved, new]) == ([new], [moved])
        assert news_of(session, "candidates", tuple(reversed(town().candidates))) == ([], [])
        assert news_of(session, "pairs", pairs) == (list(pairs), [])
        assert news_of(session, "budgets", [replace(town().budgets[0], amount=Decimal("1.0"))])[0] == []


def process_of(session: Session) -> tuple[int, int]:
    return os.getpid(), len(load_problem(session).candidates)


@pytest.mark.slow
def test_what_is_large_is_read_in_another_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds the same; what it raises is tried where engines are."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    assert reading_apart(store, process_of) == (os.getpid(), 3)
    monkeypatch.setattr(apart_module, "LARGE_ROWS", 0)
    process, count = reading_apart(store, process_of)
    assert process != os.getpid()
    assert count == 3


def test_a_draft_counts_by_table(store: Store) -> None:
    with store.writing() as session:
        save_problem(session, replace(town(), candidates=town().candidates[:2], vacancy_skills=()), by="Ada")
    digest = keep_workbook(store, problem_to_text(town()).encode(), "town.json")
    news = {one.table: one for one in draft_of(store, digest).news}
    assert news["candidates"] == TableNews(table="candidates", rows=3, added=1, changed=0)
    assert news["vacancy_skills"].added == len(town().vacancy_skills)
    assert news["cohorts"].added == news["cohorts"].changed == 0
