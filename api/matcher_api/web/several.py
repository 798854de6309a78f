"""Several proposals on one page, row by row: each is accepted by a tick of its own, and only so many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from matcher.errors import Conflict, InvalidInput
from matcher.explain import PairInPlan
from matcher.service.deciding import Wanted, about_pair, last_seen, take_decision
from matcher.service.desk import Desk, ProposalRow, proposal_rows
from matcher.service.desk.pairs import explanation_of
from matcher.store import ReadLog, Seen, Store
from matcher_api.auth.actor import Actor, Signed
from matcher_api.settings import Settings
from matcher_api.web.asked import At, Fields, Kept, whole
from matcher_api.web.rendering import page
from matcher_api.web.sight import Seen as InSight
from matcher_api.web.sight import Sight

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
TICK = "take-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralRow:
    """One proposal with why it fits, and the number of the last decision about its pair."""

    row: ProposalRow
    explanation: PairInPlan
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What has become of one tick: accepted, or refused since something has changed."""

    row: ProposalRow
    is_accepted: bool


@router.get("/proposals/several")
def several(request: Request, desk: At, store: Kept, sight: InSight, actor: Signed) -> HTMLResponse:
    """The first proposals that wait, one's own before others', each with why it fits."""
    return _page(request, desk, store, sight, actor)


@router.post("/proposals/several")
def accept_several(
    request: Request, desk: At, store: Kept, sight: InSight, actor: Signed, fields: Fields
) -> HTMLResponse:
    """Accept what was ticked, one by one: what somebody else has decided meanwhile is left alone and said."""
    ticked = [name.removeprefix(TICK) for name, value in fields.items() if name.startswith(TICK) and value == "yes"]
    if not ticked or len(ticked) > _most(request):
        return _page(request, desk, store, sight, actor, status=422, trouble="many" if ticked else "none")
    by_id = {str(row.proposal.proposal_id): row for row in _waiting(desk, store, sight, actor)}
    taken = []
    for number in ticked:
        version, seen = whole(fields, f"version-{number}"), whole(fields, f"seen-{number}")
        if version is None or seen is None or not number.isdecimal():
            raise HTTPException(400)
        row = by_id.get(number)
        if row is not None:
            taken.append(Taken(row=row, is_accepted=_accepted(store, row, seen, version, len(ticked), actor)))
    return _page(request, desk, store, sight, actor, taken=taken, gone=len(ticked) - len(taken))


def _accepted(store: Store, row: ProposalRow, seen: int, version: int, together: int, actor: Actor) -> bool:
    proposal = row.proposal
    wanted = Wanted(
        act="accept",
        candidate_id=proposal.candidate_id,
        vacancy_id=proposal.vacancy_id,
        seen=seen,
        proposal_id=proposal.proposal_id,
        version=version,
        together=together,
    )
    try:
        take_decision(store, wanted, by=actor.name)
    except Conflict:
        return False
    return True


def _waiting(desk: Desk, store: Store, sight: Sight, actor: Actor) -> list[ProposalRow]:
    rows = [row for row in sight.proposals(proposal_rows(desk, store, actor.name)) if row.is_open]
    return sorted(rows, key=lambda row: not row.is_mine)


def _page(
    request: Request,
    desk: Desk,
    store: Store,
    sight: Sight,
    actor: Actor,
    *,
    status: int = 200,
    trouble: str = "",
    taken: Sequence[Taken] = (),
    gone: int = 0,
) -> HTMLResponse:
    most = _most(request)
    waiting = _waiting(desk, store, sight, actor)
    shown: list[SeveralRow] = []
    for row in waiting:
        if len(shown) == most:
            break
        try:
            found = explanation_of(desk, row.proposal.candidate_id, row.proposal.vacancy_id)
        except InvalidInput:  # the plan that people work by knows one of the two no longer
            continue
        with store.reading() as session:
            last = last_seen(about_pair(session, row.proposal.candidate_id, row.proposal.vacancy_id))
        shown.append(SeveralRow(row=row, explanation=found, seen=last))
    _note(request, actor, shown)
    return page(
        request,
        "several.html.jinja",
        status,
        desk=desk,
        shown=shown,
        total=len(waiting),
        most=most,
        trouble=trouble,
        taken=taken,
        gone=gone,
    )


def _note(request: Request, actor: Actor, shown: Sequence[SeveralRow]) -> None:
    """Log that somebody has opened each of these: the address names none of them."""
    reads: ReadLog = request.app.state.reads
    pairs = [f"{one.row.proposal.candidate_id}|{one.row.proposal.vacancy_id}" for one in shown]
    reads.note([Seen(by=actor.name, entity="pairs", entity_id=pair, where="/proposals/several") for pair in pairs])


def _most(request: Request) -> int:
    settings: Settings = request.app.state.settings
    return settings.accept_together
