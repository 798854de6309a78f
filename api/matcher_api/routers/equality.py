"""The equality audit, for auditors alone: rates by group, what hard rules do, and the plan without one of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from matcher.report import equality_study, study_document
from matcher.service.equality import audit_equality
from matcher.service.slots import Slots
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Sent, Words
from matcher_api.language import Say

router = APIRouter(tags=["equality"])


class AskedAudit(Sent):
    """What an audit compares by, and what it leaves out."""

    attributes: Annotated[str, Field(max_length=20_000_000)] | None = Field(
        default=None,
        description="CSV: candidate_id, attribute, value. Compared beside target groups, and not kept.",
    )
    without: Words | None = Field(default=None, description="A rule without which the plan is made again.")


class AuditDocument(Answered):
    """The audit of the plan that people work by."""

    plan_id: int
    rules: list[str] = Field(description="What `without` may name.")
    study: dict[str, Any] = Field(description="Findings in the reader's language, rates and effects as tables.")


@router.post(
    "/equality",
    summary="Audit equality",
    responses=guarded(400, 413, 415),
    dependencies=[Depends(require_json)],
)
def audit(request: Request, body: AskedAudit, store: Db, by: Acting, say: Say) -> AuditDocument:
    """Say who is selected at which rate by group, whom each hard rule shuts out, and what would be without one.

    Small groups are left out, with others as far as is needed so that nobody can work them out.
    """
    slots: Slots = request.app.state.slots
    with slots.taken():
        found = audit_equality(store, by=by, attributes=body.attributes, without=body.without)
    if found is None:
        raise HTTPException(503, headers={"Retry-After": "5"})
    study = study_document(equality_study(found.audit, say))
    return AuditDocument(plan_id=found.plan_id, rules=list(found.rules), study=study)
