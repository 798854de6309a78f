"""Proposals and decisions: people decide, nothing else in the program does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response

from matcher.errors import Fault, InvalidInput
from matcher.service.lists import Condition, Wanted, list_page
from matcher.service.once import KeptAnswer
from matcher.service.work import WritingSession, accept, decide, proposal_of, reject, withdraw
from matcher_api.acting import Acting
from matcher_api.auth.actor import Signed, require_mine
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.describing import ETAG
from matcher_api.documents import guarded
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.preconditions import IfMatch, IfNoneMatch, etag, is_at_hand, seen_version
from matcher_api.schemas_work import Accepting, DecidingPair, DecisionDocument, Page, ProposalDocument, Rejecting

router = APIRouter(tags=["proposals and decisions"])
ProposalId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_wanted, _wanted_decisions = wanted_from("proposals"), wanted_from("decision_log")


@router.get("/proposals", summary="List proposals", responses=guarded())
def proposals(store: Db, actor: Signed, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[ProposalDocument]:
    """List what plans propose; `state=proposed` waits for somebody to decide."""
    with store.reading() as session:
        page = list_page(session, "proposals", wanted, actor.rights)
    items = [ProposalDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.get(
    "/proposals/{proposal_id}",
    summary="Read a proposal",
    response_model=ProposalDocument,
    responses={
        200: {"headers": ETAG},
        304: {"description": "It is still the version at hand."},
        **guarded(404),
    },
)
def proposal(store: Db, proposal_id: ProposalId, if_none_match: IfNoneMatch = None) -> Response:
    """Say what is proposed and what has become of it."""
    with store.reading() as session:
        found = proposal_of(session, proposal_id)
    headers = {"ETag": etag(found.version)}
    if is_at_hand(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    document = ProposalDocument.model_validate(found).model_dump_json()
    return Response(document, headers=headers, media_type="application/json")


@router.post(
    "/proposals/{proposal_id}/decision",
    summary="Accept or reject a proposal",
    response_model=ProposalDocument,
    responses={200: {"headers": ETAG}, **guarded(400, 404, 409, 412, 413, 415, 428)},
    dependencies=[Depends(require_json)],
)
def decide_proposal(
    proposal_id: ProposalId,
    body: Annotated[Accepting | Rejecting, Body(discriminator="act")],
    by: Acting,
    asked: Asked,
    if_match: IfMatch = None,
) -> Response:
    """Accept a proposal: the place and the seats of its route are promised. Or reject it, with a reason."""
    version = seen_version(if_match, "proposals")

    def act(session: WritingSession) -> KeptAnswer:
        if isinstance(body, Accepting):
            accept(session, proposal_id, by=by, version=version)
        else:
            reject(session, proposal_id, by=by, reason_code=body.reason_code, note=body.note, version=version)
        found = proposal_of(session, proposal_id)
        document = ProposalDocument.model_validate(found).model_dump_json()
        return KeptAnswer(status=200, document=document, headers={"ETag": etag(found.version)})

    return kept_response(asked.answer(act))


@router.get("/decisions", summary="List decisions", responses=guarded())
def decisions(
    store: Db, actor: Signed, wanted: Annotated[Wanted, Depends(_wanted_decisions)]
) -> Page[DecisionDocument]:
    """List decisions as they were taken; each stays, whatever is decided later."""
    with store.reading() as session:
        page = list_page(session, "decision_log", wanted, actor.rights)
    items = [DecisionDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.post(
    "/decisions",
    status_code=201,
    summary="Pin, forbid or withdraw",
    response_model=DecisionDocument,
    responses=guarded(400, 404, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def decide_pair(body: DecidingPair, by: Acting, actor: Signed, asked: Asked) -> Response:
    """Pin a pair or forbid it for the plans to come, or take back what was decided about it."""
    require_mine(asked.store, actor, body)
    if body.act == "withdraw" and body.note is None:
        raise InvalidInput([_NO_NOTE])

    def act(session: WritingSession) -> KeptAnswer:
        pair = (body.candidate_id, body.vacancy_id)
        if body.act == "withdraw":
            withdraw(session, *pair, by=by, note=body.note or "")
        else:
            decide(session, body.act, *pair, by=by, note=body.note)
        own = [Condition(column="candidate_id", comparison="equal", value=body.candidate_id)]
        newest = Wanted(conditions=own, sort="decision_id", is_descending=True, limit=1)
        (taken,) = list_page(session, "decision_log", newest).items
        return KeptAnswer(status=201, document=DecisionDocument.model_validate(taken).model_dump_json(), headers={})

    return kept_response(asked.answer(act))


_NO_NOTE = Fault(
    code="missing_value",
    field="note",
    must="have a note when a decision is withdrawn",
    remedy="Say why.",
    file="body#/note",
)
