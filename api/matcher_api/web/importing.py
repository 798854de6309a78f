"""The pages of an import: drop a workbook, see every fault in its row, fill in what is missing, take it in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.errors import Fault, InvalidInput
from matcher.languages import message
from matcher.service.importing import draft_of, fill_in, keep_workbook, present_workbook, take_in
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Fields, Kept
from matcher_api.web.excel import answer_of
from matcher_api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_FAULTS = 200
TABLES = {
    "candidates": message("Candidates"),
    "candidate_skills": message("Skills of candidates"),
    "contracts": message("Contracts"),
    "vacancies": message("Vacancies"),
    "vacancy_skills": message("Skills of vacancies"),
    "courses": message("Courses"),
    "cohorts": message("Cohorts"),
    "budgets": message("Budgets"),
    "quotas": message("Quotas"),
    "resources": message("Resources"),
    "decisions": message("Decisions"),
    "enrolments": message("Enrolments"),
    "pairs": message("Scored pairs"),
    "municipalities": message("Municipalities"),
    "history": message("Past placements"),
}
ASKED = {
    "start_date": message("First day"),
    "obligation_quantity": message("How much employment is owed"),
    "duration_months": message("Duration in months"),
}
MOST_REASON = 500


@router.get("/import")
def begin(request: Request, taken: Annotated[int | None, Query(ge=0)] = None) -> HTMLResponse:
    """Where a workbook is dropped."""
    return page(request, "import.html.jinja", faults=(), num_faults=0, taken=taken, tables=TABLES)


@router.post("/import")
def drop(request: Request, store: Kept, workbook: UploadFile) -> Response:
    """Read a workbook: show every fault, or what it would change."""
    content = workbook.file.read()
    try:
        problem_hash = keep_workbook(store, content, workbook.filename or "workbook.xlsx")
    except InvalidInput as error:
        return _with_faults(request, error.faults)
    return RedirectResponse(f"/import/{problem_hash.removeprefix('sha256:')}", status_code=303)


@router.get("/import/workbook")
def present(store: Kept) -> Response:
    """Everything that is stored as a workbook."""
    return answer_of(present_workbook(store), "matcher")


@router.get("/import/{digest}")
def look(request: Request, store: Kept, digest: str) -> HTMLResponse:
    """What a workbook would change, and what a person has still to fill in."""
    return _draft(request, store, digest)


@router.post("/import/{digest}/fill")
def fill(request: Request, store: Kept, fields: Fields, digest: str) -> Response:
    """Fill in what is missing."""
    cells = {}
    for name, text in fields.items():
        table, _, rest = name.partition("|")
        entity_id, _, field = rest.rpartition("|")
        cells[table, entity_id, field] = text
    try:
        problem_hash = fill_in(store, f"sha256:{digest}", cells)
    except InvalidInput as error:
        return _draft(request, store, digest, status=422, faults=error.faults)
    return RedirectResponse(f"/import/{problem_hash.removeprefix('sha256:')}", status_code=303)


@router.post("/import/{digest}/take")
def take(store: Kept, actor: Signed, fields: Fields, digest: str) -> Response:
    """Take a workbook in."""
    reason = fields.get("reason", "")[:MOST_REASON] or None
    counts = take_in(store, f"sha256:{digest}", by=actor.name, reason=reason)
    return RedirectResponse(f"/import?taken={counts['added'] + counts['changed']}", status_code=303)


def _draft(
    request: Request, store: Kept, digest: str, *, status: int = 200, faults: tuple[Fault, ...] = ()
) -> HTMLResponse:
    view = draft_of(store, f"sha256:{digest}")
    wrong = {(fault.entity_id, fault.field): fault for fault in faults}
    return page(request, "draft.html.jinja", status, view=view, digest=digest, wrong=wrong, tables=TABLES, asked=ASKED)


def _with_faults(request: Request, faults: tuple[Fault, ...]) -> HTMLResponse:
    return page(
        request,
        "import.html.jinja",
        422,
        faults=faults[:MOST_FAULTS],
        num_faults=len(faults),
        taken=None,
        tables=TABLES,
    )
