"""The pages of studies: ask what solving or drawing again and again answers, see how far it is, read it, export it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Fault, InvalidInput
from matcher.languages import Phrases
from matcher.report.study_html import QUESTIONS, cell_text, study_page, study_parts
from matcher.service.studies import KINDS, AskedStudy, StudyPage, ask_study
from matcher.service.studies import study_page as study_of
from matcher.store import Store, cancel_job, job_of, run_of
from matcher.whatif.study import StudyTable
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Kept, Number
from matcher_api.web.questions import question_of
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.scenario_words import change_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

TIME_LIMIT_S = 3600.0
MOST_NAME = 60


def asked(
    store: Store, plan_id: int, fields: Mapping[str, str], changes: list[Mapping[str, str]], by: str, say: Phrases
) -> RedirectResponse:
    """Ask a form's question about a plan.

    Raises
    ------
    WrongFields, InvalidInput
        Where it cannot be asked.
    """
    question = question_of(fields, say)
    wanted = AskedStudy(
        plan_id=plan_id,
        question=question,
        changes=changes if question.has_changes else (),
        name=fields.get("name", "")[:MOST_NAME],
        time_limit_s=TIME_LIMIT_S,
    )
    _, run = ask_study(store, wanted, by=by)
    return RedirectResponse(f"/what-if/{run.run_id}", status_code=303)


def is_study(store: Store, run_id: int) -> bool:
    """Tell whether a run is a study."""
    with store.reading() as session:
        return job_of(session, run_of(session, run_id).job_id).kind in KINDS


def shown(request: Request, store: Store, run_id: int) -> HTMLResponse:
    """Show what a study comes to, or how far it is."""
    say = reader_of(request)
    view = study_of(store, run_id, say.language)
    study = view.study
    return page(
        request,
        "studied.html.jinja",
        view=view,
        study=study,
        question=say.text(QUESTIONS[view.row.job.kind]),
        sections=study_parts(study, say) if study else [],
        workbook_of=table_address(run_id),
        changes=[change_words(change, view.base, say) for change in _changes(view)],
        cell_text=lambda value, kind: cell_text(value, kind, say),
    )


def table_address(run_id: int) -> Callable[[StudyTable], str]:
    """Return what tells where a table of an answer is a workbook."""
    return lambda table: f"/what-if/{run_id}/excel?{urlencode({'table': table.name})}"


def _changes(view: StudyPage) -> tuple[Any, ...]:
    return view.row.asked.scenario.changes if view.row.asked.changes else ()


@router.get("/what-if/{run_id}/report")
def report(request: Request, store: Kept, run_id: Number) -> HTMLResponse:
    """The study as the one self-contained page that is printed and sent."""
    say = reader_of(request)
    study = study_of(store, run_id, say.language).study
    if study is None:
        raise HTTPException(404)
    # Its own policy stands in the page, with the hash of its style.
    text = study_page(study, say.language)
    return HTMLResponse(text, headers={"Content-Security-Policy": "frame-ancestors 'none'"})


@router.post("/what-if/{run_id}/cancel")
def cancel(store: Kept, actor: Signed, run_id: Number) -> Response:
    """End a study without an answer; one that has ended meanwhile stays as it is."""
    if not is_study(store, run_id):
        raise HTTPException(404)
    with store.writing() as session:
        job = job_of(session, run_of(session, run_id).job_id)
        if job.state in ("queued", "running"):
            cancel_job(session, job.job_id, by=actor.name)
    return RedirectResponse(f"/what-if/{run_id}", status_code=303)


def faults_of(error: InvalidInput) -> tuple[Fault, ...]:
    """Return what is wrong, without pointers into what no person has written."""
    return tuple(fault.at(file=None) for fault in error.faults)
