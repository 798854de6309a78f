"""The pages of an import: drop a file, see every fault in its row, fill in what is missing, take it in."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.errors import Fault, InvalidInput
from matcher.languages import message
from matcher.service.exchange import WORKBOOK, read_file, source_of
from matcher.service.importing import draft_of, fill_in, keep_rows, keep_workbook, present_workbook, take_in
from matcher.sources import ImportReport
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Fields, Kept
from matcher_api.web.import_sheets import of_draft, of_faults, of_left_out
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.workbooks import answer_of, inlined, workbook_of

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
Source = Literal["workbook", "ocds", "eforms", "jobtech-ads"]
SOURCES: dict[str, str] = {
    "workbook": message("Excel workbook"),
    "ocds": message("Award notices as OCDS (JSON)"),
    "eforms": message("Award notices as eForms or older TED (XML)"),
    "jobtech-ads": message("Advertisements of JobTech (JSON)"),
}


@router.get("/import")
def begin(request: Request, taken: Annotated[int | None, Query(ge=0)] = None) -> HTMLResponse:
    """Where a file is dropped."""
    return _begin(request, taken=taken)


@router.post("/import")
def drop(
    request: Request, store: Kept, workbook: UploadFile, source: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Read a file: show every fault, or what it would change."""
    content = workbook.file.read()
    source = source if source in SOURCES else source_of(content)
    try:
        if source != WORKBOOK:
            return _drop_notices(request, store, source, content)
        problem_hash = keep_workbook(store, content, workbook.filename or "workbook.xlsx")
    except InvalidInput as error:
        return _begin(request, 422, faults=error.faults)
    return RedirectResponse(_address(problem_hash, source), status_code=303)


@router.get("/import/workbook")
def present(store: Kept) -> Response:
    """Everything that is stored as a workbook."""
    return answer_of(present_workbook(store), "matcher")


@router.get("/import/{digest}")
def look(request: Request, store: Kept, digest: str, source: Source = "workbook") -> HTMLResponse:
    """What a file would change, and what a person has still to fill in."""
    return _draft(request, store, digest, source)


@router.get("/excel/imports/{digest}")
def workbook(request: Request, store: Kept, digest: str, source: Source = "workbook") -> Response:
    """What a file would change, and what is missing, as a workbook."""
    view = draft_of(store, f"sha256:{digest}", is_whole=source == WORKBOOK)
    return workbook_of(of_draft(view, TABLES, ASKED, reader_of(request)), "import")


@router.post("/import/{digest}/fill")
def fill(request: Request, store: Kept, fields: Fields, digest: str, source: Source = "workbook") -> Response:
    """Fill in what is missing."""
    cells = {}
    for name, text in fields.items():
        table, _, rest = name.partition("|")
        entity_id, _, field = rest.rpartition("|")
        cells[table, entity_id, field] = text
    try:
        problem_hash = fill_in(store, f"sha256:{digest}", cells, is_whole=source == WORKBOOK)
    except InvalidInput as error:
        return _draft(request, store, digest, source, status=422, faults=error.faults)
    return RedirectResponse(_address(problem_hash, source), status_code=303)


@router.post("/import/{digest}/take")
def take(
    request: Request, store: Kept, actor: Signed, fields: Fields, digest: str, source: Source = "workbook"
) -> Response:
    """Take a file in."""
    reason = fields.get("reason", "")[:MOST_REASON] or f"import: {source}"
    try:
        counts = take_in(store, f"sha256:{digest}", by=actor.name, reason=reason, is_whole=source == WORKBOOK)
    except InvalidInput as error:  # what is stored has changed since, and the two do not fit together any more
        return _begin(request, 422, faults=error.faults)
    return RedirectResponse(f"/import?taken={counts['added'] + counts['changed']}", status_code=303)


def _drop_notices(request: Request, store: Kept, source: str, content: bytes) -> Response:
    """Read notices or advertisements: show what was left out and why, or what they would change."""
    found, report = read_file(source, content)
    problem_hash = keep_rows(store, found)
    address = None if problem_hash is None else _address(problem_hash, source)
    if address is not None and not report.num_skipped:
        return RedirectResponse(address, status_code=303)
    return _begin(request, 200 if address else 422, report=report, go_on=address)


def _address(problem_hash: str, source: str) -> str:
    asked = "" if source == WORKBOOK else f"?{urlencode({'source': source})}"
    return f"/import/{problem_hash.removeprefix('sha256:')}{asked}"


def _draft(
    request: Request,
    store: Kept,
    digest: str,
    source: str,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
) -> HTMLResponse:
    is_whole = source == WORKBOOK
    try:
        view = draft_of(store, f"sha256:{digest}", is_whole=is_whole)
    except InvalidInput as error:
        return _begin(request, 422, faults=error.faults)
    return page(
        request,
        "draft.html.jinja",
        status,
        view=view,
        digest=digest,
        asked_with="" if is_whole else f"?{urlencode({'source': source})}",
        is_whole=is_whole,
        wrong={(fault.entity_id, fault.field): fault for fault in faults},
        tables=TABLES,
        asked=ASKED,
        here=_address(f"sha256:{digest}", source),
    )


def _begin(
    request: Request,
    status: int = 200,
    *,
    faults: tuple[Fault, ...] = (),
    taken: int | None = None,
    report: ImportReport | None = None,
    go_on: str | None = None,
) -> HTMLResponse:
    say = reader_of(request)
    left_out = [] if report is None else list(report.skipped[:MOST_FAULTS])
    return page(
        request,
        "import.html.jinja",
        status,
        faults=faults[:MOST_FAULTS],
        num_faults=len(faults),
        faults_file=inlined([of_faults(faults, TABLES, say)]) if faults else None,
        report=report,
        left_out=left_out,
        left_out_file=inlined([of_left_out(report, say)]) if report is not None else None,
        go_on=go_on,
        taken=taken,
        tables=TABLES,
        sources=SOURCES,
    )
