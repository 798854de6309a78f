"""Reads and writes policy.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from matcher.errors import Fault
from matcher.formats.fault_log import FaultLog
from matcher.formats.json_text import Number, described, json_line
from matcher.formats.kinds import DECIMAL, NUMBER, BadCell
from matcher.formats.policy_keys import DEFAULT, flat, policy_from
from matcher.formats.schema import Column
from matcher.formats.text_lines import UTF8_MARK, BrokenFile, checked_file, decoded, unreadable
from matcher.formats.typed_values import typed_texts
from matcher.problem import FORMAT_VERSION, Policy

POLICY_FILE = "policy.toml"
MAX_TOML = 1 << 17
_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_AT_END = "(at end of document)"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_policy_toml(path: Path, log: FaultLog, *, file: str = POLICY_FILE) -> Policy:
    """Return the policy of a file; faults go to the log, and the default stands in for a broken file."""
    try:
        text = toml_text(path, MAX_TOML)
        document = toml_document(text)
    except BrokenFile as error:
        log.add(error.fault(file, "policy"))
        return DEFAULT
    lines = _line_by_key(text)

    def locate(fault: Fault, name: str) -> Fault:
        return fault.at(file=file, line=lines.get(name))

    return policy_from(flat(document), typed_value, locate, log)


def typed_value(key: Column, found: Any) -> Any:
    """Return the value of a key of a TOML or JSON document; raises `BadCell`."""
    if type(found) is int:
        found = Number(found)
    (text,) = typed_texts(key.kind, [found])
    if not text and not key.kind.is_list:
        raise BadCell("missing_value", "have {field} filled in", "Fill it in or remove the key.", described(found))
    return key.kind.read(text) if text else ()


def policy_toml(policy: Policy) -> str:
    """Return the text of policy.toml, every key written out."""
    document = {"version": Number(FORMAT_VERSION)} | policy_document(policy)
    lines = [f"{name} = {json_line(value)}" for name, value in document.items() if not isinstance(value, dict)]
    for section, members in document.items():
        if isinstance(members, dict):
            lines += ["", f"[{section}]"]
            lines += [f"{_bare_or_quoted(name)} = {json_line(value)}" for name, value in members.items()]
    return "\n".join(lines) + "\n"


def policy_document(policy: Policy) -> dict[str, Any]:
    """Return a policy as keys and sections of keys, for TOML or JSON."""
    simple = ("max_route_length", "hours_per_month", "priority_per_year", "priority_max_years", "lateness_per_week")
    document: dict[str, Any] = {"name": policy.name, "tiers": list(policy.tiers)}
    document |= {name: Number(DECIMAL.show(getattr(policy, name))) for name in simple}
    if policy.max_trainings_total is not None:
        document["max_trainings_total"] = Number(str(policy.max_trainings_total))
    for name in ("shortfall_weight", "unit_weight", "credit"):
        amounts = getattr(policy, name)
        document[name] = {key: Number(DECIMAL.show(amounts[key])) for key in sorted(amounts)}
    document["outcome"] = {
        each.name: Number(NUMBER.show(getattr(policy.outcome, each.name))) for each in fields(policy.outcome)
    }
    return document


def _bare_or_quoted(name: str) -> str:
    return name if _BARE.fullmatch(name) else json_line(name)


def toml_text(path: Path, limit: int) -> str:
    """Return the text of a file of at most so many bytes; raises `BrokenFile`."""
    checked_file(path, limit)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(error) from None
    return decoded(content.removeprefix(UTF8_MARK), 1)


def toml_document(text: str) -> dict[str, Any]:
    """Return what a TOML text holds, decimals as they are written; raises `BrokenFile`."""
    try:
        return tomllib.loads(text, parse_float=_number)
    except ValueError as error:
        raise _bad_toml(str(error), text) from None
    except RecursionError:
        must, remedy = "not nest arrays so deeply", "Write the keys as docs/formats.md shows."
        raise BrokenFile("nested_too_deeply", must, remedy) from None


def _bad_toml(message: str, text: str) -> BrokenFile:
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    if _AT_END in message:
        line = text.rstrip().count("\n") + 1
    must = f"be TOML ({_PLACE.sub('', message).replace(_AT_END, '').strip()})"
    return BrokenFile("bad_toml", must, "Correct the file at this place.", line=line, column=column)


def _number(text: str) -> Number:
    return Number(text.replace("_", "").removeprefix("+"))


def _line_by_key(text: str) -> dict[str, int]:
    """Return on which line each key stands, as far as a look at single lines tells."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip().replace('"', "").replace("'", "")
        if line.startswith("["):
            section = line.strip("[] ")
            lines.setdefault(section, number)
        elif "=" in line and not line.startswith("#"):
            name = line.partition("=")[0].strip()
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines
