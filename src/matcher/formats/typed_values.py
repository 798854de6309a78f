"""Values of JSON and TOML documents as the texts that a cell would hold, their types judged strictly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.formats.json_text import Number, described
from matcher.formats.kinds import BadCell, Kind

_NONE = type(None)
_TYPES = {"string": {str, _NONE}, "number": {Number, _NONE}, "boolean": {bool, _NONE}}
_WORDS = {"string": "text", "number": "number", "boolean": "true or false"}


def typed_texts(kind: Kind, values: Sequence[Any]) -> Sequence[str]:
    """Return values as texts, ``None`` as the empty one; raises `BadCell` for a value of the wrong type."""
    if kind.is_list:
        return ["" if value is None else _joined(kind, value) for value in values]
    if not set(map(type, values)) <= _TYPES[kind.json_type]:
        raise _wrong_type(kind, values[0])
    if kind.json_type == "boolean":
        return ["" if value is None else "true" if value else "false" for value in values]
    return [value or "" for value in values]


def _joined(kind: Kind, entries: Any) -> str:
    if type(entries) is not list or any(type(entry) is not str for entry in entries):
        raise _wrong_type(kind, entries)
    for entry in entries:
        if ";" in entry or not entry:
            must = "have {field} as an array of texts without ';', none of them empty"
            raise BadCell("bad_entry" if entry else "empty_entry", must, "Write each entry by itself.", entry or None)
    return ";".join(entries)


def _wrong_type(kind: Kind, value: Any) -> BadCell:
    word = "an array of texts" if kind.is_list else f"a {_WORDS[kind.json_type]}"
    return BadCell("wrong_type", f"have {{field}} as {word}", f"Write {word}.", described(value))
