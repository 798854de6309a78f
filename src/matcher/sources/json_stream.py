"""Reads JSON of any size piece by piece: documents, lines, and the elements of large arrays inside them.

Only one element is held at a time. An element that is broken is reported and the next one is found by its
indentation, which works for newline-delimited JSON and for arrays written one element per line or pretty-printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

Path = tuple[str, ...]
CHUNK = 1 << 16
MAX_ELEMENT = 32 << 20
MAX_KEPT = 1 << 20  # consumed text is dropped when it has grown to this
_SPACE = re.compile(r"[ \t\r\n]*")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what errors="surrogateescape" makes of bytes that are not UTF-8
_NEAR_END = 16  # a fault this close to the end of what was read may only mean that more must be read


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonItem:
    """A decoded piece: an element of a wanted array, or what is left of a document without these arrays.

    Parameters
    ----------
    value : object
    path : tuple of str or None
        Where the array stands in its document, ``()`` for a document that is an array;
        None for the rest of a document.
    index : int
        Position in its array, or number of the document, from 0.
    line : int
        Where it begins, from 1.
    is_utf8 : bool
        False where bytes in it were not UTF-8.
    """

    value: Any
    path: Path | None
    index: int
    line: int
    is_utf8: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenJson:
    """A piece that could not be decoded.

    Parameters
    ----------
    line : int
    what : str
        What was found, a clause.
    ends_file : bool
        Nothing after it could be read.
    """

    line: int
    what: str
    ends_file: bool


class _Broken(Exception):
    """The text at the current position is not what JSON wants there."""


class _Ended(Exception):
    """Nothing more can be read, which has been reported."""


_NOT_A_LINE = object()


def _no_constant(name: str) -> None:
    """Read NaN and Infinity, which JSON does not have, as nothing."""


class JsonStream:
    """Walks through one text and hands on its pieces.

    Parameters
    ----------
    stream : text stream
        Opened with ``errors="surrogateescape"``.
    arrays : collection of paths
        Arrays whose elements are wanted one by one, for example ``("hits", "hits")``.
    max_element : int
        Longest element in characters.
    """

    def __init__(self, stream: TextIO, arrays: Collection[Path], max_element: int = MAX_ELEMENT) -> None:
        self._stream = stream
        self._arrays = frozenset(arrays)
        self._openings = frozenset(path[:depth] for path in arrays for depth in range(len(path)))
        self._max_element = max_element
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._is_exhausted = False
        self._has_foreign_bytes = False

    def pieces(self) -> Iterator[JsonItem | BrokenJson]:
        """Yield every piece in the order of the text."""
        index, has_resynced = 0, False
        while found := self._peek():
            line = self._line
            if has_resynced and found in ",]":  # what remains of the array whose beginning was broken
                self._at += 1
                continue
            try:
                if found == "[":
                    yield from self._array(())
                elif (value := self._line_document()) is not _NOT_A_LINE:
                    yield from self._inside(value, (), line)
                    yield JsonItem(value=value, path=None, index=index, line=line, is_utf8=True)
                else:
                    value, is_utf8 = yield from self._document(())
                    yield JsonItem(value=value, path=None, index=index, line=line, is_utf8=is_utf8)
            except _Broken as broken:
                has_resynced = self._resync("")
                yield BrokenJson(line=line, what=str(broken), ends_file=not has_resynced)
                if not has_resynced:
                    return
            except _Ended:
                return
            index += 1

    def _line_document(self) -> Any:
        """Decode a document that is one line of moderate length, which is by far the fastest way to read such lines."""
        end = self._text.find("\n", self._at)
        if end < 0 and not self._is_exhausted and len(self._text) - self._at < CHUNK:
            self._read(CHUNK)
            end = self._text.find("\n", self._at)
        if end < 0 or self._has_foreign_bytes:
            return _NOT_A_LINE
        try:
            value, behind = self._decode(self._text, self._at)
        except (ValueError, RecursionError):
            return _NOT_A_LINE  # the careful way says what is wrong
        if behind > end or self._text[behind:end].strip():
            return _NOT_A_LINE
        self._at = end
        return value

    def _inside(self, value: Any, path: Path, line: int) -> Iterator[JsonItem]:
        """Yield the elements of the wanted arrays in a decoded value and leave None in their places."""
        if path not in self._openings or not isinstance(value, dict):
            return
        for key, inner in value.items():
            here = (*path, key)
            if here in self._arrays and isinstance(inner, list):
                for index, element in enumerate(inner):
                    yield JsonItem(value=element, path=here, index=index, line=line, is_utf8=True)
                value[key] = None
            else:
                yield from self._inside(inner, here, line)

    def _document(self, path: Path) -> Generator[JsonItem | BrokenJson, None, tuple[Any, bool]]:
        """Decode a value, leaving out the wanted arrays in it, whose elements are yielded."""
        if path not in self._openings or self._peek() != "{":
            return self._value()
        rest: dict[str, Any] = {}
        is_utf8 = True
        self._expect("{")
        while self._peek() != "}":
            key = self._key()
            here = (*path, key)
            if here in self._arrays and self._peek() == "[":
                yield from self._array(here)
                rest[key] = None
            else:
                rest[key], is_member_utf8 = yield from self._document(here)
                is_utf8 = is_utf8 and is_member_utf8
            if self._peek() != ",":
                break
            self._at += 1
        self._expect("}")
        return rest, is_utf8

    def _key(self) -> str:
        if self._peek() != '"':
            raise _Broken(f"a quoted name was expected, but {self._found()} stands there")
        key = self._value()[0]
        self._expect(":")
        return str(key)

    def _array(self, path: Path) -> Iterator[JsonItem | BrokenJson]:
        self._expect("[")
        self._peek()
        index, indent = 0, self._indent()
        while self._peek() != "]":
            line = self._line
            try:
                value, is_utf8 = self._value()
                yield JsonItem(value=value, path=path, index=index, line=line, is_utf8=is_utf8)
                self._end_of_element()
            except _Broken as broken:
                if indent is None:
                    raise
                found_next = self._resync(indent)
                yield BrokenJson(line=line, what=str(broken), ends_file=not found_next)
                if not found_next:
                    raise _Ended from None
            index += 1
        self._expect("]")

    def _end_of_element(self) -> None:
        found = self._peek()
        if found == ",":
            self._at += 1
        elif found != "]":
            raise _Broken(f"',' or ']' was expected, but {self._found()} stands there")

    def _value(self) -> tuple[Any, bool]:
        """Decode the value at the current position, reading on until it is complete, and tell whether it is UTF-8."""
        self._peek()
        wanted = CHUNK
        while True:
            try:
                value, end = self._decode(self._text, self._at)
                if end < len(self._text) or self._is_exhausted:
                    return value, self._consume(end)
            except RecursionError:
                raise _Broken("objects are nested too deeply to be a record") from None
            except json.JSONDecodeError as error:
                if self._is_exhausted or not self._may_go_on(error):
                    raise _Broken(f"this is not JSON ({error.msg.lower().removesuffix(' at')})") from None
            except ValueError as error:  # an integer with thousands of digits
                raise _Broken(f"a value cannot be used ({str(error)[:80]})") from None
            if len(self._text) - self._at > self._max_element:
                raise _Broken(f"one record is longer than {self._max_element:,} characters")
            self._read(wanted)
            wanted *= 2  # so that a long element is scanned about twice, not once per chunk

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _NEAR_END

    def _consume(self, end: int) -> bool:
        is_utf8 = not (self._has_foreign_bytes and _NOT_UTF8.search(self._text, self._at, end))
        self._line += self._text.count("\n", self._at, end)
        self._at = end
        return is_utf8

    def _peek(self) -> str:
        """Skip white space and return the next character, empty at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._consume(space.end() if space else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read(CHUNK):
                return ""

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise _Broken(f"{character!r} was expected, but {self._found()} stands there")
        self._at += 1

    def _found(self) -> str:
        return ascii(self._text[self._at : self._at + 12]) if self._peek() else "the end of the file"

    def _indent(self) -> str | None:
        """Return the white space before the current position if nothing else stands on its line."""
        line_start = self._text.rfind("\n", 0, self._at) + 1
        before = self._text[line_start : self._at]
        return before if line_start and not before.strip() else None

    def _resync(self, indent: str) -> bool:
        """Find the next line that begins an object at this indentation."""
        pattern = re.compile(rf"\n{re.escape(indent)}\{{")
        while True:
            match = pattern.search(self._text, self._at)
            if match:
                self._consume(match.end() - 1)
                return True
            self._consume(max(self._at, len(self._text) - len(indent) - 2))
            if not self._read(CHUNK):
                return False

    def _read(self, size: int) -> bool:
        if self._at > MAX_KEPT:
            cut = max(self._text.rfind("\n", 0, self._at), self._at - CHUNK)  # the line's start shows its indentation
            self._text, self._at = self._text[cut:], self._at - cut
        chunk = self._stream.read(size)
        if not chunk:
            self._is_exhausted = True
            return False
        if not chunk.isascii() and _NOT_UTF8.search(chunk):
            self._has_foreign_bytes = True
        self._text += chunk
        return True
