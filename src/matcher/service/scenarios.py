"""What if: a few changes to what the plan was made of, solved as a run of its own, and compared with that plan.

A scenario is a run like any other, with its own snapshot; its plan is never proposed nor published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.errors import Fault, InvalidInput, UnknownId
from matcher.formats.kinds import BadCell
from matcher.formats.scenario_kinds import KIND_BY_NAME
from matcher.plan import Plan
from matcher.problem import Problem, missing_facts
from matcher.problem.changes import Change, Scenario
from matcher.service.running import RunSettings, versions
from matcher.store import (
    Job,
    Session,
    Store,
    StoredPlan,
    StoredRun,
    WritingSession,
    ask_job,
    job_of,
    list_plans,
    list_runs,
    load_plan,
    load_snapshot,
    load_snapshot_with_groups,
    plan_of,
    run_of,
    save_run,
)
from matcher.whatif.comparison import affected_people, tier_differences
from matcher.whatif.scenarios import ScenarioMatrix, ScenarioOutcome

KIND = "scenario"
MOST_CHANGES = 10

# A change as it is asked for: its kind, and its values as texts by their names.
Asked = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRun:
    """A scenario that was asked for, and how far it is."""

    run: StoredRun
    job: Job
    plan: StoredPlan | None
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPage:
    """A scenario, the problem that it changes, and its comparison, where its plan is there."""

    row: ScenarioRun
    base: Problem
    matrix: ScenarioMatrix | None


def change_of(asked: Asked) -> Change:
    """Return the change that was asked for.

    Raises
    ------
    InvalidInput
        With every value that cannot be read.
    """
    kind = KIND_BY_NAME.get(asked.get("kind", ""))
    if kind is None:
        raise InvalidInput([_fault("unknown_kind", "kind", asked.get("kind"), "be of a known kind", "Choose one.")])
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in kind.columns:
        text = asked.get(column.name, "").strip()
        if not text:
            continue
        try:
            values[column.name] = column.kind.read(text)
        except BadCell as error:
            faults.append(_fault(error.code, column.name, text, error.must.format(field=column.name), error.remedy))
    if not faults:
        faults = [
            _fault("missing_value", column.name, None, f"have {column.name} filled in", "Fill it in.")
            for column in kind.columns
            if column.is_required and column.name not in values
        ]
    if faults:
        raise InvalidInput(faults)
    return kind.make(values)


def scenario_of(asked: Sequence[Asked], name: str) -> Scenario:
    """Return a scenario of the changes that were asked for; raises `InvalidInput` with all that is wrong with them."""
    if len(asked) > MOST_CHANGES:
        must = f"have at most {MOST_CHANGES} changes here"
        raise InvalidInput([_fault("too_many", None, len(asked), must, "Leave some out, or use the command line.")])
    faults: list[Fault] = []
    changes: list[Change] = []
    for one in asked:
        try:
            changes.append(change_of(one))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return Scenario(name=name, changes=tuple(changes))


def checked(problem: Problem, scenario: Scenario) -> Problem:
    """Return the problem with a scenario's changes; raises `InvalidInput` where it cannot be solved."""
    changed = scenario.applied(problem)
    if faults := missing_facts(changed):
        raise InvalidInput(faults)
    return changed


def ask_scenario(
    store: Store, plan_id: int, asked: Sequence[Asked], *, name: str, by: str, time_limit_s: float | None = None
) -> StoredRun:
    """Ask for the plan of a scenario: the problem of a plan that is stored, with some changes.

    Raises
    ------
    InvalidInput
        Where the changes cannot be made; nothing is asked for then.
    """
    with store.reading() as session:
        changed = problem_of_scenario(session, plan_id, asked, name)
    with store.writing() as session:
        return ask_scenario_over(session, changed, plan_id, asked, name=name, by=by, time_limit_s=time_limit_s)


def problem_of_scenario(session: Session, plan_id: int, asked: Sequence[Asked], name: str) -> Problem:
    """Return the problem of a plan with a scenario's changes; raises `InvalidInput` where it cannot be solved."""
    base = run_of(session, plan_of(session, plan_id).run_id)
    return checked(load_snapshot_with_groups(session, base.problem_hash), scenario_of(asked, name))


def ask_scenario_over(
    session: WritingSession,
    changed: Problem,
    plan_id: int,
    asked: Sequence[Asked],
    *,
    name: str,
    by: str,
    time_limit_s: float | None = None,
) -> StoredRun:
    """Ask for the plan of what `problem_of_scenario` has made, in a transaction that may hold more."""
    base = run_of(session, plan_of(session, plan_id).run_id)
    arguments = {"base_plan_id": plan_id, "name": name, "changes": [dict(one) for one in asked]}
    settings = RunSettings(time_limit_s=time_limit_s)
    job, _ = ask_job(session, KIND, arguments, by=by, time_limit_s=settings.time_limit_s)
    return save_run(
        session,
        job,
        changed,
        seed=base.seed,
        gap_limit=settings.gap,
        versions=versions(),
        as_of=base.as_of,
        horizon_days=base.horizon_days,
    )


def scenario_runs(session: Session, limit: int = 20) -> list[ScenarioRun]:
    """Return the last scenarios that were asked for, the newest first."""
    runs = list_runs(session, (KIND,), limit)
    plans = {plan.run_id: plan for plan in list_plans(session, [run.run_id for run in runs])}
    return [_row(session, run, plans.get(run.run_id)) for run in runs]


def scenario_page(store: Store, run_id: int) -> ScenarioPage:
    """Return a scenario, compared with the plan that it was made from once it has one of its own.

    Raises
    ------
    UnknownId
        Where there is no such scenario.
    """
    with store.reading() as session:
        run = run_of(session, run_id)
        stored = next(iter(list_plans(session, [run_id])), None)
        row = _row(session, run, stored)
        if row.job.kind != KIND:
            sentence = f"Run '{run_id}' must be a scenario, got a {row.job.kind}. List the scenarios and choose one."
            raise UnknownId(sentence, entity="scenarios", entity_id=str(run_id))
        base_plan_id = row.job.arguments["base_plan_id"]
        base = load_snapshot(session, run_of(session, plan_of(session, base_plan_id).run_id).problem_hash)
        if stored is None:
            return ScenarioPage(row=row, base=base, matrix=None)
        problem = load_snapshot(session, run.problem_hash)
        matrix = _matrix(
            base, load_plan(session, base_plan_id), problem, load_plan(session, stored.plan_id), row.scenario
        )
    return ScenarioPage(row=row, base=base, matrix=matrix)


def _row(session: Session, run: StoredRun, plan: StoredPlan | None) -> ScenarioRun:
    job = job_of(session, run.job_id)
    asked = job.arguments.get("changes", ())
    return ScenarioRun(run=run, job=job, plan=plan, scenario=scenario_of(asked, job.arguments.get("name", "?")))


def _matrix(base: Problem, base_plan: Plan, problem: Problem, plan: Plan, scenario: Scenario) -> ScenarioMatrix:
    as_it_is = ScenarioOutcome(
        scenario=None,
        policy=base.policy.name,
        problem=base,
        plan=base_plan,
        contradictions=(),
        tiers=tier_differences(base_plan, base_plan),
        affected=(),
    )
    changed = replace(
        as_it_is,
        scenario=scenario.name,
        problem=problem,
        plan=plan,
        tiers=tier_differences(base_plan, plan),
        affected=affected_people(base_plan, plan),
    )
    return ScenarioMatrix(
        problem_hash=base_plan.problem_hash,
        policies=(base.policy.name,),
        scenarios=(scenario.name,),
        outcomes=(as_it_is, changed),
    )


def _fault(code: str, field: str | None, value: object, must: str, remedy: str) -> Fault:
    return Fault(code=code, table="changes", field=field, value=value, must=must, remedy=remedy)
