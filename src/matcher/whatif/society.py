"""What a plan is worth in money, by payer, under amounts that whoever asks has to supply.

Nothing here knows what a year in work is worth: national calculators do, each within its limits, and their amounts are
input. What is fixed is the arithmetic of docs/model.md section 9, and that the limits stand beside every number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from matcher.columns import MONEY_SCALE, Columns
from matcher.errors import Fault, InvalidInput
from matcher.features import build_columns, changed_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.problem.rules_of_fields import Checks
from matcher.solver import assemble_rows
from matcher.whatif.assumptions import number, read_toml
from matcher.whatif.intervals import Estimate, mean
from matcher.whatif.simulation.places import PlaceReader, columns_of

PayerName = Literal["municipality", "region", "state", "person"]
PAYERS: tuple[PayerName, ...] = get_args(PayerName)
TABLE = "society"
# Trafikverket, ASEK: the real rate at which Swedish public appraisals discount.
DISCOUNT_PERCENT = Decimal("3.5")
_GENERAL = ("years", "discount_percent", "would_have_worked_percent")
_OF_PAYER = ("saved_per_year", "gained_per_year", "training_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What a year of full-time work of one person means for a payer; kronor, negative where it costs.

    Parameters
    ----------
    saved_per_year : Decimal
        What is not paid any more: income support, benefits.
    gained_per_year : Decimal
        What comes in: taxes and fees, or for the person what is left of the wage.
    training_percent : Decimal
        The payer's part of what training costs.
    """

    saved_per_year: Decimal
    gained_per_year: Decimal
    training_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SocietyAssumptions:
    """Everything that the value depends on but the plan.

    Parameters
    ----------
    source : str
        Where the amounts come from, in words.
    years : int
        For how long a lasting placement counts.
    would_have_worked_percent : Decimal
        Of those who are placed, who would have found work without it, and count for nothing.
    payers : dict of PayerName to Payer
        All four.
    discount_percent : Decimal
        A year.
    """

    source: str
    years: int
    would_have_worked_percent: Decimal
    payers: dict[PayerName, Payer]
    discount_percent: Decimal = DISCOUNT_PERCENT

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault."""
        checks = Checks(TABLE, None)
        checks.text("source", self.source)
        checks.in_range("years", self.years, 1, 50)
        checks.amount("discount_percent", self.discount_percent, 0, 50)
        checks.amount("would_have_worked_percent", self.would_have_worked_percent, 0, 100)
        for name, payer in self.payers.items():
            for field in ("saved_per_year", "gained_per_year"):
                checks.amount(f"{name}.{field}", getattr(payer, field), Decimal(-(10**9)), 10**9)
            checks.amount(f"{name}.training_percent", payer.training_percent, 0, 100)
        shares = sum((payer.training_percent for payer in self.payers.values()), Decimal(0))
        if shares != 100:
            remedy = "Divide what training costs among the payers."
            checks.add("limit_order", "training_percent", shares, "have training_percent of 100 in all", remedy)
        checks.raise_if_any()

    @property
    def present_years(self) -> float:
        """Return how many undiscounted years the years are worth, the first one being whole."""
        return sum((1 + float(self.discount_percent) / 100) ** -year for year in range(self.years))

    @property
    def counted_years(self) -> float:
        """Return how many years of a lasting placement count: less those who would have worked anyway."""
        return (1 - float(self.would_have_worked_percent) / 100) * self.present_years


@dataclass(frozen=True, slots=True, kw_only=True)
class SocietyValue:
    """What a plan is worth.

    Parameters
    ----------
    full_time : float
        Expected lasting placements with a wage, in persons of full time.
    training_cost : Decimal
        Kronor.
    by_payer : dict of PayerName to float
        Kronor: what is saved and gained over the years, less the payer's part of the training.
    """

    full_time: float
    training_cost: Decimal
    by_payer: dict[PayerName, float]

    @property
    def total(self) -> float:
        """Return the sum over all payers."""
        return sum(self.by_payer.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedValue:
    """What a plan is worth where things go wrong: means over replications.

    Parameters
    ----------
    full_time : Estimate
        Lasting placements with a wage, in persons of full time.
    training_cost : Estimate
        Kronor.
    by_payer : dict of PayerName to Estimate
        Kronor, as in `SocietyValue`.
    total : Estimate
        The sum over all payers.
    """

    full_time: Estimate
    training_cost: Estimate
    by_payer: dict[PayerName, Estimate]
    total: Estimate


def society_value(
    problem: Problem, plan: Plan, assumptions: SocietyAssumptions, columns: Columns | None = None
) -> SocietyValue:
    """Return what a plan is worth to each payer.

    Parameters
    ----------
    problem : Problem
        That the plan answers.
    plan : Plan
    assumptions : SocietyAssumptions
    columns : Columns, optional
        All of the problem.
    """
    columns = build_columns(problem) if columns is None else columns
    chosen = columns_of(columns, plan.assignments)
    places = PlaceReader(problem, columns).places(plan.assignments, chosen)
    completes = np.ones(len(places))
    np.multiply.at(completes, places.step_place, places.step_rate)
    full_time = float((completes * places.lasts * places.extent).sum()) / 100
    rows = assemble_rows(columns)
    cost = Decimal(-rows.value("cost", rows.completed(np.sort(chosen)))) / MONEY_SCALE
    counted = full_time * assumptions.counted_years
    return SocietyValue(
        full_time=full_time,
        training_cost=cost,
        by_payer={
            name: counted * float(payer.saved_per_year + payer.gained_per_year)
            - float(cost * payer.training_percent / 100)
            for name, payer in assumptions.payers.items()
        },
    )


def society_values(
    plans: Sequence[tuple[str, Problem, Plan]], assumptions: SocietyAssumptions
) -> list[tuple[str, SocietyValue]]:
    """Return what several plans are worth, by name.

    Parameters
    ----------
    plans : sequence of (str, Problem, Plan)
        Name, and a plan with the problem that it answers; the problems differ little from the first.
    assumptions : SocietyAssumptions
    """
    if not plans:
        return []
    _, first, _ = plans[0]
    columns = build_columns(first)
    return [
        (
            name,
            society_value(
                problem, plan, assumptions, columns if problem is first else changed_columns(problem, first, columns)
            ),
        )
        for name, problem, plan in plans
    ]


def simulated_value(
    planned: SocietyValue,
    full_time_by_replication: Sequence[int],
    assumptions: SocietyAssumptions,
    cost_by_replication: Sequence[int] | None = None,
) -> SimulatedValue:
    """Return what a plan is worth over many replications.

    Parameters
    ----------
    planned : SocietyValue
        Of the plan as forecast: its training is paid whatever becomes of it.
    full_time_by_replication : sequence of int
        Lasting placements with a wage, in hundredths of a person of full time.
    assumptions : SocietyAssumptions
    cost_by_replication : sequence of int, optional
        öre for training beside the plan's.
    """
    full_time = np.array(full_time_by_replication, dtype=np.float64) / 100
    added = np.zeros(len(full_time)) if cost_by_replication is None else np.array(cost_by_replication) / MONEY_SCALE
    cost = float(planned.training_cost) + added
    counted = full_time * assumptions.counted_years
    by_payer = {
        name: counted * float(payer.saved_per_year + payer.gained_per_year) - cost * float(payer.training_percent) / 100
        for name, payer in assumptions.payers.items()
    }
    return SimulatedValue(
        full_time=mean(full_time),
        training_cost=mean(cost),
        by_payer={name: mean(values) for name, values in by_payer.items()},
        total=mean(np.sum(list(by_payer.values()), axis=0)),
    )


def read_society(path: Path) -> SocietyAssumptions:
    """Return the assumptions of a TOML file, in which every amount must stand.

    Raises
    ------
    InvalidInput
        With every fault.
    """
    document = read_toml(path)
    faults = list(_faults(document, path))
    if faults:
        raise InvalidInput(faults)
    general = {name: Decimal(document[name]) for name in _GENERAL if name in document}
    general.pop("years")
    payers = {name: Payer(**{key: Decimal(document[name][key]) for key in _OF_PAYER}) for name in PAYERS}
    try:
        return SocietyAssumptions(
            source=document["source"].strip(), years=int(document["years"]), payers=payers, **general
        )
    except InvalidInput as error:
        raise InvalidInput([fault.at(file=str(path)) for fault in error.faults]) from None


def _faults(document: dict[str, Any], path: Path) -> Iterator[Fault]:
    """Yield what is missing, unknown or no number."""
    wanted = {"source", *_GENERAL, *PAYERS}
    for name in sorted(document.keys() - wanted):
        yield _fault(path, "unknown_key", name, f"have only the keys {', '.join(sorted(wanted))}", name)
    if not isinstance(document.get("source"), str) or not document["source"].strip():
        yield _fault(path, "missing_value", "source", "say in source where the amounts come from")
    for name in ("years", "would_have_worked_percent"):
        if name not in document:
            yield _fault(path, "missing_value", name, f"have {name}")
    for name in _GENERAL:
        if name in document and not _is_number(document[name], is_whole=name == "years"):
            yield _fault(path, "wrong_type", name, f"have {name} as a number", document[name])
    for payer in PAYERS:
        section = document.get(payer)
        if not isinstance(section, dict):
            yield _fault(path, "missing_value", payer, f"have a section [{payer}]")
            continue
        for key in sorted(section.keys() - set(_OF_PAYER)):
            yield _fault(path, "unknown_key", f"{payer}.{key}", f"have only the keys {', '.join(_OF_PAYER)}", key)
        for key in _OF_PAYER:
            if not _is_number(section.get(key)):
                must = f"have {payer}.{key} as a number"
                yield _fault(path, "missing_value", f"{payer}.{key}", must, section.get(key))


def _is_number(found: object, *, is_whole: bool = False) -> bool:
    value = number(found)
    return value is not None and (not is_whole or value == int(value))


def _fault(path: Path, code: str, field: str, must: str, value: object = None) -> Fault:
    remedy = "Fill it in: no amount has a default." if code == "missing_value" else "Correct it or remove it."
    return Fault(code=code, table=TABLE, field=field, value=value, must=must, remedy=remedy, file=str(path))
