"""The composition root: settings, addresses, answers to errors and what every answer carries, in one application."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from matcher import __version__
from matcher.service.desk.source import DeskSource, StoredDesks
from matcher.service.opening import at_work, open_store
from matcher.service.slots import Slots
from matcher.service.suggesting import Preparing
from matcher.store import ReadLog, Store
from matcher_api.auth.guard import Guard
from matcher_api.auth.identify import Identify
from matcher_api.auth.policy import POLICY
from matcher_api.auth.provider import Provider
from matcher_api.body_limit import BodyLimit
from matcher_api.describing import install_description
from matcher_api.errors import install_error_answers
from matcher_api.events import JobWatch
from matcher_api.headers import ResponseHeaders
from matcher_api.measuring import Measured, Meters
from matcher_api.rates import RateLimit
from matcher_api.raw_path import RawPath
from matcher_api.routes import routes
from matcher_api.settings import Settings
from matcher_api.web.rendering import read_templates
from matcher_api.web.waiting import install_waiting


def create_app(
    settings: Settings | None = None, source: DeskSource | None = None, store: Store | None = None
) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment unless given.
    source : DeskSource, optional
        Where the pages take their desk from; the database unless given.
    store : Store, optional
        The database, which stays open and is not worked on; the one that the settings name, with a worker, and closed
        at the end, unless given.
    """
    settings = settings or Settings()
    preparing = Preparing()
    opened = store or open_store(settings.database)
    desks = source or StoredDesks(opened)

    def finish() -> None:
        preparing.end()
        if isinstance(desks, StoredDesks):
            desks.close()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if store is not None:
            yield
            finish()
            return
        with opened, at_work(opened, is_demo=settings.database is None, has_worker=settings.worker):
            if isinstance(desks, StoredDesks):
                desks.prepare()
            threading.Thread(target=read_templates, name="templates", daemon=True).start()
            yield
            finish()

    app = FastAPI(
        title="Matcher",
        summary="Optimal matching of candidates, training cohorts and contract vacancies.",
        version=__version__,
        openapi_url=None,  # a route of ours answers, so that it stands in the table of rules like every other
        docs_url=None,  # the usual pages fetch scripts from elsewhere
        redoc_url=None,
        lifespan=life,
        routes=routes(),
    )
    app.state.store = opened
    app.state.provider = provider = None if settings.oidc_issuer is None else Provider(settings)
    app.state.settings = settings
    app.state.meters = meters = Meters()
    app.state.watch = JobWatch()
    app.state.preparing = preparing
    app.state.reads = reads = ReadLog(opened)
    app.state.identity_keys = settings.vault_keys()
    app.state.slots = Slots(settings.solve_slots)
    app.state.source = desks
    install_waiting(app)
    app.add_middleware(Guard, policy=POLICY, identify=Identify(opened, settings, provider), store=opened, reads=reads)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_mb << 20)
    app.add_middleware(RawPath)
    app.add_middleware(RateLimit, per_minute=settings.rate_per_minute, meters=meters)
    app.add_middleware(Measured, meters=meters, policy=POLICY)
    app.add_middleware(ResponseHeaders, is_https=(settings.public_address or "").startswith("https:"))
    install_error_answers(app)
    install_description(app)
    return app
