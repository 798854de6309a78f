"""Who could have a place, and what the plan that people work by loses with a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from matcher.errors import InvalidInput
from matcher.service.desk import Desk
from matcher.service.desk.pairs import explanation_of, pair_costs
from matcher.service.slots import Slots
from matcher.service.suggesting import Preparing, cost_values
from matcher.store import Store, visible_candidates
from matcher_api.auth.actor import Actor, Signed, require_mine
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Identifier
from matcher_api.language import Say
from matcher_api.raw_path import decoded

router = APIRouter(tags=["suggestions and costs"])


class LossDocument(Answered):
    """The first aim in which something is lost, and how much; what later aims lose counts less."""

    aim: str | None
    amount: Decimal


class CostDocument(Answered):
    """What the plan loses: exactly where both ends are the same."""

    least: LossDocument
    most: LossDocument | None
    is_exact: bool
    text: str


class FactDocument(Answered):
    """One rule between a candidate and a vacancy."""

    rule: str
    holds: bool
    text: str


class SuggestionDocument(Answered):
    """Somebody who could have the place."""

    rank: int
    candidate_id: str
    cohort_ids: list[str]
    start_date: date | None
    placed_at: list[str]
    displaced: list[str]
    cost: CostDocument
    route: str
    facts: list[FactDocument]


class SuggestionsDocument(Answered):
    """Everybody worth looking at for a place, the least loss of the whole plan first."""

    vacancy_id: str
    plan_id: int | None
    open: int
    further: int
    suggestions: list[SuggestionDocument]


class AimLossDocument(Answered):
    """What is lost in one aim."""

    aim: str
    found: Decimal
    least: Decimal | None
    most: Decimal | None


class DecisionCostDocument(Answered):
    """What the plan that people work by loses where a pair comes about, and where it does not."""

    candidate_id: str
    vacancy_id: str
    plan_id: int | None
    is_planned: bool
    with_pair: CostDocument | None
    without_pair: list[AimLossDocument] | None
    broken_promises: int
    is_pending: bool = Field(description="Whether it is still being worked out: ask again.")


def desk_of(request: Request) -> Desk:
    """Return the desk with the plan that people work by; answers 503 where there is none yet."""
    desk: Desk | None = request.app.state.source.desk()
    if desk is None:
        raise HTTPException(503, headers={"Retry-After": "5"})
    return desk


At = Annotated[Desk, Depends(desk_of)]


def _sees(store: Store, actor: Actor) -> Callable[[str | None], bool]:
    with store.reading() as session:
        people = visible_candidates(session, actor.rights)
    return lambda candidate_id: people is None or candidate_id in people


@router.get(
    "/vacancies/{vacancy_id}/suggestions",
    summary="Who could have a place",
    response_model=SuggestionsDocument,
    responses=guarded(404),
)
def suggestions(
    request: Request, store: Db, actor: Signed, desk: At, say: Say, vacancy_id: Annotated[str, Path(max_length=2000)]
) -> Response:
    """Rank who could have a place by what the whole plan would lose; nothing is decided by that order.

    The list is about the plan that people work by: the published one, or the newest while none is.
    """
    preparing: Preparing = request.app.state.preparing
    try:
        prepared = preparing.of(desk)
        text = (
            prepared.text_for(decoded(vacancy_id), say.language, _sees(store, actor))
            if actor.is_limited
            else prepared.text(decoded(vacancy_id), say.language)
        )
    except InvalidInput:
        raise HTTPException(404) from None
    headers = {"Content-Language": say.language, "Vary": "Accept-Language"}
    return Response(text, media_type="application/json", headers=headers)


@router.get("/decision-costs", summary="What a decision costs", responses=guarded(404))
def decision_costs(
    request: Request,
    store: Db,
    actor: Signed,
    desk: At,
    say: Say,
    candidate_id: Annotated[Identifier, Query()],
    vacancy_id: Annotated[Identifier, Query()],
) -> DecisionCostDocument:
    """Say what the plan loses where a pair is accepted or pinned, or is rejected or forbidden, before it is decided.

    Of a planned pair the loss without it is found by solving again; of any other, the loss with it from the proof.
    """
    require_mine(store, actor, SimpleNamespace(candidate_id=candidate_id, vacancy_id=vacancy_id))
    slots: Slots = request.app.state.slots
    try:
        with slots.taken():
            costs = pair_costs(desk, explanation_of(desk, candidate_id, vacancy_id))
    except InvalidInput:
        raise HTTPException(404) from None
    ranked, regret = costs.with_pair, costs.without
    loss = None if regret is None else regret.loss
    return DecisionCostDocument(
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        plan_id=desk.plan_id,
        is_planned=costs.is_planned,
        with_pair=None if ranked is None else CostDocument.model_validate(cost_values(ranked, say)),
        without_pair=None if loss is None else [AimLossDocument.model_validate(aim) for aim in loss.aims],
        broken_promises=0 if loss is None else loss.broken_promises,
        is_pending=costs.is_pending,
    )
