"""The database of the application, as its addresses see it.

What an address depends on is ``async`` here and elsewhere where it waits for nothing: FastAPI hands a plain function to
a thread, and the way there and back takes longer than all that such a function does.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from matcher.store import Store


async def store_of(request: Request) -> Store:
    """Return the database."""
    store: Store = request.app.state.store
    return store


Db = Annotated[Store, Depends(store_of)]
