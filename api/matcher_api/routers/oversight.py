"""Oversight: how people decide about proposals, and the switch by which they stop planning and let it go on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from matcher.service.once import KeptAnswer
from matcher.service.overseeing import oversight
from matcher.store import Session, WritingSession, resume_runs, standing_stop, stop_runs
from matcher_api.acting import Acting
from matcher_api.auth.actor import Signed
from matcher_api.bodies import require_json
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.fields import Answered, Sent, Words
from matcher_api.once import Asked, kept_response

router = APIRouter(tags=["oversight"])


class StopDocument(Answered):
    """Whether planning is stopped, and by whom, when and why."""

    is_stopped: bool
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None

    @classmethod
    def of(cls, session: Session) -> StopDocument:
        """Return how it is now."""
        found = standing_stop(session)
        if found is None:
            return cls(is_stopped=False)
        return cls(is_stopped=True, by=found.switched_by, at=found.switched_at, reason=found.reason)


class Switching(Sent):
    """Why planning is stopped, or let go on."""

    reason: Words


class OversightRowDocument(Answered):
    """How decisions were taken in a period, or by a person."""

    name: str = Field(description="Of the person; of a period its first day.")
    decided: int = Field(description="Proposals accepted or rejected.")
    accepted: int
    rejected: int
    acceptance: float | None = Field(description="Share of the proposals decided that was accepted.")
    withdrawn: int
    pinned: int
    forbidden: int
    overrides: int = Field(description="Rejected, withdrawn, pinned and forbidden together.")
    unseen: int = Field(description="Proposals decided by somebody who had not opened them before.")
    timed: int = Field(description="Proposals of which is known how long they were looked at.")
    median_s: float | None = Field(description="Seconds; half of those took less.")
    warnings: list[str]


class OversightDocument(Answered):
    """How people decide about what the planner proposes."""

    days: int
    total: OversightRowDocument
    by_period: list[OversightRowDocument]
    by_person: list[OversightRowDocument] = Field(description="Everybody for an auditor; for others themselves.")


@router.get("/oversight", summary="How people decide", responses=guarded())
def figures(store: Db, actor: Signed, days: Annotated[int, Query(ge=1, le=3660)] = 90) -> OversightDocument:
    """Say how often proposals are accepted, how long they are looked at and how often people decide otherwise.

    `warnings` are signs that people may no longer decide themselves; docs/operating.md explains each.
    """
    with store.reading() as session:
        view = oversight(session, days)
    people = [row for row in view.by_person if "auditor" in actor.roles or row.name == actor.name]
    return OversightDocument(
        days=view.days,
        total=OversightRowDocument.model_validate(view.total),
        by_period=[OversightRowDocument.model_validate(row) for row in view.by_period],
        by_person=[OversightRowDocument.model_validate(row) for row in people],
    )


@router.get("/stop", summary="Ask whether planning is stopped", responses=guarded())
def stop(store: Db) -> StopDocument:
    """Say whether runs and batches are stopped, and by whom, when and why."""
    with store.reading() as session:
        return StopDocument.of(session)


@router.post(
    "/stop",
    summary="Stop planning",
    response_model=StopDocument,
    responses=guarded(400, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def switch_off(body: Switching, by: Acting, asked: Asked) -> Response:
    """Freeze runs and batches: none is asked for, made, stored, proposed or published until it goes on.

    A run that is being made is put back, and begins anew afterwards.
    """

    def act(session: WritingSession) -> KeptAnswer:
        stop_runs(session, by=by, reason=body.reason)
        return _answer(session)

    return kept_response(asked.answer(act))


@router.post(
    "/stop/end",
    summary="Let planning go on",
    response_model=StopDocument,
    responses=guarded(400, 409, 413, 415),
    dependencies=[Depends(require_json)],
)
def switch_on(body: Switching, by: Acting, asked: Asked) -> Response:
    """Let runs and batches go on."""

    def act(session: WritingSession) -> KeptAnswer:
        resume_runs(session, by=by, reason=body.reason)
        return _answer(session)

    return kept_response(asked.answer(act))


def _answer(session: Session) -> KeptAnswer:
    return KeptAnswer(status=200, document=StopDocument.of(session).model_dump_json(), headers={})
