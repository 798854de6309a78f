"""What a request carries: JSON as text, or a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException


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


JsonText = Annotated[str, Depends(json_text)]
