"""Kinds of cells: how a text becomes a value and a value becomes a text, the same in every file format."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NoReturn

from matcher.problem.people import GroupMembership
from matcher.problem.rules_of_fields import FIRST_DAY, LAST_DAY
from matcher.problem.training import SkillLevel

JsonType = Literal["string", "number", "boolean"]


class BadCell(Exception):
    """A cell that cannot be read.

    Parameters
    ----------
    code : str
        Code of the fault.
    must : str
        Continues "<Thing> <id> must ..."; ``{field}`` stands for the column's name.
    remedy : str
        What to do, a full sentence.
    value : str or None
        The part of the cell that is wrong; ``None`` stands for the whole cell.
    """

    def __init__(self, code: str, must: str, remedy: str, value: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.must = must
        self.remedy = remedy
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of cell.

    Parameters
    ----------
    name : str
    parse : callable
        From a text that is not empty to a value (of one entry, for a list); raises `BadCell`.
    show : callable
        From a value (of one entry, for a list) to its text.
    json_type : str
        How a value (an entry) is written in JSON.
    is_list : bool
        Several entries, separated by ``;`` in a cell, an array in JSON.
    """

    name: str
    parse: Callable[[str], Any]
    show: Callable[[Any], str]
    json_type: JsonType = "string"
    is_list: bool = False

    def read(self, text: str) -> Any:
        """Return the value of a cell that is not empty."""
        return tuple(map(self.parse, text.split(";"))) if self.is_list else self.parse(text)

    def write(self, value: Any) -> str:
        """Return the text of a cell; ``None`` and the empty list are empty."""
        if value is None:
            return ""
        return ";".join(map(self.show, value)) if self.is_list else self.show(value)


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DIGITS = 15  # of a whole number: as many as Excel keeps
_INTEGER = re.compile(r"-?([0-9]+)")
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_NUMBER = re.compile(_DECIMAL.pattern + r"(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_LEVEL = re.compile(r"[0-9.+-].*", re.DOTALL)
_BOOLEANS = {"true": True, "false": False}


def _text(text: str) -> str:
    return text


def _date(text: str) -> date:
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            _bad_date(text)
        if FIRST_DAY <= day <= LAST_DAY:
            return day
    _bad_date(text)


def _bad_date(text: str) -> NoReturn:
    raise BadCell(
        "bad_date",
        f"have {{field}} as a day of the calendar, YYYY-MM-DD, from {FIRST_DAY.year} to {LAST_DAY.year}",
        "Write the day like 2026-09-01.",
        text,
    )


def _integer(text: str) -> int:
    found = _INTEGER.fullmatch(text)
    if found is None:
        raise BadCell(
            "bad_integer",
            "have {field} as a whole number in the digits 0 to 9",
            "Write the number without decimals, spaces, units or exponent.",
            text,
        )
    if len(found[1]) > MOST_DIGITS:
        must = f"have {{field}} as a whole number of at most {MOST_DIGITS} digits"
        raise BadCell("bad_integer", must, "Write a smaller number.", text)
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        _bad_decimal(text)
    return Decimal(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        _bad_decimal(text)
    return float(text)


def _bad_decimal(text: str) -> NoReturn:
    hint = "a point, not a comma, before the decimals" if "," in text else "digits and at most one decimal point"
    raise BadCell("bad_decimal", "have {field} as a number like 12.5", f"Write {hint}.", text)


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise BadCell("bad_boolean", "have {field} as true or false", "Write true or false.", text)
    return value


def _group(text: str) -> GroupMembership:
    name, colon, until = text.rpartition(":")
    return GroupMembership(group=name, until=_date(until)) if colon else GroupMembership(group=text)


def _skill_level(text: str) -> SkillLevel:
    """Read ``skill`` or ``skill:level``; a colon that no number follows is part of the skill's own id."""
    skill, colon, level = text.rpartition(":")
    return (
        SkillLevel(skill=skill, level=_integer(level)) if colon and _LEVEL.fullmatch(level) else SkillLevel(skill=text)
    )


def _show_decimal(value: Decimal) -> str:
    digits = f"{Decimal(value):f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def _show_number(value: float) -> str:
    return repr(float(value) or 0.0)


def _show_boolean(value: bool) -> str:
    return "true" if value else "false"


def _show_group(value: GroupMembership) -> str:
    return f"{value.group}:{value.until.isoformat()}" if value.until else value.group


ID = Kind(name="id", parse=_text, show=str)
TEXT = Kind(name="text", parse=_text, show=str)
CODE = Kind(name="code", parse=_text, show=str)
WORD = Kind(name="word", parse=_text, show=str)
DATE = Kind(name="date", parse=_date, show=date.isoformat)
INTEGER = Kind(name="integer", parse=_integer, show=str, json_type="number")
DECIMAL = Kind(name="decimal", parse=_decimal, show=_show_decimal, json_type="number")
NUMBER = Kind(name="number", parse=_number, show=_show_number, json_type="number")
BOOLEAN = Kind(name="boolean", parse=_boolean, show=_show_boolean, json_type="boolean")
LIST = Kind(name="list", parse=_text, show=str, is_list=True)
GROUPS = Kind(name="groups", parse=_group, show=_show_group, is_list=True)
SKILLS = Kind(name="skills", parse=_skill_level, show=str, is_list=True)

MEANING_BY_KIND = {
    "id": "At most 200 printable characters, no `;`, no space before or after. Upper and lower case differ.",
    "text": "At most 10 000 characters. No control characters but a line feed, no space before or after.",
    "code": "A text, though it looks like a number: `0180` keeps its zero. In Excel, format the column as text.",
    "word": "One of the words listed with the column.",
    "date": "`YYYY-MM-DD`, from 1900 to 2200; in Excel a date or such a text.",
    "integer": "A whole number in the digits 0 to 9.",
    "decimal": "A number like `12.5`, kept exactly: a point before the decimals, at most 30 of them, no exponent.",
    "number": "A measured number like `57.7072`; an exponent (`1e-3`) is allowed.",
    "boolean": "`true` or `false`.",
    "list": "Entries separated by `;`, each once; an array of texts in JSON.",
    "groups": "A list of target groups, each `group`, or `group:YYYY-MM-DD` with the last day of membership.",
    "skills": "A list of skills, each `skill` (level 1) or `skill:level`.",
}

TEXTUAL = frozenset({ID, TEXT, CODE, WORD, LIST, GROUPS, SKILLS})
