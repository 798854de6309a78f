"""A fingerprint of a problem: equal for equal content, whatever file it came from and in whatever order."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any

from matcher.problem.differing import differing_rows
from matcher.problem.problem import FORMAT_VERSION, TABLE_NAMES, Problem

MOST_CHANGED = 50  # one row in so many: where more have changed, all are written out


def fingerprint(problem: Problem) -> str:
    """Return ``sha256:`` and 64 hexadecimal digits over the content of a problem."""
    return written_out(problem).fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOut:
    """A problem's rows as sorted texts, so that a problem that differs little is written out in no time.

    Parameters
    ----------
    fingerprint : str
    rows, texts : dict of table to tuple and to list of str
        The texts are of the rows, and sorted.
    joined : dict of table to bytes
        The texts as they go into the fingerprint.
    """

    fingerprint: str
    rows: dict[str, tuple[Any, ...]]
    texts: dict[str, list[str]]
    joined: dict[str, bytes]


def written_out(problem: Problem, before: WrittenOut | None = None) -> WrittenOut:
    """Return a problem's fingerprint and what it was taken from.

    Parameters
    ----------
    problem : Problem
    before : WrittenOut, optional
        Of a problem that differs little: rows that are the same objects are not written out again.
    """
    digest = hashlib.sha256(f"matcher problem {FORMAT_VERSION}\n".encode())
    all_rows: dict[str, tuple[Any, ...]] = {}
    all_texts: dict[str, list[str]] = {}
    all_joined: dict[str, bytes] = {}
    for name in TABLE_NAMES:
        rows = getattr(problem, name)
        if rows:
            known = before if before is not None and name in before.rows else None
            texts = None if known is None else _changed_texts(rows, known.rows[name], known.texts[name])
            texts = _sorted_texts(rows) if texts is None else texts
            is_same = known is not None and texts is known.texts[name]
            joined = known.joined[name] if known is not None and is_same else "\x1c".join(texts).encode()
            digest.update(f"{name}\n".encode())
            digest.update(joined)
            all_rows[name], all_texts[name], all_joined[name] = rows, texts, joined
    digest.update(_text(problem.policy).encode())
    found = f"sha256:{digest.hexdigest()}"
    return WrittenOut(fingerprint=found, rows=all_rows, texts=all_texts, joined=all_joined)


def _changed_texts(rows: tuple[Any, ...], rows_before: tuple[Any, ...], texts: list[str]) -> list[str] | None:
    """Return the sorted texts of rows most of which are among those before; None where too many are not."""
    if rows is rows_before:
        return texts
    differing = differing_rows(rows, rows_before)
    if differing is None:
        return None
    new, gone = differing
    if len(new) + len(gone) > len(rows) // MOST_CHANGED:
        return None
    return _edited(texts, _sorted_texts(tuple(gone)) if gone else [], _sorted_texts(tuple(new)) if new else [])


def _edited(texts: list[str], gone: list[str], new: list[str]) -> list[str]:
    """Return sorted texts without some of them and with others; all are sorted."""
    places = [(bisect_left(texts, text), True, text) for text in new]
    last = -1
    for text in gone:  # each one that stands there, where several are equal
        last = max(last + 1, bisect_left(texts, text))
        places.append((last, False, text))
    edited: list[str] = []
    at = 0
    for place, is_new, text in sorted(places, key=lambda one: (one[0], not one[1])):
        edited += texts[at:place]
        at = place
        if is_new:
            edited.append(text)
        else:
            at += 1
    return edited + texts[at:]


def _sorted_texts(rows: tuple[Any, ...]) -> list[str]:
    columns = [_column_texts(list(map(attrgetter(field.name), rows))) for field in fields(rows[0])]
    return sorted(map("\x1f".join, zip(*columns, strict=True)))


def _column_texts(values: list[Any]) -> Iterable[str]:
    """Return the texts of one field of all rows: most fields hold values of one type."""
    types = set(map(type, values))
    if types == {str}:
        return values
    if types == {NoneType}:
        return repeat("", len(values))
    if types == {Decimal}:
        return map(decimal_text, values)
    if types == {tuple}:
        with suppress(TypeError):  # raised where they hold anything but texts
            return list(map("\x1e".join, values))
    if len(types - {NoneType}) == 1:
        with suppress(TypeError):  # raised where they cannot be hashed
            texts = {value: _text(value) for value in set(values)}  # few differ, and equal ones have equal texts
            return map(texts.__getitem__, values)
    return map(_text, values)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return value
    if type(value) is Decimal:
        return decimal_text(value)
    if type(value) is float:  # 25.0 and 25 are equal, and so are their texts
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "\x1e".join(map(_text, value))
    if isinstance(value, Mapping):
        return "\x1e".join(f"{key}\x1d{_text(value[key])}" for key in sorted(value))
    if is_dataclass(value):
        return "\x1d".join(_text(getattr(value, field.name)) for field in fields(value))
    return str(value)


def decimal_text(value: Decimal) -> str:
    """Return a number without trailing zeros and without the sign of zero: equal numbers, equal texts."""
    digits = str(value)
    if "E" in digits:
        digits = f"{value:f}"
    if digits[-1] == "0" and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits
