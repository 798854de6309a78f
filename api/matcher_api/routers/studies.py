"""Studies: questions of what if that a worker answers by solving or drawing again and again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from starlette.exceptions import HTTPException

from matcher.report import study_document
from matcher.service.once import KeptAnswer
from matcher.service.studies import (
    AskedStudy,
    Form,
    ask_study_over,
    problem_of_study,
    question_from,
    study_file,
    study_in,
    study_row,
)
from matcher.service.work import RunWithJob, WritingSession, cancel_job
from matcher.whatif import Study
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.changes import change_texts
from matcher_api.database import Db
from matcher_api.describing import LOCATION
from matcher_api.documents import guarded
from matcher_api.language import Say
from matcher_api.once import Asked, kept_response
from matcher_api.schemas_studies import AnyStudy, StudyDocument
from matcher_api.schemas_work import RunDocument

router = APIRouter(tags=["studies"])
RunId = Annotated[int, Path(ge=1, le=2**63 - 1)]
AsForm = Annotated[Form, Query(alias="format")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES: dict[Form, str] = {"html": "text/html", "xlsx": XLSX, "json": "application/json"}
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The study as one file, in the reader's language.",
        "content": {
            "text/html": {"schema": {"type": "string"}},
            XLSX: BINARY,
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


def asked_study(body: AnyStudy) -> AskedStudy:
    """Return a study as the service asks for it."""
    return AskedStudy(
        plan_id=body.plan_id,
        question=question_from(body.kind, body.question_values()),
        changes=[change_texts(change) for change in getattr(body, "changes", ())],
        name=body.name or "",
        gap=getattr(body, "gap", 1e-6),
        seed=body.seed,
        solve_time_limit_s=getattr(body, "solve_time_limit_s", None),
        time_limit_s=body.time_limit_s,
    )


@router.post(
    "/studies",
    status_code=202,
    summary="Ask for a study",
    response_model=RunDocument,
    responses={202: {"headers": LOCATION}, **guarded(400, 404, 409, 413, 415)},
    dependencies=[Depends(require_json)],
)
def ask(body: Annotated[AnyStudy, Body(discriminator="kind")], store: Db, by: Acting, asked: Asked) -> Response:
    """Ask what one more is worth, where money does most good, what can be promised, or what happens by chance.

    A worker answers it, after the plans that people work by; `Location` says where to read the answer. It is of the
    problem as the plan read it, whatever is stored later.
    """
    wanted = asked_study(body)
    with store.reading() as session:
        problem = problem_of_study(session, wanted)
    with store.writing() as session:
        known = asked.known(session)
        if known is not None:
            return kept_response(known)
        job, run = ask_study_over(session, problem, wanted, by=by)
        document = RunDocument.of(RunWithJob(run=run, job=job, plan_id=None)).model_dump_json()
        headers = {"Location": f"/v1/studies/{run.run_id}"}
        return kept_response(asked.keep(session, KeptAnswer(status=202, document=document, headers=headers)))


@router.get("/studies/{run_id}", summary="Read a study", responses=guarded(404))
def study(store: Db, say: Say, run_id: RunId) -> StudyDocument:
    """Say how far a study is, what it came to, and whether what it was asked about still holds."""
    with store.reading() as session:
        row, found = study_row(session, run_id), study_in(session, run_id, say.language)
    return StudyDocument.of(row, None if found is None else study_document(found))


@router.get(
    "/studies/{run_id}/report",
    summary="Export a study",
    response_class=Response,
    responses={**REPORT, **guarded(404)},
)
def report(store: Db, say: Say, run_id: RunId, form: AsForm = "html") -> Response:
    """Return a study as a page that is read without anything else, as an Excel workbook, or as JSON."""
    with store.reading() as session:
        study_row(session, run_id)
        found = study_in(session, run_id, say.language)
    return report_of(found, form, say, f"study-{run_id}")


@router.post(
    "/studies/{run_id}/cancellation",
    summary="Cancel a study",
    response_model=RunDocument,
    responses=guarded(404, 409, 413),
)
def cancel(run_id: RunId, by: Acting, asked: Asked) -> Response:
    """Ask for the end of a study: one that waits ends at once, one that runs as soon as its worker hears of it."""

    def act(session: WritingSession) -> KeptAnswer:
        job = cancel_job(session, study_row(session, run_id).job.job_id, by=by)
        run = study_row(session, run_id).run
        document = RunDocument.of(RunWithJob(run=run, job=job, plan_id=None)).model_dump_json()
        return KeptAnswer(status=200, document=document, headers={})

    return kept_response(asked.answer(act))


def report_of(found: Study | None, form: Form, say: Say, name: str) -> Response:
    """Return a study as a file to be saved; 404 where it has not been worked out."""
    if found is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    headers |= {"Content-Language": say.language, "Vary": "Accept-Language"}
    return Response(study_file(found, form, say.language), media_type=MEDIA_TYPES[form], headers=headers)
