"""What pages are asked with: the desk, the database, a form's fields, a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Query, Request
from starlette.exceptions import HTTPException

from matcher.errors import InvalidInput
from matcher.service.desk import Desk
from matcher.service.desk.source import DeskSource
from matcher.store import Store

Shown = TypeVar("Shown")


class NotReady(Exception):
    """The first plan is still being made, or none could be made."""


def source_of(request: Request) -> DeskSource:
    """Return where desks come from."""
    source: DeskSource = request.app.state.source
    return source


def _desk(request: Request) -> Desk:
    desk = source_of(request).desk()
    if desk is None:
        raise NotReady
    return desk


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _fields(request: Request) -> Mapping[str, str]:
    """Return the fields of a form as browsers send it; of a repeated one the last."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    # Read once for a request: whether the form is one of ours was asked of the same fields.
    return {name: value.strip() for name, value in (await request.form()).multi_items() if isinstance(value, str)}


At = Annotated[Desk, Depends(_desk)]
Desks = Annotated[DeskSource, Depends(source_of)]
Kept = Annotated[Store, Depends(_store)]
Fields = Annotated[Mapping[str, str], Depends(_fields)]
Search = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
# A number in an address, which the database can hold.
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


def found(view: Callable[[Desk, str], Shown], desk: Desk, entity_id: str) -> Shown:
    """Return a view of something, or answer that it is not there."""
    try:
        return view(desk, entity_id)
    except InvalidInput:
        raise HTTPException(404) from None


def whole(fields: Mapping[str, str], name: str) -> int | None:
    """Return a field as a whole number; ``None`` where it is empty, and the request is refused where it is none."""
    text = fields.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise HTTPException(400)
    return int(text)
