"""What is counted for whoever watches over the service."""

from __future__ import annotations

from typing import get_args

from matcher.store import Store, count_jobs
from matcher.store.runs.jobs import JobState

JOB_STATES: tuple[str, ...] = get_args(JobState)


def num_jobs_by_state(store: Store) -> dict[str, int]:
    """Return how many jobs are in each state that any is in."""
    with store.reading() as session:
        return count_jobs(session)
