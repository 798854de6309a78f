"""Every table as an Excel workbook: the rows that a list shows, on one sheet."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from matcher.service.desk import everybody_for, figures
from matcher.service.publishing import run_page
from matcher_api.auth.actor import Signed
from matcher_api.web import sheets
from matcher_api.web.asked import At, Kept, Number, Search, found
from matcher_api.web.filters import matching
from matcher_api.web.rendering import reader_of
from matcher_api.web.sight import Seen
from matcher_api.web.workbooks import answer_of, workbook_of, written

router = APIRouter(include_in_schema=False)


@router.get("/excel/figures")
def of_figures(request: Request, desk: At, store: Kept, sight: Seen) -> Response:
    """All figures, a sheet each for buyers, groups and quarters."""
    return workbook_of(sheets.of_figures(figures(desk, store, sight.person), reader_of(request)), "figures")


@router.get("/excel/runs/{run_id}")
def of_run(request: Request, store: Kept, run_id: Number) -> Response:
    """What the plan of a run would change."""
    difference = run_page(store, run_id).difference
    if difference is None:
        raise HTTPException(404)
    return workbook_of(sheets.of_difference(difference, reader_of(request)), f"run-{run_id}")


@router.get("/excel/vacancies/{vacancy_id}/people")
def of_people(request: Request, desk: At, sight: Seen, vacancy_id: str) -> Response:
    """Everybody who could have a vacancy, in order of what that costs the plan."""
    ranking = found(lambda desk, one: everybody_for(desk, one, sight.person), desk, vacancy_id)
    return workbook_of([sheets.of_ranking(ranking, reader_of(request))], "people")


@router.get("/excel/{kind}")
def of_list(
    request: Request, desk: At, store: Kept, actor: Signed, sight: Seen, kind: str, q: Search = "", only: Search = ""
) -> Response:
    """The rows of a list that fit what is looked for."""
    if kind not in sheets.LISTS:
        raise HTTPException(404)
    say = reader_of(request)

    def content() -> bytes:
        rows = matching(kind, sight.rows(kind, sheets.LISTS[kind].rows(desk, store, actor.name)), q, only)
        return written([sheets.of_list(kind, rows, say)])

    if kind in sheets.OF_PLAN and not sight.is_limited and not q and not only:
        return answer_of(desk.kept(("workbook", kind, say.language), content), kind)
    return answer_of(content(), kind)
