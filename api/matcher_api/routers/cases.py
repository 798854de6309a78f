"""Who looks after a candidate, and for which unit: by that, limited accounts see the candidate or not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from matcher.service.work import Case, case_of, change_case
from matcher_api.acting import Acting
from matcher_api.auth.actor import Signed
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.describing import ETAG
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Identifier, Sent
from matcher_api.preconditions import IfMatch, etag, seen_version
from matcher_api.raw_path import decoded

router = APIRouter(tags=["candidates"])
CandidateId = Annotated[str, Path(max_length=2000)]


class Assigning(Sent):
    """Who looks after a candidate from now on."""

    caseworker: Identifier
    unit: Identifier | None = Field(description="null: no unit's, and seen by nobody who is limited to units.")


class CaseDocument(Answered):
    """Who looks after a candidate."""

    candidate_id: str
    caseworker: str | None = Field(description="null until somebody has said so.")
    unit: str | None
    version: int = Field(description="Counts its changes; also its ETag.")


@router.get(
    "/candidates/{candidate_id}/case",
    summary="Who looks after a candidate",
    response_model=CaseDocument,
    responses={200: {"headers": ETAG}, **guarded(404)},
)
def case(store: Db, candidate_id: CandidateId) -> Response:
    """Say who looks after a candidate, and for which unit."""
    with store.reading() as session:
        return _response(case_of(session, decoded(candidate_id)))


@router.put(
    "/candidates/{candidate_id}/case",
    summary="Say who looks after a candidate",
    response_model=CaseDocument,
    responses={200: {"headers": ETAG}, **guarded(400, 404, 409, 412, 413, 415, 428)},
    dependencies=[Depends(require_json)],
)
def assign(
    store: Db, candidate_id: CandidateId, body: Assigning, by: Acting, actor: Signed, if_match: IfMatch = None
) -> Response:
    """Say who looks after a candidate from now on; whoever is limited to units keeps the candidate in one of them."""
    version = seen_version(if_match, "cases")
    if not actor.rights.sees_unit(body.unit):
        raise HTTPException(404)
    with store.writing() as session:
        person = decoded(candidate_id)
        return _response(change_case(session, person, body.caseworker, body.unit, version=version, by=by))


def _response(found: Case) -> Response:
    document = CaseDocument.model_validate(found).model_dump_json()
    return Response(document, headers={"ETag": etag(found.version)}, media_type="application/json")
