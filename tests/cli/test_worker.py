"""``matcher worker``, ``replay`` and ``audit verify``: a process that works, and two that look over its shoulder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from matcher.service.running import ask_run
from matcher.store import Store, job_of, save_problem
from tests.cli.conftest import Command
from tests.service.towns import town


@pytest.fixture(autouse=True)
def _database(matcher: Command) -> None:
    """Put the town into the default database and ask for a run."""
    matcher("db", "upgrade")
    with Store() as store:
        with store.writing() as session:
            save_problem(session, town(), by="Ada")
        ask_run(store, by="Ada")


def test_a_worker_works_until_it_is_told_to_stop(matcher: Command) -> None:
    """It makes the run that was asked for and the day's batch, ends at SIGTERM, and the run can be replayed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "matcher", "worker", "--nightly", "00:00", "--horizon", "400d", "--name", "night"],
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 90
    with Store(is_writer=False) as store:
        states: list[str] = []
        while states != ["done", "done"]:
            assert time.monotonic() < until, states
            time.sleep(0.1)
            with store.reading() as session:
                states = [job_of(session, number).state for number in (1, 2) if number == 1 or _has_two(store)]
    process.terminate()
    _, told = process.communicate(timeout=60)

    assert process.returncode == 0
    assert told.splitlines() == ["Worker night works on 'sqlite:///matcher.db'.", "Ended."]
    assert matcher("replay", 1).out == "Run 1: the same plan, byte by byte.\n"
    assert "is whole" in matcher("audit", "verify").out


def _has_two(store: Store) -> bool:
    from matcher.store import list_jobs

    with store.reading() as session:
        return len(list_jobs(session)) == 2


def test_a_changed_log_is_found(matcher: Command) -> None:
    """A log that somebody has changed past the program is told of, with the status of a failed check."""
    with closing(sqlite3.connect(Path("matcher.db"))) as connection, connection:
        connection.execute("DROP TRIGGER guard_audit_log_update")
        connection.execute("UPDATE audit_log SET actor = 'Eve' WHERE entry = 2")

    outcome = matcher("audit", "verify")

    assert outcome.status == 6
    assert outcome.out == "Entry 2 must be as it was written; it was changed.\n"


def test_a_run_without_a_plan_is_not_replayed(matcher: Command) -> None:
    """A run that nobody has made yet, and one that is not there, are told apart from one that differs."""
    assert matcher("replay", 1).status == 3
    assert "Plan 'of run 1' must be there" in matcher("replay", 1).err
    assert "Run '9' must be there" in matcher("replay", 9).err
    assert matcher("worker", "--nightly", "soon").status == 2
