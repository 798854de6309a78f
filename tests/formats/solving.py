"""Tiny readers of MPS and LP files, and SciPy's HiGHS to solve what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array


@dataclass(slots=True)
class Model:
    """Minimise `cost` over whole numbers between 0 and `upper`."""

    cost: dict[str, int] = field(default_factory=dict)
    upper: dict[str, int] = field(default_factory=dict)
    rows: dict[str, tuple[str, dict[str, int], int]] = field(default_factory=dict)

    def solved(self) -> tuple[int, set[str]] | None:
        """Return the least value and the variables that are not 0; ``None`` where nothing is feasible."""
        names = list(self.upper)
        if not names:
            return (0, set()) if all(right >= 0 for _, _, right in self.rows.values()) else None
        position = {name: number for number, name in enumerate(names)}
        entries = [
            (value, number, position[name])
            for number, (_, row, _) in enumerate(self.rows.values())
            for name, value in row.items()
        ]
        value, row, column = (np.array(part) for part in zip(*entries, strict=True))
        matrix = coo_array((value.astype(float), (row, column)), shape=(len(self.rows), len(names))).tocsr()
        right = np.array([right for _, _, right in self.rows.values()], dtype=float)
        left = np.where([sense == "=" for sense, _, _ in self.rows.values()], right, -np.inf)
        found = milp(
            np.array([self.cost.get(name, 0) for name in names], dtype=float),
            constraints=LinearConstraint(matrix, left, right),
            bounds=Bounds(0, np.array([self.upper[name] for name in names], dtype=float)),
            integrality=np.ones(len(names)),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        chosen = {name for name, amount in zip(names, found.x, strict=True) if amount > 0.5}
        exact = sum(self.cost.get(name, 0) * round(amount) for name, amount in zip(names, found.x, strict=True))
        return exact, chosen


def read_mps(path: Path) -> Model:
    """Read free MPS as it is written here: whole numbers, rows L and E, explicit upper bounds."""
    model, section, right = Model(), "", {}
    senses: dict[str, str] = {}
    entries: dict[str, dict[str, int]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("*"):
            continue
        words = line.split()
        if not line.startswith(" "):
            section = words[0]
        elif section == "ROWS" and words[0] != "N":
            senses[words[1]] = {"L": "<=", "E": "="}[words[0]]
        elif section == "COLUMNS" and words[1] != "'MARKER'":
            target = model.cost if words[1] == "objective" else entries.setdefault(words[1], {})
            target[words[0]] = int(words[2])
            assert line.count(" ") == 3, "a name holds a space"
        elif section == "RHS":
            right[words[1]] = int(words[2])
        elif section == "BOUNDS":
            assert words[0] == "UP"
            model.upper[words[2]] = int(words[3])
    assert section == "ENDATA"
    model.rows = {name: (sense, entries.get(name, {}), right.get(name, 0)) for name, sense in senses.items()}
    return model


_TERM = re.compile(r"([+-]) (\d+) (\S+)")


def read_lp(path: Path) -> Model:
    """Read the LP format as it is written here."""
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("\\"))
    assert max(map(len, text.splitlines())) < 500
    objective, rest = text.split("Subject To\n")
    rows, rest = rest.split("Bounds\n")
    bounds, rest = rest.split("General\n")
    assert rest.endswith("End")
    model = Model(cost=_terms(objective))
    for statement in re.split(r"\n (?! )", "\n" + rows)[1:]:
        name, _, body = statement.partition(":")
        sense = "<=" if "<=" in body else "="
        left, _, right = body.partition(sense)
        model.rows[name] = (sense, _terms(left), int(right))
    for line in bounds.splitlines():
        low, _, name, _, upper = line.split()
        assert low == "0"
        model.upper[name] = int(upper)
    assert rest.split()[:-1] == list(model.upper)
    return model


def _terms(text: str) -> dict[str, int]:
    return {name: int(sign + value) for sign, value, name in _TERM.findall(text)}
