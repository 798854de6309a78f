"""What is taken for given about the way from a plan to the first working day, as data that anybody can change.

How many complete a course stands in the problem (`Course.completion_rate`); everything else that can go wrong on the
way is here, with where each default comes from. docs/model.md section 9 says what each does.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.problem.rules_of_fields import Checks

TABLE = "assumptions"
MAX_BYTES = 1 << 16
WHOLE = ("late_weeks", "replace_weeks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Chances on the way from a plan to the first working day.

    Parameters
    ----------
    no_show : Decimal
        Chance that somebody who is ready and was accepted does not come on the first day. Own assumption.
    refusal : Decimal
        Chance that the supplier does not take the person. Own assumption.
    late : Decimal
        Chance that a contract begins late. Of the 17 203 Swedish procurements announced in 2022, 5.3 per cent were
        reviewed by a court, which delays them (Upphandlingsmyndigheten, 28 November 2023).
    late_weeks : int
        A late contract is late by 1 to so many whole weeks, all equally likely. Own assumption.
    gives_up_per_week : Decimal
        Chance, for each week of such a wait, that somebody finds something else. Own assumption.
    replace_weeks : int
        Where somebody steps in: for so many weeks after its latest start a supplier takes somebody else for a place in
        which somebody fell out. Own assumption.
    arrivals_per_month : Decimal
        Where somebody steps in: how many people come a month, on average. Nobody, unless it is said.
    """

    no_show: Decimal = Decimal("0.03")
    refusal: Decimal = Decimal("0.05")
    late: Decimal = Decimal("0.053")
    late_weeks: int = 12
    gives_up_per_week: Decimal = Decimal("0.01")
    replace_weeks: int = 4
    arrivals_per_month: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault."""
        checks = Checks(TABLE, None)
        for name in ("no_show", "refusal", "late", "gives_up_per_week"):
            checks.amount(name, getattr(self, name), 0, 1)
        checks.in_range("late_weeks", self.late_weeks, 1, 520)
        checks.in_range("replace_weeks", self.replace_weeks, 0, 520)
        checks.amount("arrivals_per_month", self.arrivals_per_month, 0, 10**6)
        checks.raise_if_any()


def read_assumptions(path: Path) -> Assumptions:
    """Return the assumptions of a TOML file; a key that is left out keeps its default.

    Raises
    ------
    InvalidInput
        With every fault: not TOML, unknown keys, values of the wrong kind or out of their range.
    """
    document = read_toml(path)
    faults = [_unknown(name, path) for name in document.keys() - {field.name for field in fields(Assumptions)}]
    values: dict[str, Any] = {}
    for name, found in document.items():
        kind = int if name in WHOLE else Decimal
        value = number(found)
        if value is None or (kind is int and value != int(value)):
            faults.append(_wrong_kind(name, found, path))
        else:
            values[name] = kind(value)
    if faults:
        raise InvalidInput(sorted(faults, key=lambda fault: fault.field or ""))
    try:
        return Assumptions(**values)
    except InvalidInput as error:
        raise InvalidInput([fault.at(file=str(path)) for fault in error.faults]) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary whose numbers are exact; raises `InvalidInput`."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise ValueError(f"is larger than {MAX_BYTES} bytes")
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        fault = Fault(
            code="unreadable_file",
            file=str(path),
            value=error.strerror,
            must="be readable",
            remedy="Check the name of the file.",
        )
    except (ValueError, RecursionError) as error:
        fault = Fault(
            code="bad_toml",
            file=str(path),
            must=f"be TOML in UTF-8 ({error})",
            remedy="Correct the file at this place.",
        )
    raise InvalidInput([fault])


def number(found: object) -> Decimal | None:
    """Return a number of a TOML file, or ``None`` where something else stands there."""
    if isinstance(found, Decimal) or (isinstance(found, int) and not isinstance(found, bool)):
        value = Decimal(found)
        return value if value.is_finite() else None
    return None


def _unknown(name: str, path: Path) -> Fault:
    names = ", ".join(field.name for field in fields(Assumptions))
    return Fault(
        code="unknown_key",
        table=TABLE,
        field=name,
        value=name,
        must=f"have only the keys {names}",
        remedy="Correct the key or remove it.",
        file=str(path),
    )


def _wrong_kind(name: str, found: object, path: Path) -> Fault:
    whole = " whole" if name in WHOLE else ""
    return Fault(
        code="wrong_type",
        table=TABLE,
        field=name,
        value=found,
        must=f"have {name} as a{whole} number",
        remedy="Write the number without quotes.",
        file=str(path),
    )
