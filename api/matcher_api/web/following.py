"""The pages of placements: who should have begun, who has, whom to ask about today, and what somebody has found out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from matcher.errors import Conflict
from matcher.languages import message
from matcher.service.following import (
    begun_row,
    begun_rows,
    expected_rows,
    note_end,
    note_lasting,
    note_start,
)
from matcher_api.auth.actor import Actor, Signed
from matcher_api.web.asked import Desks, Fields, Kept, Number, PageNumber, Search, whole
from matcher_api.web.filters import filtered
from matcher_api.web.rendering import page
from matcher_api.web.sight import Seen, Sight

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_NOTE = 500
DONE = {
    "started": message("Noted. In three months somebody is asked to find out whether it lasts."),
    "lasting": message("Noted. It lasts so far."),
    "ended": message("Noted. The place is open again for the next plan."),
}
NO_DAY = message("Choose the day.")


@router.get("/placements")
def placements(
    request: Request,
    store: Kept,
    desks: Desks,
    sight: Seen,
    actor: Signed,
    q: Search = "",
    only: Search = "due",
    number: PageNumber = 1,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Whom to ask about today, who should have begun, and everybody who has."""
    return _list(request, store, desks, sight, actor, q=q, only=only, number=number, done=done)


@router.get("/placements/{placement_id}")
def placement(request: Request, store: Kept, desks: Desks, actor: Signed, placement_id: Number) -> HTMLResponse:
    """One placement, with what was found out and what can be noted."""
    return _one(request, store, desks, actor, placement_id)


@router.post("/vacancies/{vacancy_id}/people/{candidate_id}/start")
def start(
    request: Request,
    store: Kept,
    desks: Desks,
    sight: Seen,
    actor: Signed,
    fields: Fields,
    vacancy_id: str,
    candidate_id: str,
) -> Response:
    """Note that somebody has begun."""
    day = _day(fields.get("start_date", ""))
    if day is None:
        return _list(request, store, desks, sight, actor, status=422, fault=NO_DAY)
    try:
        note_start(store, candidate_id, vacancy_id, day, today=desks.today(), by=actor.name)
    except Conflict as error:
        return _list(request, store, desks, sight, actor, status=409, fault=str(error))
    return RedirectResponse("/placements?done=started", status_code=303)


@router.post("/placements/{placement_id}/follow-ups/{follow_up_id}")
def lasting(
    request: Request,
    store: Kept,
    desks: Desks,
    actor: Signed,
    fields: Fields,
    placement_id: Number,
    follow_up_id: Number,
) -> Response:
    """Note that somebody is still there."""
    version = whole(fields, "version") or 0
    try:
        note_lasting(store, placement_id, follow_up_id, today=desks.today(), by=actor.name, version=version)
    except Conflict as error:
        return _one(request, store, desks, actor, placement_id, status=409, fault=str(error))
    return RedirectResponse("/placements?done=lasting", status_code=303)


@router.post("/placements/{placement_id}/end")
def end(request: Request, store: Kept, desks: Desks, actor: Signed, fields: Fields, placement_id: Number) -> Response:
    """Note on which day somebody has left."""
    day = _day(fields.get("ended_on", ""))
    if day is None:
        return _one(request, store, desks, actor, placement_id, status=422, fault=NO_DAY)
    note, version = fields.get("note", "")[:MOST_NOTE], whole(fields, "version") or 0
    try:
        note_end(store, placement_id, day, today=desks.today(), by=actor.name, note=note, version=version)
    except Conflict as error:
        return _one(request, store, desks, actor, placement_id, status=409, fault=str(error))
    return RedirectResponse("/placements?done=ended", status_code=303)


def _list(
    request: Request,
    store: Kept,
    desks: Desks,
    sight: Sight,
    actor: Actor,
    *,
    q: str = "",
    only: str = "due",
    number: int = 1,
    done: str = "",
    status: int = 200,
    fault: str | None = None,
) -> HTMLResponse:
    today = desks.today()
    rows = [row for row in begun_rows(store, today, actor.name) if sight.person(row.begun.candidate_id)]
    expected = [row for row in expected_rows(store, today, actor.name) if sight.person(row.expected.candidate_id)]
    return page(
        request,
        "placements.html.jinja",
        status,
        desk=desks.desk(),
        today=today,
        found=filtered("placements", rows, q, only, number),
        num_due=sum(row.due is not None for row in rows),
        expected=expected,
        done=DONE.get(done),
        fault=fault,
        here="/placements" if request.method == "POST" else None,
    )


def _one(
    request: Request,
    store: Kept,
    desks: Desks,
    actor: Actor,
    placement_id: int,
    *,
    status: int = 200,
    fault: str | None = None,
) -> HTMLResponse:
    today = desks.today()
    return page(
        request,
        "placement.html.jinja",
        status,
        desk=desks.desk(),
        today=today,
        row=begun_row(store, placement_id, today, actor.name),
        fault=fault,
        here=f"/placements/{placement_id}",
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
