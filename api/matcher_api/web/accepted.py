"""The page of a supplier's contact: who has been accepted at their contracts, in the fields that were agreed on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from matcher.store import Store, accepted_people
from matcher_api.auth.actor import Signed
from matcher_api.settings import Settings
from matcher_api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/accepted")
def accepted(request: Request, actor: Signed) -> HTMLResponse:
    """List whom a supplier may expect."""
    store: Store = request.app.state.store
    settings: Settings = request.app.state.settings
    with store.reading() as session:
        people = accepted_people(session, actor.rights)
    return page(request, "accepted.html.jinja", people=people, fields=settings.supplier_fields)
