"""What a request carries: JSON as text, or a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

MOST_ROW_BYTES = 1 << 20


def require_json(request: Request) -> None:
    """Raise unless the request says that it carries JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415)


async def json_text(request: Request) -> str:
    """Return the text of a JSON body, as it was sent."""
    require_json(request)
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(400) from None


async def row_text(request: Request) -> str:
    """Return the text of one row in JSON; who sends more than any row needs is refused before it is read."""
    if len(await request.body()) > MOST_ROW_BYTES:
        raise HTTPException(413)
    return await json_text(request)


JsonText = Annotated[str, Depends(json_text)]
RowText = Annotated[str, Depends(row_text)]
