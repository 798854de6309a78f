"""Changes of a scenario as they are sent: values of JSON, read as the cells of a file are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def change_texts(change: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a change as texts by their names."""
    return {name: _text(value) for name, value in change.items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
