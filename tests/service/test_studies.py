"""Studies as jobs: worked out once, whoever dies or is told to stop on the way, and read as they were worked out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from matcher.errors import Conflict, InvalidInput, UnknownId
from matcher.formats import problem_from_text, problem_to_text
from matcher.languages import LANGUAGES, phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import frontier_study, study_from_text, study_to_text
from matcher.service.running import ask_run
from matcher.service.studies import (
    KINDS,
    AskedStudy,
    ask_study_over,
    problem_of_study,
    question_from,
    study_in,
    study_page,
    values_of,
)
from matcher.service.worker import Worker
from matcher.store import (
    Job,
    Store,
    StoredRun,
    broken_entries,
    cancel_job,
    claim_job,
    end_job,
    job_of,
    load_snapshot,
    load_study,
    save_problem,
    save_study,
)
from matcher.store.protection.retention import ERASERS
from matcher.whatif import frontier_of
from matcher.whatif.kept import StudyProgress
from tests.builders import budget, problem
from tests.service.towns import town
from tests.store.databases import HeldClock, PostgresServer, SqliteFiles
from tests.waits import join, wait_until

INVEST = question_from("invest", {})


def planned(store: Store) -> None:
    """Put the town in, and make its plan."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    ask_run(store, by="Ada")
    Worker(store).work_once()


@pytest.fixture(scope="module")
def planned_file(sqlite_files: SqliteFiles) -> Path:
    address = sqlite_files.address()
    with Store(address) as store:
        planned(store)
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture
def file(planned_file: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a database of the test's own with the town and its plan."""
    copyfile(planned_file, tmp_path / "town.db")
    with Store(f"sqlite:///{tmp_path / 'town.db'}") as store:
        yield store


def asked(store: Store, question: Any = INVEST, **more: Any) -> tuple[Job, StoredRun]:
    wanted = AskedStudy(plan_id=1, question=question, **more)
    with store.reading() as session:
        problem = problem_of_study(session, wanted)
    with store.writing() as session:
        return ask_study_over(session, problem, wanted, by="Ada")


def read_by(store: Store, run: StoredRun) -> Problem:
    with store.reading() as session:
        return load_snapshot(session, run.problem_hash)


def job_in(store: Store, job_id: int) -> Job:
    with store.reading() as session:
        return job_of(session, job_id)


def test_what_is_stored_is_what_the_command_would_say(store: Store) -> None:
    """In every language, to the last digit, and with all pieces told."""
    planned(store)
    job, run = asked(store)
    assert Worker(store).work_once()

    frontier = frontier_of(read_by(store, run))
    with store.reading() as session:
        for language in LANGUAGES:
            assert study_in(session, run.run_id, language) == frontier_study(frontier, phrases(language))
        assert broken_entries(session) == []
    ended = job_in(store, job.job_id)
    assert (ended.state, ended.error) == ("done", None)
    assert ended.pieces_done is not None
    assert ended.pieces_done >= len(frontier.points)


def test_a_study_is_read_again_without_loss() -> None:
    given = problem_from_text(problem_to_text(town()))  # amounts as files have them
    for language in LANGUAGES:
        study = frontier_study(frontier_of(given), phrases(language))
        assert study_from_text(study_to_text(study)) == study


def test_changes_are_made_before_it_is_asked(file: Store) -> None:
    """A tender that only the changes bring can be asked about; without them it is unknown."""
    contract = {"kind": "add_contract", "contract_id": "NEW", "start_date": "2026-11-02", "status": "tendered"}
    vacancy = {"kind": "add_vacancy", "vacancy_id": "N1", "contract_id": "NEW", "positions": "2"}
    question = question_from("requirement", {"contract_id": "NEW", "by": "2026-12-01"})
    with pytest.raises(InvalidInput, match="NEW"):
        asked(file, question)
    _, run = asked(file, question, changes=[contract, vacancy | {"duration_months": "6"}])
    assert Worker(file).work_once()
    page = study_page(file, run.run_id, "en")
    assert page.study is not None
    assert "can be promised" in page.study.title


def test_what_has_changed_since_is_told_and_changes_nothing(file: Store) -> None:
    """The study of a plan that people no longer work by says so, and stays what it was."""
    _, run = asked(file)
    assert study_page(file, run.run_id, "sv").row.is_of_plan_in_use
    with file.writing() as session:
        save_problem(session, problem(budgets=[budget("B1", amount=5000)]), by="Ada")
    ask_run(file, by="Ada", kind="batch", as_of=date(2026, 9, 1), horizon_days=120)
    for _ in range(2):
        assert Worker(file).work_once()
    page = study_page(file, run.run_id, "en")
    assert not page.row.is_of_plan_in_use
    assert page.study == frontier_study(frontier_of(read_by(file, run)), phrases("en"))


def test_plans_that_people_work_by_come_before_studies(file: Store) -> None:
    asked(file)
    later, _ = ask_run(file, by="Ada")
    with file.writing() as session:
        taken = claim_job(session, "a worker", 60)
    assert taken is not None
    assert taken.job_id == later.job_id


def test_a_dead_workers_study_is_taken_over_and_exists_once(databases: SqliteFiles | PostgresServer) -> None:
    """Whoever wakes after its lease stores nothing, and the study is the one that the next worker has made."""
    clock = HeldClock()
    with Store(databases.address(), clock=clock) as store:
        planned(store)
        job, run = asked(store)
        with store.writing() as session:
            sleeper = claim_job(session, "sleeper", 60)
        assert sleeper is not None
        clock.now += timedelta(seconds=61)
        assert Worker(store, "other").work_once()

        def wake() -> None:
            with store.writing() as session:
                end_job(session, sleeper, "done")
                save_study(session, run, "{}", by="sleeper")

        with pytest.raises(Conflict, match="must still belong"):
            wake()
        with store.reading() as session:
            assert '"en"' in load_study(session, run.run_id)
        ended = job_in(store, job.job_id)
        assert (ended.state, ended.attempts, ended.worker) == ("done", 2, "other")


def told_to_stop(store: Store, monkeypatch: pytest.MonkeyPatch, act: Callable[[Job, Worker], object]) -> Job:
    """Do something once a study has told of its first piece, let its worker go on to the end, and return the job."""
    job, run = asked(store)
    is_told, may_go = threading.Event(), threading.Event()

    def slowly(given: Any, *_: Any, asking: Any, **__: Any) -> Any:
        asking._progress._listener(StudyProgress(done=1, total=7, seconds=1.0, remaining_s=6.0))
        is_told.set()
        assert may_go.wait(60)
        return frontier_of(given, asking=asking)

    monkeypatch.setattr("matcher.service.studies.questions.frontier_of", slowly)
    worker = Worker(store, lease_s=0.3)
    thread = threading.Thread(target=worker.work_once)
    thread.start()
    assert is_told.wait(60)
    wait_until(lambda: job_in(store, job.job_id).pieces == 7)
    act(job, worker)
    may_go.set()
    join(thread)
    with store.reading() as session, pytest.raises(UnknownId):
        load_study(session, run.run_id)
    return job_in(store, job.job_id)


def test_a_cancelled_study_ends_without_an_answer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far it is can be read meanwhile; after the wish to cancel nothing more is solved, and nothing stored."""

    planned(store)

    def cancel(job: Job, worker: Worker) -> None:
        with store.writing() as session:
            cancel_job(session, job.job_id, by="Ada")
        assert worker._present is not None
        wait_until(lambda: worker._present.is_due)  # type: ignore[union-attr]

    assert told_to_stop(store, monkeypatch, cancel).state == "cancelled"


def test_a_worker_that_leaves_gives_its_study_back(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job = told_to_stop(file, monkeypatch, lambda _, worker: worker.leave())
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_study_without_time_fails_with_a_sentence(file: Store) -> None:
    """Half a study answers nothing, so none of it is stored."""
    job, run = asked(file, time_limit_s=0.000001)
    assert Worker(file).work_once()
    ended = job_in(file, job.job_id)
    assert ended.error == "A limit ended it before it was done. Give it more time, or ask for less."
    with file.reading() as session:
        assert study_in(session, run.run_id, "en") is None


def test_what_only_working_it_out_can_tell_is_a_sentence(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem that the draws cannot be made of fails the job with what must be, and no worker dies of it."""
    job, _ = asked(file, question_from("rolling", {"replications": 2}))

    def undated(*_: Any, **__: Any) -> Plan:
        raise ValueError("Every place must have a date for people to come one by one.")

    monkeypatch.setattr("matcher.service.studies.draws.roll", undated)
    assert Worker(file).work_once()
    assert (job_in(file, job.job_id).error or "").startswith("Every place must have a date")


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_kept_and_asked_again_as_it_was(kind: str) -> None:
    given = {"contract_id": "T1", "by": "2027-01-01"} if kind == "requirement" else {}
    society = {
        "source": "a trial",
        "years": 2,
        "would_have_worked_percent": 25.5,
        "payers": {
            name: {"saved_per_year": -1, "gained_per_year": 10.25, "training_percent": 25}
            for name in ("municipality", "region", "state", "person")
        },
    }
    question = question_from(kind, given)
    if "society" in {field.name for field in fields(question)}:  # type: ignore[arg-type]
        question = question_from(kind, given | {"society": society})
    assert question_from(kind, values_of(question)) == question


def test_a_study_goes_with_its_run_and_outlives_the_plan_that_it_was_asked_about(file: Store) -> None:
    """When the time of keeping ends, nothing of a study stays; that of its plan ends nothing of it."""
    _, run = asked(file)
    assert Worker(file).work_once()
    with file.writing() as session:
        ERASERS["runs"](session, "1", "night", "a rule", date(2030, 1, 1))
    assert study_page(file, run.run_id, "en").study is not None
    with file.writing() as session:
        ERASERS["runs"](session, str(run.run_id), "night", "a rule", date(2030, 1, 1))
    with pytest.raises(UnknownId):
        study_page(file, run.run_id, "en")
