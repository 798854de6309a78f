"""A fingerprint of a problem: equal for equal content, whatever file it came from and in whatever order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
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
    names = [field.name for field in fields(rows[0])]
    values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    return sorted("\x1f".join(map(_text, values(row))) for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return value
    if type(value) is Decimal:
        return _plain(f"{value:f}")
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


def _plain(digits: str) -> str:
    """Return a decimal number without trailing zeros and without the sign of zero: equal numbers, equal texts."""
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits
