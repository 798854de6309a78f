"""Asks for studies, and reads what was asked: a kind, its arguments, and what it is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from matcher.errors import InvalidInput, UnknownId
from matcher.problem import Problem
from matcher.problem.changes import Scenario
from matcher.service.running import DEFAULT_GAP, versions
from matcher.service.scenarios import Asked, checked, scenario_of
from matcher.service.studies.draws import RollingQuestion, SimulateQuestion
from matcher.service.studies.effort import OtherPlan, Question
from matcher.service.studies.faults import fault_of
from matcher.service.studies.questions import InvestQuestion, RequirementQuestion, ValueQuestion
from matcher.store import (
    Job,
    Session,
    Store,
    StoredRun,
    WritingSession,
    ask_job,
    job_of,
    load_plan,
    load_snapshot,
    load_snapshot_with_groups,
    plan_of,
    run_of,
    save_run,
)

QUESTIONS: Mapping[str, type[Question]] = {
    each.kind: each for each in (ValueQuestion, InvestQuestion, RequirementQuestion, SimulateQuestion, RollingQuestion)
}
KINDS = tuple(QUESTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStudy:
    """A study as it is asked for.

    Parameters
    ----------
    plan_id : int
        The plan whose problem is asked about.
    question : Question
    changes : sequence of mapping
        Made to the problem before: a catalogue of cohorts, or a tender with its vacancies.
    name : str
        What people call it; may be empty.
    gap : float
    seed : int
    solve_time_limit_s : float or None
        Of each single solve.
    time_limit_s : float or None
        Of the whole, which fails where it ends that.
    """

    plan_id: int
    question: Question
    changes: Sequence[Asked] = ()
    name: str = ""
    gap: float = DEFAULT_GAP
    seed: int = 0
    solve_time_limit_s: float | None = None
    time_limit_s: float | None = None

    @property
    def compared_with(self) -> tuple[int, ...]:
        """Return the numbers of the plans with which this one is compared."""
        return self.question.compared_with if isinstance(self.question, SimulateQuestion) else ()

    @property
    def scenario(self) -> Scenario:
        """Return the changes; raises `InvalidInput` with all that is wrong with them."""
        return scenario_of(self.changes, self.name or self.question.kind)

    def on(self, base: Problem) -> Problem:
        """Return the problem that is asked about.

        Raises
        ------
        InvalidInput
            Where the changes cannot be made, or it cannot be asked.
        """
        if self.changes and not self.question.has_changes:
            must, remedy = "be left out where a plan is asked about", "Make a plan of the changed problem first."
            raise InvalidInput([fault_of("bad_study", "changes", len(self.changes), must, remedy)])
        problem = checked(base, self.scenario) if self.changes else base
        self.question.require_askable(problem)
        return problem


def question_from(kind: str, values: Mapping[str, Any]) -> Question:
    """Return a question of a kind from its values, as JSON or a form holds them.

    Raises
    ------
    ValidationError
        Of pydantic, with every value that is none of its key's.
    InvalidInput
        Where assumptions do not fit one another.
    """
    return _reader(kind).validate_python(values)


def values_of(question: Question) -> dict[str, Any]:
    """Return the values of a question, ready for JSON."""
    values: dict[str, Any] = _reader(question.kind).dump_python(question, mode="json")
    return values


@cache
def _reader(kind: str) -> TypeAdapter[Question]:
    return TypeAdapter(QUESTIONS[kind])


def problem_of_study(session: Session, asked: AskedStudy) -> Problem:
    """Return the problem that a study is about; raises `InvalidInput` where it cannot be asked."""
    base = run_of(session, plan_of(session, asked.plan_id).run_id)
    _require_others(session, asked)
    return asked.on(load_snapshot_with_groups(session, base.problem_hash))


def others_of(session: Session, asked: AskedStudy) -> list[OtherPlan]:
    """Return the plans with which the one that is asked about is compared; raises `UnknownId` where one is gone."""
    return [_other(session, plan_id) for plan_id in asked.compared_with]


def _other(session: Session, plan_id: int) -> OtherPlan:
    run = run_of(session, plan_of(session, plan_id).run_id)
    name = job_of(session, run.job_id).arguments.get("name", "")
    problem = load_snapshot(session, run.problem_hash)
    return OtherPlan(plan_id=plan_id, name=name, problem=problem, plan=load_plan(session, plan_id))


def _require_others(session: Session, asked: AskedStudy) -> None:
    """See that the plans to be compared with are there, each once."""
    faults = []
    for place, plan_id in enumerate(asked.compared_with):
        key = f"compared_with/{place}"
        if plan_id in (asked.plan_id, *asked.compared_with[:place]):
            must = "name other plans than the one that is asked about, each once"
            faults.append(fault_of("duplicate_id", key, plan_id, must, "Leave it out."))
            continue
        try:
            plan_of(session, plan_id)
        except UnknownId:
            must, remedy = "name plans that are there", "List the plans and choose some."
            faults.append(fault_of("unknown_id", key, plan_id, must, remedy))
    if faults:
        raise InvalidInput(faults)


def ask_study(store: Store, asked: AskedStudy, *, by: str) -> tuple[Job, StoredRun]:
    """Ask for a study; raises `InvalidInput` where it cannot be asked, and nothing is asked for then."""
    with store.reading() as session:
        problem = problem_of_study(session, asked)
    with store.writing() as session:
        return ask_study_over(session, problem, asked, by=by)


def ask_study_over(session: WritingSession, problem: Problem, asked: AskedStudy, *, by: str) -> tuple[Job, StoredRun]:
    """Ask for a study of what `problem_of_study` has made, in a transaction that may hold more."""
    base = run_of(session, plan_of(session, asked.plan_id).run_id)
    arguments = {
        "base_plan_id": asked.plan_id,
        "name": asked.name,
        "changes": [dict(one) for one in asked.changes],
        "question": values_of(asked.question),
        "solve_time_limit_s": asked.solve_time_limit_s,
    }
    job, _ = ask_job(session, asked.question.kind, arguments, by=by, time_limit_s=asked.time_limit_s)
    run = save_run(
        session,
        job,
        problem,
        seed=asked.seed,
        gap_limit=asked.gap,
        versions=versions(),
        as_of=base.as_of,
        horizon_days=base.horizon_days,
        groups_asked=asked.question.groups if isinstance(asked.question, RequirementQuestion) else (),
    )
    return job, run


def asked_of(job: Job, run: StoredRun) -> AskedStudy:
    """Return what a job was asked."""
    told = job.arguments
    return AskedStudy(
        plan_id=told["base_plan_id"],
        question=question_from(job.kind, told["question"]),
        changes=told["changes"],
        name=told["name"],
        gap=run.gap_limit,
        seed=run.seed,
        solve_time_limit_s=told["solve_time_limit_s"],
        time_limit_s=job.time_limit_s,
    )
