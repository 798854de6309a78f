"""Opens JSON files of any size for the sources and turns everything that is wrong with one into lines of the report."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from matcher.sources.json_stream import BrokenJson, JsonItem, JsonStream
from matcher.sources.json_stream import Path as JsonPath
from matcher.sources.json_values import kind_of
from matcher.sources.rows import Skipped

T = TypeVar("T")
_MAX_WAITING = 1000
_UTF16_32 = (b"\xff\xfe", b"\xfe\xff")


def read_json(path: Path, name: str, arrays: Collection[JsonPath]) -> Iterator[JsonItem | Skipped]:
    """Yield the pieces of a JSON file, and a line of the report for every piece that cannot be read.

    Parameters
    ----------
    path : Path
    name : str
        The file as the report names it.
    arrays : collection of paths
        Arrays whose elements are wanted one by one.

    Raises
    ------
    OSError
        When the file cannot be opened.
    """
    is_empty = True
    with path.open("rb") as raw:
        if raw.read(2) in _UTF16_32:
            yield _not_utf8(name, "", "it is UTF-16 or UTF-32")
            return
        raw.seek(0)
        stream = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
        for piece in JsonStream(stream, arrays).pieces():
            is_empty = False
            if isinstance(piece, BrokenJson):
                yield _broken(name, piece)
            elif piece.is_utf8:
                yield piece
            else:
                yield _not_utf8(name, f"line {piece.line}", "a record holds bytes that are not UTF-8")
    if is_empty:
        yield Skipped(
            file=name, position="", code="empty", what="it is empty", remedy="Download it again, or leave it out."
        )


def condensed(found: Iterable[T | Skipped]) -> Iterator[T | Skipped]:
    """Yield what a file gave, but only one line of the report where everything in it has another format."""
    waiting: list[Skipped] = []
    num_waiting, is_known = 0, False
    for one in found:
        if not is_known and isinstance(one, Skipped) and one.code == "wrong_format":
            num_waiting += 1
            if num_waiting <= _MAX_WAITING:
                waiting.append(one)
            continue
        if not is_known and not isinstance(one, Skipped):
            is_known = True
            yield from waiting
        yield one
    if waiting and not is_known:
        more = f", and so it is with all {num_waiting} records of the file" if num_waiting > 1 else ""
        yield replace(waiting[0], position="", what=f"{waiting[0].what}{more}")


def _broken(name: str, piece: BrokenJson) -> Skipped:
    rest = "; nothing after it could be read" if piece.ends_file else ""
    return Skipped(
        file=name,
        position=f"line {piece.line}",
        code="not_json",
        what=f"{piece.what}{rest}",
        remedy="Repair or remove the record." if not piece.ends_file else "Repair the file, or download it again.",
    )


def _not_utf8(name: str, position: str, what: str) -> Skipped:
    return Skipped(file=name, position=position, code="not_utf8", what=what, remedy="Save the file as UTF-8.")


def wrong_format(name: str, item: JsonItem, wanted: str) -> Skipped:
    """Return the line of the report for a piece that is JSON, but not what the source reads."""
    what, source = kind_of(item.value)
    seems = f" but seems to be {what}" if what else ""
    remedy = f"Import it with the source {source}." if source else f"Give files of {wanted}, or leave it out."
    return Skipped(
        file=name,
        position=f"line {item.line}" if item.path is not None or item.index else "",
        code="wrong_format",
        what=f"this is not {wanted}{seems}",
        remedy=remedy,
    )
