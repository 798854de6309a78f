"""Runs as staff follow them: how far each is, what its plan would change, and publishing that plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from matcher.errors import Conflict
from matcher.explain import PlanDifference, plan_difference
from matcher.plan import Plan
from matcher.service.batches import DEFAULT_HORIZON_DAYS, DEFAULT_LOOK_AHEAD_DAYS
from matcher.service.proposing import due_and_later
from matcher.service.running import RunSettings, ask_run
from matcher.store import (
    Job,
    Publication,
    Session,
    Store,
    StoredPlan,
    StoredRun,
    WritingSession,
    job_of,
    list_plans,
    list_proposals,
    list_publications,
    list_runs,
    list_stored,
    load_plan,
    load_snapshot,
    newest_plan_id,
    num_decisions_since,
    plan_of,
    propose,
    publish_plan,
    published_plan_id,
    run_of,
)

PLANNING = ("run", "batch")  # kinds of jobs whose plans are for people; a scenario's is not


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run, how far it is, and what has come of it.

    Parameters
    ----------
    run : StoredRun
    job : Job
    plan : StoredPlan or None
    published : Publication or None
        When its plan was published last.
    """

    run: StoredRun
    job: Job
    plan: StoredPlan | None
    published: Publication | None

    @property
    def is_going_on(self) -> bool:
        """Tell whether it waits or is being made."""
        return self.job.state in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """Everything about a run.

    Parameters
    ----------
    row : RunRow
    plan : Plan or None
    published_id : int or None
        Number of the published plan; a form sends it back.
    in_use_id : int or None
        Number of the plan that people work by.
    difference : PlanDifference or None
        Of the plan that people work by and this one; ``None`` where one of the two is missing or both are one.
    kinds : Counter of str
        How many people are newly placed, moved and so on.
    num_decisions : int
        Taken since the run was asked for: its plan does not know them.
    num_promises : int
        Accepted pairs that the plan keeps.
    can_publish : bool
    """

    row: RunRow
    plan: Plan | None
    published_id: int | None
    in_use_id: int | None
    difference: PlanDifference | None
    kinds: Counter[str]
    num_decisions: int
    num_promises: int
    can_publish: bool


def plan_in_use(session: Session) -> int | None:
    """Return the number of the plan that people work by.

    That is the published one; before there is one, the newest batch's, whose proposals wait, and before that any.
    """
    published = published_plan_id(session)
    if published is not None:
        return published
    batch = newest_plan_id(session, ("batch",))
    return newest_plan_id(session, PLANNING) if batch is None else batch


def publication_of(session: Session, plan_id: int | None) -> Publication | None:
    """Return when and by whom a plan was published last; ``None`` where nobody has published it."""
    return None if plan_id is None else _published(session).get(plan_id)


def start_run(store: Store, day: date, *, by: str, time_limit_s: float | None = None) -> StoredRun:
    """Ask for a plan of the year that follows a day, from what is stored now; it is proposed once it is published."""
    _, run = ask_run(
        store,
        by=by,
        settings=RunSettings(time_limit_s=time_limit_s),
        as_of=day,
        horizon_days=DEFAULT_HORIZON_DAYS,
        look_ahead_days=DEFAULT_LOOK_AHEAD_DAYS,
    )
    return run


def run_rows(session: Session, limit: int = 20) -> list[RunRow]:
    """Return the last runs whose plans are for people, the newest first."""
    runs = list_runs(session, PLANNING, limit)
    plans = {plan.run_id: plan for plan in list_plans(session, [run.run_id for run in runs])}
    published = _published(session)
    return [_row(session, run, plans.get(run.run_id), published) for run in runs]


def run_page(store: Store, run_id: int) -> RunPage:
    """Return everything about a run, with what its plan would change for people.

    Raises
    ------
    UnknownId
        Where there is no such run.
    """
    with store.reading() as session:
        run = run_of(session, run_id)
        stored = next(iter(list_plans(session, [run_id])), None)
        row = _row(session, run, stored, _published(session))
        published_id, in_use_id = published_plan_id(session), plan_in_use(session)
        plan = None if stored is None else load_plan(session, stored.plan_id)
        is_other = stored is not None and stored.plan_id != in_use_id
        in_use = load_plan(session, in_use_id) if is_other and in_use_id is not None else None
        accepted = {
            (found.entity.candidate_id, found.entity.vacancy_id)
            for found in list_stored(session, "decisions", decision="accepted")
        }
        num_decisions = num_decisions_since(session, run.asked_at)
        can_publish = stored is not None and row.job.kind in PLANNING and _is_newer(session, stored.plan_id)
    difference = plan_difference(in_use, plan) if in_use is not None and plan is not None else None
    return RunPage(
        row=row,
        plan=plan,
        published_id=published_id,
        in_use_id=in_use_id,
        difference=difference,
        kinds=Counter(one.kind for one in difference.people) if difference else Counter(),
        num_decisions=num_decisions,
        num_promises=sum((each.candidate_id, each.vacancy_id) in accepted for each in plan.assignments) if plan else 0,
        can_publish=can_publish,
    )


def publish(store: Store, plan_id: int, *, by: str, seen: int | None, reason: str | None = None) -> int:
    """Make a plan the one that people work by, and propose what is due in it; return how many proposals there are.

    Parameters
    ----------
    seen : int or None
        Number of the published plan that the person has compared it with.

    Raises
    ------
    UnknownId
        Where there is no such plan.
    Conflict
        Where another plan was published meanwhile (``stale_version``), or this one or a later one was already, or it
        answers a scenario (``refused_move``).
    """
    with store.writing() as session:
        stored = plan_of(session, plan_id)
        run = run_of(session, stored.run_id)
        job = job_of(session, run.job_id)
        told = published_plan_id(session)
        if told != seen:
            raise _refused(
                plan_id, "stale_version", f"be compared with plan {seen or 'none'}", f"plan {told or 'none'}"
            )
        if job.kind not in PLANNING:
            raise _refused(plan_id, "refused_move", "answer what is stored", f"a plan of a {job.kind}")
        if not _is_newer(session, plan_id):
            raise _refused(plan_id, "refused_move", "be newer than what was published", f"plan {told} published")
        publish_plan(session, plan_id, by=by, reason=reason)
        if job.kind == "batch":  # proposed when it was made
            return len(list_proposals(session, plan_id=plan_id, state="proposed"))
        return _propose_due(session, run, job, plan_id, by)


def _propose_due(session: WritingSession, run: StoredRun, job: Job, plan_id: int, by: str) -> int:
    """Propose what is due and what nobody has decided about since."""
    due, _ = due_and_later(load_snapshot(session, run.problem_hash), load_plan(session, plan_id), job)
    decided = {
        (found.entity.candidate_id, found.entity.vacancy_id)
        for found in list_stored(session, "decisions")
        if found.entity.decision != "pinned"
    }
    wanted = [entry for entry, _ in due if (entry.candidate_id, entry.vacancy_id) not in decided]
    return propose(session, plan_id, wanted, by=by)


def _published(session: Session) -> dict[int, Publication]:
    return {one.plan_id: one for one in reversed(list_publications(session))}


def _row(session: Session, run: StoredRun, plan: StoredPlan | None, published: dict[int, Publication]) -> RunRow:
    told = None if plan is None else published.get(plan.plan_id)
    return RunRow(run=run, job=job_of(session, run.job_id), plan=plan, published=told)


def _is_newer(session: Session, plan_id: int) -> bool:
    return all(plan_id > one.plan_id for one in list_publications(session))


def _refused(plan_id: int, code: str, must: str, found: str) -> Conflict:
    return Conflict(
        f"Plan '{plan_id}' must {must}, got {found}. Read the plans again, or start a new run.",
        code=code,
        entity="plans",
        entity_id=str(plan_id),
    )
