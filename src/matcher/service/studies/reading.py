"""Studies as they are read: what was asked, how far it is, what it came to, and what has changed since."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from matcher.errors import UnknownId
from matcher.languages import Language
from matcher.problem import Problem
from matcher.report import study_from_text, write_study
from matcher.service.publishing import PLANNING, plan_in_use
from matcher.service.scenarios import KIND as SCENARIO
from matcher.service.studies.asking import KINDS, AskedStudy, asked_of
from matcher.store import (
    Job,
    Session,
    Store,
    StoredRun,
    has_study,
    job_of,
    list_plans,
    list_runs,
    load_snapshot,
    load_study,
    num_decisions_since,
    plan_of,
    run_of,
)
from matcher.whatif import Study

Form = Literal["html", "xlsx", "json"]
FORMS: tuple[Form, ...] = ("html", "xlsx", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """A study that was asked for, and how far it is.

    Parameters
    ----------
    run : StoredRun
    job : Job
    asked : AskedStudy
    is_of_plan_in_use : bool
        Whether the plan that it was asked about is the one that people work by now.
    num_decisions : int
        Taken since it was asked for: it does not know them.
    """

    run: StoredRun
    job: Job
    asked: AskedStudy
    is_of_plan_in_use: bool
    num_decisions: int

    @property
    def is_going_on(self) -> bool:
        """Tell whether it waits or is being worked out."""
        return self.job.state in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """A study, what it came to where that is known, and the problem in whose words its changes are told."""

    row: StudyRow
    study: Study | None
    base: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparablePlan:
    """A plan with which the one that people work by can be compared.

    Parameters
    ----------
    plan_id : int
    name : str
        Of its scenario; empty for a plan that is for people.
    asked_at : datetime
    """

    plan_id: int
    name: str
    asked_at: datetime


def comparable_plans(session: Session, limit: int = 6) -> list[ComparablePlan]:
    """Return the last plans beside the one that people work by, of runs and of scenarios, the newest first."""
    runs = list_runs(session, (*PLANNING, SCENARIO), 5 * limit)
    plans = {plan.run_id: plan.plan_id for plan in list_plans(session, [run.run_id for run in runs])}
    in_use = plan_in_use(session)
    others = [run for run in runs if plans.get(run.run_id) not in (None, in_use)]
    return [
        ComparablePlan(
            plan_id=plans[run.run_id],
            name=job_of(session, run.job_id).arguments.get("name", ""),
            asked_at=run.asked_at,
        )
        for run in others[:limit]
    ]


def study_row(session: Session, run_id: int) -> StudyRow:
    """Return a study; raises `UnknownId` where there is none of that number."""
    run = run_of(session, run_id)
    job = job_of(session, run.job_id)
    if job.kind not in KINDS:
        raise UnknownId(
            f"Study '{run_id}' must be there. List the runs and choose a study.",
            entity="studies",
            entity_id=str(run_id),
        )
    return StudyRow(
        run=run,
        job=job,
        asked=asked_of(job, run),
        is_of_plan_in_use=plan_in_use(session) == job.arguments["base_plan_id"],
        num_decisions=num_decisions_since(session, run.asked_at),
    )


def study_rows(session: Session, limit: int = 20) -> list[StudyRow]:
    """Return the last studies that were asked for, the newest first."""
    return [study_row(session, run.run_id) for run in list_runs(session, KINDS, limit)]


def study_in(session: Session, run_id: int, language: Language) -> Study | None:
    """Return what a study came to, in a language; ``None`` where it has not been worked out."""
    if not has_study(session, run_id):
        return None
    return study_from_text(json.loads(load_study(session, run_id))[language])


def study_page(store: Store, run_id: int, language: Language) -> StudyPage:
    """Return a study with what it came to; raises `UnknownId` where there is none of that number."""
    with store.reading() as session:
        row = study_row(session, run_id)
        try:
            base = run_of(session, plan_of(session, row.asked.plan_id).run_id)
        except UnknownId:  # the plan's time of keeping has ended before the study's
            base = row.run
        return StudyPage(
            row=row,
            study=study_in(session, run_id, language),
            base=load_snapshot(session, base.problem_hash),
        )


def study_file(study: Study, form: Form, language: Language) -> bytes:
    """Return a study as a file: a web page, an Excel workbook or JSON."""
    with tempfile.TemporaryDirectory(prefix="matcher-study-") as folder:
        path = Path(folder) / f"study.{form}"
        write_study(study, path, language)
        return path.read_bytes()
