"""The rules that single fields obey, collected so that one object reports all its faults together."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from matcher.errors import Fault, InvalidInput

MAX_ID_LENGTH = 200


class Checks:
    """Collects the faults of one object of a table.

    Parameters
    ----------
    table : str
        Table of the problem folder.
    entity_id : str or None
        Id of the object under check.
    """

    __slots__ = ("entity_id", "faults", "table")

    def __init__(self, table: str, entity_id: str | None) -> None:
        self.table = table
        self.entity_id = entity_id
        self.faults: list[Fault] = []

    def add(self, code: str, field: str, value: Any, must: str, remedy: str) -> None:
        """Record one fault."""
        self.faults.append(
            Fault(
                code=code,
                table=self.table,
                entity_id=self.entity_id,
                field=field,
                value=value,
                must=must,
                remedy=remedy,
            )
        )

    def identifier(self, field: str, value: str) -> None:
        """Require a non-empty id of printable characters without separators or surrounding space."""
        if not value:
            self.add("missing_value", field, None, f"have a {field}", "Fill in the cell.")
        elif value != value.strip() or not value.isprintable() or ";" in value or len(value) > MAX_ID_LENGTH:
            self.add(
                "bad_id",
                field,
                value,
                f"have a {field} of at most {MAX_ID_LENGTH} printable characters without ';' or surrounding space",
                "Write the id without the characters that do not belong there.",
            )

    def in_range(self, field: str, value: float | None, low: float, high: float) -> None:
        """Require a finite number between two bounds, both included; an absent value passes."""
        if value is None:
            return
        if not math.isfinite(value) or not low <= value <= high:
            self.add(
                "out_of_range",
                field,
                value,
                f"have {field} from {low:g} to {high:g}",
                f"Write a number from {low:g} to {high:g}.",
            )

    def not_before(self, field: str, value: date | None, other_field: str, other: date | None) -> None:
        """Require one date not to lie before another; absent dates pass."""
        if value is not None and other is not None and value < other:
            self.add(
                "date_order",
                field,
                value.isoformat(),
                f"have {field} on or after {other_field} ({other.isoformat()})",
                "Correct one of the two dates.",
            )

    def one_of(self, field: str, value: str | None, allowed: Collection[str]) -> None:
        """Require one of the listed words; an absent value passes."""
        if value is not None and value not in allowed:
            words = ", ".join(sorted(allowed))
            self.add("unknown_word", field, value, f"have {field} as one of: {words}", "Choose one of these words.")

    def no_repeats(self, field: str, values: Sequence[str]) -> None:
        """Require non-empty, different entries in a list."""
        seen: set[str] = set()
        for value in values:
            if not value:
                self.add("empty_entry", field, None, f"have no empty entry in {field}", "Remove the extra ';'.")
            elif value in seen:
                self.add("repeated_entry", field, value, f"name each entry of {field} once", "Remove the repetition.")
            seen.add(value)

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` when a fault was recorded."""
        if self.faults:
            raise InvalidInput(self.faults)
