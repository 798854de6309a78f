"""Forms of our own pages: each carries a token that no other site can know, bound to the browser it was given to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from matcher.errors import Fault, InvalidInput
from matcher.personal_numbers import has_personal_number
from matcher_api.auth.actor import actor_if_any
from matcher_api.auth.cookies import cookie_of, set_cookie

FIELD = "form_token"
HEADER = "X-Form-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Nobody reads these; everything else that is typed into a form may be stored or shown.
UNREAD = frozenset({FIELD, "password", "present", "again", "code", "token"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def form_token(request: Request) -> str:
    """Return the token for forms of a page that answers a request."""
    return _token(browser_secret(request))


def browser_secret(request: Request) -> str:
    """Return what only the browser knows that a request comes from; made now, where it has nothing yet."""
    secret = _secret(request)
    if secret is None:
        secret = request.state.form_secret = secrets.token_urlsafe(32)
    return secret


def keep_form_secret(request: Request, answer: Response) -> None:
    """Give the browser what `browser_secret` has made for it."""
    made: str | None = getattr(request.state, "form_secret", None)
    if made is not None:
        set_cookie(request, answer, "form", made)


async def check_form(request: Request) -> None:
    """Refuse what a browser sends without the token of a page of ours; every route depends on it.

    A program that names itself by a header needs none: no browser sends that header for another site.
    """
    actor = actor_if_any(request)
    is_program = request.headers.get("authorization") is not None
    if request.method in SAFE or is_program:
        return
    if actor is None and request.url.path.startswith("/v1"):
        return
    given = request.headers.get(HEADER)
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORM_TYPES
    if given is None and is_form:
        found = (await request.form()).get(FIELD)
        given = found if isinstance(found, str) else None
    secret = _secret(request)
    if secret is None or given is None or not hmac.compare_digest(_token(secret).encode(), given.encode()):
        raise HTTPException(403)
    if is_form:
        _require_no_personal_number(await request.form())


def _require_no_personal_number(form: FormData) -> None:
    """Raise `InvalidInput` where a personal number was typed into a field that is stored or shown."""
    faults = [
        Fault(
            code="personal_number",
            field=name,
            must=f"have {name} without a personal or coordination number",
            remedy="Write a pseudonym instead: who it is belongs into the vault of identities alone.",
        )
        for name, text in form.multi_items()
        if name not in UNREAD and isinstance(text, str) and has_personal_number(text)
    ]
    if faults:
        raise InvalidInput(faults)


def _secret(request: Request) -> str | None:
    """Return what binds forms to a browser: the session where there is one, else a cookie for this alone."""
    made: str | None = getattr(request.state, "form_secret", None)
    if made is not None:
        return made
    actor = actor_if_any(request)
    return cookie_of(request, "session" if actor is not None and actor.is_in_browser else "form")


def _token(secret: str) -> str:
    digest = hmac.new(secret.encode(), b"form", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
