"""Reads plans from JSON, trusting nothing: every fault with a pointer to its place."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.json_text import JsonCursor, Number, described, read_text
from matcher.formats.kinds import DATE, DECIMAL, NUMBER, BadCell
from matcher.formats.plan_schema import MEMBERS, Member, MemberKind
from matcher.formats.text_lines import BrokenFile
from matcher.plan import PLAN_VERSION, Plan

MAX_TEXT = 1000
_SHORT_EXPONENT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?[eE][+-]?[0-9]{1,2}")
_INTEGER = re.compile(r"-?[0-9]{1,60}")
_REMEDY = "Take the plan as Matcher wrote it, or solve the problem again."


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Return the plan that a JSON file holds.

    Raises
    ------
    InvalidInput
        With all faults, each with a pointer such as ``plan.json#/assignments/3/score``.
    """
    path = Path(path)
    try:
        text = read_text(path)
    except BrokenFile as error:
        raise InvalidInput([error.fault(path.name)]) from None
    return plan_from_text(text, path.name)


def plan_from_text(text: str, name: str = "plan") -> Plan:
    """Return the plan of a JSON text.

    Parameters
    ----------
    text : str
    name : str
        What to call the text in faults.

    Raises
    ------
    InvalidInput
        With all faults.
    """
    log = FaultLog()
    plan = None
    try:
        cursor = JsonCursor(text)
        document = cursor.value()
        cursor.finish()
        plan = _plan(document, name, log)
    except BrokenFile as error:
        log.faults.append(error.fault(name))
    except TooManyFaults:
        pass  # those that there is room for are reported
    log.raise_if_any()
    assert plan is not None  # without it there are faults
    return plan


class _Misfit(Exception):
    """A value that cannot stand where it stands."""

    def __init__(self, code: str, must: str, value: object) -> None:
        super().__init__(code)
        self.code = code
        self.must = must
        self.value = value


def _plan(document: Any, name: str, log: FaultLog) -> Plan | None:
    if isinstance(document, dict):
        version = document.pop("version", None)
        if not isinstance(version, Number) or version != str(PLAN_VERSION):
            value = described(version)
            log.add(_fault("unknown_version", f"be a plan of version {PLAN_VERSION}", value, f"{name}#/version"))
            return None
    plan = _read_object(Plan, document, f"{name}#", log)
    return plan if isinstance(plan, Plan) else None


def _read_object(of: type[Any], value: Any, pointer: str, log: FaultLog) -> Any:
    """Return the object, or ``None`` where anything in it is at fault."""
    members = MEMBERS[of]
    if not isinstance(value, dict):
        log.add(_fault("wrong_type", "be an object", described(value), pointer))
        return None
    needed = [member.name for member in members if not member.is_left_out]
    if any(name not in value for name in needed) or value.keys() - {member.name for member in members}:
        _report_members(members, value, pointer, log)
        if any(name not in value for name in needed):
            return None
    values = {}
    count = len(log.faults)
    for member in members:
        try:
            if member.name in value:
                values[member.field] = _read_member(member, value[member.name], pointer, log)
        except _Misfit as error:
            log.add(_fault(error.code, error.must, error.value, f"{pointer}/{member.name}"))
    return of(**values) if len(log.faults) == count else None


def _report_members(members: tuple[Member, ...], value: dict[str, Any], pointer: str, log: FaultLog) -> None:
    names = [member.name for member in members]
    for member in members:
        if member.name not in value and not member.is_left_out:
            log.add(_fault("missing_value", f"have a member {member.name}", None, pointer))
    for name in value:
        if name not in names:
            log.add(_fault("unknown_key", f"have only the members {', '.join(names)}", name, pointer))


def _read_member(member: Member, value: Any, pointer: str, log: FaultLog) -> Any:
    if value is None and member.may_be_null:
        return None
    if member.of is not None:
        place = f"{pointer}/{member.name}"
        if member.kind == "object":
            return _read_object(member.of, value, place, log)
        if type(value) is not list:
            raise _Misfit("wrong_type", "be an array of objects", described(value))
        return tuple(_read_object(member.of, each, f"{place}/{number}", log) for number, each in enumerate(value))
    found = _READERS[member.kind](value)
    if member.words and found not in member.words:
        raise _Misfit("unknown_word", f"be one of {', '.join(member.words)}", found)
    return found


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _Misfit("wrong_type", "be a text", described(value))
    if not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise _Misfit("bad_text", f"be a text of 1 to {MAX_TEXT} printable characters", value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise _Misfit("wrong_type", "be an array of texts", described(value))
    return tuple(map(_text, value))


def _number_text(value: Any) -> str:
    if type(value) is not Number:
        raise _Misfit("wrong_type", "be a number", described(value))
    return str(value)


def _integer(value: Any) -> int:
    text = _number_text(value)
    if not _INTEGER.fullmatch(text):
        raise _Misfit("bad_integer", "be a whole number of at most 60 digits", text)
    return int(text)


def _decimal(value: Any) -> Any:
    """Read a decimal number; programs that pass a plan on may have written 0.000001 as 1e-06."""
    text = _number_text(value)
    try:
        return DECIMAL.parse(f"{Decimal(text):f}" if _SHORT_EXPONENT.fullmatch(text) else text)
    except BadCell as error:
        raise _Misfit(error.code, "be a decimal number", error.value) from None


def _number(value: Any) -> float:
    text = _number_text(value)
    try:
        number = float(NUMBER.parse(text))
    except BadCell as error:
        raise _Misfit(error.code, "be a number", error.value) from None
    if not math.isfinite(number):
        raise _Misfit("out_of_range", "be a finite number", text)
    return number


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _Misfit("wrong_type", "be true or false", described(value))
    return value


def _date(value: Any) -> Any:
    try:
        return DATE.parse(_text(value))
    except BadCell as error:
        raise _Misfit(error.code, "be a day, YYYY-MM-DD", error.value) from None


_READERS: dict[MemberKind, Callable[[Any], Any]] = {
    "text": _text,
    "texts": _texts,
    "integer": _integer,
    "decimal": _decimal,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}


def _fault(code: str, must: str, value: object, pointer: str) -> Fault:
    return Fault(code=code, must=must, value=value, remedy=_REMEDY, file=pointer)
