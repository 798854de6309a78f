"""The pages of documents that law asks for, filled from the running system."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from matcher.report.legal import TEMPLATES
from matcher.service.law import legal_document
from matcher_api.settings import Settings
from matcher_api.web.asked import Kept
from matcher_api.web.rendering import page, reader_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/law")
def documents(request: Request) -> HTMLResponse:
    """Which documents there are."""
    return page(request, "law.html.jinja", templates={name: title for name, (title, _) in TEMPLATES.items()})


@router.get("/law/{template}")
def document(request: Request, store: Kept, template: str) -> HTMLResponse:
    """One document, to be read and printed."""
    if template not in TEMPLATES:
        raise HTTPException(404)
    settings: Settings = request.app.state.settings
    found = legal_document(
        store,
        template,
        reader_of(request),
        controller=settings.controller,
        officer=settings.officer,
        supplier_fields=settings.supplier_fields,
        has_provider=settings.oidc_issuer is not None,
        has_keys=request.app.state.identity_keys is not None,
    )
    return page(request, "law-document.html.jinja", document=found)
