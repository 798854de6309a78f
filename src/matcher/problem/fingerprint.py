"""A fingerprint of a problem: equal for equal content, whatever file it came from and in whatever order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any

from matcher.problem.problem import FORMAT_VERSION, TABLE_NAMES, Problem


def fingerprint(problem: Problem) -> str:
    """Return ``sha256:`` and 64 hexadecimal digits over the content of a problem."""
    digest = hashlib.sha256(f"matcher problem {FORMAT_VERSION}\n".encode())
    for name in TABLE_NAMES:
        rows = getattr(problem, name)
        if rows:
            digest.update(f"{name}\n".encode())
            digest.update("\x1c".join(_sorted_texts(rows)).encode())
    digest.update(_text(problem.policy).encode())
    return f"sha256:{digest.hexdigest()}"


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
