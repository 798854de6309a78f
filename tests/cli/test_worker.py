"""``matcher worker``, ``replay`` and ``audit verify``: a process that works, and two that look over its shoulder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from matcher.service.running import ask_run
from matcher.service.worker import Worker
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


def test_an_anchor_tells_that_the_end_was_cut_off(matcher: Command) -> None:
    """What was noted elsewhere is compared with the log; a file that holds something else is told of."""
    assert matcher("audit", "anchor", "anchors.txt", "--json").document["entry"] > 2
    assert matcher("audit", "verify", "--anchors", "anchors.txt").out.endswith("It meets 1 anchors.\n")
    with closing(sqlite3.connect(Path("matcher.db"))) as connection, connection:
        connection.execute("DROP TRIGGER guard_audit_log_delete")
        connection.execute("DELETE FROM audit_log WHERE entry = (SELECT max(entry) FROM audit_log)")
    assert matcher("audit", "verify").status == 0
    outcome = matcher("audit", "verify", "--anchors", "anchors.txt")
    assert outcome.status == 6
    assert "got none. The log was cut off or written anew." in outcome.out
    Path("anchors.txt").write_text("no anchor\n")
    assert matcher("audit", "verify", "--anchors", "anchors.txt").status == 2


def test_planning_is_stopped_and_let_go_on_by_command(matcher: Command) -> None:
    """The switch is there without the service, and a batch is refused with who, when and why."""
    assert matcher("oversight", "status").out == "Planning goes on.\n"
    stopped = matcher("oversight", "stop", "--by", "Ada Berg", "--reason", "wrong seats", "--json").document
    assert (stopped["is_stopped"], stopped["by"], stopped["reason"]) == (True, "Ada Berg", "wrong seats")
    refused = matcher("batch", "--as-of", "2026-09-01", "--by", "Bo")
    assert refused.status != 0
    assert "got a stop by Ada Berg since" in refused.err
    assert matcher("oversight", "resume", "--by", "Ada Berg", "--reason", "mended").out == "Planning goes on.\n"


def test_a_replay_says_which_version_differs(matcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another version of the solver makes another plan, its name stands beside the answer."""
    from matcher.service import running

    with Store() as store:
        Worker(store).work_once()
    monkeypatch.setattr(running, "replayed", lambda store, run: ("stored", "again"))
    monkeypatch.setattr(running, "versions", lambda: {"matcher": "0.1.0", "ortools": "99"})
    outcome = matcher("replay", 1)
    assert outcome.status == 6
    assert "another plan" in outcome.out
    assert "Other versions now: ortools." in outcome.out
