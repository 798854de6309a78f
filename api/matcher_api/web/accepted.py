"""The page of a supplier's contact: who has been accepted at their contracts, in the fields that were agreed on."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from matcher.formats.identities import Identity
from matcher.languages import message
from matcher.store import Store, accepted_people, look_at
from matcher_api.auth.actor import Signed
from matcher_api.settings import Settings
from matcher_api.web.rendering import page
from matcher_api.web.rights import keys_of

AGREED = {"name": message("Name"), "phone": message("Telephone"), "email": message("Electronic mail")}
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/accepted")
def accepted(request: Request, actor: Signed) -> HTMLResponse:
    """List whom a supplier may expect."""
    store: Store = request.app.state.store
    settings: Settings = request.app.state.settings
    with store.reading() as session:
        people = accepted_people(session, actor.rights)
    contacts = _contacts(request, store, actor.name, [one.candidate_id for one in people])
    return page(
        request, "accepted.html.jinja", people=people, fields=settings.supplier_fields, contacts=contacts, agreed=AGREED
    )


def _contacts(request: Request, store: Store, by: str, candidate_ids: Iterable[str]) -> dict[str, Identity]:
    """Return who these are, in the fields that were agreed on; each look stands in the audit log."""
    settings: Settings = request.app.state.settings
    wanted = [field for field in AGREED if field in settings.supplier_fields]
    keys = keys_of(request)
    if keys is None or not wanted:
        return {}
    with store.writing() as session:
        found = {
            candidate_id: look_at(session, keys, candidate_id, by=by, reason="accepted", fields=wanted)
            for candidate_id in sorted(set(candidate_ids))
        }
    return {candidate_id: identity for candidate_id, identity in found.items() if identity is not None}
