"""Whether the service lives and is ready, for whoever watches over it."""

from __future__ import annotations

from fastapi import APIRouter

from matcher import __version__
from matcher.store import count_jobs
from matcher_api.database import Db
from matcher_api.documents import responses
from matcher_api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is it alive?")
def healthz() -> Health:
    """Answer as long as the process does."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", summary="Is it ready?", responses=responses(503))
def readyz(store: Db) -> Health:
    """Answer when requests may be sent: once the database answers."""
    with store.reading() as session:
        count_jobs(session)
    return Health(status="ok", version=__version__)
