"""Runs: asked for, watched, cancelled."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from matcher.service.asking import ask_run_once
from matcher.service.lists import Wanted, list_page, listed_one
from matcher.service.once import KeptAnswer
from matcher.service.work import Job, RunSettings, RunWithJob, StoredRun, WritingSession, cancel_job
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.describing import LOCATION
from matcher_api.documents import guarded
from matcher_api.events import JobWatch, stream
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.schemas_work import AskedRun, Page, RunDocument

router = APIRouter(tags=["runs"])
RunId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_wanted = wanted_from("runs")


@router.post(
    "/runs",
    status_code=202,
    summary="Ask for a run",
    response_model=RunDocument,
    responses={202: {"headers": LOCATION}, **guarded(400, 409, 413, 415)},
    dependencies=[Depends(require_json)],
)
def ask(body: AskedRun, by: Acting, asked: Asked) -> Response:
    """Ask for a plan of what is stored now; a worker makes it, and `Location` says where to watch it."""

    def answered(job: Job, run: StoredRun) -> KeptAnswer:
        document = RunDocument.of(RunWithJob(run=run, job=job, plan_id=None)).model_dump_json()
        return KeptAnswer(status=202, document=document, headers={"Location": f"/v1/runs/{run.run_id}"})

    settings = RunSettings(
        gap=body.gap, seed=body.seed, time_limit_s=body.time_limit_s, memory_limit_mb=body.memory_limit_mb
    )
    return kept_response(
        ask_run_once(
            asked,
            by=by,
            kind=body.kind,
            settings=settings,
            as_of=body.as_of,
            horizon_days=body.horizon_days,
            look_ahead_days=body.look_ahead_days,
            answered=answered,
        )
    )


@router.get("/runs", summary="List runs", responses=guarded())
def runs(store: Db, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[RunDocument]:
    """List runs in the order in which they were asked for; `sort=-run_id` has the newest first."""
    with store.reading() as session:
        page = list_page(session, "runs", wanted)
    return Page(items=[RunDocument.of(each) for each in page.items], next_cursor=next_cursor(page, wanted))


@router.get("/runs/{run_id}", summary="Read a run", responses=guarded(404))
def run(store: Db, run_id: RunId) -> RunDocument:
    """Say what a run reads and how far it is."""
    with store.reading() as session:
        return RunDocument.of(listed_one(session, "runs", run_id))


@router.post(
    "/runs/{run_id}/cancellation",
    summary="Cancel a run",
    response_model=RunDocument,
    responses=guarded(404, 409, 413),
)
def cancel(run_id: RunId, by: Acting, asked: Asked) -> Response:
    """Ask for the end of a run: one that waits ends at once, one that runs as soon as its worker hears of it."""

    def act(session: WritingSession) -> KeptAnswer:
        cancel_job(session, listed_one(session, "runs", run_id).job.job_id, by=by)
        found = RunDocument.of(listed_one(session, "runs", run_id))
        return KeptAnswer(status=200, document=found.model_dump_json(), headers={})

    return kept_response(asked.answer(act))


@router.get(
    "/runs/{run_id}/events",
    summary="Watch a run",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "An event whenever something has changed; the last one says how the run ended.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        204: {"description": "The run had ended with the event that was seen last: nothing more will come."},
        **guarded(404),
    },
)
def events(
    request: Request,
    store: Db,
    run_id: RunId,
    last_event_id: Annotated[
        str | None, Header(max_length=200, description="The last event that was seen; only what differs is sent.")
    ] = None,
) -> Response:
    """Tell states, bound, incumbent and gap as they come (server-sent events).

    Each event is the whole of what is known, so a reader who was away misses nothing that still holds.
    """
    with store.reading() as session:
        found: RunWithJob = listed_one(session, "runs", run_id)
    watch: JobWatch = request.app.state.watch
    return stream(watch, store, found, last_event_id)
