"""Single rows: changed only by who has seen the latest version, and never silently."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.problem import TABLE_NAMES, Problem
from matcher.store import (
    Store,
    add,
    broken_entries,
    change,
    list_stored,
    load_problem,
    mark_of,
    move,
    save_problem,
    state_of,
    stored,
)
from matcher.store.problems.entities import _key
from matcher.store.tables.trust import audit_log
from tests.builders import candidate, contract, decision, held_skill, problem, vacancy
from tests.formats.rich import rich_problem
from tests.store.databases import SqliteFiles
from tests.waits import join


def saved(store: Store, given: Problem) -> None:
    """Put a problem in."""
    with store.writing() as session:
        save_problem(session, given, by="Ada")


@pytest.mark.parametrize("table", [name for name in TABLE_NAMES if name != "pairs"])
def test_every_row_is_found_by_its_key(store: Store, table: str) -> None:
    """Whatever the table, each row is found, equal to what was saved, in its first version."""
    rich = rich_problem(3)
    saved(store, rich)

    with store.reading() as session:
        rows = list_stored(session, table)
        assert tuple(row.entity for row in rows) == getattr(rich, table)
        for row in rows:
            assert stored(session, table, *_key(table, row.entity)) == row
            assert row.version == 1


def test_a_change_needs_the_latest_version(store: Store) -> None:
    """Who has seen an earlier version is refused and told which one there is; nothing of hers is stored."""
    saved(store, problem(candidates=[candidate("C1")]))
    with store.writing() as session:
        assert change(session, "candidates", candidate("C1", extent_percent=50), version=1, by="Bo") == 2
    with pytest.raises(Conflict, match="'C1' must still be version 1, got 2") as caught, store.writing() as session:
        change(session, "candidates", candidate("C1", extent_percent=75), version=1, by="Cy")

    assert (caught.value.code, caught.value.entity, caught.value.entity_id) == ("stale_version", "candidates", "C1")
    with store.reading() as session:
        assert stored(session, "candidates", "C1").entity == candidate("C1", extent_percent=50)


def test_of_many_changes_at_once_one_is_stored(store: Store) -> None:
    """Eight people change the same version at the same time: one of them succeeds."""
    saved(store, problem(candidates=[candidate("C1")]))
    results: list[str] = []

    def alter(percent: int) -> None:
        try:
            with store.writing() as session:
                change(session, "candidates", candidate("C1", extent_percent=percent), version=1, by="Bo")
        except Conflict as error:
            results.append(error.code)
        else:
            results.append(f"stored {percent}")

    threads = [threading.Thread(target=alter, args=(percent,)) for percent in range(10, 90, 10)]
    for thread in threads:
        thread.start()
    join(*threads)

    (winner,) = (result for result in results if result != "stale_version")
    with store.reading() as session:
        row = stored(session, "candidates", "C1")
    assert (row.version, f"stored {row.entity.extent_percent}") == (2, winner)


@pytest.mark.parametrize(
    "act",
    [
        lambda session: stored(session, "candidates", "nobody"),
        lambda session: change(session, "candidates", candidate("nobody"), version=1, by="Bo"),
        lambda session: state_of(session, "vacancies", "nowhere"),
        lambda session: move(session, "candidates", "nobody", "left", by="Bo"),
    ],
)
def test_what_is_not_there_is_told(store: Store, act: Callable[[Any], Any]) -> None:
    """Reading or changing what is not there says what was looked for."""
    with pytest.raises(UnknownId, match=r"'(nobody|nowhere)' must be there"), store.writing() as session:
        act(session)


def test_the_database_refuses_what_does_not_fit(store: Store) -> None:
    """A second row with the same key, and a row about nobody, are refused; the sentence repeats no value of the row."""
    saved(store, problem(candidates=[candidate("C1")]))
    for table, entity in (("candidates", candidate("C1")), ("candidate_skills", held_skill("nobody"))):
        with pytest.raises(Conflict, match="must fit the others") as caught, store.writing() as session:
            add(session, table, entity, by="Bo")
        assert caught.value.code == "refused_row"
        assert "nobody" not in str(caught.value)


def test_a_mark_differs_after_any_change_and_after_nothing_else(store: Store) -> None:
    """Who keeps what was read from a table need not read it again while its mark is the same."""

    def mark() -> tuple[int, int, int]:
        with store.reading() as session:
            return mark_of(session, "contracts")

    seen = [mark()]
    saved(store, problem(contracts=[contract("T1"), contract("T2")]))
    seen.append(mark())
    saved(store, problem(contracts=[contract("T1")], candidates=[candidate("C1")]))  # the same, and of another table
    assert mark() == seen[-1]
    with store.writing() as session:
        change(session, "contracts", contract("T1", title="Snow"), version=1, by="Ada")
    seen.append(mark())
    with store.writing() as session:
        add(session, "contracts", contract("T3"), by="Ada")
    seen.append(mark())
    saved(store, problem(contracts=[contract("T2", title="Ice")]))
    seen.append(mark())
    assert len(set(seen)) == len(seen)


def test_lists_are_filtered_and_paged(store: Store) -> None:
    """Rows are listed by equal columns or state, some at a time, in their first order."""
    saved(store, problem(candidates=[candidate(f"C{number}", extent_percent=50 + number % 2) for number in range(9)]))
    with store.writing() as session:
        move(session, "candidates", "C3", "paused", by="Bo")
    with store.reading() as session:
        odd = list_stored(session, "candidates", extent_percent=51, limit=2, after=1)
        paused = list_stored(session, "candidates", state="paused")

    assert [row.entity.candidate_id for row in odd] == ["C3", "C5"]
    assert [(row.entity.candidate_id, row.state, row.version) for row in paused] == [("C3", "paused", 2)]


def test_vacancies_follow_their_contract_up_to_the_award_and_to_its_end(store: Store) -> None:
    """Tendered becomes awarded with the contract; from then on people lead, until the contract is cancelled."""
    seen = []
    for status in ("forecast", "tendered", "awarded", "active", "tendered", "cancelled", "active"):
        given = problem(contracts=[contract("T1", status=status)], vacancies=[vacancy("V1", contract_id="T1")])
        with store.writing() as session:
            save_problem(session, given, by="Ada")
            seen.append(state_of(session, "vacancies", "V1"))

    assert seen == ["forecast", "tendered", "awarded", "open", "open", "ended", "ended"]


def test_a_vacancy_is_accepted_when_it_is_full(store: Store) -> None:
    """Of two positions one accepted leaves the vacancy open, two make it accepted."""
    given = problem(
        candidates=[candidate("C1"), candidate("C2"), candidate("C3")],
        vacancies=[vacancy("V1", positions=2), vacancy("V2", positions=2)],
        decisions=[decision(*pair, "accepted") for pair in (("C1", "V1"), ("C2", "V2"), ("C3", "V2"))],
    )
    saved(store, given)
    with store.writing() as session:
        add(session, "vacancies", vacancy("V3"), by="Bo")
        assert [state_of(session, "vacancies", name) for name in ("V1", "V2", "V3")] == ["open", "accepted", "open"]


def test_the_log_says_which_fields_changed_and_no_value(store: Store) -> None:
    """The audit log names who, what, why and which fields; what stood in them it does not repeat."""
    saved(store, problem(candidates=[candidate("C1")]))
    with store.writing() as session:
        after = candidate("C1", extent_percent=37, municipality="1480")
        change(session, "candidates", after, version=1, by="Bo", reason="asked for")
    with store.reading() as session:
        last = session.rows(sa.select(audit_log).order_by(audit_log.c.entry))[-1]
        assert broken_entries(session) == []

    assert (last.actor, last.action, last.entity, last.entity_id, last.reason) == (
        "Bo",
        "change",
        "candidates",
        "C1",
        "asked for",
    )
    assert json.loads(last.facts) == {"fields": ["municipality", "extent_percent"], "version": 2}


@pytest.mark.parametrize("column", [column.name for column in audit_log.columns])
def test_any_changed_byte_of_the_log_is_found(sqlite_files: SqliteFiles, column: str) -> None:
    """Whoever gets past the guards and changes any field of an entry, or removes one, is found out."""
    address = sqlite_files.address()
    with Store(address) as store:
        for number in range(3):
            saved(store, problem(candidates=[candidate(f"C{number}")]))
        with store.writing() as session:
            change(session, "candidates", candidate("C1", extent_percent=9), version=1, by="Bo", reason="asked for")
    path = Path(address.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection, connection:
        for trigger in ("guard_audit_log_update", "guard_audit_log_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        last = connection.execute("SELECT max(entry) FROM audit_log").fetchone()[0]
        if column == "entry":
            connection.execute("DELETE FROM audit_log WHERE entry = 2")
        elif column == "at":
            connection.execute("UPDATE audit_log SET at = replace(at, '+00:00', '+00:01') WHERE entry = ?", (last,))
        else:
            connection.execute(
                f"UPDATE audit_log SET {column} = coalesce({column}, '') || 'x' WHERE entry = ?", (last,)
            )
    with Store(address) as store, store.reading() as session:
        assert broken_entries(session) != []


def test_a_problem_is_the_same_row_by_row(store: Store) -> None:
    """What was added row by row is what is loaded as one problem."""
    rich = problem(candidates=[candidate("C1")], candidate_skills=[held_skill("C1")], vacancies=[vacancy("V1")])
    with store.writing() as session:
        for table in ("candidates", "candidate_skills", "vacancies"):
            for entity in getattr(rich, table):
                add(session, table, entity, by="Bo")
        assert load_problem(session) == rich
