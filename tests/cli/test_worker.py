"""``matcher worker``, ``replay`` and ``audit verify``: a process that works, and two that look over its shoulder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from matcher.service.running import ask_run
from matcher.store import Store, list_jobs, save_problem
from tests.cli.conftest import Command
from tests.service.towns import town
from tests.waits import PATIENCE_S, started, wait_until


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
    command = [sys.executable, "-m", "matcher", "worker", "--nightly", "00:00", "--horizon", "400d", "--name", "night"]
    with started(command, stderr=subprocess.PIPE) as process:
        with Store(is_writer=False) as store:
            wait_until(lambda: _states(store) == ["done", "done"], step_s=0.1)
        process.terminate()
        _, told = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    assert told.splitlines() == ["Worker night works on 'sqlite:///matcher.db'.", "Ended."]
    assert matcher("replay", 1).out == "Run 1: the same plan, byte by byte.\n"
    assert "is whole" in matcher("audit", "verify").out


def _states(store: Store) -> list[str]:
    with store.reading() as session:
        return [job.state for job in list_jobs(session)]


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
