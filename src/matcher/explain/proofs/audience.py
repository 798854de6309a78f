"""For whom something is told: staff read names; a candidate reads of others that there are some, and never who."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

Audience = Literal["candidate", "staff"]
NAMES = ("candidate_id", "candidate_ids", "displaced")  # the fields that name people

Found = TypeVar("Found")


def without_others(found: Found, candidate_id: str) -> Found:
    """Return what was found with every other candidate's id replaced by ``None``.

    Parameters
    ----------
    found : object
        Dataclasses, tuples of them, or anything that holds no people.
    candidate_id : str
        Who is told.
    """
    hidden: Found = _hidden(found, candidate_id)
    return hidden


def _hidden(found: Any, candidate_id: str) -> Any:
    if isinstance(found, tuple):
        return tuple(_hidden(entry, candidate_id) for entry in found)
    if not is_dataclass(found) or isinstance(found, type):
        return found
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return replace(
        found,
        **{
            name: _nameless(value, candidate_id) if name in NAMES else _hidden(value, candidate_id)
            for name, value in values.items()
        },
    )


def _nameless(value: Any, candidate_id: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_nameless(entry, candidate_id) for entry in value)
    return value if value == candidate_id else None
