"""Idempotency-Key: the same request sent again is answered as before, and done once."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from matcher.service.once import KeptAnswer, Once
from matcher_api.acting import Acting
from matcher_api.database import Db

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[!-~]{1,200}$",
        description="Sent again with the same key within a day, the request is done once and answered as before. "
        "The same key with another request is refused (422).",
    ),
]


async def asked_once(request: Request, store: Db, by: Acting, idempotency_key: IdempotencyKey = None) -> Once:
    """Return the request with its key."""
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\0")
    digest.update(await request.body())
    return Once(store=store, asker=by, key=idempotency_key, request_hash=digest.hexdigest())


Asked = Annotated[Once, Depends(asked_once)]


def kept_response(answer: KeptAnswer) -> Response:
    """Return an answer that may have been kept."""
    media_type = "application/json" if answer.document else None
    return Response(answer.document, status_code=answer.status, headers=dict(answer.headers), media_type=media_type)
