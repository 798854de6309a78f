"""The pages of proposals and of one pair, on which people decide; what a decision costs stands there beforehand."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from matcher.errors import Conflict
from matcher.languages import message
from matcher.service.deciding import ACTS, REASON_CODES, Wanted, take_decision
from matcher.service.desk import pair_page, proposal_rows
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import At, Fields, Kept, PageNumber, Search, found, whole
from matcher_api.web.filters import filtered
from matcher_api.web.rendering import page
from matcher_api.web.sight import Seen

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_NOTE = 2_000
REASONS = {
    "candidate_declines": message("The candidate says no"),
    "employer_declines": message("The employer says no"),
    "not_suitable": message("It does not suit"),
    "other_plan": message("Something else is planned for the person"),
    "facts_wrong": message("Facts are wrong"),
    "health_or_family": message("Health or family"),
    "too_far": message("The way is too long"),
    "other": message("Another reason"),
}
DONE = {
    "accept": message("Accepted. The place and the seats of its courses are promised now."),
    "reject": message("Rejected. The pair is not proposed again unless you take that back."),
    "pin": message("Pinned. The next plan gives this place to this person."),
    "forbid": message("Ruled out. No later plan gives this place to this person."),
    "withdraw": message("Taken back. The decision and its withdrawal both stay in the log."),
}


@router.get("/proposals")
def proposals(
    request: Request,
    desk: At,
    store: Kept,
    sight: Seen,
    actor: Signed,
    q: Search = "",
    only: Search = "waiting",
    number: PageNumber = 1,
) -> HTMLResponse:
    """All proposals, those that wait for a decision first."""
    shown = filtered("proposals", sight.proposals(proposal_rows(desk, store, actor.name)), q, only, number)
    return page(request, "proposals.html.jinja", desk=desk, found=shown)


@router.get("/vacancies/{vacancy_id}/people/{candidate_id}")
def pair(
    request: Request,
    desk: At,
    store: Kept,
    sight: Seen,
    vacancy_id: str,
    candidate_id: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """One candidate and one vacancy, with what can be decided and what it costs."""
    return _pair(request, desk, store, sight, vacancy_id, candidate_id, done=done)


@router.post("/vacancies/{vacancy_id}/people/{candidate_id}")
def decide(
    request: Request,
    desk: At,
    store: Kept,
    sight: Seen,
    actor: Signed,
    fields: Fields,
    vacancy_id: str,
    candidate_id: str,
) -> Response:
    """Decide about the pair; who has not seen the last decision is shown it instead."""
    act = next((one for one in ACTS if one == fields.get("act")), None)
    if act is None:
        raise HTTPException(400)
    if act == "reject" and fields.get("reason_code") not in REASON_CODES:
        return _pair(request, desk, store, sight, vacancy_id, candidate_id, status=422, trouble="reason")
    wanted = Wanted(
        act=act,
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        seen=whole(fields, "seen") or 0,
        proposal_id=whole(fields, "proposal_id"),
        version=whole(fields, "version"),
        reason_code=fields.get("reason_code"),
        note=fields.get("note", "")[:MOST_NOTE] or None,
    )
    try:
        take_decision(store, wanted, by=actor.name)
    except Conflict as error:
        trouble = "stale" if error.code == "stale_version" else "refused"
        return _pair(request, desk, store, sight, vacancy_id, candidate_id, status=409, trouble=trouble)
    return RedirectResponse(f"{_address(vacancy_id, candidate_id)}?done={act}", status_code=303)


def _pair(
    request: Request,
    desk: At,
    store: Kept,
    sight: Seen,
    vacancy_id: str,
    candidate_id: str,
    *,
    status: int = 200,
    done: str = "",
    trouble: str = "",
) -> HTMLResponse:
    view = found(lambda desk, one: pair_page(desk, store, one, vacancy_id), desk, candidate_id)
    return page(
        request,
        "pair.html.jinja",
        status,
        desk=desk,
        view=view,
        sight=sight,
        done=DONE.get(done),
        trouble=trouble,
        reasons={code: REASONS[code] for code in REASON_CODES},
    )


def _address(vacancy_id: str, candidate_id: str) -> str:
    return f"/vacancies/{quote(vacancy_id, safe='')}/people/{quote(candidate_id, safe='')}"
