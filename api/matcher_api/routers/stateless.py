"""A problem in, a plan out; a plan in, its faults out. Nothing is stored."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from matcher.formats import plan_schema, plan_to_text, problem_schema
from matcher.service.slots import Slots
from matcher.service.stateless import SolveLimits, check_text, solve_text
from matcher.store import require_going
from matcher_api.database import Db
from matcher_api.documents import guarded
from matcher_api.schemas import CheckDocument
from matcher_api.settings import Settings

router = APIRouter(tags=["stateless"])


async def _text_of(request: Request) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415)
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(400) from None


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _slots(request: Request) -> Slots:
    slots: Slots = request.app.state.slots
    return slots


Text = Annotated[str, Depends(_text_of)]
Set = Annotated[Settings, Depends(_settings)]
Places = Annotated[Slots, Depends(_slots)]
Gap = Annotated[float, Query(ge=0, le=1, description="Relative gap that is good enough.")]
Seed = Annotated[int, Query(ge=0, le=2**31 - 1, description="Of the integer solver.")]
TimeLimit = Annotated[
    float | None, Query(gt=0, description="Seconds, at most what the service allows; less where it is not given.")
]


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _both() -> dict[str, Any]:
    properties = {"problem": problem_schema(), "plan": plan_schema()}
    return {"type": "object", "additionalProperties": False, "required": [*properties], "properties": properties}


@router.post(
    "/solve",
    summary="Solve a problem",
    response_class=Response,
    responses={
        200: {"description": "The checked plan.", "content": {"application/json": {"schema": plan_schema()}}},
        **guarded(400, 409, 413, 415, 504),
    },
    openapi_extra=_body(problem_schema()),
)
def solve(
    text: Text, settings: Set, slots: Places, store: Db, gap: Gap = 1e-6, seed: Seed = 0, time_limit_s: TimeLimit = None
) -> Response:
    """Return the best plan for a problem, with its certificate; it has passed the independent checker.

    A plan that a limit ended carries its honest gap.
    """
    with store.reading() as session:
        require_going(session)
    limits = SolveLimits(
        max_rows=settings.max_rows,
        time_limit_s=min(time_limit_s or settings.solve_time_limit_s, settings.solve_time_limit_s),
        memory_limit_mb=settings.solve_memory_limit_mb,
    )
    with slots.taken():
        result = solve_text(text, limits, gap=gap, seed=seed)
    return Response(plan_to_text(result.plan), media_type="application/json")


@router.post(
    "/check",
    summary="Check a plan",
    responses=guarded(400, 413, 415),
    openapi_extra=_body(_both()),
)
def check(text: Text, settings: Set, slots: Places) -> CheckDocument:
    """Tell whether a plan keeps every rule of its problem and claims no more than its certificate proves."""
    limits = SolveLimits(
        max_rows=settings.max_rows,
        time_limit_s=settings.solve_time_limit_s,
        memory_limit_mb=settings.solve_memory_limit_mb,
    )
    with slots.taken():
        return CheckDocument.of(check_text(text, limits))
