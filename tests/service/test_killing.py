"""Workers killed at random: every job ends, every result exists once, and the log is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.errors import UnknownId
from matcher.service.running import ask_run
from matcher.store import Store, broken_entries, list_jobs, plan_of_run, plan_text, run_of_job, save_problem
from tests.amounts import some
from tests.service.towns import town
from tests.store.databases import PostgresServer, SqliteFiles

ROOT = Path(__file__).parents[2]
JOBS = some(12, of=24)
KILLS = some(6, of=12)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the workers are forked")
def test_every_result_exists_once_whoever_is_killed(databases: SqliteFiles | PostgresServer) -> None:
    """Of a dozen jobs (long: two dozen) each is done with one plan, or given up after three deaths of its workers."""
    address = databases.address()
    with Store(address) as store:
        with store.writing() as session:
            save_problem(session, town(), by="Ada")
        jobs = [ask_run(store, by="Ada")[0].job_id for _ in range(JOBS)]
    workers = 2 if isinstance(databases, PostgresServer) else 1

    ended = subprocess.run(
        [sys.executable, "-m", "tests.service.killing", address, str(workers), str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) == KILLS
    with Store(address) as store, store.reading() as session:
        found = {job.job_id: job for job in list_jobs(session)}
        assert sorted(found) == jobs
        assert sum(job.attempts for job in found.values()) > JOBS
        texts = set()
        for job in found.values():
            run = run_of_job(session, job.job_id)
            if job.state == "done":
                texts.add(plan_text(session, plan_of_run(session, run.run_id).plan_id))
            else:
                assert (job.state, job.attempts) == ("failed", 3)
                with pytest.raises(UnknownId):
                    plan_of_run(session, run.run_id)
        assert len(texts) == 1  # the same question, the same bytes
        assert broken_entries(session) == []
