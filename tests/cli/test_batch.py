"""``matcher batch``: the day's proposals on a terminal and as JSON."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.service.batches import ask_batch
from matcher.store import Store, claim_job, save_problem
from tests.cli.conftest import Command
from tests.service.towns import town


@pytest.fixture(autouse=True)
def _database(matcher: Command) -> None:
    """Put the town into the default database."""
    matcher("db", "upgrade")
    with Store() as store, store.writing() as session:
        save_problem(session, town(), by="Ada")


def test_the_report_is_told_twice_the_same(matcher: Command) -> None:
    """The proposals are shown by buyer and caseworker; run again on the same day they are the same ones."""
    first = matcher("batch", "--as-of", "2026-09-01", "--horizon", "120d")
    again = matcher("batch", "--as-of", "2026-09-01", "--horizon", "120d")
    document = matcher("batch", "--as-of", "2026-09-01", "--horizon", "120d", "--json").document

    assert first.status == 0
    assert "Buyer: school board" in first.out
    assert "V1: 2 positions, 0 accepted, 2 proposed, 0 open" in first.out
    assert "decide by 2026-09-07" in first.out
    assert again.out == first.out
    assert document["run_id"] == 1
    assert [line["vacancy_id"] for line in document["buyers"][0]["vacancies"]] == ["V1"]
    assert len(document["caseworkers"][0]["proposals"]) == 2


def test_today_and_four_months_are_meant_unless_said(matcher: Command) -> None:
    """Without a day and a horizon it is today's batch, for what has to be decided within 120 days."""
    document = matcher("batch", "--json").document

    assert (document["horizon_days"], document["look_ahead_days"]) == (120, 245)
    assert abs((date.today() - date.fromisoformat(document["as_of"])).days) <= 1  # it may be midnight in between


@pytest.mark.parametrize("horizon", ["soon", "-1d", "1.5d", "99999d"])
def test_a_horizon_is_a_number_of_days(matcher: Command, horizon: str) -> None:
    """Anything but a number of days is wrong usage, with an example."""
    outcome = matcher("batch", f"--horizon={horizon}")

    assert outcome.status == 2
    assert "120d" in outcome.err


def test_a_batch_that_another_worker_has_is_told_of(matcher: Command) -> None:
    """While a worker is busy with the day's batch, nobody else does it again."""
    with Store() as store:
        ask_batch(store, as_of=date(2026, 9, 1), horizon_days=120, by="Ada")
        with store.writing() as session:
            claim_job(session, "night", 600)

    outcome = matcher("batch", "--as-of", "2026-09-01", "--horizon", "120d")

    assert outcome.status == 5
    assert "The batch is running, by worker night." in outcome.err
