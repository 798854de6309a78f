"""The cookies: who has signed in, fully or by half, and which browser a form was given to. None says more by itself."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

Kind = Literal["session", "form", "half"]


def is_secure(request: Request) -> bool:
    """Tell whether the browser speaks https, to this process or to the proxy before it."""
    address: str | None = request.app.state.settings.public_address
    return request.url.scheme == "https" or (address or "").startswith("https://")


def cookie_name(request: Request, kind: Kind) -> str:
    """Return a cookie's name; over https one that no other host of the domain can set (``__Host-``)."""
    return f"__Host-matcher-{kind}" if is_secure(request) else f"matcher-{kind}"


def cookie_of(request: Request, kind: Kind) -> str | None:
    """Return a cookie's value, if the browser has sent it."""
    return request.cookies.get(cookie_name(request, kind)) or None


def set_cookie(request: Request, answer: Response, kind: Kind, value: str) -> None:
    """Give the browser a cookie, until it is closed."""
    name = cookie_name(request, kind)
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=is_secure(request), path="/")


def clear_cookie(request: Request, answer: Response, kind: Kind) -> None:
    """Let the browser forget a cookie."""
    name = cookie_name(request, kind)
    answer.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(request), path="/")
