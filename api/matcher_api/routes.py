"""Every address of the service: the routers of the interface under ``/v1``, those of the pages, and what both share."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Depends
from starlette.routing import BaseRoute

from matcher_api import measuring
from matcher_api.auth.forms import check_form
from matcher_api.routers import (
    audit,
    cases,
    decisions,
    description,
    equality,
    exchange,
    health,
    oversight,
    placing,
    plans,
    policies,
    rows,
    runs,
    scenarios,
    stateless,
    studies,
    suggestions,
)
from matcher_api.routers import rights as rights_interface
from matcher_api.web import (
    accepted,
    accounts,
    auditing,
    deciding,
    excel,
    figures,
    following,
    identities,
    importing,
    law,
    overseeing,
    pages,
    planning,
    provider_signing,
    retention,
    rights,
    second_factor,
    several,
    signing,
    studying,
    whatif,
)
from matcher_api.web import (
    equality as equality_pages,
)

WORK = (
    cases,
    suggestions,
    exchange,
    rights_interface,
    scenarios,
    studies,
    oversight,
    audit,
    equality,
    runs,
    plans,
    decisions,
    placing,
    policies,
)


@cache
def routes() -> list[BaseRoute]:
    """Return the routes, which know no settings: every application of a process has the same ones.

    FastAPI reads the types of all parameters and answers when a route is first asked for, which takes half a second
    for all of them together: once is enough.
    """
    every = APIRouter(dependencies=[Depends(check_form)])
    every.include_router(health.router)
    every.include_router(measuring.router)
    for resource in (description.router, stateless.router, *rows.routers(), *(each.router for each in WORK)):
        every.include_router(resource, prefix="/v1")
    every.include_router(signing.router)
    every.include_router(second_factor.router)
    every.include_router(accounts.router)
    every.include_router(accepted.router)
    every.include_router(overseeing.router)
    every.include_router(auditing.router)
    every.include_router(equality_pages.router)
    every.include_router(provider_signing.router)
    parts = (pages, deciding, several, following, planning, whatif, studying, figures, importing, excel)
    for part in (*parts, rights, identities, retention, law):
        every.include_router(part.router)
    return every.routes
