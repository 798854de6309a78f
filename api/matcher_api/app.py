"""The composition root: settings, addresses, answers to errors and what every answer carries, in one application."""

from __future__ import annotations

from fastapi import FastAPI

from matcher import __version__
from matcher.service.desk.invented import invented_city
from matcher.service.desk.source import DeskSource
from matcher.service.slots import Slots
from matcher_api.body_limit import BodyLimit
from matcher_api.errors import install_error_answers
from matcher_api.headers import ResponseHeaders
from matcher_api.routers import health, stateless
from matcher_api.settings import Settings
from matcher_api.web import pages
from matcher_api.web.waiting import install_waiting


def create_app(settings: Settings | None = None, source: DeskSource | None = None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment unless given.
    source : DeskSource, optional
        What the pages show; an invented city, solved at the start, unless given.
    """
    settings = settings or Settings()
    if source is None:
        source = invented_city()
    app = FastAPI(
        title="Matcher",
        summary="Optimal matching of candidates, training cohorts and contract vacancies.",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the usual pages fetch scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.slots = Slots(settings.solve_slots)
    app.include_router(health.router)
    app.include_router(stateless.router, prefix="/v1")
    app.include_router(pages.router)
    app.state.source = source
    install_waiting(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_mb << 20)
    app.add_middleware(ResponseHeaders)
    install_error_answers(app)
    return app
