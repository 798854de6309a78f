"""Files in and out: workbooks, award notices and advertisements in; what is stored, and plans, out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from matcher.formats import problem_schema
from matcher.service.exchange import WORKBOOK, Imported, import_file, plan_workbook, stored_text, workbook_of
from matcher.service.importing import present_workbook
from matcher.service.once import KeptAnswer
from matcher.store import WritingSession
from matcher_api.acting import Acting
from matcher_api.database import Db
from matcher_api.documents import MOST_FAULTS, FaultDocument, fault_document, guarded
from matcher_api.fields import Answered
from matcher_api.language import Say
from matcher_api.once import Asked, kept_response

router = APIRouter(tags=["imports and exports"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
Source = Literal["workbook", "ocds", "eforms", "jobtech-ads"]


class LeftOutDocument(Answered):
    """A record of a file that was not taken in."""

    position: str
    code: str
    what: str
    remedy: str


class ImportDocument(Answered):
    """What an import came to."""

    source: str
    read: int | None = Field(description="Records found in another program's file.")
    added: int = Field(description="Rows.")
    changed: int
    num_left_out: int
    left_out: list[LeftOutDocument]
    num_missing: int = Field(description="Empty cells that only a person can fill in.")
    missing: list[FaultDocument]


async def content_of(request: Request) -> bytes:
    """Return the body as it was sent."""
    return await request.body()


@router.post(
    "/imports/{source}",
    summary="Import a file",
    response_model=ImportDocument,
    responses=guarded(404, 409, 413),
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}},
)
def take(
    source: Source, content: Annotated[bytes, Depends(content_of)], by: Acting, say: Say, asked: Asked
) -> Response:
    """Take in a file, sent as the body: a workbook of ours (or a problem as JSON), OCDS, eForms, or advertisements.

    Award notices and advertisements bring new rows and fill empty cells; nothing that is stored is overwritten. Sent
    again, they change nothing. A workbook is meant as it stands. Records that cannot be taken in are listed.
    """
    given = workbook_of(content) if source == WORKBOOK else content

    def act(session: WritingSession) -> KeptAnswer:
        made = _document(source, import_file(session, source, given, by=by), say)
        return KeptAnswer(status=200, document=made.model_dump_json(exclude_none=False), headers={})

    return kept_response(asked.answer(act))


@router.get(
    "/problem",
    summary="Export what is stored",
    response_class=Response,
    responses={
        200: {
            "description": "Everything that plans are made of.",
            "content": {"application/json": {"schema": problem_schema()}, XLSX: BINARY},
        },
        **guarded(),
    },
)
def problem(store: Db, format: Annotated[Literal["json", "xlsx"], Query()] = "json") -> Response:
    """Return everything that plans are made of, as a problem's document or as a workbook to be corrected."""
    if format == "json":
        return Response(stored_text(store), media_type="application/json")
    return _workbook(present_workbook(store), "matcher.xlsx")


@router.get(
    "/plans/{plan_id}/workbook",
    summary="Export a plan",
    response_class=Response,
    responses={200: {"description": "The plan's tables.", "content": {XLSX: BINARY}}, **guarded(404)},
)
def workbook(store: Db, plan_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Response:
    """Return the tables of a plan as an Excel workbook."""
    with store.reading() as session:
        content = plan_workbook(session, plan_id)
    return _workbook(content, f"plan-{plan_id}.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _document(source: str, found: Imported, say: Say) -> ImportDocument:
    report = found.report
    skipped = () if report is None else report.skipped[:MOST_FAULTS]
    return ImportDocument(
        source=source,
        read=None if report is None else report.read,
        added=found.added,
        changed=found.changed,
        num_left_out=0 if report is None else report.num_skipped,
        left_out=[LeftOutDocument.model_validate(one) for one in skipped],
        num_missing=len(found.missing),
        missing=[fault_document(fault, say.language) for fault in found.missing[:MOST_FAULTS]],
    )
