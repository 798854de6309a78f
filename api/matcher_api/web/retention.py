"""The page of the municipality's rules about how long data are kept: the rules, what is due, and erasing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.errors import InvalidInput
from matcher.languages import message
from matcher.store import KEPT, RETENTION_STATES, add_rule, due, list_rules, remove_rule, retain
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Fields, Kept, whole
from matcher_api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_WORDS = 500
KEPT_NAMES = {
    "candidates": message("What describes a candidate, and who it is"),
    "identities": message("Who a candidate is"),
    "runs": message("Runs, their plans and what they read"),
    "decision_log": message("Decisions as they were taken"),
    "rights_requests": message("Requests of candidates and their answers"),
}
STATE_NAMES = {
    "left": message("has left"),
    "sustained": message("has a lasting job"),
    "paused": message("pauses"),
}
BAD_RULE = message("Name the law and the decision, and for how many months; an archive's rule may be for ever.")
SAY_WHY = message("Say why: it stands in the log.")


@router.get("/retention")
def rules(request: Request, store: Kept, erased: Annotated[int | None, Query(ge=0)] = None) -> HTMLResponse:
    """The rules, and what they say is due today."""
    return _listed(request, store, erased=erased)


@router.post("/retention/rules")
def rule(request: Request, store: Kept, actor: Signed, fields: Fields) -> Response:
    """Add a rule."""
    entity = next((one for one in KEPT if one == fields.get("entity")), None)
    months = whole(fields, "keep_months")
    try:
        with store.writing() as session:
            add_rule(
                session,
                entity or KEPT[0],
                keep_months=months,
                legal_basis=fields.get("legal_basis", "")[:MOST_WORDS] if entity else "",
                by=actor.name,
                valid_from=session.now.date(),
                after_state=fields.get("after_state") or None if entity in ("candidates", "identities") else None,
                is_archived=fields.get("is_archived") == "yes",
            )
    except InvalidInput:
        return _listed(request, store, 422, fault=BAD_RULE)
    return RedirectResponse("/retention", status_code=303)


@router.post("/retention/rules/{rule_id}/remove")
def removal(request: Request, store: Kept, actor: Signed, fields: Fields, rule_id: int) -> Response:
    """Remove a rule."""
    reason = fields.get("reason", "")[:MOST_WORDS]
    if not reason:
        return _listed(request, store, 422, fault=SAY_WHY)
    with store.writing() as session:
        remove_rule(session, rule_id, by=actor.name, reason=reason)
    return RedirectResponse("/retention", status_code=303)


@router.post("/retention/apply")
def erase_due(store: Kept, actor: Signed) -> Response:
    """Erase what is due today."""
    with store.writing() as session:
        found = retain(session, by=actor.name)
    return RedirectResponse(f"/retention?erased={sum(len(each.ids) for each in found)}", status_code=303)


def _listed(
    request: Request, store: Kept, status: int = 200, *, fault: str | None = None, erased: int | None = None
) -> HTMLResponse:
    with store.reading() as session:
        every, found = list_rules(session), due(session)
    return page(
        request,
        "retention.html.jinja",
        status,
        rules=every,
        due={each.rule.rule_id: each for each in found},
        num_due=sum(len(each.ids) for each in found),
        kept_names=KEPT_NAMES,
        states={name: STATE_NAMES[name] for name in RETENTION_STATES},
        fault=fault,
        erased=erased,
    )
