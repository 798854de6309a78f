"""Lists: how they are narrowed, sorted and read page by page, the same for everything that can be listed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from matcher.languages import message
from matcher.service.lists import Condition, Mark, RowPage, Wanted, list_columns, list_mark
from matcher_api.fields import BAD_TEXT

MOST_ITEMS = 500
DEFAULT_ITEMS = 100
MOST_LETTERS = 400
WHOLE = 2**63 - 1
BAD_MOMENT = message("must lie in the years 1 to 9999")
_RANGED = (int, float, date, datetime)
_WITHOUT_EQUAL = (float, datetime)  # whoever looks for one of these means a range


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(BAD_TEXT)
    return text


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; without a time zone it is meant in UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(BAD_MOMENT) from None


_TYPES: Mapping[type[Any], Any] = {
    str: Annotated[str, Field(max_length=MOST_LETTERS), AfterValidator(_printable)],
    int: Annotated[int, Field(ge=-WHOLE, le=WHOLE)],
    float: Annotated[float, Field(allow_inf_nan=False)],
    bool: bool,
    date: date,
    datetime: Annotated[datetime, AfterValidator(_in_utc)],
}


def wanted_from(name: str, fixed: tuple[str, ...] = ()) -> Callable[..., Awaitable[Wanted]]:
    """Return the dependency that reads the query of a list; what it does not know is refused, not ignored.

    Parameters
    ----------
    name : str
        Of the list.
    fixed : tuple of str
        Columns that the address itself says.
    """
    columns = {column: kind for column, kind in list_columns(name).items() if column not in fixed}
    sorts = [sign + column for column in columns for sign in ("", "-")]
    fields: dict[str, Any] = {}
    asked: dict[str, tuple[str, Any]] = {}
    for column, kind in columns.items():
        if kind not in _WITHOUT_EQUAL:
            fields[column] = (_TYPES[kind] | None, Field(default=None, description=f"Only where {column} is this."))
            asked[column] = (column, "equal")
        if kind in _RANGED:
            for ending, comparison, words in (("min", "at_least", "at least"), ("max", "at_most", "at most")):
                told = f"Only where {column} is {words} this."
                fields[f"{column}_{ending}"] = (_TYPES[kind] | None, Field(default=None, description=told))
                asked[f"{column}_{ending}"] = (column, comparison)
    told = "Sorted by this, `-` before it for the last first; what has no value comes last."
    fields["sort"] = (Literal[tuple(sorts)] | None, Field(default=None, description=told))
    fields["limit"] = (Annotated[int, Field(ge=1, le=MOST_ITEMS)], Field(default=DEFAULT_ITEMS))
    told = "Goes on after the page that gave this as its `next_cursor`, with the same sort."
    fields["cursor"] = (Annotated[str, Field(max_length=2000)] | None, Field(default=None, description=told))
    model = create_model(f"{name}_query", __config__=ConfigDict(extra="forbid"), **fields)

    async def read(query: BaseModel) -> Wanted:
        given = query.model_dump(exclude_none=True)
        conditions = [
            Condition(column=column, comparison=comparison, value=given[key])
            for key, (column, comparison) in asked.items()
            if key in given
        ]
        sort: str | None = given.get("sort")
        return Wanted(
            conditions=conditions,
            sort=None if sort is None else sort.removeprefix("-"),
            is_descending=sort is not None and sort.startswith("-"),
            after=_mark(name, sort, given["cursor"]) if "cursor" in given else None,
            limit=given["limit"],
        )

    read.__annotations__["query"] = Annotated[model, Query()]
    return read


def next_cursor(page: RowPage, wanted: Wanted) -> str | None:
    """Return what to send for the page that follows; ``None`` where this is the last."""
    if page.mark is None:
        return None
    value, number = page.mark
    sort = None if wanted.sort is None else ("-" if wanted.is_descending else "") + wanted.sort
    written = value.isoformat() if isinstance(value, date) else value
    text = json.dumps([sort, written, number], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _mark(name: str, sort: str | None, cursor: str) -> Mark:
    try:
        content = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        of_sort, value, number = content
        if of_sort != sort or type(number) is not int or not 0 <= number <= WHOLE:
            raise ValueError("is of another list")
        if (isinstance(value, str) and "\x00" in value) or (isinstance(value, int) and abs(value) > WHOLE):
            raise ValueError("was not made here")
        return list_mark(name, sort.removeprefix("-") if sort else None, value, number)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise RequestValidationError([_bad_cursor(cursor)]) from None


def _bad_cursor(cursor: str) -> dict[str, Any]:
    return {
        "type": "bad_cursor",
        "loc": ("query", "cursor"),
        "msg": "Value must be the next_cursor of a page with the same sort",
        "input": cursor,
    }


def page_text(items: Sequence[str], cursor: str | None) -> str:
    """Return a page as JSON, from items that are JSON already."""
    return f'{{"items": [{", ".join(items)}], "next_cursor": {json.dumps(cursor)}}}'
