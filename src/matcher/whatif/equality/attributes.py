"""What an audit compares people by: target groups, and attributes from a file that nothing else reads."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from matcher.errors import Fault, InvalidInput
from matcher.problem import Problem

COLUMNS = ("candidate_id", "attribute", "value")
MEMBER, OTHER = "member", "other"
MOST_VALUES = 50  # of one attribute: more is no grouping any more
MOST_LETTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What people are compared by.

    Parameters
    ----------
    name : str
    is_group : bool
        A target group of the problem, whose values are ``member`` and ``other``.
    value_by_candidate : mapping of str to str
        Whose value is not known is not in it, and is left out.
    """

    name: str
    is_group: bool
    value_by_candidate: Mapping[str, str]


def attributes_of_groups(problem: Problem) -> list[Attribute]:
    """Return each target group that anybody belongs to; a membership that ends some day counts as one."""
    groups = sorted({one.group for candidate in problem.candidates for one in candidate.groups})
    return [
        Attribute(
            name=group,
            is_group=True,
            value_by_candidate={
                candidate.candidate_id: MEMBER if any(one.group == group for one in candidate.groups) else OTHER
                for candidate in problem.candidates
            },
        )
        for group in groups
    ]


def attributes_of_table(text: str, known: Collection[str], file: str = "attributes.csv") -> list[Attribute]:
    """Read attributes from CSV: a row for each person and attribute, with the columns of `COLUMNS`.

    Parameters
    ----------
    text : str
    known : collection of str
        Candidates; rows about others are faults.
    file : str
        Its name, for faults.

    Raises
    ------
    InvalidInput
        With every fault.
    """
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    if not lines or tuple(cell.strip() for cell in lines[0]) != COLUMNS:
        must, remedy = f"have the columns {', '.join(COLUMNS)}", "Name them in the first line."
        raise InvalidInput([Fault(code="bad_columns", must=must, remedy=remedy, file=file, line=1)])
    faults: list[Fault] = []
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for number, row in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        fault = _fault_of(cells, known, found, file, number)
        if fault is not None:
            faults.append(fault)
        else:
            found[cells[1]][cells[0]] = cells[2]
    faults += [
        _fault(file, None, f"have at most {MOST_VALUES} values of {name}", "Sum values up, such as years into ages.")
        for name, values in found.items()
        if len(set(values.values())) > MOST_VALUES
    ]
    if faults:
        raise InvalidInput(faults)
    return [Attribute(name=name, is_group=False, value_by_candidate=found[name]) for name in sorted(found)]


def _fault_of(
    cells: list[str], known: Collection[str], found: Mapping[str, Mapping[str, str]], file: str, line: int
) -> Fault | None:
    if len(cells) != len(COLUMNS) or not all(cells) or max(map(len, cells)) > MOST_LETTERS:
        return _fault(file, line, "have a candidate_id, an attribute and a value, each short", "Fill in all three.")
    if cells[0] not in known:
        return _fault(file, line, "name a candidate of the problem", "Leave the row out, or correct the pseudonym.")
    if cells[0] in found.get(cells[1], {}):
        return _fault(file, line, "be the only one of its candidate and attribute", "Leave one of them out.")
    return None


def _fault(file: str, line: int | None, must: str, remedy: str) -> Fault:
    """Return a fault that repeats no value: the file may hold what nobody else may read."""
    return Fault(code="bad_attribute", must=must, remedy=remedy, file=file, line=line)
