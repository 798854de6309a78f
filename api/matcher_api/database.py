"""The database of the application, as its addresses see it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from matcher.store import Store


def store_of(request: Request) -> Store:
    """Return the database."""
    store: Store = request.app.state.store
    return store


Db = Annotated[Store, Depends(store_of)]
