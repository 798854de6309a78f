"""The pages of plans and runs: start one, watch the gap close, compare it with what people work by, publish it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Conflict
from matcher.languages import message
from matcher.service.publishing import publication_of, publish, run_page, run_rows, start_run
from matcher.store import cancel_job, job_of
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import At, Desks, Fields, Kept, NotReady, Number, whole
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.sight import Seen
from matcher_api.web.words import DIFFERENT

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

LONGEST_S = {"60": message("a minute"), "300": message("five minutes"), "1800": message("half an hour")}
MOST_REASON = 500


@router.get("/plan")
def plan(request: Request, desks: Desks, store: Kept, sight: Seen) -> HTMLResponse:
    """The plan that people work by, and the runs; whoever is limited finds their part of it alone."""
    if sight.is_limited:
        desk = desks.desk()
        if desk is None:
            raise NotReady
        with store.reading() as session:
            published = publication_of(session, desk.plan_id)
        summary = sight.summary(desk.summary, desk)
        return page(request, "plan-part.html.jinja", summary=summary, published=published, sight=sight)
    with store.reading() as session:
        rows = run_rows(session)
    return page(request, "plan.html.jinja", desk=desks.desk(), rows=rows, limits=LONGEST_S)


@router.get("/plan/report")
def report(request: Request, desk: At) -> HTMLResponse:
    """The plan as the one self-contained page that is printed and sent."""
    text = desk.report(reader_of(request).language)
    # Its own policy stands in the page, with the hash of its style.
    return HTMLResponse(text, headers={"Content-Security-Policy": "frame-ancestors 'none'"})


@router.post("/runs")
def start(desks: Desks, store: Kept, actor: Signed, fields: Fields) -> RedirectResponse:
    """Ask for a new plan."""
    limit = fields.get("time_limit_s", "300")
    if limit not in LONGEST_S:
        raise HTTPException(400)
    run = start_run(store, desks.today(), by=actor.name, time_limit_s=float(limit))
    return RedirectResponse(f"/runs/{run.run_id}", status_code=303)


@router.get("/runs/{run_id}")
def run(request: Request, store: Kept, run_id: Number) -> HTMLResponse:
    """One run: how far it is, and then what its plan would change."""
    return _run(request, store, run_id)


@router.post("/runs/{run_id}/cancel")
def cancel(store: Kept, actor: Signed, run_id: Number) -> RedirectResponse:
    """End a run without a plan; one that has ended meanwhile stays as it is."""
    view = run_page(store, run_id)
    with store.writing() as session:
        if job_of(session, view.row.job.job_id).state in ("queued", "running"):
            cancel_job(session, view.row.job.job_id, by=actor.name)
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


@router.post("/runs/{run_id}/publish")
def publish_run(request: Request, store: Kept, actor: Signed, fields: Fields, run_id: Number) -> Response:
    """Make the run's plan the one that people work by; who has compared it with another one is shown that instead."""
    view = run_page(store, run_id)
    if view.row.plan is None:
        raise HTTPException(404)
    reason = fields.get("reason", "")[:MOST_REASON] or None
    try:
        publish(store, view.row.plan.plan_id, by=actor.name, seen=whole(fields, "seen"), reason=reason)
    except Conflict as error:
        if error.code == "stopped":
            raise
        return _run(request, store, run_id, status=409, trouble=True)
    return RedirectResponse("/plan", status_code=303)


def _run(request: Request, store: Kept, run_id: int, *, status: int = 200, trouble: bool = False) -> HTMLResponse:
    view = run_page(store, run_id)
    return page(request, "run.html.jinja", status, view=view, trouble=trouble, different=DIFFERENT)
