"""The rules that single fields obey, collected so that one object reports all its faults together."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.personal_numbers import SHORTEST, has_personal_number

MAX_ID_LENGTH = 200
MAX_TEXT_LENGTH = 10_000
MAX_ENTRIES = 500
MAX_DECIMALS = 30
FIRST_DAY = date(1900, 1, 1)  # where the calendar of spreadsheets begins
LAST_DAY = date(2200, 12, 31)

Number = int | Decimal | None

# Control characters, line separators, lone surrogates and what XML cannot hold; a line feed may stand in a text.
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def is_identifier(value: str) -> bool:
    """Tell whether a text can be an id or an entry of a list: printable, no ``;``, no space around, nobody's number."""
    if value.isalnum() and len(value) < SHORTEST:  # by far the most frequent case, told at once
        return True
    return (
        0 < len(value) <= MAX_ID_LENGTH
        and value.isprintable()
        and ";" not in value
        and " " not in (value[0], value[-1])
        and not has_personal_number(value)
    )


def plain(value: Decimal | float) -> str:
    """Return a number in plain digits, for example ``1000000`` and ``0.0001``, without an exponent."""
    return f"{Decimal(str(value)).normalize():f}"


def has_at_most(decimals: int, value: Decimal) -> bool:
    """Tell whether a finite number needs no more than so many decimals."""
    _, digits, exponent = value.as_tuple()
    return isinstance(exponent, int) and (exponent >= -decimals or not any(digits[exponent + decimals :]))


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
            self.add("missing_value", field, None, f"have {field} filled in", "Fill in the cell.")
        elif has_personal_number(value):
            self._personal_number(field)
        elif not is_identifier(value):
            self.add(
                "bad_id",
                field,
                value,
                f"have {field} of at most {MAX_ID_LENGTH} printable characters without ';' or surrounding space",
                "Write the id without the characters that do not belong there.",
            )

    def text(self, field: str, value: str | None) -> None:
        """Require a text without control characters or surrounding space; an absent value passes."""
        if value is None:
            return
        if not value:
            self.add("missing_value", field, None, f"have {field} or none at all", "Write None for what is not known.")
        elif (
            value != value.strip()
            or len(value) > MAX_TEXT_LENGTH
            or (not value.isprintable() and _UNWRITABLE.search(value))
        ):
            self.add(
                "bad_text",
                field,
                value,
                f"have {field} of at most {MAX_TEXT_LENGTH} characters, no control characters and no space around it",
                "Write the text without the characters that do not belong there.",
            )
        elif has_personal_number(value):
            self._personal_number(field)

    def _personal_number(self, field: str) -> None:
        self.add(
            "personal_number",
            field,
            None,
            f"have {field} without a personal or coordination number",
            "Write a pseudonym instead: who it is belongs into the vault of identities alone.",
        )

    def in_range(self, field: str, value: float | None, low: float, high: float) -> None:
        """Require a number between two bounds, both included; an absent value passes."""
        if value is not None and not low <= value <= high:  # NaN lies between nothing
            self._out_of_range(field, value, low, high)

    def amount(
        self, field: str, value: Decimal | None, low: Decimal | int, high: int, decimals: int = MAX_DECIMALS
    ) -> None:
        """Require a finite decimal number between two bounds with so many decimals at most; an absent value passes."""
        if value is None:
            return
        value = Decimal(value)
        if not value.is_finite() or not low <= value <= high:
            self._out_of_range(field, value, low, high)
        elif not has_at_most(decimals, value):
            self.add("too_precise", field, value, f"have {field} with at most {decimals} decimals", "Round it.")

    def _out_of_range(self, field: str, value: Any, low: Decimal | float, high: float) -> None:
        self.add(
            "out_of_range",
            field,
            value,
            f"have {field} from {plain(low)} to {plain(high)}",
            f"Write a number from {plain(low)} to {plain(high)}.",
        )

    def day(self, field: str, value: date | None) -> None:
        """Require a day that every file format can hold; an absent value passes."""
        if value is not None and not FIRST_DAY <= value <= LAST_DAY:
            self.add(
                "out_of_range",
                field,
                value.isoformat(),
                f"have {field} from {FIRST_DAY} to {LAST_DAY}",
                "Correct the date, or leave it empty where none applies.",
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

    def not_above(self, field: str, value: Number, other_field: str, other: Number) -> None:
        """Require one limit not to exceed another; absent limits pass."""
        if value is not None and other is not None and value > other:
            self.add("limit_order", field, value, f"have {field} <= {other_field} {other}", "Correct one of the two.")

    def one_of(self, field: str, value: str | None, allowed: Collection[str]) -> None:
        """Require one of the listed words; an absent value passes."""
        if value is not None and value not in allowed:
            words = ", ".join(sorted(allowed))
            self.add("unknown_word", field, value, f"have {field} as one of: {words}", "Choose one of these words.")

    def entries(self, field: str, values: Sequence[str]) -> None:
        """Require different entries that can stand in a list."""
        if len(values) > MAX_ENTRIES:
            self.add(
                "too_many_entries", field, len(values), f"have at most {MAX_ENTRIES} entries in {field}", "Remove some."
            )
        seen: set[str] = set()
        for value in values:
            if not value:
                self.add("empty_entry", field, None, f"have no empty entry in {field}", "Remove the extra ';'.")
            elif has_personal_number(value):
                self._personal_number(field)
            elif not is_identifier(value):
                self.add(
                    "bad_entry",
                    field,
                    value,
                    f"have entries in {field} of at most {MAX_ID_LENGTH} printable characters and no space around them",
                    "Write the entry without the characters that do not belong there.",
                )
            elif value in seen:
                self.add("repeated_entry", field, value, f"name each entry of {field} once", "Remove the repetition.")
            seen.add(value)

    def groups(self, field: str, names: Sequence[str]) -> None:
        """Require different names of target groups; a colon is what separates a name from its last day in files."""
        self.entries(field, names)
        for name in names:
            if ":" in name:
                self.add("bad_entry", field, name, f"have no ':' in the names in {field}", "Write another character.")

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` when a fault was recorded."""
        if self.faults:
            raise InvalidInput(self.faults)
