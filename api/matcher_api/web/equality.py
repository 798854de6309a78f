"""The page of the equality audit, for auditors alone; a table of attributes that they bring is used and not stored."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from matcher.errors import Fault, InvalidInput
from matcher.languages import Phrases
from matcher.report import equality_study, write_study
from matcher.report.studies import rule_text
from matcher.report.study_html import study_parts
from matcher.service.equality import audit_equality, rules_of_desk
from matcher.service.slots import Slots
from matcher.whatif import Study
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import At, Kept, NotReady
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.workbooks import answer_of, inlined

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
MOST_FAULTS = 50


@router.get("/equality")
def begin(request: Request, desk: At) -> HTMLResponse:
    """What an audit compares by, and what it may leave out."""
    return _page(request, rules_of_desk(desk), None, "")


@router.post("/equality")
def audit(
    request: Request,
    desk: At,
    store: Kept,
    actor: Signed,
    table: UploadFile | None = None,
    without: Annotated[str, Form(max_length=300)] = "",
    form: Annotated[str, Form(max_length=20)] = "page",
) -> Response:
    """Make the audit, as a page or as a workbook."""
    rules = rules_of_desk(desk)
    if without and without not in rules:
        raise HTTPException(400)
    say, slots = reader_of(request), request.app.state.slots
    try:
        study = _study(slots, store, actor.name, _text_of(table), without or None, say)
    except InvalidInput as error:
        return _page(request, rules, None, without, error.faults)
    if form == "excel":
        return _workbook(study, say)
    return _page(request, rules, study, without)


def _study(slots: Slots, store: Kept, by: str, attributes: str | None, without: str | None, say: Phrases) -> Study:
    with slots.taken():
        found = audit_equality(store, by=by, attributes=attributes, without=without)
    if found is None:
        raise NotReady
    return equality_study(found.audit, say)


def _text_of(table: UploadFile | None) -> str | None:
    if table is None or not table.filename:
        return None
    try:
        return table.file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        must, remedy = "be a table in UTF-8", "Save it as CSV in UTF-8."
        raise InvalidInput([Fault(code="bad_encoding", must=must, remedy=remedy, file="attributes.csv")]) from None


def _workbook(study: Study, say: Phrases) -> Response:
    with tempfile.TemporaryDirectory(prefix="matcher-equality-") as folder:
        path = Path(folder) / "equality.xlsx"
        write_study(study, path, say.language)
        return answer_of(path.read_bytes(), "equality")


def _page(
    request: Request, rules: tuple[str, ...], study: Study | None, without: str, faults: tuple[Fault, ...] = ()
) -> HTMLResponse:
    say = reader_of(request)
    return page(
        request,
        "equality.html.jinja",
        422 if faults else 200,
        rules={rule: rule_text(rule, say) for rule in rules},
        study=study,
        sections=study_parts(study, say) if study else [],
        workbook_of=lambda table: inlined([table]),  # an audit is told once and not kept
        without=without,
        faults=faults[:MOST_FAULTS],
    )
