"""Lets an id hold a slash: an address is split where it was sent with slashes, not where an id has one of its own."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.problem.rules_of_fields import is_identifier

PREFIX = b"/v1/"


class RawPath:
    """Routes by the address as it was sent, so that ``2024%2F17`` is one part of it; `decoded` reads such a part."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        raw = scope.get("raw_path") or b""
        if scope["type"] == "http" and raw.startswith(PREFIX):
            scope["path"] = raw.decode("latin-1")
        await self._app(scope, receive, send)


def decoded(part: str) -> str:
    """Return an id from its part of an address; what can be no id is nothing that is there (404)."""
    try:
        entity_id = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise HTTPException(404) from None
    if not is_identifier(entity_id):
        raise HTTPException(404)
    return entity_id
