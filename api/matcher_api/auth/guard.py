"""Stands before every route: finds the rule for an address, and lets nobody through whom it does not name."""

from __future__ import annotations

from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.errors import MatcherError
from matcher.store import ReadLog, Seen, Store, note_refusal, sees
from matcher_api.auth.actor import Actor, actor_if_any
from matcher_api.auth.cookies import cookie_of
from matcher_api.auth.identify import Identify
from matcher_api.auth.personal import shows_people, thing_seen
from matcher_api.auth.policy import OF_SETTING_UP, first_page
from matcher_api.auth.table import Found, Policy, Rule
from matcher_api.errors import answer_of, answer_status, is_page


class Guard:
    """Refuses before anything of a request's body is read, and has it logged who has seen something about people.

    Parameters
    ----------
    app : ASGI application
    policy : Policy
    identify : Identify
    store : Store
        Knows whose a candidate or a vacancy is, and keeps the log of refusals.
    reads : ReadLog, optional
        One of its own unless given.
    """

    def __init__(
        self, app: ASGIApp, policy: Policy, identify: Identify, store: Store, reads: ReadLog | None = None
    ) -> None:
        self._app, self._policy, self._identify, self._store = app, policy, identify, store
        self._reads = reads or ReadLog(store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        found = self._policy.find(scope["method"], scope["path"])
        answer = await run_in_threadpool(self._judged, request, found)
        await (answer or self._app)(scope, receive, send if answer else self._noting(request, found, send))

    def _noting(self, request: Request, found: Found, send: Send) -> Send:
        """Return what sends an answer; one about people only after it is logged who sees it."""
        rule, actor = found.rule, actor_if_any(request)
        if rule is None or actor is None or not shows_people(rule):
            return send
        owned = {name: _id(rule, part) for name, part in found.owned.items()}
        entity, entity_id = thing_seen(rule, owned)
        seen = Seen(by=actor.name, entity=entity, entity_id=entity_id, where=rule.path)

        is_refused = False

        async def noting(message: Message) -> None:
            nonlocal is_refused
            # Where there is nothing to see, what was typed in its place is nobody's id and may be anything.
            if message["type"] == "http.response.start" and message["status"] < 400:
                try:
                    await run_in_threadpool(self._reads.note, [seen])
                except MatcherError as error:  # what cannot be logged is not shown
                    is_refused = True
                    refusal = await run_in_threadpool(answer_of, request, error)
                    await refusal(request.scope, request.receive, send)
            if not is_refused:
                await send(message)

        return noting

    def _judged(self, request: Request, found: Found) -> Response | None:
        """Return the answer to somebody who is not let through; ``None`` where they are."""
        try:
            return self._judge(request, found)
        except MatcherError as error:
            return answer_of(request, error)

    def _judge(self, request: Request, found: Found) -> Response | None:
        rule = found.rule
        if rule is None:
            headers = {"Allow": ", ".join(found.methods)}
            return answer_status(request, 405, headers) if found.methods else answer_status(request, 404)
        if rule.is_open:
            if cookie_of(request, "session") is not None and "authorization" not in request.headers:
                request.state.actor = self._identify.of(request)
            return None
        actor = self._identify.of(request)
        request.state.actor = actor
        if actor is None:
            return _ask_to_sign_in(request)
        if actor.lacks_second_factor and rule.path not in OF_SETTING_UP:
            return _ask_for_second_factor(request)
        if not rule.roles & actor.roles:
            return self._refuse(request, actor, rule, 403)
        if actor.is_limited and not self._is_theirs(actor, found):
            return self._refuse(request, actor, rule, 404)
        return None

    def _is_theirs(self, actor: Actor, found: Found) -> bool:
        assert found.rule is not None
        if not found.rule.admits(actor.rights):
            return False
        if not found.owned:
            return True
        with self._store.reading() as session:
            return all(sees(session, actor.rights, kind, _id(found.rule, part)) for kind, part in found.owned.items())

    def _refuse(self, request: Request, actor: Actor, rule: Rule, status: int) -> Response:
        if rule.path == "/" and first_page(actor.rights) != "/":
            return RedirectResponse(first_page(actor.rights), status_code=303)
        with self._store.writing() as session:
            note_refusal(session, actor.name, rule.method, rule.path, status)
        return answer_status(request, status)


def _id(rule: Rule, part: str) -> str:
    """Return an id from its part of an address, which below ``/v1`` is still as it was sent (`RawPath`)."""
    return unquote(part) if rule.path.startswith("/v1/") else part


def _ask_for_second_factor(request: Request) -> Response:
    if is_page(request) and request.method == "GET":
        return RedirectResponse("/account/second-factor", status_code=303)
    return answer_status(request, 403)


def _ask_to_sign_in(request: Request) -> Response:
    if is_page(request):
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked = f"?back={quote(back, safe='')}" if request.method == "GET" and back != "/" else ""
        return RedirectResponse(f"/sign-in{asked}", status_code=303)
    challenge = 'Bearer realm="matcher"'
    if "authorization" in request.headers:
        challenge += ', error="invalid_token"'
    return answer_status(request, 401, {"WWW-Authenticate": challenge})
