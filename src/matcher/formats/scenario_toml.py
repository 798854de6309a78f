"""Reads scenario files: named sets of changes, in TOML, with every fault at its line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.headers import close_to
from matcher.formats.json_text import described
from matcher.formats.kinds import BadCell
from matcher.formats.policy_keys import KEYS, check_version, flat, key_of
from matcher.formats.policy_toml import read_policy_toml, toml_document, toml_text, typed_value
from matcher.formats.scenario_kinds import KIND_BY_NAME, ChangeKind
from matcher.formats.schema import Column
from matcher.formats.table_reading import fault_of_cell
from matcher.formats.text_lines import BrokenFile
from matcher.problem import FORMAT_VERSION, Policy, Problem
from matcher.problem.changes import Change, Scenario

MAX_SCENARIO_FILE = 16 << 20
_HEADER = re.compile(r"\[+\s*([A-Za-z_.]+)\s*\]+")
_FILE_KEYS = ("version", "scenario")
_SCENARIO_KEYS = ("name", "change")

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """The scenarios of one file, and where in it each of their changes stands.

    Parameters
    ----------
    name : str
        Of the file.
    scenarios : tuple of Scenario
    line_by_place : mapping
        From number of the scenario, number of the change and key to the line, as far as known.
    """

    name: str
    scenarios: tuple[Scenario, ...]
    line_by_place: Mapping[Place, int]

    def applied(self, problem: Problem, number: int) -> Problem:
        """Return the problem with the changes of one of the scenarios.

        Raises
        ------
        InvalidInput
            With the faults of all its changes, each at its line of the file.
        """
        try:
            return self.scenarios[number].applied(problem)
        except InvalidInput as error:
            raise InvalidInput([self._located(number, fault) for fault in error.faults]) from None

    def _located(self, number: int, fault: Fault) -> Fault:
        """Return a fault with its line; those of the problem that the changes make belong to all of them."""
        change = fault.row if fault.table == "changes" and fault.row is not None else -1
        lines = (self.line_by_place.get((number, change, key)) for key in (fault.field or "", ""))
        return fault.at(file=self.name, line=next((line for line in lines if line is not None), None))


def read_scenarios(path: str | os.PathLike[str]) -> ScenarioFile:
    """Return the scenarios of a file.

    Parameters
    ----------
    path : str or path
        docs/formats.md describes what stands in it.

    Raises
    ------
    InvalidInput
        With all faults that do not depend on the problem, each with file, line, value and what to do.
    """
    path = Path(path)
    log = FaultLog()
    scenarios: list[Scenario] = []
    lines: dict[Place, int] = {}
    try:
        text = toml_text(path, MAX_SCENARIO_FILE)
        lines = _lines(text)
        scenarios = _Reader(path.name, lines, log).scenarios(toml_document(text))
    except BrokenFile as error:
        log.faults.append(error.fault(path.name))
    except TooManyFaults:
        pass  # those that there is room for are reported
    log.raise_if_any()
    return ScenarioFile(name=path.name, scenarios=tuple(scenarios), line_by_place=lines)


def read_policy(path: str | os.PathLike[str]) -> Policy:
    """Return the policy of a file of its own.

    Raises
    ------
    InvalidInput
        With all faults.
    """
    log = FaultLog()
    policy = read_policy_toml(Path(path), log, file=Path(path).name)
    log.raise_if_any()
    return policy


class _Reader:
    """Turns the document of a file into scenarios; faults go to the log."""

    def __init__(self, file: str, lines: Mapping[Place, int], log: FaultLog) -> None:
        self._file, self._lines, self._log = file, lines, log

    def scenarios(self, document: dict[str, Any]) -> list[Scenario]:
        check_version(_version(document), lambda fault: fault.at(file=self._file, line=self._line(-1, -1, "version")))
        self._only(document, _FILE_KEYS, -1, -1)
        found = self._tables(document, "scenario", -1, "Write [[scenario]] before its name.")
        if not found and not self._log.faults:
            self._fault(
                "missing_value", -1, -1, "scenario", None, "have a scenario", "Write [[scenario]] and its name."
            )
        read = [self._scenario(number, entry) for number, entry in enumerate(found)]
        names: dict[str, int] = {}
        for number, scenario in enumerate(read):
            if scenario is not None and names.setdefault(scenario.name, number) != number:
                must, remedy = "have a name that no other scenario of the file has", "Choose another name."
                self._fault("duplicate_id", number, -1, "name", scenario.name, must, remedy)
        return [scenario for scenario in read if scenario is not None]

    def _scenario(self, number: int, entry: dict[str, Any]) -> Scenario | None:
        self._only(entry, _SCENARIO_KEYS, number, -1)
        tables = self._tables(entry, "change", number, "Write [[scenario.change]] before each change.")
        changes = [self._change(number, at, table) for at, table in enumerate(tables)]
        name = entry.get("name")
        if not isinstance(name, str) or not name:
            self._fault(
                "missing_value", number, -1, "name", None, "have a name", 'Write name = "..." below [[scenario]].'
            )
            return None
        try:
            return Scenario(name=name, changes=tuple(change for change in changes if change is not None))
        except InvalidInput as error:
            self._add(error.faults, number, -1)
            return None

    def _change(self, number: int, at: int, table: dict[str, Any]) -> Change | None:
        name = table.get("kind")
        kind = KIND_BY_NAME.get(name) if isinstance(name, str) else None
        if kind is None:
            remedy = "Choose one of these kinds." + (
                close_to(name, list(KIND_BY_NAME)) if isinstance(name, str) else ""
            )
            must = f"have as its kind one of {', '.join(KIND_BY_NAME)}"
            self._fault("unknown_word", number, at, "kind", None if name is None else described(name), must, remedy)
            return None
        before = len(self._log.faults)
        values = self._values(kind, {key: value for key, value in table.items() if key != "kind"}, number, at)
        if len(self._log.faults) > before:
            return None
        try:
            return kind.make(values)
        except InvalidInput as error:
            self._add(error.faults, number, at, kind.name)
            return None

    def _values(self, kind: ChangeKind, table: dict[str, Any], number: int, at: int) -> dict[str, Any]:
        is_policy = not kind.columns
        entries, column_of = (flat(table), key_of) if is_policy else (table, _columns(kind).get)
        known = [key.name for key in KEYS] if is_policy else [column.name for column in kind.columns]
        values: dict[str, Any] = {}
        for name, found in entries.items():
            column: Column | None = column_of(name)
            if column is None:
                must, remedy = f"have only the keys kind, {', '.join(known)}", "Correct the key or remove it."
                self._fault("unknown_key", number, at, name, name, must, remedy + close_to(name, known), kind.name)
                continue
            try:
                values[name] = typed_value(column, found.isoformat() if type(found) is date else found)
            except BadCell as error:
                self._add([fault_of_cell(error, name, found)], number, at, kind.name)
        for column in kind.columns:
            if column.is_required and not column.may_be_empty and column.name not in entries:
                must = f"have the key {column.name}"
                self._fault("missing_value", number, at, column.name, None, must, "Add the key.", kind.name)
        return values

    def _tables(self, entries: dict[str, Any], key: str, number: int, remedy: str) -> list[dict[str, Any]]:
        found = entries.get(key, [])
        if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
            return found
        self._fault("wrong_type", number, -1, key, described(found), f"have {key} as an array of tables", remedy)
        return []

    def _only(self, entries: dict[str, Any], known: tuple[str, ...], number: int, at: int) -> None:
        for name in entries:
            if name not in known:
                must, remedy = f"have only the keys {', '.join(known)}", "Correct the key or remove it."
                self._fault("unknown_key", number, at, name, name, must, remedy + close_to(name, known))

    def _fault(
        self, code: str, number: int, at: int, field: str, value: Any, must: str, remedy: str, kind: str | None = None
    ) -> None:
        self._add([Fault(code=code, field=field, value=value, must=must, remedy=remedy)], number, at, kind)

    def _add(self, faults: Any, number: int, at: int, kind: str | None = None) -> None:
        table = "scenarios" if at < 0 else "changes"
        for fault in faults:
            placed = replace(fault, table=table, row=None if at < 0 else at, entity_id=kind)
            line = self._line(number, at, fault.field or "") or self._line(number, at, "")
            self._log.add(placed.at(file=self._file, line=line))

    def _line(self, number: int, at: int, key: str) -> int | None:
        return self._lines.get((number, at, key))


def _columns(kind: ChangeKind) -> dict[str, Column]:
    return {column.name: column for column in kind.columns}


def _version(document: dict[str, Any]) -> Any:
    found = document.get("version", FORMAT_VERSION)
    return found if type(found) is int else described(found)


def _lines(text: str) -> dict[Place, int]:
    """Return on which line each scenario, change and key stands, as far as a look at single lines tells."""
    lines: dict[Place, int] = {}
    number = at = -1
    section = ""
    for line_number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        header = _HEADER.match(line)
        if header is not None:
            path = header[1]
            if line.startswith("[["):
                number, at = (number + 1, -1) if path == "scenario" else (number, at + 1)
                section = ""
                lines.setdefault((number, at, ""), line_number)
            else:
                section = path.removeprefix("scenario.change").strip(".")
        elif "=" in line and not line.startswith("#"):
            key = line.partition("=")[0].strip().replace('"', "").replace("'", "")
            lines.setdefault((number, at, f"{section}.{key}" if section else key), line_number)
    return lines
