"""Policies: every version is kept, and one is in force once a named person has approved it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from matcher.service.lists import Wanted, list_page, listed_one
from matcher.service.once import KeptAnswer
from matcher.service.rows import policy_schema
from matcher.service.work import WritingSession, approve_policy, policy_from_text, save_policy
from matcher_api.acting import Acting
from matcher_api.bodies import JsonText, require_json
from matcher_api.database import Db
from matcher_api.describing import LOCATION, json_body
from matcher_api.documents import guarded
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.schemas_work import Approving, Page, PolicyDocument

router = APIRouter(tags=["policies"])
PolicyVersion = Annotated[int, Path(ge=1, le=2**63 - 1)]
_wanted = wanted_from("policies")


@router.get("/policies", summary="List versions of the policy", responses=guarded())
def policies(store: Db, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[PolicyDocument]:
    """List versions in the order in which they were saved."""
    with store.reading() as session:
        page = list_page(session, "policies", wanted)
    return Page(items=[PolicyDocument.of(each) for each in page.items], next_cursor=next_cursor(page, wanted))


@router.get("/policies/{policy_version}", summary="Read a policy", responses=guarded(404))
def policy(store: Db, policy_version: PolicyVersion) -> PolicyDocument:
    """Say what a version of the policy holds, and who approved it on what ground."""
    with store.reading() as session:
        return PolicyDocument.of(listed_one(session, "policies", policy_version))


@router.post(
    "/policies",
    status_code=201,
    summary="Save a policy",
    response_model=PolicyDocument,
    responses={201: {"headers": LOCATION}, **guarded(400, 409, 413, 415)},
    openapi_extra=json_body(
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["policy"],
            "properties": {"policy": policy_schema()},
        }
    ),
)
def save(text: JsonText, by: Acting, asked: Asked) -> Response:
    """Save a policy as a new version; the same as the last one is that one. Nothing is in force by that."""
    given = policy_from_text(text)

    def act(session: WritingSession) -> KeptAnswer:
        return _kept(session, save_policy(session, given, by=by), status=201)

    return kept_response(asked.answer(act))


@router.post(
    "/policies/{policy_version}/approval",
    summary="Approve a policy",
    response_model=PolicyDocument,
    responses=guarded(400, 404, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def approve(policy_version: PolicyVersion, body: Approving, by: Acting, asked: Asked) -> Response:
    """Put a version in force from a day on, on a legal ground; it is not decided twice."""

    def act(session: WritingSession) -> KeptAnswer:
        approve_policy(session, policy_version, by=by, legal_basis=body.legal_basis, valid_from=body.valid_from)
        return _kept(session, policy_version)

    return kept_response(asked.answer(act))


def _kept(session: WritingSession, version: int, status: int = 200) -> KeptAnswer:
    found = PolicyDocument.of(listed_one(session, "policies", version))
    headers = {"Location": f"/v1/policies/{version}"}
    return KeptAnswer(status=status, document=found.model_dump_json(), headers=headers)
