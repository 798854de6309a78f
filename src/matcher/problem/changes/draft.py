"""The tables of a problem while changes are made to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

from matcher.errors import Fault
from matcher.problem.policy import Policy
from matcher.problem.problem import Problem
from matcher.problem.validation import KEY_BY_TABLE

Amount = TypeVar("Amount", int, Decimal)


class Draft:
    """Rows that may be changed, and the faults of the change that is being made.

    Parameters
    ----------
    problem : Problem
        Stays as it is.

    Attributes
    ----------
    policy : Policy
    faults : list of Fault
        Of the present change.
    """

    def __init__(self, problem: Problem) -> None:
        self._given = problem
        self._rows: dict[str, list[Any]] = {}
        self._position: dict[str, dict[str, int]] = {}
        self.policy: Policy = problem.policy
        self.faults: list[Fault] = []

    def problem(self) -> Problem:
        """Return the problem that the rows make; raises `InvalidInput` where they make none."""
        return replace(self._given, policy=self.policy, **{name: tuple(rows) for name, rows in self._rows.items()})

    def take_faults(self) -> list[Fault]:
        """Return the faults noted since the last call."""
        faults, self.faults = self.faults, []
        return faults

    def rows(self, table: str) -> list[Any]:
        """Return the rows of a table as they are now."""
        if table not in self._rows:
            self._rows[table] = list(getattr(self._given, table))
        return self._rows[table]

    def find(self, table: str, entity_id: str, field: str | None = None) -> Any:
        """Return the row with an id, or note a fault and return ``None``.

        Parameters
        ----------
        table, entity_id : str
            The table's key has to be one column.
        field : str, optional
            What the change calls the id; what the table calls it unless given.
        """
        position = self._positions(table).get(entity_id)
        if position is not None:
            return self.rows(table)[position]
        self.faults.append(self._unknown(table, entity_id, field or KEY_BY_TABLE[table][0]))
        return None

    def change(self, table: str, entity_id: str, **fields: Any) -> None:
        """Give the row with an id other values; raises `InvalidInput` where it may not have them."""
        position = self._positions(table).get(entity_id)
        if position is None:
            self.faults.append(self._unknown(table, entity_id, KEY_BY_TABLE[table][0]))
            return
        rows = self.rows(table)
        rows[position] = replace(rows[position], **fields)

    def add(self, table: str, rows: Iterable[Any]) -> None:
        """Add rows, noting a fault for each whose key is taken."""
        key = KEY_BY_TABLE[table]
        taken = {tuple(getattr(row, name) for name in key) for row in self.rows(table)}
        for row in rows:
            own = tuple(getattr(row, name) for name in key)
            if own in taken:
                self.faults.append(_taken(table, key, own))
                continue
            taken.add(own)
            self.rows(table).append(row)
        self._position.pop(table, None)

    def keep(self, table: str, is_kept: Callable[[Any], bool]) -> int:
        """Leave out the rows that are not kept, and return how many they were."""
        rows = self.rows(table)
        self._rows[table] = [row for row in rows if is_kept(row)]
        self._position.pop(table, None)
        return len(rows) - len(self._rows[table])

    def amount(self, field: str, to: Amount | None, by: Amount | None, now: Amount | None) -> Amount | None:
        """Return what an amount becomes: `to`, or `by` more than `now`; notes a fault unless exactly one is said.

        Parameters
        ----------
        field : str
            What `to` is called in the change.
        to, by, now : int or Decimal or None
        """
        if (to is None) == (by is None):
            self._note_either(field, "by")
        elif to is not None:
            return to
        elif now is None:
            self.note("missing_value", "by", None, f"change a {field} that is stated", f"Say {field} itself.")
        elif by is not None:
            return now + by
        return None

    def day(self, to: date | None, days: int | None, now: date | None, field: str = "start_date") -> int | None:
        """Return by how many days something moves that begins `now`; notes a fault where that is not said.

        Parameters
        ----------
        to : date or None
            The day on which it is to begin.
        days : int or None
            By how much it is to move.
        now : date or None
        field : str
            What `to` is called in the change.
        """
        if (to is None) == (days is None):
            self._note_either(field, "days")
        elif days is not None:
            if abs(days) <= 36_500:
                return days
            self.note("out_of_range", "days", days, "have days from -36500 to 36500", "Write a smaller number of days.")
        elif now is None:
            self.note(
                "missing_value", field, None, "move something that has a start_date", "Fill in its start_date first."
            )
        elif to is not None:
            return (to - now).days
        return None

    def note(self, code: str, field: str | None, value: Any, must: str, remedy: str) -> None:
        """Note one fault of the present change."""
        self.faults.append(Fault(code=code, field=field, value=value, must=must, remedy=remedy))

    def _note_either(self, field: str, other: str) -> None:
        must, remedy = (
            f"have either {field} or {other}",
            f"Say {field} (what it becomes) or {other} (how much it moves).",
        )
        self.note("missing_value", field, None, must, remedy)

    def _positions(self, table: str) -> dict[str, int]:
        if table not in self._position:
            key = KEY_BY_TABLE[table][0]
            self._position[table] = {getattr(row, key): position for position, row in enumerate(self.rows(table))}
        return self._position[table]

    def _unknown(self, table: str, entity_id: str, field: str) -> Fault:
        return Fault(
            code="unknown_id",
            field=field,
            value=entity_id,
            must=f"name a {KEY_BY_TABLE[table][0]} that stands in {table}",
            remedy=f"Correct the id.{did_you_mean(entity_id, self._positions(table))}",
        )


def moved(day: date | None, days: int) -> date | None:
    """Return a day so many days later, or ``None`` where there is none."""
    return None if day is None else day + timedelta(days=days)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ``" Did you mean '...'?"`` where one of the words is near, else nothing."""
    near = get_close_matches(word, list(words)[:100_000], n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def _taken(table: str, key: tuple[str, ...], own: tuple[Any, ...]) -> Fault:
    return Fault(
        code="duplicate_id",
        field=key[-1],
        value=" + ".join(map(str, own)),
        must=f"add a row whose {' + '.join(key)} is not in {table} yet",
        remedy="Choose another id, or change the row that is there.",
    )
