"""What candidates may ask for: requests and answers, everything about them, erasure; and the rules of retention."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from matcher.errors import UnknownId
from matcher.service.once import KeptAnswer
from matcher.service.rights import access_document
from matcher.store import (
    OUTCOMES,
    REQUEST_KINDS,
    RightsRequest,
    WritingSession,
    answer_request,
    due,
    erase,
    list_requests,
    list_rules,
    request_of,
    write_request,
)
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Day, Identifier, Sent, Words
from matcher_api.once import Asked, kept_response
from matcher_api.raw_path import decoded

router = APIRouter(tags=["rights of candidates"])
Kind = Literal["review", "correction", "access", "erasure", "other"]
Outcome = Literal["granted", "partly", "refused"]
assert set(REQUEST_KINDS) == set(Kind.__args__)  # type: ignore[attr-defined]  # the two lists are one
assert set(OUTCOMES) == set(Outcome.__args__)  # type: ignore[attr-defined]


def _candidate(candidate_id: Annotated[str, Path(max_length=2000, description="The pseudonym.")]) -> str:
    return decoded(candidate_id)


CandidateId = Annotated[str, Depends(_candidate)]
RequestId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class AskedByRight(Sent):
    """What a candidate asks for."""

    kind: Kind
    words: Words = Field(description="The person's own, or as they were noted.")
    vacancy_id: Identifier | None = Field(default=None, description="The place that a review is about.")


class AnsweredRequest(Sent):
    """What a candidate is answered."""

    outcome: Outcome
    answer: Words


class Erasing(Sent):
    """Why somebody is erased."""

    reason: Words


class RequestDocument(Answered):
    """A request, and its answer once there is one."""

    request_id: int
    candidate_id: str
    kind: str
    vacancy_id: str | None
    words: str
    asked_by: str
    asked_at: datetime
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class RequestsDocument(Answered):
    """All requests of one candidate."""

    items: list[RequestDocument]


class ErasureDocument(Answered):
    """What was erased, and what stays under the pseudonym; rows by table."""

    candidate_id: str
    rows: dict[str, int]
    stay: dict[str, int]


class AccessDocument(Answered):
    """Everything that is stored about somebody."""

    format: str
    candidate_id: str
    made_at: datetime
    identity: dict[str, str | None] | None = Field(description="Of the vault; null where it does not know.")
    is_identity_readable: bool = Field(description="False where the service has no key of the vault.")
    tables: dict[str, list[dict[str, Any]]] = Field(description="Rows by table.")


class RuleDocument(Answered):
    """How long something is kept, and on what ground."""

    rule_id: int
    entity: str
    after_state: str | None
    keep_months: int | None
    is_archived: bool
    legal_basis: str
    approved_by: str
    valid_from: date


class DueDocument(Answered):
    """What one rule has come to on a day."""

    rule_id: int
    ids: list[str]
    held: dict[str, str] = Field(description="What something else keeps although its time has come, with the reason.")


class RetentionDocument(Answered):
    """Rules, and what is due by them."""

    rules: list[RuleDocument]
    due: list[DueDocument]


@router.get("/candidates/{candidate_id}/access", summary="Give out everything about somebody", responses=guarded(404))
def access(request: Request, store: Db, candidate_id: CandidateId, by: Acting) -> AccessDocument:
    """Return every row about a candidate, by table, and who it is; that it was given out stands in the audit log."""
    keys = request.app.state.identity_keys
    found = access_document(store, keys, candidate_id, by=by, reason="access to one's own data (GDPR art. 15)")
    return AccessDocument.model_validate(found)


@router.get("/candidates/{candidate_id}/requests", summary="List somebody's requests", responses=guarded(404))
def requests(store: Db, candidate_id: CandidateId) -> RequestsDocument:
    """List what a candidate has asked for by right, and what was answered."""
    with store.reading() as session:
        found = list_requests(session, candidate_id=candidate_id)
    return RequestsDocument(items=[RequestDocument.model_validate(one) for one in found])


@router.post(
    "/candidates/{candidate_id}/requests",
    status_code=201,
    summary="Write down a request",
    response_model=RequestDocument,
    responses=guarded(400, 404, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def wish(candidate_id: CandidateId, body: AskedByRight, by: Acting, asked: Asked) -> Response:
    """Write down what a candidate asks for by right."""

    def act(session: WritingSession) -> KeptAnswer:
        number = write_request(session, body.kind, candidate_id, body.words, by=by, vacancy_id=body.vacancy_id)
        return _answer(request_of(session, number), 201)

    return kept_response(asked.answer(act))


@router.post(
    "/candidates/{candidate_id}/requests/{request_id}/answer",
    summary="Answer a request",
    response_model=RequestDocument,
    responses=guarded(400, 404, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def reply(
    candidate_id: CandidateId, request_id: RequestId, body: AnsweredRequest, by: Acting, asked: Asked
) -> Response:
    """Answer a request; a review is answered by somebody who has not taken the decision (409 otherwise)."""

    def act(session: WritingSession) -> KeptAnswer:
        if request_of(session, request_id).candidate_id != candidate_id:
            raise UnknownId(
                f"Request '{request_id}' must be there. List the requests and choose one.",
                entity="rights_requests",
                entity_id=str(request_id),
            )
        answer_request(session, request_id, body.outcome, body.answer, by=by)
        return _answer(request_of(session, request_id), 200)

    return kept_response(asked.answer(act))


@router.post(
    "/candidates/{candidate_id}/erasure",
    summary="Erase somebody",
    response_model=ErasureDocument,
    responses=guarded(400, 404, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def erasure(candidate_id: CandidateId, body: Erasing, by: Acting, asked: Asked) -> Response:
    """Destroy the key of an identity and what describes the person; 409 says what keeps it, with law and day."""

    def act(session: WritingSession) -> KeptAnswer:
        found = ErasureDocument.model_validate(erase(session, candidate_id, by=by, reason=body.reason))
        return KeptAnswer(status=200, document=found.model_dump_json(), headers={})

    return kept_response(asked.answer(act))


@router.get("/retention", summary="Read the rules of retention", responses=guarded())
def retention(store: Db, on: Annotated[Day | None, Query()] = None) -> RetentionDocument:
    """List the rules of retention, and what is due by them on a day, today unless given; erases nothing."""
    with store.reading() as session:
        every, found = list_rules(session), due(session, on=on)
    return RetentionDocument(
        rules=[RuleDocument.model_validate(rule) for rule in every],
        due=[DueDocument(rule_id=one.rule.rule_id, ids=list(one.ids), held=dict(one.held)) for one in found],
    )


def _answer(found: RightsRequest, status: int) -> KeptAnswer:
    return KeptAnswer(status=status, document=RequestDocument.model_validate(found).model_dump_json(), headers={})
