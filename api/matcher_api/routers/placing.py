"""Placements that have begun, and the follow-ups after 3, 6 and 12 months."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from matcher.service.lists import Wanted, list_page, listed_one
from matcher.service.once import KeptAnswer
from matcher.service.work import Session, WritingSession, begin_placement, end_placement, record_follow_up
from matcher_api.acting import Acting
from matcher_api.auth.actor import Signed, require_mine
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.describing import ETAG, LOCATION
from matcher_api.documents import guarded
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.preconditions import IfMatch, etag, seen_version
from matcher_api.schemas_work import Beginning, Ending, FollowingUp, FollowUpDocument, Page, PlacementDocument

router = APIRouter(tags=["placements and follow-ups"])
PlacementId = Annotated[int, Path(ge=1, le=2**63 - 1)]
FollowUpId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_wanted, _wanted_follow_ups = wanted_from("placements"), wanted_from("follow_ups")


@router.get("/placements", summary="List placements", responses=guarded())
def placements(store: Db, actor: Signed, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[PlacementDocument]:
    """List placements that have begun."""
    with store.reading() as session:
        page = list_page(session, "placements", wanted, actor.rights)
    items = [PlacementDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.get(
    "/placements/{placement_id}",
    summary="Read a placement",
    response_model=PlacementDocument,
    responses={200: {"headers": ETAG}, **guarded(404)},
)
def placement(store: Db, placement_id: PlacementId) -> Response:
    """Say since when somebody works where, and until when."""
    with store.reading() as session:
        return _response(_placement(session, placement_id))


@router.post(
    "/placements",
    status_code=201,
    summary="Note that somebody has begun",
    response_model=PlacementDocument,
    responses={201: {"headers": ETAG | LOCATION}, **guarded(400, 404, 409, 413, 415)},
    dependencies=[Depends(require_json)],
)
def begin(body: Beginning, by: Acting, actor: Signed, asked: Asked) -> Response:
    """Note that an accepted candidate has begun; what has become of it is asked after 3, 6 and 12 months."""
    require_mine(asked.store, actor, body)

    def act(session: WritingSession) -> KeptAnswer:
        number = begin_placement(session, body.candidate_id, body.vacancy_id, start_date=body.start_date, by=by)
        return _placement(session, number, status=201)

    return kept_response(asked.answer(act))


@router.post(
    "/placements/{placement_id}/end",
    summary="Note that somebody has left",
    response_model=PlacementDocument,
    responses={200: {"headers": ETAG}, **guarded(400, 404, 409, 412, 413, 415, 428)},
    dependencies=[Depends(require_json)],
)
def end(placement_id: PlacementId, body: Ending, by: Acting, asked: Asked, if_match: IfMatch = None) -> Response:
    """Note that somebody has left: the place is open again."""
    version = seen_version(if_match, "placements")

    def act(session: WritingSession) -> KeptAnswer:
        seen = listed_one(session, "placements", placement_id).version if version is None else version
        end_placement(session, placement_id, ended_on=body.ended_on, by=by, note=body.note, version=seen)
        return _placement(session, placement_id)

    return kept_response(asked.answer(act))


@router.get("/follow-ups", summary="List follow-ups", responses=guarded())
def follow_ups(
    store: Db, actor: Signed, wanted: Annotated[Wanted, Depends(_wanted_follow_ups)]
) -> Page[FollowUpDocument]:
    """List the questions whether placements still last; `is_answered=false&due_on_max=DAY` are those that are due."""
    with store.reading() as session:
        page = list_page(session, "follow_ups", wanted, actor.rights)
    items = [FollowUpDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.get(
    "/follow-ups/{follow_up_id}",
    summary="Read a follow-up",
    response_model=FollowUpDocument,
    responses={200: {"headers": ETAG}, **guarded(404)},
)
def follow_up(store: Db, follow_up_id: FollowUpId) -> Response:
    """Say when the question falls due and what was found out."""
    with store.reading() as session:
        return _response(_follow_up(session, follow_up_id))


@router.put(
    "/follow-ups/{follow_up_id}",
    summary="Answer a follow-up",
    response_model=FollowUpDocument,
    responses={200: {"headers": ETAG}, **guarded(400, 404, 409, 412, 413, 415, 428)},
    dependencies=[Depends(require_json)],
)
def record(store: Db, follow_up_id: FollowUpId, body: FollowingUp, by: Acting, if_match: IfMatch = None) -> Response:
    """Answer whether a placement still lasts; the outcome model learns from it."""
    version = seen_version(if_match, "follow_ups")
    with store.writing() as session:
        seen = listed_one(session, "follow_ups", follow_up_id).version if version is None else version
        record_follow_up(session, follow_up_id, is_sustained=body.is_sustained, by=by, version=seen)
        return _response(_follow_up(session, follow_up_id))


def _placement(session: Session, number: int, status: int = 200) -> KeptAnswer:
    found = PlacementDocument.model_validate(listed_one(session, "placements", number))
    headers = {"ETag": etag(found.version), "Location": f"/v1/placements/{number}"}
    return KeptAnswer(status=status, document=found.model_dump_json(), headers=headers)


def _follow_up(session: Session, number: int) -> KeptAnswer:
    found = FollowUpDocument.model_validate(listed_one(session, "follow_ups", number))
    return KeptAnswer(status=200, document=found.model_dump_json(), headers={"ETag": etag(found.version)})


def _response(answer: KeptAnswer) -> Response:
    return kept_response(answer)
