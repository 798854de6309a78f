"""What every answer carries: a number of the request, and what browsers are told not to do with it."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


# A browser that has come by https once comes by it alone, for a year.
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class ResponseHeaders:
    """Adds the headers; an answer that has set one of them itself keeps its own.

    Parameters
    ----------
    app : ASGI application
    is_https : bool
        Whether people reach the service by https.
    """

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app = app
        self._fixed = FIXED | dict([ONLY_HTTPS]) if is_https else FIXED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = number
                for name, value in self._fixed.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
