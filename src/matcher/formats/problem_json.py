"""Reads the tables and the policy of a JSON document."""

from __future__ import annotations

from typing import Any

from matcher.errors import Fault
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import close_to
from matcher.formats.json_reading import JsonTable
from matcher.formats.json_text import JsonCursor, described
from matcher.formats.kinds import BadCell
from matcher.formats.policy_keys import DEFAULT, KEY_BY_NAME, check_version, flat, policy_from
from matcher.formats.policy_toml import typed_value
from matcher.formats.table_contents import Contents, ReadTable
from matcher.formats.table_reading import TableReader, fault_of_cell
from matcher.formats.tables import SIDE_TABLES, TABLE_BY_NAME, TABLES
from matcher.formats.text_lines import BrokenFile
from matcher.problem import Policy


def contents_of_text(text: str, name: str, log: FaultLog, max_rows: int | None = None) -> Contents:
    """Return the tables and the policy of a document; faults go to the log; `BrokenFile` where it is not JSON."""
    document = _Document(JsonCursor(text), name, log, max_rows)
    document.read()
    return Contents(tables=document.tables, policy=document.policy)


PLANS_OWN = "problem_hash"  # a member that every plan has and no problem


class _Document:
    """Reads the members of the document's one object in the order in which they stand."""

    def __init__(self, cursor: JsonCursor, file: str, log: FaultLog, max_rows: int | None) -> None:
        self._cursor, self._max_rows = cursor, max_rows
        self._file = file
        self._log = log
        self.tables = {table.name: ReadTable(table=table) for table in TABLES}
        self.policy = DEFAULT

    def read(self) -> None:
        if not self._cursor.is_at("{"):
            value = described(self._cursor.value())
            raise BrokenFile("wrong_type", "be an object", "Write it as docs/formats.md shows.", value=value, line=1)
        for name, place in self._cursor.members():
            self._member(name, place)
        self._cursor.finish()

    def _member(self, name: str, place: int) -> None:
        if name in TABLE_BY_NAME:
            source = JsonTable(self._cursor, self._file, TABLE_BY_NAME[name], self._log, self._max_rows)
            self.tables[name] = TableReader(TABLE_BY_NAME[name], source, self._log).read()
        elif name == "policy":
            self.policy = self._policy(self._cursor.value(), place)
        elif name == "version":
            self._version(self._cursor.value(), place)
        elif name == PLANS_OWN:
            remedy = "Name the problem first, and a plan after it where the command wants one."
            raise BrokenFile("wrong_type", "be a problem", remedy, value="a plan", line=self._cursor.line(place))
        else:
            self._cursor.value()
            if name not in SIDE_TABLES:
                self._log.add(self._unknown(name, place))

    def _version(self, found: Any, place: int) -> None:
        def locate(fault: Fault) -> Fault:
            return fault.at(file=f"{self._file}#/version", line=self._cursor.line(place))

        try:
            check_version(typed_value(KEY_BY_NAME["version"], found), locate)
        except BadCell as error:
            self._log.add(locate(fault_of_cell(error, "version", found)))

    def _policy(self, found: Any, place: int) -> Policy:
        def locate(fault: Fault, name: str) -> Fault:
            pointer = f"{self._file}#/policy/{name.replace('.', '/', 1)}".rstrip("/")
            return fault.at(file=pointer, line=self._cursor.line(place))

        if not isinstance(found, dict):
            must, remedy = "be an object", "Write the policy as docs/formats.md shows."
            fault = Fault(code="wrong_type", table="policy", value=described(found), must=must, remedy=remedy)
            self._log.add(locate(fault, ""))
            return DEFAULT
        return policy_from(flat(found), typed_value, locate, self._log)

    def _unknown(self, name: str, place: int) -> Fault:
        names = ["version", "policy", *TABLE_BY_NAME]
        return Fault(
            code="unknown_table",
            value=name,
            file=f"{self._file}#/{name}",
            line=self._cursor.line(place),
            must=f"have only the members {', '.join(names)}",
            remedy="Correct the name or remove the member." + close_to(name, names),
        )
