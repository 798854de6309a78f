"""Pages about accounts: for administrators who may sign in and what other systems may ask, for everybody their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Conflict, InvalidInput
from matcher.languages import message
from matcher.store import (
    Rights,
    Role,
    Store,
    account_of,
    change_rights,
    disable,
    enable,
    end_sessions,
    invite,
    issue_token,
    list_accounts,
    list_tokens,
    remove_second_factor,
    reset,
    revoke_token,
    set_password,
    succeeded,
    try_once,
)
from matcher_api.auth.actor import Actor, Signed
from matcher_api.auth.cookies import clear_cookie
from matcher_api.auth.passwords import LONGEST, hash_password, judge_password, password_fault
from matcher_api.web.asked import Number
from matcher_api.web.rendering import page
from matcher_api.web.signing import OF_BOTH, signed_in

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ROLE_NAMES: dict[Role, str] = {
    "matcher": message("Matcher"),
    "planner": message("Planner"),
    "supplier": message("Contact at a supplier"),
    "auditor": message("Equality auditor"),
    "administrator": message("Administrator"),
    "service": message("Another system"),
}
SAY_WHY = message("Say why: it stands in the log.")
LAST = message("The last administrator stays one. Invite another one first.")
OWN_FACTOR = message("Your own second factor is changed on the page of your account.")
NO_RIGHTS = message("Choose at least one role; a contact at a supplier has no other, and names contracts.")
Short = Annotated[str, Form(max_length=2000)]
Password = Annotated[str, Form(max_length=4 * LONGEST)]


@router.get("/accounts")
def accounts(request: Request) -> HTMLResponse:
    """List accounts and tokens."""
    return _listed(request)


@router.post("/accounts/invitations")
def invitation(
    request: Request,
    actor: Signed,
    roles: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    units: Short = "",
    contracts: Short = "",
) -> HTMLResponse:
    """Show a link by which somebody makes an account."""
    try:
        rights = _rights(roles, units, contracts)
    except InvalidInput:
        return _listed(request, 422, fault=NO_RIGHTS)
    with _store(request).writing() as session:
        code = invite(session, rights, by=actor.name)
    return _listed(request, link=_link(request, code))


@router.post("/accounts/{account_id}/reset")
def new_password(request: Request, actor: Signed, account_id: Number) -> HTMLResponse:
    """Show a link by which a person chooses a new password."""
    with _store(request).writing() as session:
        code = reset(session, account_id, by=actor.name)
    return _listed(request, link=_link(request, code))


@router.post("/accounts/{account_id}/disable")
def close(request: Request, actor: Signed, account_id: Number, reason: Short = "") -> Response:
    """Let nobody use an account any more."""
    if not reason.strip():
        return _listed(request, 422, fault=SAY_WHY)
    try:
        with _store(request).writing() as session:
            disable(session, account_id, by=actor.name, reason=reason)
    except Conflict:
        return _listed(request, 409, fault=LAST)
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/{account_id}/enable")
def reopen(request: Request, actor: Signed, account_id: Number) -> Response:
    """Let a disabled account be used again."""
    with _store(request).writing() as session:
        enable(session, account_id, by=actor.name, reason="by an administrator")
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/tokens")
def token(
    request: Request,
    actor: Signed,
    name: Short = "",
    days: Annotated[int, Form(ge=1, le=732)] = 365,
    contracts: Short = "",
    units: Short = "",
) -> HTMLResponse:
    """Show a token for another system."""
    try:
        rights = _rights(["service"], units, contracts)
        with _store(request).writing() as session:
            made = issue_token(session, name, rights, lasts=timedelta(days=days), by=actor.name)
    except InvalidInput:
        return _listed(request, 422, fault=message("Say which system bears the token."))
    return _listed(request, token=made)


@router.post("/accounts/tokens/{token_id}/revoke")
def revoke(request: Request, actor: Signed, token_id: Number) -> Response:
    """Let a token open nothing any more."""
    with _store(request).writing() as session:
        revoke_token(session, token_id, by=actor.name, reason="by an administrator")
    return RedirectResponse("/accounts", status_code=303)


@router.post("/accounts/{account_id}/second-factor/removal")
def no_second_factor(request: Request, actor: Signed, account_id: Number, reason: Short = "") -> Response:
    """Take the second factor from somebody who has lost it; the password is asked for as before."""
    if not reason.strip():
        return _listed(request, 422, fault=SAY_WHY)
    if account_id == actor.account_id:  # the own one goes by password and code alone, whoever holds the session
        return _listed(request, 409, fault=OWN_FACTOR)
    with _store(request).writing() as session:
        remove_second_factor(session, account_id, by=actor.name, reason=reason)
    return RedirectResponse("/accounts", status_code=303)


@router.get("/account")
def own(request: Request, actor: Signed) -> HTMLResponse:
    """Show somebody's own rights."""
    return _own(request, actor)


@router.post("/account/password")
def own_password(
    request: Request, actor: Signed, present: Password = "", password: Password = "", again: Password = ""
) -> Response:
    """Set a new password where the present one is known; every other session ends."""
    store = _store(request)
    if actor.account_id is None:
        raise HTTPException(404)
    with store.writing() as session:
        account = account_of(session, actor.account_id)
        wait_s = try_once(session, {f"own|{account.account_id}": OF_BOTH})
    if wait_s > 0:
        return _own(request, actor, 429, fault=message("Too many attempts have failed. Wait a moment, then try again."))
    if not judge_password(account, present).is_right:
        return _own(request, actor, 422, fault=message("The present password is wrong."))
    fault = password_fault(password, account.name)
    if fault is None and password != again:
        fault = message("The two passwords differ.")
    if fault is not None:
        return _own(request, actor, 422, fault=fault)
    hashed = hash_password(password)
    with store.writing() as session:
        succeeded(session, (f"own|{account.account_id}",))
        set_password(session, account.account_id, hashed, by=account.name)
    return signed_in(request, account.account_id, "/account", "new password")


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, actor: Signed) -> Response:
    """End every session of a person, the present one too."""
    if actor.account_id is None:
        raise HTTPException(404)
    with _store(request).writing() as session:
        end_sessions(session, actor.account_id, by=actor.name)
    answer = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(request, answer, "session")
    return answer


@router.post("/accounts/{account_id}/rights")
def other_rights(
    request: Request,
    actor: Signed,
    account_id: Number,
    roles: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    units: Short = "",
    contracts: Short = "",
    reason: Short = "",
) -> Response:
    """Give a person other rights, from the next request on."""
    if not reason.strip():
        return _listed(request, 422, fault=SAY_WHY)
    try:
        rights = _rights(roles, units, contracts)
        with _store(request).writing() as session:
            change_rights(session, account_id, rights, by=actor.name, reason=reason)
    except InvalidInput:
        return _listed(request, 422, fault=NO_RIGHTS)
    except Conflict:
        return _listed(request, 409, fault=LAST)
    return RedirectResponse("/accounts", status_code=303)


def _own(request: Request, actor: Actor, status: int = 200, fault: str | None = None) -> HTMLResponse:
    with _store(request).reading() as session:
        account = None if actor.account_id is None else account_of(session, actor.account_id)
    return page(request, "account.html.jinja", status, account=account, role_names=ROLE_NAMES, fault=fault)


def _listed(
    request: Request, status: int = 200, *, fault: str | None = None, link: str = "", token: str = ""
) -> HTMLResponse:
    with _store(request).reading() as session:
        people, systems = list_accounts(session), list_tokens(session)
        now = session.now
    return page(
        request,
        "accounts.html.jinja",
        status,
        people=people,
        systems=systems,
        now=now,
        role_names=ROLE_NAMES,
        fault=fault,
        link=link,
        token=token,
    )


def _rights(roles: list[str], units: str, contracts: str) -> Rights:
    return Rights(roles=cast("frozenset[Role]", frozenset(roles)), units=_limits(units), contracts=_limits(contracts))


def _limits(typed: str) -> frozenset[str] | None:
    found = frozenset(part.strip() for part in typed.replace(",", ";").split(";") if part.strip())
    return found or None


def _link(request: Request, code: str) -> str:
    base: str = request.app.state.settings.public_address or str(request.base_url).rstrip("/")
    return f"{base}/invitation?code={code}"


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
