"""The two addresses of the sign-in by the municipality's own provider: the way there and the way back."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.languages import message
from matcher.personal_numbers import has_personal_number
from matcher.store import Flow, Store, failed, keep_flow, keep_subject, take_flow
from matcher_api.auth.claims import NoRights, name_of_claims, rights_of_claims
from matcher_api.auth.forms import browser_secret, keep_form_secret
from matcher_api.auth.policy import first_page
from matcher_api.auth.provider import Provider, ProviderFailure, new_random
from matcher_api.settings import Settings
from matcher_api.web.rendering import page
from matcher_api.web.signing import Back, local, signed_in

log = logging.getLogger("matcher_api")
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

NOT_REACHED = message("The sign-in cannot be reached just now. Try again in a moment.")
NOT_COMPLETED = message("The sign-in was not completed. Begin again.")
NO_ROLE = message("You have no role here. Ask whoever gives out roles in your organisation.")
NUMBERED = message(
    "The sign-in tells who you are by a personal number, which is not stored here. Tell your administrator."
)
Answer = Annotated[str, Query(max_length=4000)]


@router.get("/sign-in/provider")
def begin(request: Request, back: Back = "") -> Response:
    """Send the browser to the provider."""
    provider = _provider(request)
    flow = Flow(state=new_random(), nonce=new_random(), code_verifier=new_random(), back=local(back))
    try:
        address = provider.authorization_address(
            redirect=_redirect(request), state=flow.state, nonce=flow.nonce, code_verifier=flow.code_verifier
        )
    except ProviderFailure as failure:
        log.error("the sign-in provider: %s", failure)
        return _failed(request, 503, NOT_REACHED)
    with _store(request).writing() as session:
        keep_flow(session, flow, browser_secret(request))
    answer = RedirectResponse(address, status_code=303)
    keep_form_secret(request, answer)
    return answer


@router.get("/sign-in/answer")
def end(request: Request, state: Answer = "", code: Answer = "", iss: Answer | None = None) -> Response:
    """Let somebody in whom the provider names, if the answer fits what was begun in this browser."""
    provider, settings = _provider(request), _settings(request)
    with _store(request).writing() as session:
        flow = take_flow(session, state, browser_secret(request))
    # Which issuer answers (RFC 9207): another one's code is not handed to ours.
    if flow is None or not code or (iss is not None and iss != provider.issuer):
        return _refused(request, "answer that fits no question", NOT_COMPLETED)
    try:
        claims = provider.claims_of_code(
            code, redirect=_redirect(request), nonce=flow.nonce, code_verifier=flow.code_verifier
        )
        rights = rights_of_claims(claims, settings, is_person=True)
    except ProviderFailure as failure:
        log.warning("the sign-in provider: %s", failure)
        return _refused(request, "provider's answer refused", NOT_COMPLETED)
    except NoRights:
        return _refused(request, "no role", NO_ROLE)
    if has_personal_number(str(claims["sub"])):
        log.error("the sign-in provider gives personal numbers as subjects; let it give this client others")
        return _refused(request, "personal number as subject", NUMBERED)
    with _store(request).writing() as session:
        account = keep_subject(session, provider.issuer, str(claims["sub"]), name_of_claims(claims), rights)
    if not account.is_active:
        return _refused(request, "disabled", NO_ROLE, account.account_id)
    return signed_in(request, account.account_id, flow.back or first_page(rights), "provider")


def _refused(request: Request, why: str, fault: str, account_id: int | None = None) -> Response:
    with _store(request).writing() as session:
        failed(session, account_id, why)
    return _failed(request, 403, fault)


def _failed(request: Request, status: int, fault: str) -> Response:
    return page(request, "sign-in.html.jinja", status, back="", name="", fault=fault)


def _redirect(request: Request) -> str:
    """Return where the provider sends the browser back to: never what a header says, where an address is set."""
    base = _settings(request).public_address or str(request.base_url).rstrip("/")
    return f"{base}/sign-in/answer"


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise HTTPException(404)
    return provider


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
