"""The addresses of the pages for staff: each reads the desk and renders one page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Conflict, InvalidInput
from matcher.languages import LANGUAGES
from matcher.service.desk import (
    candidate_page,
    candidate_rows,
    contract_page,
    contract_rows,
    course_rows,
    proposal_rows,
    today,
    vacancy_page,
    vacancy_rows,
)
from matcher.service.following import begun_rows, expected_rows
from matcher.service.work import case_of, change_case
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import At, Fields, Kept, PageNumber, Search, found, whole
from matcher_api.web.filters import filtered
from matcher_api.web.rendering import LANGUAGE_COOKIE, page, script, style
from matcher_api.web.sight import Seen

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

A_YEAR_S = 365 * 24 * 3600
MOST_WAITING = 8
FOR_EVER = {"Cache-Control": f"public, max-age={A_YEAR_S}, immutable"}


@router.get("/")
def of_today(request: Request, desk: At, store: Kept, sight: Seen, actor: Signed) -> HTMLResponse:
    """What waits for a decision, what starts soon and lacks people, which courses fill now, what falls short."""
    waiting = [row for row in sight.proposals(proposal_rows(desk, store, actor.name)) if row.is_open]
    waiting.sort(key=lambda row: not row.is_mine)  # one's own first, in the order of their days
    desk.losses.expect((row.proposal.candidate_id, row.proposal.vacancy_id) for row in waiting[:MOST_WAITING])
    view = sight.today(desk.kept("today", lambda: today(desk)), desk)
    begun = [row for row in begun_rows(store, desk.today, actor.name) if sight.person(row.begun.candidate_id)]
    expected = [row for row in expected_rows(store, desk.today, actor.name) if sight.person(row.expected.candidate_id)]
    return page(
        request,
        "today.html.jinja",
        desk=desk,
        today=desk.today,
        view=view,
        waiting=waiting,
        due=[row for row in begun if row.due is not None],
        expected=expected,
        most=MOST_WAITING,
    )


@router.get("/contracts")
def contracts(
    request: Request, desk: At, sight: Seen, q: Search = "", only: Search = "", number: PageNumber = 1
) -> HTMLResponse:
    """All contracts."""
    rows = sight.contracts(desk.kept("contracts", lambda: contract_rows(desk)))
    shown = filtered("contracts", rows, q, only, number)
    return page(request, "contracts.html.jinja", desk=desk, found=shown)


@router.get("/contracts/{contract_id}")
def contract(request: Request, desk: At, contract_id: str) -> HTMLResponse:
    """One contract."""
    return page(request, "contract.html.jinja", desk=desk, view=found(contract_page, desk, contract_id))


@router.get("/vacancies")
def vacancies(
    request: Request, desk: At, sight: Seen, q: Search = "", only: Search = "", number: PageNumber = 1
) -> HTMLResponse:
    """All vacancies."""
    rows = sight.vacancies(desk.kept("vacancies", lambda: vacancy_rows(desk)))
    shown = filtered("vacancies", rows, q, only, number)
    return page(request, "vacancies.html.jinja", desk=desk, found=shown)


@router.get("/vacancies/{vacancy_id}")
def vacancy(request: Request, desk: At, sight: Seen, vacancy_id: str) -> HTMLResponse:
    """One vacancy, with everybody who could have it."""
    sees = None if sight.people is None else sight.person
    view = found(lambda desk, one: vacancy_page(desk, one, sees), desk, vacancy_id)
    return page(request, "vacancy.html.jinja", desk=desk, view=view, sight=sight)


@router.get("/candidates")
def candidates(
    request: Request, desk: At, sight: Seen, q: Search = "", only: Search = "", number: PageNumber = 1
) -> HTMLResponse:
    """All candidates."""
    rows = sight.candidates(desk.kept("candidates", lambda: candidate_rows(desk)))
    shown = filtered("candidates", rows, q, only, number)
    return page(request, "candidates.html.jinja", desk=desk, found=shown)


@router.get("/candidates/{candidate_id}")
def candidate(request: Request, desk: At, store: Kept, candidate_id: str) -> HTMLResponse:
    """One candidate."""
    return _candidate(request, desk, store, candidate_id)


@router.post("/candidates/{candidate_id}/case")
def assign(request: Request, desk: At, store: Kept, actor: Signed, fields: Fields, candidate_id: str) -> Response:
    """Say who looks after a candidate; who has not seen the last change is shown it instead."""
    caseworker, unit = fields.get("caseworker", ""), fields.get("unit") or None
    if not actor.rights.sees_unit(unit):
        raise HTTPException(404)
    try:
        with store.writing() as session:
            seen = whole(fields, "version") or 0
            change_case(session, candidate_id, caseworker, unit, version=seen, by=actor.name)
    except (Conflict, InvalidInput) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _candidate(request, desk, store, candidate_id, status=status)
    return RedirectResponse(f"/candidates/{quote(candidate_id, safe='')}", status_code=303)


def _candidate(request: Request, desk: At, store: Kept, candidate_id: str, *, status: int = 200) -> HTMLResponse:
    view = found(candidate_page, desk, candidate_id)
    with store.reading() as session:
        case = case_of(session, candidate_id)
    return page(request, "candidate.html.jinja", status, desk=desk, view=view, case=case, trouble=status)


@router.get("/courses")
def courses(request: Request, desk: At, q: Search = "", only: Search = "", number: PageNumber = 1) -> HTMLResponse:
    """All cohorts."""
    shown = filtered("courses", desk.kept("courses", lambda: course_rows(desk)), q, only, number)
    return page(request, "courses.html.jinja", desk=desk, found=shown)


@router.post("/language")
def language(request: Request, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> RedirectResponse:
    """Choose a language."""
    if to not in LANGUAGES or not back.startswith("/") or back.startswith("//") or "\\" in back:
        raise HTTPException(400)
    answer = RedirectResponse(back, status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(LANGUAGE_COOKIE, to, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/static/style.css")
def style_sheet() -> Response:
    """The style; its address changes with it."""
    return Response(style()[0], media_type="text/css", headers=FOR_EVER)


@router.get("/static/desk.js")
def script_file() -> Response:
    """What pages do more where scripts run; its address changes with it."""
    return Response(script()[0], media_type="text/javascript", headers=FOR_EVER)
