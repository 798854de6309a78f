"""The pages of the second factor: asked for when signing in, and set up, renewed and removed by whose it is."""

from __future__ import annotations

from typing import Annotated

import pyotp
import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import StoreFailure
from matcher.languages import message
from matcher.store import (
    Account,
    MasterKeys,
    Store,
    account_of,
    begin_second_factor,
    confirm_second_factor,
    end_half,
    failed,
    half_of,
    new_recovery_codes,
    num_recovery_codes,
    prove_second_factor,
    remove_second_factor,
    succeeded,
    try_once,
    waiting_secret,
)
from matcher_api.auth.actor import Actor, Signed
from matcher_api.auth.cookies import clear_cookie, cookie_of
from matcher_api.auth.identify import place_of
from matcher_api.auth.passwords import LONGEST, judge_password
from matcher_api.web.rendering import page
from matcher_api.web.signing import OF_BOTH, OF_PLACE, signed_in

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ISSUER = "Matcher"
HERE = "/account/second-factor"
WAIT = message("Too many attempts have failed. Wait a moment, then try again.")
WRONG_CODE = message("The code is wrong, or has been used. Wait for the next one.")
WRONG_PROOF = message("The present password or the code is wrong.")
NEEDED = message("Your role needs a second factor. Set up a new one instead.")
Code = Annotated[str, Form(max_length=100)]
Password = Annotated[str, Form(max_length=4 * LONGEST)]


@router.get("/sign-in/code")
def code_page(request: Request) -> Response:
    """Ask for the second factor."""
    token = cookie_of(request, "half")
    with _store(request).reading() as session:
        half = None if token is None else half_of(session, token)
    if half is None:
        return _begin_again(request)
    return page(request, "sign-in-code.html.jinja", fault=None)


@router.post("/sign-in/code")
def sign_in_by_code(request: Request, code: Code = "") -> Response:
    """Let somebody in who has given the first factor and gives the second."""
    store, place = _store(request), place_of(request)
    token = cookie_of(request, "half") or ""
    with store.reading() as session:
        half = half_of(session, token)
    if half is None:
        return _begin_again(request)
    account_id = half.account.account_id
    key = f"second|{account_id}"
    with store.writing() as session:
        wait_s = try_once(session, {key: OF_BOTH, f"place|{place}": OF_PLACE})
    if wait_s > 0:
        later = page(request, "sign-in-code.html.jinja", 429, fault=WAIT)
        later.headers["Retry-After"] = str(int(wait_s) + 1)
        return later
    with store.writing() as session:
        proof = prove_second_factor(session, _keys(request), account_id, code)
        if proof is None:
            failed(session, account_id, "wrong code")
        else:
            succeeded(session, (key,), (f"place|{place}",))
            if not end_half(session, token):
                proof = None  # somebody was quicker with the same sign-in
    if proof is None:
        return page(request, "sign-in-code.html.jinja", 403, fault=WRONG_CODE)
    back = HERE if proof == "recovery code" else half.back
    answer = signed_in(request, account_id, back, f"{half.means} and {proof}")
    clear_cookie(request, answer, "half")
    return answer


@router.get(HERE)
def own(request: Request, actor: Signed) -> HTMLResponse:
    """Show whether there is a second factor; the secret of one that is being set up, as text and to be photographed."""
    return _own(request, actor)


@router.post(HERE)
def begin(request: Request, actor: Signed, present: Password = "", code: Code = "") -> Response:
    """Make a secret, where the password is known and, where there is a second factor already, a code of it."""
    account = _account(request, actor)
    refusal = _unproven(request, actor, account, present, code)
    if refusal is not None:
        return refusal
    with _store(request).writing() as session:
        begin_second_factor(session, _keys(request), account.account_id, by=account.name)
    return signed_in(request, account.account_id, HERE, "to set up a second factor")


@router.post(f"{HERE}/confirmation")
def confirm(request: Request, actor: Signed, code: Code = "") -> HTMLResponse:
    """Let the secret count once a code of it has come, and show the codes for its loss, this once."""
    account = _account(request, actor)
    key = f"second|{account.account_id}"
    with _store(request).writing() as session:
        wait_s = try_once(session, {key: OF_BOTH})
    if wait_s > 0:
        return _own(request, actor, 429, fault=WAIT)
    present = "".join(code.split())
    with _store(request).writing() as session:
        codes = confirm_second_factor(
            session, _keys(request), account.account_id, present, but=cookie_of(request, "session")
        )
        if codes is not None:
            succeeded(session, (key,))
    if codes is None:
        return _own(request, actor, 422, fault=WRONG_CODE)
    return _own(request, actor, codes=codes)


@router.post(f"{HERE}/codes")
def renew_codes(request: Request, actor: Signed, present: Password = "", code: Code = "") -> Response:
    """Show new codes for the loss of the app, this once; the earlier ones serve no more."""
    account = _account(request, actor)
    if account.second_factor_at is None:
        raise HTTPException(404)
    refusal = _unproven(request, actor, account, present, code)
    if refusal is not None:
        return refusal
    with _store(request).writing() as session:
        codes = new_recovery_codes(session, account.account_id, by=account.name)
    return _own(request, actor, codes=codes)


@router.post(f"{HERE}/removal")
def remove(request: Request, actor: Signed, present: Password = "", code: Code = "") -> Response:
    """Do without a second factor again, where the person's role allows that."""
    account = _account(request, actor)
    if request.app.state.settings.needs_second_factor(account.rights):
        return _own(request, actor, 409, fault=NEEDED)
    refusal = _unproven(request, actor, account, present, code)
    if refusal is not None:
        return refusal
    with _store(request).writing() as session:
        remove_second_factor(session, account.account_id, by=account.name, reason="by whose it is")
    return signed_in(request, account.account_id, "/account", "after removing the second factor")


def _unproven(request: Request, actor: Actor, account: Account, present: str, code: str) -> HTMLResponse | None:
    """Return the answer to who does not give the present password and factor; ``None`` where both are right."""
    store, key = _store(request), f"own|{account.account_id}"
    with store.writing() as session:
        wait_s = try_once(session, {key: OF_BOTH})
    if wait_s > 0:
        return _own(request, actor, 429, fault=WAIT)
    is_right = judge_password(account, present).is_right
    if is_right and account.second_factor_at is not None:
        with store.writing() as session:
            is_right = prove_second_factor(session, _keys(request), account.account_id, code) is not None
    with store.writing() as session:
        if is_right:
            succeeded(session, (key,))
        else:
            failed(session, account.account_id, "wrong password or code on the page of the account")
    return None if is_right else _own(request, actor, 422, fault=WRONG_PROOF)


def _own(
    request: Request, actor: Actor, status: int = 200, *, fault: str | None = None, codes: list[str] | None = None
) -> HTMLResponse:
    account, keys = _account(request, actor), _keys(request)
    secret = None
    with _store(request).reading() as session:
        left = num_recovery_codes(session, account.account_id)
        try:
            secret = waiting_secret(session, keys, account.account_id)
        except StoreFailure:
            fault = fault or message("The secret that was begun cannot be read any more. Begin again.")
    address = None if secret is None else pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER)
    return page(
        request,
        "second-factor.html.jinja",
        status,
        account=account,
        is_needed=request.app.state.settings.needs_second_factor(account.rights),
        secret=secret and " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=address,
        picture=None if address is None else segno.make_qr(address).svg_data_uri(scale=4, dark="#000", light="#fff"),
        codes=codes,
        left=left,
        fault=fault,
        here=HERE,
    )


def _account(request: Request, actor: Actor) -> Account:
    """Return the account of who asks; 404 where it is not a local one, whose sign-in is somebody else's matter."""
    if actor.account_id is None:
        raise HTTPException(404)
    with _store(request).reading() as session:
        account = account_of(session, actor.account_id)
    if account.password_hash is None:
        raise HTTPException(404)
    return account


def _begin_again(request: Request) -> Response:
    answer = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(request, answer, "half")
    return answer


def _keys(request: Request) -> MasterKeys | None:
    keys: MasterKeys | None = request.app.state.identity_keys
    return keys


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
