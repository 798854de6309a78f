"""What other plans would come to under the same luck: in differences from the first, and promise by promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcher.languages import Phrases
from matcher.report.studies.estimates import estimate_cells, estimate_columns
from matcher.whatif.intervals import LEVEL, Estimate
from matcher.whatif.simulation import PlanDifference, Simulation, differences
from matcher.whatif.study import Cell, Chart, Point, Series, StudyColumn, StudyTable

Named = tuple[str, Simulation]


def comparison_tables(first: Simulation, others: Sequence[Named], say: Phrases) -> Iterator[StudyTable]:
    """Yield what other plans add to the first, and the chance of each promise under each plan."""
    yield _differences_table(first, others, say)
    if _promises(first, others):
        yield _promises_table(first, others, say)


def comparison_charts(first: Simulation, others: Sequence[Named], say: Phrases) -> Iterator[Chart]:
    """Yield the chance of each promise under each plan."""
    if not _promises(first, others):
        return
    yield Chart(
        name="promises",
        title=say.text("Chance that each obligation is met, plan by plan"),
        kind="interval",
        x_title=say.text("Contract"),
        y_title=say.text("Chance, with the interval of {level}", level=say.percent(LEVEL)),
        y_kind="share",
        series=tuple(
            Series(name=f"plan_{number}", title=name, points=tuple(_points(simulation)))
            for number, (name, simulation) in enumerate(_all(first, others, say), 1)
        ),
        table="promises",
        aim=first.sure,
    )


def comparison_limits(first: Simulation, others: Sequence[Named], say: Phrases) -> Iterator[str]:
    """Yield what a comparison of plans of different problems does not say."""
    names = [name for name, other in others if other.problem_hash != first.problem_hash]
    if names:
        yield say.text(
            "These plans were made from other data than the first: {names}. What had been decided, had come or had "
            "been changed in between is part of the difference.",
            names=", ".join(names),
        )


def _all(first: Simulation, others: Sequence[Named], say: Phrases) -> list[Named]:
    return [(say.text("the first plan"), first), *others]


def _differences_table(first: Simulation, others: Sequence[Named], say: Phrases) -> StudyTable:
    def row(name: str, difference: PlanDifference) -> tuple[Cell, ...]:
        return (
            name,
            *estimate_cells(difference.begun),
            *estimate_cells(difference.lasting),
            *estimate_cells(difference.shortfall),
        )

    return StudyTable(
        name="comparison",
        title=say.text("Other plans under the same luck"),
        columns=(
            StudyColumn(name="plan", title=say.text("Plan")),
            *estimate_columns("begun", say.text("More begin"), "number", say),
            *estimate_columns("lasting", say.text("More last"), "number", say),
            *estimate_columns("shortfall", say.text("More is owed and not delivered"), "number", say),
        ),
        rows=tuple(row(name, differences(first, other)) for name, other in others),
        note=say.text("Means of the differences from the first plan, replication by replication."),
    )


def _promises_table(first: Simulation, others: Sequence[Named], say: Phrases) -> StudyTable:
    plans = _all(first, others, say)
    met = [_met(simulation) for _, simulation in plans]
    return StudyTable(
        name="promises",
        title=say.text("Is each obligation met, plan by plan?"),
        columns=(
            StudyColumn(name="contract_id", title=say.text("Contract")),
            *(
                column
                for number, (name, _) in enumerate(plans, 1)
                for column in estimate_columns(f"plan_{number}", name, "share", say)
            ),
        ),
        rows=tuple(
            (contract_id, *(cell for one in met for cell in estimate_cells(one.get(contract_id))))
            for contract_id in _promises(first, others)
        ),
        note=say.text("The chance that the planned people alone meet it. A dash: the plan knows no such contract."),
    )


def _promises(first: Simulation, others: Sequence[Named]) -> list[str]:
    """Return the contracts that owe something under any plan, the most uncertain under the first before the others."""
    met = _met(first)
    known = dict.fromkeys([*met, *(each for _, other in others for each in _met(other))])
    return sorted(known, key=lambda one: (met[one].value if one in met else 1.0, one))


def _met(simulation: Simulation) -> dict[str, Estimate]:
    return {one.contract_id: one.met for one in simulation.contracts}


def _points(simulation: Simulation) -> Iterator[Point]:
    for one in sorted(simulation.contracts, key=lambda each: (each.met.value, each.contract_id)):
        yield Point(x=one.contract_id, y=one.met.value, low=one.met.low, high=one.met.high)
