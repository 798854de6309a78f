"""The pages of signing in and out, and of the link by which people choose a name and a password."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.errors import Conflict, InvalidInput, UnknownId
from matcher.languages import message
from matcher.store import (
    Account,
    Store,
    account_named,
    begin_half,
    begin_session,
    end_session,
    failed,
    invitation_of,
    name_key,
    redeem,
    renew_password_hash,
    succeeded,
    try_once,
)
from matcher_api.auth.actor import actor_if_any
from matcher_api.auth.cookies import clear_cookie, cookie_of, set_cookie
from matcher_api.auth.identify import place_of
from matcher_api.auth.passwords import LONGEST, hash_password, judge_password, password_fault
from matcher_api.auth.policy import first_page
from matcher_api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

# How many attempts may fail before each further one has to wait: of one person at one place, at any place, of a place.
OF_BOTH, OF_NAME, OF_PLACE = 5, 30, 100
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=4 * LONGEST)]
Back = Annotated[str, Query(max_length=2000)]
Code = Annotated[str, Query(max_length=200)]


@router.get("/sign-in")
def sign_in_page(request: Request, back: Back = "") -> Response:
    """Ask for name and password."""
    actor = actor_if_any(request)
    if actor is not None:
        return RedirectResponse(local(back) or first_page(actor.rights), status_code=303)
    return page(request, "sign-in.html.jinja", back=local(back), name="", fault=None)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Name = "",
    password: Password = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Let somebody in who knows name and password."""
    store = _store(request)
    place, key = place_of(request), name_key(name)
    both = f"{key}|{place}"
    allowed = {f"both|{both}": OF_BOTH, f"name|{key}": OF_NAME, f"place|{place}": OF_PLACE}
    with store.writing() as session:
        wait_s = try_once(session, allowed)
    if wait_s > 0:
        fault = message("Too many attempts have failed. Wait a moment, then try again.")
        answer = page(request, "sign-in.html.jinja", 429, back=local(back), name=name, fault=fault)
        answer.headers["Retry-After"] = str(int(wait_s) + 1)
        return answer
    with store.reading() as session:
        account = account_named(session, name)
    judged = judge_password(account, password)
    if account is None or not judged.is_right:
        why = "unknown name" if account is None else "wrong password" if account.is_active else "disabled"
        with store.writing() as session:
            failed(session, None if account is None else account.account_id, why)
        fault = message("Name or password is wrong.")
        return page(request, "sign-in.html.jinja", 403, back=local(back), name=name, fault=fault)
    with store.writing() as session:
        succeeded(session, (f"both|{both}", f"name|{key}"), (f"place|{place}",))
        if judged.better_hash is not None:
            renew_password_hash(session, account.account_id, judged.better_hash)
    return let_in(request, account, local(back) or first_page(account.rights), "password")


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    token = cookie_of(request, "session")
    if token is not None:
        with _store(request).writing() as session:
            end_session(session, token)
    answer = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(request, answer, "session")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/invitation")
def invitation_page(request: Request, code: Code = "") -> Response:
    """Show what a link is for; it still works afterwards."""
    with _store(request).reading() as session:
        try:
            found = invitation_of(session, code)
        except UnknownId:
            return page(request, "invitation.html.jinja", 404, code="", account=None, name="", fault=None)
    return page(request, "invitation.html.jinja", code=code, account=found.account, name="", fault=None)


@router.post("/invitation")
def accept_invitation(
    request: Request,
    code: Annotated[str, Form(max_length=200)] = "",
    name: Name = "",
    password: Password = "",
    again: Password = "",
) -> Response:
    """Make the account, or set its new password, and let the person in."""
    store = _store(request)
    with store.reading() as session:
        try:
            account = invitation_of(session, code).account
        except UnknownId:
            return page(request, "invitation.html.jinja", 404, code="", account=None, name="", fault=None)
    fault = password_fault(password, account.name if account else name)
    if fault is None and password != again:
        fault = message("The two passwords differ.")
    if fault is None:
        hashed = hash_password(password)
        try:
            with store.writing() as session:
                made = redeem(session, code, name=name, password_hash=hashed)
            return let_in(request, made, "/", "link")
        except InvalidInput:
            fault = message("The name must have 1 to 100 letters.")
        except Conflict:
            fault = message("Somebody has that name already. Choose another.")
    here = f"/invitation?code={quote(code)}"
    return page(request, "invitation.html.jinja", 422, code=code, account=account, name=name, fault=fault, here=here)


def let_in(request: Request, account: Account, back: str, means: str) -> Response:
    """Let somebody in who has given one factor; where the account has a second one, ask for that first."""
    if account.second_factor_at is None:
        return signed_in(request, account.account_id, back, means)
    with _store(request).writing() as session:
        token = begin_half(session, account.account_id, means=means, back=back)
    answer = RedirectResponse("/sign-in/code", status_code=303)
    set_cookie(request, answer, "half", token)
    return answer


def signed_in(request: Request, account_id: int, back: str, means: str) -> Response:
    """Return the answer that lets somebody in: always with a new session, so that none known before is of use."""
    lasts = timedelta(hours=request.app.state.settings.session_hours)
    before = cookie_of(request, "session")
    with _store(request).writing() as session:
        if before is not None:
            end_session(session, before)
        token = begin_session(session, account_id, lasts=lasts, means=means)
    answer = RedirectResponse(back, status_code=303)
    set_cookie(request, answer, "session", token)
    clear_cookie(request, answer, "form")
    return answer


def local(back: str) -> str:
    """Return an address of this site, or nothing where it is another's."""
    is_ours = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if is_ours else ""


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
