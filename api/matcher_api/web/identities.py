"""The page by which identities come into the vault: a file in, and no way by which many come out again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from matcher.errors import Fault, InvalidInput, MatcherError
from matcher.formats.identities import TABLE, read_identities
from matcher.languages import message
from matcher.store import num_by_key, save_identities
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Kept
from matcher_api.web.rendering import page
from matcher_api.web.rights import keys_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

MOST_FAULTS = 200
MOST_REASON = 200
UNKNOWN = message("A pseudonym in the file is no candidate's, or somebody has been erased. Nothing was taken in.")


@router.get("/identities")
def begin(request: Request, store: Kept, taken: Annotated[int | None, Query(ge=0)] = None) -> HTMLResponse:
    """Where a file of identities is dropped."""
    return _shown(request, store, taken=taken)


@router.post("/identities")
def take(
    request: Request,
    store: Kept,
    actor: Signed,
    file: UploadFile,
    reason: Annotated[str, Form(max_length=MOST_REASON)] = "",
) -> Response:
    """Put what a file says into the vault: all of it, or nothing."""
    keys = keys_of(request)
    if keys is None:
        raise HTTPException(404)
    try:
        with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
            path = Path(folder) / "identities"  # of its name nothing is believed
            path.write_bytes(file.file.read())
            given = read_identities(path)
    except InvalidInput as error:
        return _shown(request, store, 422, faults=error.faults)
    try:
        with store.writing() as session:
            count = save_identities(session, keys, given, by=actor.name, reason=reason or None)
    except InvalidInput as error:
        return _shown(request, store, 422, faults=error.faults)
    except MatcherError:
        return _shown(request, store, 409, fault=UNKNOWN)
    return RedirectResponse(f"/identities?taken={count}", status_code=303)


def _shown(
    request: Request,
    store: Kept,
    status: int = 200,
    *,
    faults: tuple[Fault, ...] = (),
    fault: str | None = None,
    taken: int | None = None,
) -> HTMLResponse:
    with store.reading() as session:
        count = sum(num_by_key(session).values())
    return page(
        request,
        "identities.html.jinja",
        status,
        columns=[column.name for column in TABLE.columns],
        count=count,
        has_keys=keys_of(request) is not None,
        faults=faults[:MOST_FAULTS],
        fault=fault,
        taken=taken,
    )
