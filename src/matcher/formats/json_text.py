"""JSON read strictly: numbers kept as they are written, no repeated keys, a place for every fault."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from matcher.formats.text_lines import (
    UTF8_MARK,
    UTF16_MARKS,
    BrokenFile,
    checked_file,
    decoded,
    unreadable,
    wrong_encoding,
)

MAX_JSON = 256 << 20
MAX_KEYS = 200_000
_SPACE = re.compile(r"[ \t\n\r]*")


class Number(str):
    """A number of a JSON file, as it is written there."""

    __slots__ = ()


class _RepeatedKey(Exception):
    """An object names a key twice."""


class _TooManyKeys(Exception):
    """An object has more keys than any of ours could."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise _TooManyKeys  # before a dictionary, and a fault for each key, take the memory
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKey(next(key for position, key in enumerate(keys) if key in keys[:position]))
    return members


_decoder = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=Number, parse_int=Number, parse_constant=Number, strict=True
)


def read_text(path: Path) -> str:
    """Return the text of a file; raises `BrokenFile`."""
    checked_file(path, MAX_JSON)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(error) from None
    if content.startswith(UTF16_MARKS):
        raise wrong_encoding("UTF-16", 1)
    return decoded(content.removeprefix(UTF8_MARK), 1)


class JsonCursor:
    """Walks through a JSON document from value to value, so that the place of each is known.

    Everything raises `BrokenFile` where the document is not JSON.

    Parameters
    ----------
    text : str

    Attributes
    ----------
    position : int
        Where the next value begins.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.position = 0
        self._skip()

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    def line(self, position: int) -> int:
        """Return the number of the line at a position, counted from 1."""
        return bisect_right(self._line_ends, position - 1) + 1

    def is_at(self, mark: str) -> bool:
        """Tell whether an object (``{``) or an array (``[``) begins here."""
        return self._text.startswith(mark, self.position)

    def value(self) -> Any:
        """Return the value that begins here, and go to what follows."""
        start = self.position
        try:
            value, end = _decoder.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            self._refuse_last_comma(error.pos)
            raise self._broken("bad_json", f"be JSON ({error.msg})", error.pos) from None
        except RecursionError:
            raise self._broken("nested_too_deeply", "not nest arrays and objects so deeply", start) from None
        except _TooManyKeys:
            must = f"have at most {MAX_KEYS} keys in an object"
            raise self._broken("too_many_keys", must, start) from None
        except _RepeatedKey as error:
            raise self._broken("repeated_key", "name each key of an object once", start, str(error)) from None
        match = _SPACE.match(self._text, end)
        self.position = match.end() if match else end
        return value

    def members(self) -> Iterator[tuple[str, int]]:
        """Yield each key of the object that begins here, and its position; the value must be read before going on."""
        self._take("{")
        seen: set[str] = set()
        while not self.is_at("}"):
            if seen:
                self._take(",")
            start = self.position
            if not self.is_at('"'):
                self._refuse_last_comma(start)
                raise self._broken("bad_json", "be JSON (expecting a key in double quotes)", start)
            key = self.value()
            if key in seen:
                raise self._broken("repeated_key", "name each key of an object once", start, key)
            seen.add(key)
            self._take(":")
            yield key, start
        self._take("}")

    def values(self) -> Iterator[tuple[int, Any]]:
        """Yield the position and the value of each item of the array that begins here."""
        self._take("[")
        is_last = self.is_at("]")
        while not is_last:
            place = self.position
            value = self.value()
            yield place, value
            is_last = self.is_at("]")
            if not is_last:
                self._take(",")
        self._take("]")

    def finish(self) -> None:
        """Require that nothing follows."""
        if self.position != len(self._text):
            raise self._broken("bad_json", "be JSON (one value and nothing after it)", self.position)

    def _take(self, mark: str) -> None:
        if not self.is_at(mark):
            raise self._broken("bad_json", f"be JSON (expecting {mark!r})", self.position)
        self.position += 1
        self._skip()

    def _refuse_last_comma(self, position: int) -> None:
        """Say so where what is wrong here is a comma behind the last entry, which many programs write and read."""
        before = self._text[:position].rstrip(" \t\n\r")
        mark = self._text[position : position + 1]
        if mark in ("}", "]") and before.endswith(","):
            comma = len(before) - 1
            raise self._broken("bad_json", f"have no comma before the closing {mark!r}", comma, ",")

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self.position)
        self.position = match.end() if match else self.position

    def _broken(self, code: str, must: str, position: int, value: str | None = None) -> BrokenFile:
        line = self.line(position)
        column = position - (self._line_ends[line - 2] if line > 1 else -1)
        if value is None:
            value = self._text[position : position + 20] or "the end of the file"
        return BrokenFile(code, must, "Correct the file at this place.", value=value, line=line, column=column)


def json_line(value: Any) -> str:
    """Return a value on one line: numbers as they are, texts in their own letters."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json_line(key)}: {json_line(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_line, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def described(value: Any) -> str:
    """Return what a value of the wrong type is, short and safe to show."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
