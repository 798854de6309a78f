"""How many requests one asker may send in a minute; who sends more is told when to come back."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher_api.errors import answer_status
from matcher_api.measuring import Meters

FREE = ("/healthz", "/readyz", "/metrics")  # whoever watches over the service must not be kept from seeing it
WINDOW_S = 60.0


class Windows:
    """When each asker's requests of the last minute came.

    All is done in the event loop, so it needs no lock; and it needs no thread that clears up, which libraries for this
    start with every request: whoever has been silent for a minute is forgotten when another minute has passed.

    Parameters
    ----------
    most : int
        Requests of one asker in a minute.
    clock : callable
        Says how many seconds have passed.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._moments: dict[str, deque[float]] = {}
        self._looked_through = clock()

    def __len__(self) -> int:
        return len(self._moments)

    def wait_s(self, asker: str) -> float | None:
        """Count a request, or return in how many seconds another one is let through again."""
        now = self._clock()
        if now - self._looked_through > WINDOW_S:
            self._looked_through = now
            self._moments = {one: found for one, found in self._moments.items() if found[-1] > now - WINDOW_S}
        moments = self._moments.setdefault(asker, deque())
        while moments and moments[0] <= now - WINDOW_S:
            moments.popleft()
        if len(moments) >= self._most:
            return moments[0] + WINDOW_S - now
        moments.append(now)
        return None


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
        self._windows = Windows(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["path"] not in FREE:
            wait_s = self._windows.wait_s((scope.get("client") or ("unknown",))[0])
            if wait_s is not None:
                self._meters.refused.inc()
                answer = answer_status(Request(scope), 429, {"Retry-After": str(max(1, math.ceil(wait_s)))})
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)
