"""Versions in headers (RFC 9110): what a reader has seen (ETag), and that a change is made to that alone (If-Match)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from starlette.exceptions import HTTPException

from matcher.errors import Conflict

_TAG = re.compile(r'"([0-9]{1,18})"')
_LIST = re.compile(r'\s*(?:W/)?"[^"]*"\s*(?:,\s*(?:W/)?"[^"]*"\s*)*|\s*\*\s*')

IfMatch = Annotated[
    str | None,
    Header(description='The version that was seen, as its ETag: `"3"`. Without it nothing is changed (428).'),
]
IfNoneMatch = Annotated[
    str | None, Header(description="Versions that are at hand: where it is one of them, nothing is sent (304).")
]


def etag(version: int | str) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def seen_version(if_match: str | None, entity: str) -> int | None:
    """Return the version that a change is meant for; ``None`` where it is meant for whichever is there (``*``).

    Raises
    ------
    HTTPException
        428 where none is named.
    Conflict
        Where what is named can be no version of ours (``stale_version``).
    """
    if if_match is None:
        raise HTTPException(428)
    if if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Conflict(
            "The header If-Match must name one version that was read, got another text. "
            "Send the ETag that came with it.",
            code="stale_version",
            entity=entity,
            entity_id="",
        )
    return int(found[1])


def is_at_hand(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the reader has that version already."""
    if if_none_match is None or not _LIST.fullmatch(if_none_match):
        return False
    return if_none_match.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in if_none_match.split(","))
