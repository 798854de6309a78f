"""Figures for whoever watches over the service: requests by address and status, their time, jobs by state."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher import __version__
from matcher.errors import StoreFailure
from matcher.service.figures import JOB_STATES, num_jobs_by_state
from matcher.store import Store
from matcher_api.auth.table import Policy
from matcher_api.documents import guarded

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
ELSEWHERE = "elsewhere"  # what is no address of ours: one name for all, however many somebody tries

router = APIRouter(tags=["health"])


class Meters:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "matcher_requests", "Requests by address and status.", ("method", "path", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "matcher_request_seconds",
            "Time until the last byte of an answer.",
            ("method", "path"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.open = Gauge("matcher_requests_open", "Requests being answered.", registry=self.registry)
        self.refused = Counter("matcher_requests_refused", "Requests beyond the rate.", registry=self.registry)
        self.jobs = Gauge("matcher_jobs", "Jobs by state.", ("state",), registry=self.registry)
        self.suggestions = Gauge(
            "matcher_suggestions_prepared", "Vacancies whose suggestions are at hand.", registry=self.registry
        )
        self.database = Gauge("matcher_database_up", "Whether the database answers.", registry=self.registry)
        about = Gauge("matcher_info", "Which version it is.", ("version",), registry=self.registry)
        about.labels(__version__).set(1)

    def look(self, store: Store) -> None:
        """Read what the database knows."""
        try:
            counts = num_jobs_by_state(store)
        except StoreFailure:
            self.database.set(0)
            return
        self.database.set(1)
        for state in JOB_STATES:
            self.jobs.labels(state).set(counts.get(state, 0))


class Measured:
    """Counts requests and their time, by the address as it is described, never by the ids in it."""

    def __init__(self, app: ASGIApp, meters: Meters, policy: Policy) -> None:
        self._app, self._meters, self._policy = app, meters, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._meters.open.inc()
        try:
            await self._app(scope, receive, noted)
        finally:
            self._meters.open.dec()
            method, path = self._address(scope)
            self._meters.requests.labels(method, path, str(status)).inc()
            self._meters.seconds.labels(method, path).observe(time.perf_counter() - began)

    def _address(self, scope: Scope) -> tuple[str, str]:
        rule = self._policy.find(scope["method"], scope["path"]).rule
        return (ELSEWHERE, ELSEWHERE) if rule is None else (rule.method, rule.path)


@router.get(
    "/metrics",
    summary="Figures for monitoring",
    response_class=Response,
    responses={
        200: {
            "description": "In Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **guarded(),
    },
)
def metrics(request: Request) -> Response:
    """Return the figures of this process, and how many jobs wait, run and have ended."""
    meters: Meters = request.app.state.meters
    meters.look(request.app.state.store)
    meters.suggestions.set(request.app.state.preparing.num_made)
    return Response(generate_latest(meters.registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
