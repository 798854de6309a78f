"""The page of oversight: how people decide about what the planner proposes, and the switch that stops it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.languages import message
from matcher.service import overseeing
from matcher.service.overseeing import Oversight
from matcher.store import list_stops, resume_runs, stop_runs
from matcher_api.auth.actor import Actor, Signed
from matcher_api.web.asked import Fields, Kept
from matcher_api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_REASON = 500
PERIODS = {30: message("30 days"), 90: message("90 days"), 365: message("a year")}
WARNINGS = {
    "always_accepts": message("Nearly everything is accepted"),
    "too_fast": message("Most is decided within seconds"),
    "unseen": message("Some is decided without being opened"),
}


@router.get("/oversight")
def oversight(
    request: Request, store: Kept, actor: Signed, days: Annotated[int, Query(ge=1, le=3660)] = 90
) -> HTMLResponse:
    """How people decide, and the stop switch."""
    with store.reading() as session:
        stops = list_stops(session, 20)
        view = overseeing.oversight(session, days)
    return page(
        request,
        "oversight.html.jinja",
        stops=stops,
        view=view,
        people=people_seen(view, actor),
        sees_everybody="auditor" in actor.roles,
        periods=PERIODS,
        warned=WARNINGS,
        limits=overseeing,
        first_day=date.fromisoformat,
    )


def people_seen(view: Oversight, actor: Actor) -> list[overseeing.OversightRow]:
    """Return the people whose way of deciding somebody may see: an auditor everybody's, others their own."""
    return [row for row in view.by_person if "auditor" in actor.roles or row.name == actor.name]


@router.post("/oversight/stop")
def stop(store: Kept, actor: Signed, fields: Fields) -> Response:
    """Stop runs and batches."""
    with store.writing() as session:
        stop_runs(session, by=actor.name, reason=fields.get("reason", "")[:MOST_REASON])
    return RedirectResponse("/oversight", status_code=303)


@router.post("/oversight/resume")
def resume(store: Kept, actor: Signed, fields: Fields) -> Response:
    """Let runs and batches go on."""
    with store.writing() as session:
        resume_runs(session, by=actor.name, reason=fields.get("reason", "")[:MOST_REASON])
    return RedirectResponse("/oversight", status_code=303)
