"""Pages about a candidate's rights: who it is, what is known, a letter, requests and their answers, erasure."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Conflict
from matcher.explain.proofs import why_not_lines
from matcher.formats.identities import FIELDS, Identity
from matcher.languages import message
from matcher.service.rights import access_document, letter, rights_page
from matcher.store import (
    OUTCOMES,
    REQUEST_KINDS,
    Hindrance,
    MasterKeys,
    Store,
    answer_request,
    deciders,
    erase,
    list_requests,
    look_at,
    request_of,
    write_request,
)
from matcher_api.auth.actor import Actor, Signed
from matcher_api.web.asked import At, Fields, Kept, found
from matcher_api.web.rendering import page, reader_of
from matcher_api.web.sight import Seen

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_WORDS = 2_000
KINDS = {
    "review": message("Somebody else is to look at a decision"),
    "correction": message("Facts are to be corrected"),
    "access": message("What is known is to be told"),
    "erasure": message("What is known is to be erased"),
    "other": message("Something else"),
}
OUTCOME_NAMES = {
    "granted": message("granted"),
    "partly": message("granted in part"),
    "refused": message("refused"),
}
IDENTITY_NAMES = {
    "name": message("Name"),
    "phone": message("Telephone"),
    "email": message("Electronic mail"),
    "address": message("Address"),
    "reference": message("Case number"),
}
DONE = {
    "asked": message("Written down. It waits for an answer."),
    "answered": message("Answered. The answer stands below."),
    "erased": message("Erased. Only a pseudonym is left that nobody can lead back to a person."),
}
NO_WORDS = message("Write what is asked, or what is answered.")
NOT_YOURS = message("Whoever has taken the decision cannot answer this: ask somebody else.")
NO_REASON = message("Say why: it stands in the log.")
NOT_NOW = message("It cannot be erased now: see below why.")


@router.get("/requests")
def requests(request: Request, store: Kept, sight: Seen) -> HTMLResponse:
    """What candidates have asked for, what waits first."""
    with store.reading() as session:
        every = [one for one in list_requests(session) if sight.person(one.candidate_id)]
    every.sort(key=lambda one: (not one.is_open, one.request_id))
    return page(request, "requests.html.jinja", every=every, kinds=KINDS, outcomes=OUTCOME_NAMES)


@router.get("/candidates/{candidate_id}/rights")
def rights(
    request: Request, store: Kept, actor: Signed, candidate_id: str, done: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """What a candidate may ask for, and what became of it."""
    return _rights(request, store, actor, candidate_id, done=done)


@router.post("/candidates/{candidate_id}/identity")
def identity(request: Request, store: Kept, actor: Signed, fields: Fields, candidate_id: str) -> HTMLResponse:
    """Show who it is, once; the look stands in the audit log with its reason."""
    reason = fields.get("reason", "")[:MOST_WORDS]
    if not reason:
        return _rights(request, store, actor, candidate_id, status=422, fault=NO_REASON)
    keys = keys_of(request)
    if keys is None:
        raise HTTPException(404)
    with store.writing() as session:
        who = look_at(session, keys, candidate_id, by=actor.name, reason=reason)
    return _rights(request, store, actor, candidate_id, identity=who)


@router.post("/candidates/{candidate_id}/access")
def access(request: Request, store: Kept, actor: Signed, candidate_id: str) -> Response:
    """Everything that is stored about the person, as a file."""
    document = access_document(
        store, keys_of(request), candidate_id, by=actor.name, reason="access to one's own data (GDPR art. 15)"
    )
    name = f"access-{quote(candidate_id, safe='')}.json"
    return Response(
        json.dumps(document, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"},
    )


@router.get("/candidates/{candidate_id}/letter")
def explaining(request: Request, desk: At, candidate_id: str, proven: bool = False) -> HTMLResponse:
    """A letter that explains the plan to the person; with ``proven`` also what would have to be otherwise."""
    view = found(lambda desk, one: letter(desk, one, is_proven=proven), desk, candidate_id)
    say = reader_of(request)
    return page(request, "letter.html.jinja", desk=desk, view=view, told=lambda found: why_not_lines(found, say))


@router.post("/candidates/{candidate_id}/requests")
def wish(request: Request, store: Kept, actor: Signed, fields: Fields, candidate_id: str) -> Response:
    """Write down what a candidate asks for."""
    kind = next((one for one in REQUEST_KINDS if one == fields.get("kind")), None)
    if kind is None:
        raise HTTPException(400)
    words = fields.get("words", "")[:MOST_WORDS]
    if not words:
        return _rights(request, store, actor, candidate_id, status=422, fault=NO_WORDS)
    with store.writing() as session:
        write_request(session, kind, candidate_id, words, by=actor.name, vacancy_id=fields.get("vacancy_id") or None)
    return RedirectResponse(f"{_address(candidate_id)}?done=asked", status_code=303)


@router.post("/candidates/{candidate_id}/requests/{request_id}/answer")
def reply(request: Request, store: Kept, actor: Signed, fields: Fields, candidate_id: str, request_id: int) -> Response:
    """Answer what a candidate has asked for."""
    outcome = next((one for one in OUTCOMES if one == fields.get("outcome")), None)
    if outcome is None:
        raise HTTPException(400)
    words = fields.get("answer", "")[:MOST_WORDS]
    if not words:
        return _rights(request, store, actor, candidate_id, status=422, fault=NO_WORDS)
    try:
        with store.writing() as session:
            if request_of(session, request_id).candidate_id != candidate_id:
                raise HTTPException(404)
            answer_request(session, request_id, outcome, words, by=actor.name)
    except Conflict:
        return _rights(request, store, actor, candidate_id, status=409, fault=NOT_YOURS)
    return RedirectResponse(f"{_address(candidate_id)}?done=answered", status_code=303)


@router.post("/candidates/{candidate_id}/erasure")
def erasing(request: Request, store: Kept, actor: Signed, fields: Fields, candidate_id: str) -> Response:
    """Erase what is known of somebody, where nothing keeps it."""
    reason = fields.get("reason", "")[:MOST_WORDS]
    if not reason or fields.get("sure") != candidate_id:
        return _rights(request, store, actor, candidate_id, status=422, fault=NO_REASON)
    try:
        with store.writing() as session:
            erase(session, candidate_id, by=actor.name, reason=reason)
    except Conflict:
        return _rights(request, store, actor, candidate_id, status=409, fault=NOT_NOW)
    return RedirectResponse(f"{_address(candidate_id)}?done=erased", status_code=303)


def keys_of(request: Request) -> MasterKeys | None:
    """Return the keys of the vault, where the service has been given some."""
    found: MasterKeys | None = request.app.state.identity_keys
    return found


def hindrance_words(hindrance: Hindrance) -> tuple[str, dict[str, object]]:
    """Return what keeps somebody from being erased: a text, and what fills it."""
    rule = hindrance.rule
    if rule is None:
        if hindrance.code == "placement":
            return message("A placement has not ended: {vacancy}."), {"vacancy": hindrance.which or ""}
        return message("A place is promised: {vacancy}. Take the decision back first."), {
            "vacancy": hindrance.which or ""
        }
    values: dict[str, object] = {"basis": rule.legal_basis, "number": rule.rule_id}
    if hindrance.until is None:
        return message("Archive rule {number} keeps it, and no day is set for its end: {basis}."), values
    return message("Archive rule {number} keeps it until {day}: {basis}."), values | {"day": hindrance.until}


def _rights(
    request: Request,
    store: Store,
    actor: Actor,
    candidate_id: str,
    *,
    status: int = 200,
    fault: str | None = None,
    done: str = "",
    identity: Identity | None = None,
) -> HTMLResponse:
    view = rights_page(store, candidate_id)
    with store.reading() as session:
        barred = {
            one.request_id
            for one in view.requests
            if one.is_open and one.kind == "review" and actor.name in deciders(session, one)
        }
    return page(
        request,
        "rights.html.jinja",
        status,
        view=view,
        barred=barred,
        identity=identity,
        identity_fields={name: IDENTITY_NAMES[name] for name in FIELDS},
        has_keys=keys_of(request) is not None,
        kinds=KINDS,
        outcomes=OUTCOME_NAMES,
        hindrance_words=hindrance_words,
        fault=fault,
        done=DONE.get(done),
    )


def _address(candidate_id: str) -> str:
    return f"/candidates/{quote(candidate_id, safe='')}/rights"
