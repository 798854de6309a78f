"""Plans: what came out of runs, and which one people are told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from matcher.formats import plan_schema
from matcher.service.lists import Wanted, list_page, listed_one
from matcher.service.once import KeptAnswer
from matcher.service.work import WritingSession, plan_of, plan_text, publish_plan
from matcher_api.acting import Acting
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.describing import ETAG, LOCATION, json_answer
from matcher_api.documents import guarded
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, wanted_from
from matcher_api.preconditions import IfNoneMatch, etag, is_at_hand
from matcher_api.schemas_work import Page, PlanDocument, PublicationDocument, Publishing

router = APIRouter(tags=["plans"])
PlanId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_wanted, _wanted_publications = wanted_from("plans"), wanted_from("publications")


@router.get("/plans", summary="List plans", responses=guarded())
def plans(store: Db, wanted: Annotated[Wanted, Depends(_wanted)]) -> Page[PlanDocument]:
    """List plans in the order in which they were made; `sort=-plan_id` has the newest first."""
    with store.reading() as session:
        page = list_page(session, "plans", wanted)
    return Page(items=[PlanDocument.of(each) for each in page.items], next_cursor=next_cursor(page, wanted))


@router.get("/plans/{plan_id}", summary="Read what a plan comes to", responses=guarded(404))
def plan(store: Db, plan_id: PlanId) -> PlanDocument:
    """Say what a plan reaches of each aim, and what is proven of it."""
    with store.reading() as session:
        return PlanDocument.of(plan_of(session, plan_id))


@router.get(
    "/plans/{plan_id}/document",
    summary="Read a whole plan",
    response_class=Response,
    responses={
        200: json_answer("The plan with its certificate, byte by byte as it was checked.", plan_schema(), ETAG),
        304: {"description": "It is at hand: a plan never changes."},
        **guarded(404),
    },
)
def document(store: Db, plan_id: PlanId, if_none_match: IfNoneMatch = None) -> Response:
    """Return the plan as docs/formats.md describes it."""
    with store.reading() as session:
        headers = {"ETag": etag(plan_of(session, plan_id).content_hash)}
        if is_at_hand(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(plan_text(session, plan_id), headers=headers, media_type="application/json")


@router.get("/publications", summary="List publications", responses=guarded())
def publications(store: Db, wanted: Annotated[Wanted, Depends(_wanted_publications)]) -> Page[PublicationDocument]:
    """List which plans were published when; `sort=-publication_id` has the one in force first."""
    with store.reading() as session:
        page = list_page(session, "publications", wanted)
    items = [PublicationDocument.model_validate(each) for each in page.items]
    return Page(items=items, next_cursor=next_cursor(page, wanted))


@router.post(
    "/plans/{plan_id}/publications",
    status_code=201,
    summary="Publish a plan",
    response_model=PublicationDocument,
    responses={201: {"headers": LOCATION}, **guarded(400, 404, 409, 413, 415)},
    dependencies=[Depends(require_json)],
)
def publish(plan_id: PlanId, body: Publishing, by: Acting, asked: Asked) -> Response:
    """Make a plan the one that people are told; changes of later plans count against it."""

    def act(session: WritingSession) -> KeptAnswer:
        number = publish_plan(session, plan_id, by=by, reason=body.reason)
        made = PublicationDocument.model_validate(listed_one(session, "publications", number))
        headers = {"Location": f"/v1/publications?publication_id={number}"}
        return KeptAnswer(status=201, document=made.model_dump_json(), headers=headers)

    return kept_response(asked.answer(act))
