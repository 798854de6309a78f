"""The addresses of the pages for staff: each reads the desk and renders one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import InvalidInput
from matcher.languages import LANGUAGES
from matcher.report import report_page
from matcher.service.desk import (
    Desk,
    candidate_page,
    candidate_rows,
    contract_page,
    contract_rows,
    course_rows,
    today,
    vacancy_page,
    vacancy_rows,
)
from matcher_api.web.filters import filtered
from matcher_api.web.rendering import LANGUAGE_COOKIE, page, reader_of, style

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

A_YEAR_S = 365 * 24 * 3600
Shown = TypeVar("Shown")


class NotReady(Exception):
    """The plan is still being made, or none could be made."""


def _desk(request: Request) -> Desk:
    desk: Desk | None = request.app.state.source.desk
    if desk is None:
        raise NotReady
    return desk


At = Annotated[Desk, Depends(_desk)]
Search = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/")
def of_today(request: Request, desk: At) -> HTMLResponse:
    """What starts soon and lacks people, which courses fill now, what falls short."""
    return page(request, "today.html.jinja", desk=desk, view=today(desk))


@router.get("/contracts")
def contracts(request: Request, desk: At, q: Search = "", only: Search = "", number: PageNumber = 1) -> HTMLResponse:
    """All contracts."""
    found = filtered("contracts", contract_rows(desk), q, only, number)
    return page(request, "contracts.html.jinja", desk=desk, found=found)


@router.get("/contracts/{contract_id}")
def contract(request: Request, desk: At, contract_id: str) -> HTMLResponse:
    """One contract."""
    return page(request, "contract.html.jinja", desk=desk, view=contract_page(desk, contract_id))


@router.get("/vacancies")
def vacancies(request: Request, desk: At, q: Search = "", only: Search = "", number: PageNumber = 1) -> HTMLResponse:
    """All vacancies."""
    found = filtered("vacancies", vacancy_rows(desk), q, only, number)
    return page(request, "vacancies.html.jinja", desk=desk, found=found)


@router.get("/vacancies/{vacancy_id}")
def vacancy(request: Request, desk: At, vacancy_id: str) -> HTMLResponse:
    """One vacancy, with everybody who could have it."""
    return page(request, "vacancy.html.jinja", desk=desk, view=_found(vacancy_page, desk, vacancy_id))


@router.get("/candidates")
def candidates(request: Request, desk: At, q: Search = "", only: Search = "", number: PageNumber = 1) -> HTMLResponse:
    """All candidates."""
    found = filtered("candidates", candidate_rows(desk), q, only, number)
    return page(request, "candidates.html.jinja", desk=desk, found=found)


@router.get("/candidates/{candidate_id}")
def candidate(request: Request, desk: At, candidate_id: str) -> HTMLResponse:
    """One candidate."""
    return page(request, "candidate.html.jinja", desk=desk, view=_found(candidate_page, desk, candidate_id))


@router.get("/courses")
def courses(request: Request, desk: At, q: Search = "", only: Search = "", number: PageNumber = 1) -> HTMLResponse:
    """All cohorts."""
    found = filtered("courses", course_rows(desk), q, only, number)
    return page(request, "courses.html.jinja", desk=desk, found=found)


@router.get("/plan")
def plan(request: Request, desk: At) -> HTMLResponse:
    """The figures of the plan, and the way to its report."""
    return page(request, "plan.html.jinja", desk=desk, view=desk.summary)


@router.get("/plan/report")
def report(request: Request, desk: At) -> HTMLResponse:
    """The plan as the one self-contained page that is printed and sent."""
    facts = desk.facts_with_reasons
    text = report_page(desk.problem, desk.plan, facts, reader_of(request).language)
    # Its own policy stands in the page, with the hash of its style.
    return HTMLResponse(text, headers={"Content-Security-Policy": "frame-ancestors 'none'"})


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
    headers = {"Cache-Control": f"public, max-age={A_YEAR_S}, immutable"}
    return Response(style()[0], media_type="text/css", headers=headers)


def _found(view: Callable[[Desk, str], Shown], desk: Desk, entity_id: str) -> Shown:
    try:
        return view(desk, entity_id)
    except InvalidInput:
        raise HTTPException(404) from None
