"""How many requests one asker may send in a minute; who sends more is told when to come back."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher_api.errors import answer_status
from matcher_api.measuring import Meters

FREE = ("/healthz", "/readyz", "/metrics")  # whoever watches over the service must not be kept from seeing it


class RateLimit:
    """Refuses requests beyond a rate (429), each process by itself.

    Parameters
    ----------
    app : ASGI application
    per_minute : int
        From one address; who is signed in is told apart by the address all the same.
    meters : Meters
    """

    def __init__(self, app: ASGIApp, per_minute: int, meters: Meters) -> None:
        self._app, self._meters = app, meters
        self._rate = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["path"] not in FREE:
            asker = (scope.get("client") or ("unknown",))[0]
            if not self._limiter.hit(self._rate, asker):
                self._meters.refused.inc()
                reset = self._limiter.get_window_stats(self._rate, asker).reset_time
                wait = str(max(1, math.ceil(reset - time.time())))
                answer = answer_status(Request(scope), 429, {"Retry-After": wait})
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)
