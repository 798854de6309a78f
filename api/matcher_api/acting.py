"""Who acts: the one place where a request gets the name that decisions, runs and publications are recorded under."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from matcher_api.auth.actor import Signed


async def who_acts(actor: Signed) -> str:
    """Return the name of the person or system behind a request."""
    return actor.name


Acting = Annotated[str, Depends(who_acts)]
