"""Rows of the problem: contracts, vacancies, candidates, courses and everything else that people and systems edit."""

# No `from __future__ import annotations`: the addresses of each table are made in a function, whose own names FastAPI
# could not look up in texts.

import inspect
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Response

from matcher.service.lists import StoredCells, Wanted, cells_to_text, list_page
from matcher.service.once import KeptAnswer
from matcher.service.rows import (
    KEY_BY_TABLE,
    ROW_TABLES,
    STATES_BY_TABLE,
    Stored,
    WritingSession,
    add_row,
    change_row,
    key_of,
    move_row,
    row_from_text,
    row_to_text,
    stored,
)
from matcher_api.acting import Acting
from matcher_api.auth.actor import Signed, require_mine
from matcher_api.bodies import RowText, require_json
from matcher_api.database import Db
from matcher_api.describing import ETAG, LOCATION, THING_BY_TABLE, json_answer, json_body, ref
from matcher_api.documents import guarded
from matcher_api.fields import Sent, Words
from matcher_api.once import Asked, kept_response
from matcher_api.paging import next_cursor, page_text, wanted_from
from matcher_api.preconditions import IfMatch, IfNoneMatch, etag, is_at_hand, seen_version
from matcher_api.raw_path import decoded


def rows_router(table: str) -> APIRouter:
    """Return the addresses of one table."""
    router = APIRouter(prefix=f"/{table.replace('_', '-')}", tags=[table.replace("_", " ")])
    _read(router, table)
    _write(router, table)
    if table in STATES_BY_TABLE:
        _move(router, table)
    return router


@cache
def routers() -> tuple[APIRouter, ...]:
    """Return the addresses of all tables."""
    return tuple(rows_router(table) for table in ROW_TABLES)


def _read(router: APIRouter, table: str) -> None:
    thing, key_from = THING_BY_TABLE[table], _key_from(table)
    words, wanted_rows = table.replace("_", " "), wanted_from(table)

    @router.get(
        "",
        summary=f"List {words}",
        operation_id=f"list_{table}",
        response_class=Response,
        responses={200: json_answer("A page.", ref(f"{thing}Page")), **guarded()},
    )
    def listed(store: Db, actor: Signed, wanted: Annotated[Wanted, Depends(wanted_rows)]) -> Response:
        with store.reading() as session:
            page = list_page(session, table, wanted, actor.rights)
        items = [_listed_text(table, item) for item in page.items]
        return Response(page_text(items, next_cursor(page, wanted)), media_type="application/json")

    @router.get(
        _item_path(table),
        summary=f"Read one of the {words}",
        operation_id=f"read_{table}",
        response_class=Response,
        responses={
            200: json_answer("As it is stored.", ref(f"Stored{thing}"), ETAG),
            304: {"description": "It is still the version at hand."},
            **guarded(404),
        },
    )
    def one(
        store: Db, key: Annotated[tuple[str, ...], Depends(key_from)], if_none_match: IfNoneMatch = None
    ) -> Response:
        with store.reading() as session:
            found = stored(session, table, *key)
        headers = {"ETag": etag(found.version)}
        if is_at_hand(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(stored_text(table, found), headers=headers, media_type="application/json")


def _write(router: APIRouter, table: str) -> None:
    thing, key_from = THING_BY_TABLE[table], _key_from(table)
    words = table.replace("_", " ")

    @router.post(
        "",
        status_code=201,
        summary=f"Add one of the {words}",
        operation_id=f"add_{table}",
        response_class=Response,
        responses={
            201: json_answer("It was added.", ref(f"Stored{thing}"), ETAG | LOCATION),
            **guarded(400, 409, 413, 415),
        },
        openapi_extra=json_body(ref(thing)),
    )
    def added(text: RowText, by: Acting, asked: Asked) -> Response:
        entity = row_from_text(table, text)

        def act(session: WritingSession) -> KeptAnswer:
            made = add_row(session, table, entity, by=by)
            place = "/".join(quote(part, safe="") for part in key_of(table, entity))
            headers = {"ETag": etag(made.version), "Location": f"/v1{router.prefix}/{place}"}
            return KeptAnswer(status=201, document=stored_text(table, made), headers=headers)

        return kept_response(asked.answer(act))

    @router.put(
        _item_path(table),
        summary=f"Change one of the {words}",
        operation_id=f"change_{table}",
        response_class=Response,
        responses={
            200: json_answer("It was changed.", ref(f"Stored{thing}"), ETAG),
            **guarded(400, 404, 409, 412, 413, 415, 428),
        },
        openapi_extra=json_body(ref(thing)),
    )
    def changed(
        store: Db,
        by: Acting,
        actor: Signed,
        text: RowText,
        key: Annotated[tuple[str, ...], Depends(key_from)],
        if_match: IfMatch = None,
    ) -> Response:
        version = seen_version(if_match, table)
        entity = row_from_text(table, text)
        require_mine(store, actor, entity)  # nor may it become another's: a vacancy may not move to their contract
        with store.writing() as session:
            made = change_row(session, table, key, entity, version=version, by=by)
        return Response(stored_text(table, made), headers={"ETag": etag(made.version)}, media_type="application/json")


def _move(router: APIRouter, table: str) -> None:
    thing, key_from, states = THING_BY_TABLE[table], _key_from(table), STATES_BY_TABLE[table]

    class Moving(Sent):
        state: Literal[states]  # type: ignore[valid-type]
        reason: Words

    Moving.__name__ = f"Moving{thing}"

    @router.post(
        f"{_item_path(table)}/moves",
        summary=f"Move one of the {table} to another state",
        operation_id=f"move_{table}",
        response_class=Response,
        responses={
            200: json_answer("It was moved.", ref(f"Stored{thing}"), ETAG),
            **guarded(400, 404, 409, 412, 413, 415, 428),
        },
        dependencies=[Depends(require_json)],
    )
    def moved(
        body: Moving,
        by: Acting,
        asked: Asked,
        key: Annotated[tuple[str, ...], Depends(key_from)],
        if_match: IfMatch = None,
    ) -> Response:
        version = seen_version(if_match, table)

        def act(session: WritingSession) -> KeptAnswer:
            found = move_row(session, table, key[0], body.state, reason=body.reason, version=version, by=by)
            return KeptAnswer(status=200, document=stored_text(table, found), headers={"ETag": etag(found.version)})

        return kept_response(asked.answer(act))


def stored_text(table: str, found: Stored) -> str:
    """Return a stored row as JSON."""
    return _with_version(row_to_text(table, found.entity), found.version, found.state)


def _listed_text(table: str, found: StoredCells) -> str:
    return _with_version(cells_to_text(table, found.cells), found.version, found.state)


def _with_version(fields: str, version: int, state: str | None) -> str:
    ending = "" if state is None else f', "state": "{state}"'
    return f'{{"fields": {fields}, "version": {version}{ending}}}'


def _item_path(table: str) -> str:
    return "".join(f"/{{{name}}}" for name in KEY_BY_TABLE[table])


def _key_from(table: str) -> Callable[..., Awaitable[tuple[str, ...]]]:
    """Return the dependency that reads a row's key from its address."""
    names = KEY_BY_TABLE[table]

    async def read(**parts: str) -> tuple[str, ...]:
        return tuple(decoded(parts[name]) for name in names)

    kind: Any = Annotated[str, Path(max_length=2000)]
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind) for name in names]
    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return read
